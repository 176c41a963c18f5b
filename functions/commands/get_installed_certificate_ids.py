"""GetInstalledCertificateIds: a station tells which root certificates of a use it has."""

import datetime as dt

from shared.aws.command import Command
from shared.domain.calls import Call
from shared.domain.certificates import HashData
from shared.ocpp.v16.get_installed_certificate_ids import (
    GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse,
)
from shared.ocpp.words_security import CERTIFICATE_USE_16
from shared.store import certificates

handler = Command("GetInstalledCertificateIds")
handler.speaks("1.6")


@handler.answered("1.6")
def keep(request: GetInstalledCertificateIdsRequest, response: GetInstalledCertificateIdsResponse, call: Call) -> None:
    """Use case M03. NotFound says that it has none of this use."""
    said = [
        HashData(one.hash_algorithm, one.issuer_name_hash, one.issuer_key_hash, one.serial_number)
        for one in response.certificate_hash_data or ()
    ]
    use = CERTIFICATE_USE_16[request.certificate_type]
    certificates.keep_reported(call.station_id, use, said, dt.datetime.now(dt.UTC))
