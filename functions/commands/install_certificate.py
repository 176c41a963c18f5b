"""InstallCertificate: a station is given a root certificate to trust."""

import datetime as dt
from typing import Any

from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call
from shared.domain.certificates import Certificate, HashData, algorithm_of
from shared.domain.errors import Invalid
from shared.ocpp import certificates
from shared.ocpp.words_security import CERTIFICATE_USE_16
from shared.store import certificates as store

EVERY_VERSION = ("1.6", "2.0.1", "2.1")

handler = Command("InstallCertificate")
handler.speaks(*EVERY_VERSION)

PATH = "payload.certificate"


@handler.before(*EVERY_VERSION)
def check(request: Any, target: Target) -> Message:
    """Use case M05. Which certificate it is is noted: by the hash algorithm that the station uses, so that it is found
    again in what the station reports."""
    try:
        read = certificates.read(request.certificate)
    except ValueError as error:
        raise Invalid(f"The certificate {error}", path=PATH) from error
    certificate = read[0]
    if len(read) > 1:
        raise Invalid("One certificate is installed at a time", path=PATH)
    if not certificates.is_authority(certificate):
        raise Invalid("It is no root: its basic constraints do not say CA:true", path=PATH)
    if certificate.not_valid_after_utc <= dt.datetime.now(dt.UTC):
        raise Invalid("The certificate has expired", path=PATH)
    named = certificates.hash_data(certificate, algorithm_of(store.find_all(target.station_id)))
    notes = named._asdict() | {
        "subject": certificates.subject(certificate),
        "expires_at": certificate.not_valid_after_utc.isoformat(),
    }
    return Message(request, notes=notes)


@handler.answered(*EVERY_VERSION)
def keep(request: Any, response: Any, call: Call) -> None:
    """Rejected is a certificate that the station does not take, Failed one that it could not store."""
    if response.status != "Accepted":
        return
    installed = Certificate(
        HashData(**{name: call.notes[name] for name in HashData._fields}),
        reported=False,
        subject=call.notes["subject"],
        expires_at=dt.datetime.fromisoformat(call.notes["expires_at"]),
        installed_at=call.sent_at or call.created_at,
    )
    use = CERTIFICATE_USE_16.get(request.certificate_type, request.certificate_type)
    store.add(call.station_id, use, installed)
