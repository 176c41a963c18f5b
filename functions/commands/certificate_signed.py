"""CertificateSigned."""

from shared.aws.command import Command
from shared.ocpp.v16.certificate_signed import CertificateSignedRequest, CertificateSignedResponse

handler = Command("CertificateSigned")
handler.speaks("1.6", CertificateSignedRequest, CertificateSignedResponse)
