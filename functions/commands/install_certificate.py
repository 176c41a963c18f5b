"""InstallCertificate."""

from shared.aws.command import Command
from shared.ocpp.v16.install_certificate import InstallCertificateRequest, InstallCertificateResponse

handler = Command("InstallCertificate")
handler.speaks("1.6", InstallCertificateRequest, InstallCertificateResponse)
