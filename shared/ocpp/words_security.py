"""The words of 1.6's security extension in 2.0.1's vocabulary; apart from words.py, which frequent functions import."""

from collections.abc import Mapping

from shared.domain.certificates import CertificateUse

CERTIFICATE_USE_16: Mapping[str, CertificateUse] = {
    "CentralSystemRootCertificate": "CSMSRootCertificate",
    "ManufacturerRootCertificate": "ManufacturerRootCertificate",
}
