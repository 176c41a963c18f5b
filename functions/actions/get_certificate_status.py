"""GetCertificateStatus: a station asks whether a certificate stands, for a vehicle that wants to see it (OCSP)."""

import base64
from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.aws.telemetry import logger
from shared.domain.certificates import HashData

if TYPE_CHECKING:
    from shared.ocpp.v21.get_certificate_status import GetCertificateStatusRequest

handler = Action("GetCertificateStatus")

LONGEST_RESULT = {"2.0.1": 5500, "2.1": 18_000}


@handler.on("2.0.1", "2.1")
def ask(request: "GetCertificateStatusRequest", call: Call) -> dict[str, Any]:
    """Use case M06. The result is a fresh OCSP response in base64: made here for a certificate of our own authority,
    else that of its responder."""
    from shared.aws.outside import Unreachable  # noqa: PLC0415  # like the next
    from shared.aws.revocation import ocsp_answer  # noqa: PLC0415  # brings the SDK, which signs in KMS

    asked = request.ocsp_request_data
    named = HashData(asked.hash_algorithm, asked.issuer_name_hash, asked.issuer_key_hash, asked.serial_number)
    try:
        result = base64.b64encode(ocsp_answer(named, asked.responder_url)).decode()
    except Unreachable as error:
        logger.info("no OCSP response", extra={"station_id": call.station_id, "reason": str(error)})
        return _failed("Unreachable", str(error))
    if len(result) > LONGEST_RESULT[call.ocpp_version]:
        return _failed("TooLargeElement", f"the response has {len(result)} characters")
    return {"status": "Accepted", "ocspResult": result}


def _failed(reason_code: str, reason: str) -> dict[str, Any]:
    return {"status": "Failed", "statusInfo": {"reasonCode": reason_code, "additionalInfo": reason[:512]}}
