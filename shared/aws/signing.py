"""What comes with signed firmware, as fields of bodies: the signature and the certificate that it is checked by."""

import base64
import binascii
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.ocpp import certificates

MAX_SIGNATURE, MAX_CERTIFICATE = 800, 5500
"""What SignedUpdateFirmware carries (OCPP 1.6 security whitepaper, FirmwareType)."""


def _base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("must be written in base64 (RFC 4648)") from error
    return text


def _certificates(pem: str) -> str:
    certificates.read(pem)
    return pem


Signature = Annotated[str, Field(min_length=1, max_length=MAX_SIGNATURE), AfterValidator(_base64)]
SigningCertificate = Annotated[str, Field(min_length=1, max_length=MAX_CERTIFICATE), AfterValidator(_certificates)]
