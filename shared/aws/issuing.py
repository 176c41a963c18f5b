"""How a station comes by its certificate: its request is kept, signed, and the certificate ordered to be brought.

The request comes as the event `certificate.requested` (functions/bus/issue_certificates.py). What the authority cannot
do now is tried again by whoever invokes that function; after that the station itself asks again (use case A03).
"""

import datetime as dt
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.aws import certificate_authorities, command
from shared.aws.certificate_authorities import EmbeddedAuthority, Refused, Unavailable
from shared.aws.command import Terms
from shared.aws.telemetry import logger
from shared.domain.calls import Call, new_call_id
from shared.domain.errors import DomainError, Invalid, NotFound
from shared.domain.events import Event
from shared.domain.issued_certificates import EXPIRES_SOON, Issued, Request, signing_id
from shared.ocpp import certificates, signing_requests
from shared.store import events, issued_certificates
from shared.store.keys import digest, time

BY_US = "certificate authority"
"""Who asks for the call."""
LOOKED_AT = dt.timedelta(days=3)
"""So many days an event of what expires may be late, should nobody look for some days."""


def take(detail: dict[str, Any]) -> None:
    """Do what the event `certificate.requested` asks for. The same event again changes nothing. Raises Unavailable if
    it is worth another attempt."""
    data = detail["data"]
    if not data["accepted"]:
        return
    asked_at = time(detail["at"])
    content = digest(data["csr"], data["certificate_type"], data["request_id"])
    request = issued_certificates.ask(
        Request(
            station_id=detail["station_id"],
            signing_id=signing_id(asked_at, content),
            asked_at=asked_at,
            csr=data["csr"],
            kind=data["certificate_type"],
            request_id=data["request_id"],
            root_serial_number=data["root_serial_number"],
        )
    )
    if request.state in ("requested", "failed", "issued"):
        _sign(request)


def _sign(request: Request) -> None:
    try:
        if request.serial_number is None:
            authority = certificate_authorities.configured()
            if authority is None:
                issued_certificates.note(request, _now(), state="waiting")
                return
            chain = authority.sign(request.csr, request.kind, request.station_id)
            request = keep(request, chain, is_ours=isinstance(authority, EmbeddedAuthority))
        bring(request, Terms(requested_by=BY_US))
    except Unavailable as error:
        _fail(request, "failed", str(error))
        raise
    except Refused as error:
        _fail(request, "refused", str(error))
    except DomainError as error:
        _fail(request, "refused", error.reason)


def keep(request: Request, chain: str, *, is_ours: bool) -> Request:
    """Keep the certificate that answers a request, before anybody is told of it. Raises Invalid if it does not."""
    try:
        own = certificates.read(chain)[0]
    except ValueError as error:
        raise Invalid(f"The chain {error}", path="chain") from error
    asked_for, given = signing_requests.read(request.csr).public_key(), own.public_key()
    spelled = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if asked_for.public_bytes(*spelled) != given.public_bytes(*spelled):
        raise Invalid("The first certificate is not of the key that the station asked for", path="chain")
    now, serial_number = _now(), certificates.serial_number(own)
    issued_certificates.keep(
        Issued(
            serial_number=serial_number,
            station_id=request.station_id,
            kind=request.kind,
            subject=certificates.subject(own),
            chain=chain,
            issued_at=now,
            expires_at=own.not_valid_after_utc,
            is_ours=is_ours,
        )
    )
    call_id = new_call_id(now)
    return issued_certificates.note(request, now, state="issued", serial_number=serial_number, call_id=call_id)


def bring(request: Request, terms: Terms) -> Call:
    """Order the certificate of a request to be brought to its station. Raises DomainError."""
    made = command.resume(request.station_id, request.call_id or "")
    if made is not None:
        return made
    issued = issued_certificates.find(request.serial_number or "")
    if issued is None:
        raise NotFound("There is no certificate yet")
    target = command.target(request.station_id)
    payload: dict[str, Any] = {"certificateChain": issued.chain}
    if target.ocpp_version != "1.6" and request.kind:
        payload["certificateType"] = request.kind
    if target.ocpp_version == "2.1" and request.request_id is not None:
        payload["requestId"] = request.request_id
    return command.of("CertificateSigned").submit(target, payload, terms._replace(call_id=request.call_id))


def note_expiring() -> None:
    """Tell of the certificates that should be renewed, once of each."""
    now = _now()
    for issued in issued_certificates.expiring(now + EXPIRES_SOON - LOOKED_AT, now + EXPIRES_SOON):
        newest = next((one for one in issued_certificates.latest(issued.station_id) if one.kind == issued.kind), None)
        if issued.revoked_at or (newest and newest.serial_number not in (None, issued.serial_number)):
            continue
        data = {
            "serial_number": issued.serial_number,
            "certificate_type": issued.kind,
            "subject": issued.subject,
            "expires_at": issued.expires_at.isoformat(),
        }
        # By its own time an event is the same one, whoever tells of it again.
        events.record(Event("certificate.expiring", issued.station_id, issued.expires_at - EXPIRES_SOON, data), now)


def _fail(request: Request, state: str, reason: str) -> None:
    """Keep why there is no certificate; the first time of several in a row somebody is told."""
    logger.warning("no certificate", extra={"station_id": request.station_id, "reason": reason})
    now = _now()
    before = [one for one in issued_certificates.latest(request.station_id) if one.signing_id < request.signing_id]
    issued_certificates.note(request, now, state=state, reason=reason[:500], attempts=request.attempts + 1)
    if request.attempts == 0 and not (before and before[0].state == state):
        data = {"signing_id": request.signing_id, "certificate_type": request.kind, "reason": reason[:500]}
        events.record(Event("certificate.failed", request.station_id, request.asked_at, data), now)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
