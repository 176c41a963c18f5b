"""The certificate authority of stations, what was issued to them, and the roots that contracts are examined by."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AfterValidator, ConfigDict, Field

from shared.aws import certificate_authorities
from shared.aws.certificate_authorities import Unavailable
from shared.aws.http import JSON, Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import PathText
from shared.aws.problems import Refused
from shared.aws.views import View
from shared.aws.views_issued_certificates import (
    CertificateAuthority,
    IssuedCertificateList,
    TrustedRoot,
    TrustedRootList,
    issued_view,
    root_view,
)
from shared.domain import issued_certificates as domain
from shared.domain.errors import NotFound
from shared.domain.issued_certificates import Use
from shared.ocpp import certificates
from shared.settings import settings
from shared.store import authority, issued_certificates

LONGEST_ROOT = 10_000
UNKNOWN = {HTTPStatus.NOT_FOUND: "No such certificate was issued."}
UNKNOWN_ROOT = {HTTPStatus.NOT_FOUND: "There is no such root."}
NO_KEY = {HTTPStatus.BAD_GATEWAY: "The authority's key cannot be used now."}

api = handler = Api("certificate_authority")


def _root(pem: str) -> str:
    read = certificates.read(pem)
    if len(read) != 1 or not certificates.is_authority(read[0]):
        raise ValueError("must be one certificate of an authority (CA:true)")
    return pem


RootId = Annotated[PathText, Path(min_length=1, max_length=64, description="The id of a root, as it was put.")]
SerialNumber = Annotated[
    PathText,
    Path(min_length=1, max_length=40, description="The serial number of a certificate, in hexadecimal digits."),
]


class RootSettings(View):
    """A root that is trusted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    certificate: Annotated[str, Field(min_length=1, max_length=LONGEST_ROOT), AfterValidator(_root)]
    """PEM, one certificate."""
    use: Use


@api.route("GET /certificate-authority", {HTTPStatus.OK: CertificateAuthority}, NO_KEY)
def get_certificate_authority() -> CertificateAuthority:
    """Who signs the certificates of stations, and by which root they are known."""
    try:
        embedded = certificate_authorities.embedded_or_none()
    except Unavailable as error:
        raise Refused(HTTPStatus.BAD_GATEWAY, f"The authority's key cannot be used now: {error}") from error
    if embedded is None:
        is_function = ":lambda:" in settings().certificate_authority
        return CertificateAuthority(
            kind="function" if is_function else "none", chain=None, subject=None, expires_at=None
        )
    root = embedded.root
    subject = certificates.subject(root)
    return CertificateAuthority(
        kind="embedded", chain=embedded.pem, subject=subject, expires_at=root.not_valid_after_utc
    )


@api.route("GET /certificate-authority/certificates", {HTTPStatus.OK: IssuedCertificateList})
def list_issued_certificates(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> IssuedCertificateList:
    """The certificates that stations were given, those first that expire first."""
    now = dt.datetime.now(dt.UTC)
    found, rest = issued_certificates.page(cursor, limit)
    return IssuedCertificateList(items=[issued_view(one, now) for one in found], next_cursor=rest)


@api.route("DELETE /certificate-authority/certificates/{serial_number}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN)
def revoke_certificate(serial_number: SerialNumber) -> Response[None]:
    """Revoke a certificate.

    Of one that the embedded authority has issued, GetCertificateStatus and GetCertificateChainStatus then say so. It
    stays in the list.
    """
    if issued_certificates.revoke(serial_number, dt.datetime.now(dt.UTC)) is None:
        raise NotFound(f"No certificate {serial_number} was issued")
    return Response(HTTPStatus.NO_CONTENT)


@api.route("GET /certificate-authority/roots", {HTTPStatus.OK: TrustedRootList})
def list_trusted_roots(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> TrustedRootList:
    """The roots by which the certificates of contracts are examined (Plug & Charge)."""
    found, rest = authority.roots_page(cursor, limit)
    return TrustedRootList(items=[root_view(one) for one in found], next_cursor=rest)


@api.route("PUT /certificate-authority/roots/{root_id}", {HTTPStatus.OK: TrustedRoot, HTTPStatus.CREATED: TrustedRoot})
def put_trusted_root(root_id: RootId, wanted: RootSettings) -> Response[TrustedRoot]:
    """Trust a root of a V2G authority or of a mobility operator, or replace it."""
    (read,) = certificates.read(wanted.certificate)
    root = domain.TrustedRoot(
        root_id, wanted.certificate, wanted.use, certificates.subject(read), read.not_valid_after_utc
    )
    saved = authority.save_root(root)
    status = HTTPStatus.CREATED if saved.revision == 1 else HTTPStatus.OK
    return Response(status, JSON, root_view(saved))


@api.route("DELETE /certificate-authority/roots/{root_id}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN_ROOT)
def delete_trusted_root(root_id: RootId) -> Response[None]:
    """Trust a root no longer."""
    if not authority.delete_root(root_id):
        raise NotFound(f"There is no root {root_id}")
    return Response(HTTPStatus.NO_CONTENT)
