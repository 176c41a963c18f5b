"""X.509 certificates as they stand in messages of OCPP: texts in PEM, and the hashes by which OCPP names them."""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp

from shared.domain.certificates import HashData

_ONLY_CERTIFICATES = re.compile(
    r"\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+", re.ASCII
)
ALGORITHMS: Mapping[str, Callable[[], hashes.HashAlgorithm]] = {
    "SHA256": hashes.SHA256,
    "SHA384": hashes.SHA384,
    "SHA512": hashes.SHA512,
}
"""By OCPP's names."""


def read(pem: str) -> list[x509.Certificate]:
    """The certificates in a text, which holds at least one and nothing else. Raises ValueError with a reason."""
    if not _ONLY_CERTIFICATES.fullmatch(pem):
        raise ValueError("must be certificates in PEM and nothing else")
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise ValueError("holds a certificate that cannot be read") from error


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may issue certificates: its basic constraints say CA:true (RFC 5280, section 4.2.1.9)."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False


def not_issued_by_next(chain: list[x509.Certificate]) -> int | None:
    """The position, from 1, of the first certificate that the one after it has not issued; None: each was."""
    for position, (certificate, issuer) in enumerate(pairwise(chain), start=1):
        if not is_issued_by(certificate, issuer):
            return position
    return None


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def hash_data(certificate: x509.Certificate, algorithm: str) -> HashData:
    """What a station calls a certificate (CertificateHashData, as in RFC 6960, section 4.1.1).

    The hash of its issuer's key is known only if it has issued itself.
    """
    digest = hashes.Hash(ALGORITHMS[algorithm]())
    digest.update(certificate.issuer.public_bytes())
    issuer_key_hash = None
    if is_issued_by(certificate, certificate):
        request = ocsp.OCSPRequestBuilder().add_certificate(certificate, certificate, ALGORITHMS[algorithm]())
        issuer_key_hash = request.build().issuer_key_hash.hex()
    return HashData(algorithm, digest.finalize().hex(), issuer_key_hash, serial_number(certificate))


def serial_number(certificate: x509.Certificate) -> str:
    """In hexadecimal digits, as OCPP writes it."""
    return f"{certificate.serial_number:x}"


def subject(certificate: x509.Certificate) -> str:
    """Whose it is: `CN=CP1,O=Acme` (RFC 4514)."""
    return certificate.subject.rfc4514_string()
