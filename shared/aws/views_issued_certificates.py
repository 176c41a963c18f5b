"""The shapes of what stations ask a certificate authority for, and of what it issues, in the operator API."""

import datetime as dt
from typing import Literal

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain import issued_certificates as domain
from shared.domain.issued_certificates import Kind, State, Use

AuthorityKind = Literal["embedded", "function", "none"]


class CertificateRequest(View):
    """A station's request for a certificate."""

    signing_id: str
    station_id: str
    certificate_type: Kind | None
    """Null: the station did not say, so it is for either use."""
    request_id: int | None
    """The station's number of it (OCPP 2.1)."""
    root_serial_number: str | None
    """The root that the chain should lead to, in hexadecimal digits, if the station has said so (OCPP 2.1)."""
    csr: str
    """PKCS#10 in PEM."""
    state: State
    """`requested`; `waiting` for a chain that is brought by the API; `failed`: the authority could not be asked;
    `refused` by it; `issued` and on its way; `accepted` or `rejected` by the station."""
    reason: str | None
    asked_at: dt.datetime
    changed_at: dt.datetime | None
    serial_number: str | None
    """Of the certificate, in hexadecimal digits, once there is one."""
    call_id: str | None
    """The call that brings it."""


class CertificateRequestList(View):
    """A page of a station's requests, newest first."""

    items: list[CertificateRequest]
    next_cursor: NextCursor


class IssuedCertificate(View):
    """A certificate that a station was given."""

    serial_number: str
    """In hexadecimal digits."""
    station_id: str
    certificate_type: Kind | None
    subject: str
    issued_at: dt.datetime
    expires_at: dt.datetime
    expires_soon: bool
    """Whether it has less than 30 days left, or none."""
    embedded: bool
    """Whether the embedded authority has issued it."""
    revoked_at: dt.datetime | None
    chain: str
    """PEM, the station's own certificate first."""


class IssuedCertificateList(View):
    """A page of certificates, those first that expire first."""

    items: list[IssuedCertificate]
    next_cursor: NextCursor


class CertificateAuthority(View):
    """Who signs the certificates of stations."""

    kind: AuthorityKind
    """`embedded`: its key is ours; `function`: a Lambda function of the operator's; `none`: chains are brought by the
    API."""
    chain: str | None
    """The embedded authority's root, PEM: what stations and whoever meets them must trust."""
    subject: str | None
    expires_at: dt.datetime | None


class TrustedRoot(View):
    """A root by which the certificates of contracts are examined."""

    root_id: str
    use: Use
    """Whose root: a V2G authority's, or a mobility operator's (MO)."""
    subject: str
    expires_at: dt.datetime
    certificate: str
    """PEM."""


class TrustedRootList(View):
    """A page of roots, in order of their ids."""

    items: list[TrustedRoot]
    next_cursor: NextCursor


def request_view(request: domain.Request) -> CertificateRequest:
    fields = request._asdict()
    del fields["attempts"]
    return CertificateRequest(certificate_type=fields.pop("kind"), **fields)


def issued_view(issued: domain.Issued, now: dt.datetime) -> IssuedCertificate:
    fields = issued._asdict()
    return IssuedCertificate(
        certificate_type=fields.pop("kind"),
        embedded=fields.pop("is_ours"),
        expires_soon=issued.expires_soon(now),
        **fields,
    )


def root_view(root: domain.TrustedRoot) -> TrustedRoot:
    fields = root._asdict()
    del fields["revision"]
    return TrustedRoot(**fields)
