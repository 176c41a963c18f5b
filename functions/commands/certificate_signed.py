"""CertificateSigned: a station is given the certificate that it asked for."""

import datetime as dt
from typing import Any

from cryptography import x509

from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call, CallError
from shared.domain.errors import Invalid
from shared.domain.events import Event
from shared.domain.variables import VariableId
from shared.ocpp import certificates
from shared.store import configuration, events, issued_certificates, variables

EVERY_VERSION = ("1.6", "2.0.1", "2.1")

handler = Command("CertificateSigned")
handler.speaks(*EVERY_VERSION)

PATH = "payload.certificateChain"
LONGEST_KEYS = ("CertificateSignedMaxChainSize", "CertificateSignedMaxSize")
"""How many characters the station takes; the standard spells it both ways."""
LONGEST = VariableId("SecurityCtrlr", "MaxCertificateChainSize")
"""The same in 2.x."""


@handler.before(*EVERY_VERSION)
def check(request: Any, target: Target) -> Message:
    """Use cases A02 and A03: the station's own certificate, then those that lead to a root of ours."""
    try:
        chain = certificates.read(request.certificate_chain)
    except ValueError as error:
        raise Invalid(f"The chain {error}", path=PATH) from error
    if reason := _objection(chain):
        raise Invalid(reason, path=PATH)
    limits = [] if target.unchecked else _limits(target)
    if any(limit is not None and len(request.certificate_chain) > limit for limit in limits):
        raise Invalid(f"The station takes no chain of {len(request.certificate_chain)} characters", path=PATH)
    notes = {"subject": certificates.subject(chain[0]), "serial_number": certificates.serial_number(chain[0])}
    return Message(request, notes=notes)


def _limits(target: Target) -> list[int | None]:
    if target.ocpp_version == "1.6":
        return [configuration.number(target.station_id, key) for key in LONGEST_KEYS]
    return [variables.number(target.station_id, LONGEST)]


def _objection(chain: list[x509.Certificate]) -> str | None:
    own, *_ = chain
    if len(chain) > 1 and certificates.is_authority(own):
        return "The station's own certificate comes first; this one is an authority's"
    if position := certificates.not_issued_by_next(chain):
        return f"Certificate {position} of the chain was not issued by the one that follows it"
    if any(one.not_valid_after_utc <= dt.datetime.now(dt.UTC) for one in chain):
        return "A certificate of the chain has expired"
    return None


@handler.answered(*EVERY_VERSION)
def note(_request: Any, response: Any, call: Call) -> None:
    """A station that rejects a certificate goes on with the one it has, which stays valid; somebody should know."""
    _note(call, is_accepted=response.status != "Rejected")


@handler.refused(*EVERY_VERSION)
def give_up(_request: Any, _error: CallError, call: Call) -> None:
    _note(call, is_accepted=False)


def _note(call: Call, *, is_accepted: bool) -> None:
    at, now = call.sent_at or call.created_at, dt.datetime.now(dt.UTC)
    serial_number = call.notes.get("serial_number")
    for request in issued_certificates.latest(call.station_id):
        if serial_number is not None and request.serial_number == serial_number:
            issued_certificates.note(request, now, state="accepted" if is_accepted else "rejected")
    if not is_accepted:
        data = {"call_id": call.call_id, **{name: call.notes.get(name) for name in ("subject", "serial_number")}}
        events.record(Event("certificate.rejected", call.station_id, at, data), now)
