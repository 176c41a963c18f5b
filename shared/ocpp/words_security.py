"""The words of 1.6's security extension in 2.0.1's vocabulary, and those that both share; apart from words.py, which
frequent functions import."""

from collections.abc import Mapping
from typing import Any

from shared.domain.certificates import CertificateUse
from shared.domain.firmware_attempts import FirmwareOrder
from shared.ocpp.times import wire_time

CERTIFICATE_USE_16: Mapping[str, CertificateUse] = {
    "CentralSystemRootCertificate": "CSMSRootCertificate",
    "ManufacturerRootCertificate": "ManufacturerRootCertificate",
}
_USES_2_0_1: tuple[CertificateUse, ...] = (
    "V2GRootCertificate",
    "MORootCertificate",
    "CSMSRootCertificate",
    "V2GCertificateChain",
    "ManufacturerRootCertificate",
)
CERTIFICATE_USES_2X: Mapping[str, tuple[CertificateUse, ...]] = {
    "2.0.1": _USES_2_0_1,
    "2.1": (*_USES_2_0_1, "OEMRootCertificate"),
}
"""What a station may have certificates for, by version."""


def log_answer(answer: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What the answer to GetLog, or to 1.6's GetDiagnostics, says: LogStatus, which the latter has not, and the name
    of the file that will be uploaded, if there is one."""
    status, name = answer.get("status"), answer.get("filename", answer.get("fileName"))
    return status if isinstance(status, str) else None, name if isinstance(name, str) and name else None


FIRMWARE_NAMES = {
    "location": "firmware.location",
    "retrieve_at": "firmware.retrieveDateTime",
    "install_at": "firmware.installDateTime",
    "signature": "firmware.signature",
    "signing_certificate": "firmware.signingCertificate",
    "retries": "retries",
    "retry_interval_s": "retryInterval",
}
"""What the fields of an order are called in 1.6's SignedUpdateFirmware and in 2.x's UpdateFirmware."""


def firmware_words(order: FirmwareOrder) -> dict[str, Any]:
    """The payload of either, without its request id."""
    firmware = {
        "location": order.location,
        "retrieveDateTime": wire_time(order.retrieve_at, milliseconds=True),
        "installDateTime": wire_time(order.install_at, milliseconds=True) if order.install_at else None,
        "signature": order.signature,
        "signingCertificate": order.signing_certificate,
    }
    numbers = {"retries": order.retries, "retryInterval": order.retry_interval_s}
    return {
        "firmware": {name: value for name, value in firmware.items() if value is not None},
        **{name: number for name, number in numbers.items() if number is not None},
    }
