"""SignCertificate: a station asks for a certificate of its own. The request is checked here and signed later."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp import signing_requests
from shared.ocpp.v16.sign_certificate import SignCertificateRequest, SignCertificateResponse
from shared.settings import settings
from shared.store import events, stations

if TYPE_CHECKING:
    from shared.ocpp.v21.sign_certificate import SignCertificateRequest as SignCertificateRequest21

handler = Action("SignCertificate")

OF_VEHICLES = ("V2GCertificate", "V2G20Certificate")
"""Certificates by which vehicles know a station; their common name is given by ISO 15118's authorities."""


@handler.on("1.6")
def ask(request: SignCertificateRequest, call: Call) -> SignCertificateResponse:
    """Security extension of OCPP 1.6, use cases A02 and A03. Accepted means that the request is in order and kept for
    the certificate authority; the certificate follows as a CertificateSigned of ours."""
    objection = _ask(call, request.csr, None)
    return SignCertificateResponse(status="Rejected" if objection else "Accepted")


@handler.on("2.0.1", "2.1", once=True)
def ask_2x(request: "SignCertificateRequest21", call: Call) -> dict[str, Any]:
    """Use cases A02 and A03. The certificate goes back under the type, and in 2.1 the number, that the request has."""
    root = getattr(request, "hash_root_certificate", None)
    more = {
        "request_id": getattr(request, "request_id", None),
        "root_serial_number": root.serial_number if root else None,
    }
    objection = _ask(call, request.csr, request.certificate_type, **more)
    if objection is None:
        return {"status": "Accepted"}
    return {"status": "Rejected", "statusInfo": {"reasonCode": "InvalidCSR", "additionalInfo": objection}}


def _ask(call: Call, csr: str, kind: str | None, **more: Any) -> str | None:
    """Keep a request; whoever is told of it goes on (functions/bus/issue_certificates.py)."""
    station = stations.find(call.station_id)
    names = {call.station_id, station.serial_number} if station and station.serial_number else set[str]()
    objection = signing_requests.objection_to(
        csr, names=() if kind in OF_VEHICLES else names, organisation=settings().cpo_name
    )
    data = {"csr": csr, "accepted": objection is None, "reason": objection, "certificate_type": kind, **more}
    said = {"request_id": None, "root_serial_number": None} | data
    events.record(Event("certificate.requested", call.station_id, call.received_at, said), call.received_at)
    return objection
