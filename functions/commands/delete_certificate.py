"""DeleteCertificate: a station is told to trust a root certificate no longer."""

from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call
from shared.domain.certificates import HashData, find, is_in_use
from shared.domain.errors import Conflict
from shared.ocpp.v16.delete_certificate import (
    CertificateHashDataType,
    DeleteCertificateRequest,
    DeleteCertificateResponse,
)
from shared.store import certificates

handler = Command("DeleteCertificate")
handler.speaks("1.6")


@handler.before("1.6")
def check(request: DeleteCertificateRequest, target: Target) -> Message:
    """Use case M04. The certificate is one that the station has reported, and goes out as it was reported: a station
    compares letters. If it was never asked what it has, whoever calls knows better than we do."""
    known = certificates.find_all(target.station_id)
    if target.unchecked or not any(each.read_at for each in known):
        return Message(request)
    found = find(known, _hash_data(request))
    if found is None:
        raise Conflict("The station has not reported this certificate; GetInstalledCertificateIds asks it what it has")
    use, certificate = found
    if is_in_use(use, known, target.station.security_profile):
        raise Conflict("By this root the station knows us, and it has no other: without it, it could not connect again")
    reported = certificate.hash_data._asdict()
    return Message(DeleteCertificateRequest(certificate_hash_data=CertificateHashDataType(**reported)))


@handler.answered("1.6")
def keep(request: DeleteCertificateRequest, response: DeleteCertificateResponse, call: Call) -> None:
    """After Accepted and NotFound alike the station does not have it; Failed: it could not delete it."""
    if response.status == "Failed":
        return
    gone = _hash_data(request)
    for each in certificates.find_all(call.station_id):
        certificates.remove(call.station_id, each.use, gone)


def _hash_data(request: DeleteCertificateRequest) -> HashData:
    said = request.certificate_hash_data
    return HashData(said.hash_algorithm, said.issuer_name_hash, said.issuer_key_hash, said.serial_number)
