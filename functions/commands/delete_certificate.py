"""DeleteCertificate."""

from shared.aws.command import Command
from shared.ocpp.v16.delete_certificate import DeleteCertificateRequest, DeleteCertificateResponse

handler = Command("DeleteCertificate")
handler.speaks("1.6", DeleteCertificateRequest, DeleteCertificateResponse)
