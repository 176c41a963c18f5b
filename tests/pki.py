"""Certificates for tests, made as they are needed. Keys are EC keys, since those are made quickly."""

import datetime as dt
from functools import cache
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

YEAR = dt.timedelta(days=365)
PADDING = x509.ObjectIdentifier("1.3.6.1.4.1.55555.1")
"""An extension that means nothing."""


class Issued(NamedTuple):
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@cache
def issue(
    name: str,
    issuer: Issued | None = None,
    *,
    authority: bool = False,
    valid_for: dt.timedelta = YEAR,
    serial_number: int | None = None,
    padding_bytes: int = 0,
    responder: str = "",
) -> Issued:
    """A certificate of a name, issued by itself or by another, from a year ago on; the same for the same arguments.

    `responder` is the URL of its OCSP responder.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial_number or x509.random_serial_number())
        .not_valid_before(now - YEAR)
        .not_valid_after(now + valid_for)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if padding_bytes:
        made = made.add_extension(x509.UnrecognizedExtension(PADDING, bytes(padding_bytes)), critical=False)
    if responder:
        url = x509.UniformResourceIdentifier(responder)
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, url)
        made = made.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return Issued(made.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def signing_request(name: str, *, key: ec.EllipticCurvePrivateKey | None = None) -> str:
    """A request for a certificate of a name, of the organisation CPO (PKCS#10, PEM)."""
    subject = [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "CPO")]
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(subject))
    return (
        made.sign(key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.PEM).decode()
    )


def root(name: str = "Root", **options: dt.timedelta) -> Issued:
    return issue(name, authority=True, **options)
