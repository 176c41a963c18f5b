"""GetInstalledCertificateIds: a station tells which certificates it has."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from shared.aws.command import Command
from shared.domain.calls import Call
from shared.domain.certificates import CertificateUse, HashData, Reported
from shared.ocpp.v16.get_installed_certificate_ids import (
    GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse,
)
from shared.ocpp.words_security import CERTIFICATE_USE_16, CERTIFICATE_USES_2X
from shared.store import certificates

if TYPE_CHECKING:
    from shared.ocpp.v21.get_installed_certificate_ids import (
        GetInstalledCertificateIdsRequest as GetInstalledCertificateIdsRequest21,
    )
    from shared.ocpp.v21.get_installed_certificate_ids import (
        GetInstalledCertificateIdsResponse as GetInstalledCertificateIdsResponse21,
    )

handler = Command("GetInstalledCertificateIds")
handler.speaks("1.6", "2.0.1", "2.1")


@handler.answered("1.6")
def keep(request: GetInstalledCertificateIdsRequest, response: GetInstalledCertificateIdsResponse, call: Call) -> None:
    """Use case M03. NotFound says that it has none of this use."""
    said = [Reported(_hash_data(one)) for one in response.certificate_hash_data or ()]
    use = CERTIFICATE_USE_16[request.certificate_type]
    certificates.keep_reported(call.station_id, use, said, dt.datetime.now(dt.UTC))


@handler.answered("2.0.1", "2.1")
def keep_2x(
    request: "GetInstalledCertificateIdsRequest21", response: "GetInstalledCertificateIdsResponse21", call: Call
) -> None:
    """Use case M03. Without types all that the station has was asked for; of a type that the answer does not name it
    has none."""
    asked: list[CertificateUse] = list(request.certificate_type or CERTIFICATE_USES_2X[call.ocpp_version])
    said: dict[CertificateUse, list[Reported]] = {use: [] for use in asked}
    for chain in response.certificate_hash_data_chain or ():
        children = tuple(_hash_data(child) for child in chain.child_certificate_hash_data or ())
        reported = Reported(_hash_data(chain.certificate_hash_data), children)
        said.setdefault(chain.certificate_type, []).append(reported)
    now = dt.datetime.now(dt.UTC)
    for use, certificates_of_use in said.items():
        certificates.keep_reported(call.station_id, use, certificates_of_use, now)


def _hash_data(said: Any) -> HashData:
    """Of a CertificateHashDataType of any version."""
    return HashData(said.hash_algorithm, said.issuer_name_hash, said.issuer_key_hash, said.serial_number)
