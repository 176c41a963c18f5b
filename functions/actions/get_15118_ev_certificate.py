"""Get15118EVCertificate: a vehicle wants the certificate of its contract, or a newer one (Plug & Charge)."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.contract_providers import Unprovided, Wanted, provide
from shared.aws.message import Call
from shared.aws.telemetry import logger

if TYPE_CHECKING:
    from shared.ocpp.v21.get_15118_ev_certificate import Get15118EVCertificateRequest

handler = Action("Get15118EVCertificate")

LONGEST_RESPONSE = {"2.0.1": 7500, "2.1": 17_000}


@handler.on("2.0.1", "2.1")
def relay(request: "Get15118EVCertificateRequest", call: Call) -> dict[str, Any]:
    """Use cases M01 and M02. What vehicle and provider write to each other (EXI in base64) is not changed on the way.
    In 2.1 the vehicle may name contracts, and comes again for those that remain."""
    wanted = Wanted(
        call.station_id,
        request.action,
        request.iso_15118_schema_version,
        request.exi_request,
        getattr(request, "maximum_contract_certificate_chains", None),
        tuple(getattr(request, "prioritized_emaids", None) or ()),
    )
    try:
        provided = provide(wanted)
    except Unprovided as error:
        logger.warning("no contract certificate", extra={"station_id": call.station_id, "reason": str(error)})
        return _failed("NotFound", str(error))
    if len(provided.exi_response) > LONGEST_RESPONSE[call.ocpp_version]:
        return _failed("TooLargeElement", f"the response has {len(provided.exi_response)} characters")
    answer: dict[str, Any] = {"status": "Accepted", "exiResponse": provided.exi_response}
    if call.ocpp_version == "2.1":
        answer["remainingContracts"] = provided.remaining_contracts
    return answer


def _failed(reason_code: str, reason: str) -> dict[str, Any]:
    info = {"reasonCode": reason_code, "additionalInfo": reason[:512]}
    return {"status": "Failed", "exiResponse": "", "statusInfo": info}
