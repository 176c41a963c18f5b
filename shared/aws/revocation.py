"""Whether certificates stand: by OCSP (RFC 6960) and by revocation lists (RFC 5280), asked of whoever knows."""

import datetime as dt
from collections.abc import Iterable
from typing import Literal, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from shared.aws.certificate_authorities import Unavailable, existing
from shared.aws.outside import Unreachable, fetch
from shared.domain.certificates import HashData
from shared.ocpp.certificates import ALGORITHMS, is_issued_by
from shared.store import authority

Status = Literal["Good", "Revoked", "Unknown", "Failed"]
NOTHING_FOR = dt.timedelta(hours=1)
"""After which one may ask again where no answer says when."""
OF_OCSP = "application/ocsp-request"
STATUSES: dict[ocsp.OCSPCertStatus, Status] = {
    ocsp.OCSPCertStatus.GOOD: "Good",
    ocsp.OCSPCertStatus.REVOKED: "Revoked",
    ocsp.OCSPCertStatus.UNKNOWN: "Unknown",
}


class Finding(NamedTuple):
    """What is known of a certificate, and when one may know more."""

    status: Status
    next_update: dt.datetime


def ocsp_answer(asked: HashData, url: str, timeout_s: float = 4.0) -> bytes:
    """An OCSP response (DER), fresh: made here for a certificate of our own authority, else its responder's.

    Raises Unreachable.
    """
    try:
        ours = existing()
        made = ours.status(asked) if ours else None
        if made is not None:
            return made
    except Unavailable as error:
        raise Unreachable(str(error)) from error
    try:
        request = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
            bytes.fromhex(asked.issuer_name_hash),
            bytes.fromhex(asked.issuer_key_hash or ""),
            int(asked.serial_number, 16),
            ALGORITHMS[asked.hash_algorithm](),
        )
        der = request.build().public_bytes(Encoding.DER)
    except ValueError as error:
        raise Unreachable("the hashes and the serial number are not those of a certificate") from error
    answer = fetch(url, body=der, content_type=OF_OCSP, timeout_s=timeout_s)
    _read(answer)
    return answer


def by_ocsp(asked: HashData, urls: Iterable[str], timeout_s: float = 4.0) -> Finding:
    """What the first responder that can be asked says."""
    for url in urls:
        try:
            response = _read(ocsp_answer(asked, url, timeout_s))
            single = next(one for one in response.responses if one.serial_number == int(asked.serial_number, 16))
        except (Unreachable, StopIteration, ValueError):
            continue
        if not _is_signed(response, asked) or _is_over(single.next_update_utc):
            continue
        return Finding(STATUSES[single.certificate_status], single.next_update_utc or _later())
    return Finding("Failed", _later())


def by_list(asked: HashData, urls: Iterable[str], timeout_s: float = 4.0) -> Finding:
    """What the first revocation list says that can be had and is the issuer's."""
    for url in urls:
        try:
            content = fetch(url, timeout_s=timeout_s)
            read = x509.load_pem_x509_crl if content.lstrip().startswith(b"-----BEGIN") else x509.load_der_x509_crl
            found = read(content)
            digest = hashes.Hash(ALGORITHMS[asked.hash_algorithm]())
            digest.update(found.issuer.public_bytes())
            revoked = found.get_revoked_certificate_by_serial_number(int(asked.serial_number, 16))
        except (Unreachable, ValueError):
            continue
        issuer = _issuer(asked, ())
        is_false = issuer is not None and not found.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # a certificate's key may be of a kind that signs nothing; then it raises
        if digest.finalize().hex() != asked.issuer_name_hash.lower() or is_false or _is_over(found.next_update_utc):
            continue
        return Finding("Revoked" if revoked else "Good", found.next_update_utc or _later())
    return Finding("Failed", _later())


def _read(answer: bytes) -> ocsp.OCSPResponse:
    try:
        response = ocsp.load_der_ocsp_response(answer)
    except ValueError as error:
        raise Unreachable("the answer is no OCSP response") from error
    if response.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise Unreachable(f"the responder answers {response.response_status.name}")
    return response


def _is_signed(response: ocsp.OCSPResponse, asked: HashData) -> bool:
    """Whether a response is not known to be false: the issuer has signed it, or somebody whom it has let.

    OCPP names the issuer by hashes only. Where we do not know its certificate, nothing can be compared.
    """
    issuer = _issuer(asked, response.certificates)
    if issuer is None:
        return True
    signers = [issuer, *(one for one in response.certificates if is_issued_by(one, issuer) and _may_answer(one))]
    return any(_has_signed(signer, response) for signer in signers)


def _issuer(asked: HashData, more: Iterable[x509.Certificate]) -> x509.Certificate | None:
    known = [*more, *(x509.load_pem_x509_certificate(root.certificate.encode()) for root in authority.roots())]
    algorithm = ALGORITHMS[asked.hash_algorithm]()
    for one in known:
        named = ocsp.OCSPRequestBuilder().add_certificate(one, one, algorithm).build()
        if named.issuer_key_hash.hex() == (asked.issuer_key_hash or "").lower():
            return one
    return None


def _may_answer(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _has_signed(signer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    key, algorithm = signer.public_key(), response.signature_hash_algorithm
    signed, content = response.signature, response.tbs_response_bytes
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and algorithm is not None:
            key.verify(signed, content, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
            key.verify(signed, content, padding.PKCS1v15(), algorithm)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_over(next_update: dt.datetime | None) -> bool:
    return next_update is not None and next_update <= dt.datetime.now(dt.UTC)


def _later() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0) + NOTHING_FOR
