"""Chains of contracts' certificates, examined by the roots that an operator trusts."""

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from shared.aws import revocation
from shared.domain.certificates import HashData
from shared.ocpp import certificates
from shared.store import authority

Verdict = Literal["Accepted", "CertificateExpired", "CertificateRevoked", "CertChainError"]
MOST = 6
"""A contract's certificate, at most two authorities below the root, and room."""


def of_chain(pem: str) -> Verdict:
    """A chain in PEM, the contract's own certificate first, the root left out or not (C07.FR.13 to 17).

    A responder that does not answer proves nothing against a chain that leads to a root of ours.
    """
    try:
        chain = certificates.read(pem)
    except ValueError:
        return "CertChainError"
    roots = [x509.load_pem_x509_certificate(root.certificate.encode()) for root in authority.roots()]
    if chain[-1] in roots and len(chain) > 1:
        chain = chain[:-1]
    root = next((one for one in roots if certificates.is_issued_by(chain[-1], one)), None)
    intermediate_is_none = any(not certificates.is_authority(one) for one in chain[1:])
    if root is None or len(chain) > MOST or intermediate_is_none or certificates.not_issued_by_next(chain):
        return "CertChainError"
    now = dt.datetime.now(dt.UTC)
    if any(one.not_valid_before_utc > now for one in chain):
        return "CertChainError"
    if any(one.not_valid_after_utc <= now for one in (*chain, root)):
        return "CertificateExpired"
    issuers = [*chain[1:], root]
    asked = [(_named(one, issuer), _responders(one)) for one, issuer in zip(chain, issuers, strict=True)]
    found = _statuses([(named, urls) for named, urls in asked if urls])
    return "CertificateRevoked" if "Revoked" in found else "Accepted"


def of_hash_data(asked: Sequence[tuple[HashData, str]]) -> Verdict:
    """A chain that the station has checked, each certificate by its hashes with the URL of its responder: each must be
    known to stand."""
    found = _statuses([(named, [url]) for named, url in asked])
    if "Revoked" in found:
        return "CertificateRevoked"
    return "Accepted" if all(status == "Good" for status in found) else "CertChainError"


def _statuses(asked: Sequence[tuple[HashData, list[str]]]) -> list[revocation.Status]:
    if not asked:
        return []
    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(lambda one: revocation.by_ocsp(*one).status, asked))


def _named(certificate: x509.Certificate, issuer: x509.Certificate) -> HashData:
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA256()).build()
    named = certificates.serial_number(certificate)
    return HashData("SHA256", request.issuer_name_hash.hex(), request.issuer_key_hash.hex(), named)


def _responders(certificate: x509.Certificate) -> list[str]:
    """The URLs of OCSP responders that a certificate names."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return []
    return [
        one.access_location.value
        for one in access
        if one.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(one.access_location, x509.UniformResourceIdentifier)
    ]
