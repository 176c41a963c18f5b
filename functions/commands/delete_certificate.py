"""DeleteCertificate: a station is told to trust a root certificate no longer, or to forget one of its own."""

from typing import Any

from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call
from shared.domain.certificates import HashData, find, is_in_use
from shared.domain.errors import Conflict
from shared.ocpp.messages import request_of
from shared.store import certificates

EVERY_VERSION = ("1.6", "2.0.1", "2.1")

handler = Command("DeleteCertificate")
handler.speaks(*EVERY_VERSION)


@handler.before(*EVERY_VERSION)
def check(request: Any, target: Target) -> Message:
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
    reported = certificate.hash_data
    named = {
        "hashAlgorithm": reported.hash_algorithm,
        "issuerNameHash": reported.issuer_name_hash,
        "issuerKeyHash": reported.issuer_key_hash,
        "serialNumber": reported.serial_number,
    }
    asked = request_of("DeleteCertificate", target.ocpp_version)
    return Message(asked.model_validate({"certificateHashData": named}))


@handler.answered(*EVERY_VERSION)
def keep(request: Any, response: Any, call: Call) -> None:
    """After Accepted and NotFound alike the station does not have it; Failed: it could not delete it."""
    if response.status == "Failed":
        return
    gone = _hash_data(request)
    for each in certificates.find_all(call.station_id):
        certificates.remove(call.station_id, each.use, gone)


def _hash_data(request: Any) -> HashData:
    """The messages of all versions are alike."""
    said = request.certificate_hash_data
    return HashData(said.hash_algorithm, said.issuer_name_hash, said.issuer_key_hash, said.serial_number)
