"""InstallCertificate: a station is given a root certificate to trust."""

import datetime as dt

from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call
from shared.domain.certificates import Certificate, HashData, algorithm_of
from shared.domain.errors import Invalid
from shared.ocpp import certificates
from shared.ocpp.v16.install_certificate import InstallCertificateRequest, InstallCertificateResponse
from shared.ocpp.words_security import CERTIFICATE_USE_16
from shared.store import certificates as store

handler = Command("InstallCertificate")
handler.speaks("1.6")

PATH = "payload.certificate"


@handler.before("1.6")
def check(request: InstallCertificateRequest, target: Target) -> Message:
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


@handler.answered("1.6")
def keep(request: InstallCertificateRequest, response: InstallCertificateResponse, call: Call) -> None:
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
    store.add(call.station_id, CERTIFICATE_USE_16[request.certificate_type], installed)
