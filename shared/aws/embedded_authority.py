"""The embedded certificate authority: one root, which issues certificates to stations and tells whether they stand.

Its key is in AWS KMS; on a developer's machine it is in the table beside the root (docs/adr/0025-certificates.md).
"""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from shared.aws.kms_key import KmsKey
from shared.domain.certificates import HashData
from shared.domain.issued_certificates import Authority, Kind
from shared.ocpp import certificates, signing_requests
from shared.settings import settings
from shared.store import authority, issued_certificates

IN_TABLE = "table"
ROOT_YEARS = 20
VALID_FOR = dt.timedelta(days=365)
CLOCKS_DIFFER = dt.timedelta(hours=1)
STATUS_FOR = dt.timedelta(days=1)
"""So long a station may rely on what it was told of a certificate."""
AS_CLIENT, AS_SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


class Unavailable(Exception):
    """An authority cannot be asked now; it may be asked again."""


class Refused(Exception):
    """An authority will not issue this certificate."""


class EmbeddedAuthority(NamedTuple):
    """A root and the key by which it issues. Raises Unavailable where the key cannot be used."""

    root: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return _pem(self.root)

    def sign(self, csr_pem: str, kind: Kind | None, station_id: str) -> str:  # noqa: ARG002  # others want to know
        """The certificate in PEM; the root, which stations have installed, is left out."""
        csr = signing_requests.read(csr_pem)
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(csr.subject)
            .issuer_name(self.root.subject)
            .public_key(csr.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - CLOCKS_DIFFER)
            .not_valid_after(min(now + VALID_FOR, self.root.not_valid_after_utc))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True, key_agreement=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage(list(_purposes(kind))), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(csr.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._public_key()), critical=False)
        )
        return _pem(_signed(builder, self.key))

    def status(self, asked: HashData) -> bytes | None:
        """What an OCSP responder answers (RFC 6960, DER), for a certificate of this authority; None for another's."""
        algorithm = certificates.ALGORITHMS[asked.hash_algorithm]()
        ours = ocsp.OCSPRequestBuilder().add_certificate(self.root, self.root, algorithm).build()
        name_hash, key_hash = ours.issuer_name_hash, ours.issuer_key_hash
        if (asked.issuer_name_hash.lower(), (asked.issuer_key_hash or "").lower()) != (name_hash.hex(), key_hash.hex()):
            return None
        issued = issued_certificates.find(asked.serial_number)
        status, revoked_at = ocsp.OCSPCertStatus.UNKNOWN, None
        if issued and issued.is_ours:
            revoked_at = issued.revoked_at
            status = ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                issuer_name_hash=name_hash,
                issuer_key_hash=key_hash,
                serial_number=int(asked.serial_number, 16),
                algorithm=algorithm,
                cert_status=status,
                this_update=now,
                next_update=now + STATUS_FOR,
                revocation_time=revoked_at,
                revocation_reason=x509.ReasonFlags.unspecified if revoked_at else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.root)
        )
        try:
            return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(str(error)) from error

    def _public_key(self) -> ec.EllipticCurvePublicKey:
        key = self.root.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101  # as we have made it
        return key


def embedded() -> EmbeddedAuthority:
    """The embedded authority of this system; made when it is asked for the first time."""
    return _of(authority.find() or authority.keep(_found(settings().certificate_authority)))


def made_before() -> EmbeddedAuthority | None:
    """The embedded authority, if there is one already."""
    kept = authority.find()
    return _of(kept) if kept else None


@cache
def _of(kept: Authority) -> EmbeddedAuthority:
    return EmbeddedAuthority(x509.load_pem_x509_certificate(kept.certificate.encode()), _key(kept.key))


def _key(kept: str) -> ec.EllipticCurvePrivateKey:
    if kept.startswith("arn:"):
        return KmsKey(kept)
    key = load_pem_private_key(kept.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  # as we have made it
    return key


def _found(where: str) -> Authority:
    """A new authority, whose root has issued itself."""
    key: ec.EllipticCurvePrivateKey = ec.generate_private_key(ec.SECP256R1()) if where == IN_TABLE else KmsKey(where)
    kept = where
    if where == IN_TABLE:
        kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    now = dt.datetime.now(dt.UTC)
    try:
        public_key = key.public_key()
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(str(error)) from error
    name = _name()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(now + ROOT_YEARS * VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(digital_signature=True, key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    return Authority(_pem(_signed(builder, key)), kept)


def _name() -> x509.Name:
    organisation = settings().cpo_name
    common = x509.NameAttribute(NameOID.COMMON_NAME, f"Idlewatt {settings().stage} root")
    return x509.Name([common, *([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else [])])


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    try:
        return builder.sign(key, hashes.SHA256())
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(str(error)) from error


def _purposes(kind: Kind | None) -> Iterator[x509.ObjectIdentifier]:
    """A station is our client and the vehicle's server; without a kind the certificate is for both (A02)."""
    if kind in (None, "ChargingStationCertificate"):
        yield AS_CLIENT
    if kind != "ChargingStationCertificate":
        yield AS_SERVER


def _usage(**wanted: bool) -> x509.KeyUsage:
    bits = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    more = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**dict.fromkeys((*bits, *more), False) | wanted)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
