"""What comes with signed firmware: the signature, and the certificate that it is checked by."""

import base64
import binascii
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.domain.errors import Invalid
from shared.ocpp import certificates

MAX_SIGNATURE, MAX_CERTIFICATE = 800, 5500
"""What SignedUpdateFirmware carries (OCPP 1.6 security whitepaper, FirmwareType), and 2.x's UpdateFirmware."""


def _base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("must be written in base64 (RFC 4648)") from error
    return text


def _certificates(pem: str) -> str:
    certificates.read(pem)
    return pem


def check_signature(signature: str, certificate: str, path: str) -> None:
    """Raise Invalid unless they are what a station could check firmware by. `path` names the object they stand in."""
    try:
        _certificates(certificate)
    except ValueError as error:
        raise Invalid(f"The signing certificate {error}", path=f"{path}.signingCertificate") from error
    try:
        is_one = bool(_base64(signature))
    except ValueError:
        is_one = False
    if not is_one:
        raise Invalid("A signature is written in base64 (RFC 4648)", path=f"{path}.signature")


Signature = Annotated[str, Field(min_length=1, max_length=MAX_SIGNATURE), AfterValidator(_base64)]
SigningCertificate = Annotated[str, Field(min_length=1, max_length=MAX_CERTIFICATE), AfterValidator(_certificates)]
