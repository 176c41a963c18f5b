"""GetInstalledCertificateIds."""

from shared.aws.command import Command
from shared.ocpp.v16.get_installed_certificate_ids import (
    GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse,
)

handler = Command("GetInstalledCertificateIds")
handler.speaks("1.6", GetInstalledCertificateIdsRequest, GetInstalledCertificateIdsResponse)
