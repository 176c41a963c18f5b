"""The words of 1.6's security extension in 2.0.1's vocabulary; apart from words.py, which frequent functions import."""

from collections.abc import Mapping
from typing import Any

from shared.domain.certificates import CertificateUse

CERTIFICATE_USE_16: Mapping[str, CertificateUse] = {
    "CentralSystemRootCertificate": "CSMSRootCertificate",
    "ManufacturerRootCertificate": "ManufacturerRootCertificate",
}


def log_answer(answer: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What the answer to GetLog, or to 1.6's GetDiagnostics, says: LogStatus, which the latter has not, and the name
    of the file that will be uploaded, if there is one."""
    status, name = answer.get("status"), answer.get("filename", answer.get("fileName"))
    return status if isinstance(status, str) else None, name if isinstance(name, str) and name else None
