"""Certificate signing requests of stations (PKCS#10), and what must be true of one that is signed."""

from collections.abc import Collection

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

MIN_RSA_BITS = 2048
MIN_EC_BITS = 224


def read(csr_pem: str) -> x509.CertificateSigningRequest:
    """Raises ValueError for what is no signing request."""
    return x509.load_pem_x509_csr(csr_pem.encode())


def objection_to(csr_pem: str, *, names: Collection[str], organisation: str) -> str | None:
    """Why a request must not be signed, or None (A00.FR.501 to 512).

    The common name must be one of `names`, and `organisation` the operator's name; nothing there, nothing is compared.
    """
    try:
        csr = read(csr_pem)
        signed = csr.is_signature_valid
    except (ValueError, TypeError, InvalidSignature):
        return "not a certificate signing request"
    if not signed:
        return "its signature is not valid"
    if weakness := _weakness(csr):
        return weakness
    common_names = _attributes(csr, NameOID.COMMON_NAME)
    if names and (len(common_names) != 1 or common_names[0] not in names):
        return "its common name is not the station's serial number"
    if organisation and organisation not in _attributes(csr, NameOID.ORGANIZATION_NAME):
        return "its organisation is not the operator's name"
    return None


def _weakness(csr: x509.CertificateSigningRequest) -> str | None:
    key = csr.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"an RSA key needs {MIN_RSA_BITS} bits" if key.key_size < MIN_RSA_BITS else None
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"an EC key needs {MIN_EC_BITS} bits" if key.curve.key_size < MIN_EC_BITS else None
    return "its key is neither RSA nor EC"


def _attributes(csr: x509.CertificateSigningRequest, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in csr.subject.get_attributes_for_oid(oid)]
