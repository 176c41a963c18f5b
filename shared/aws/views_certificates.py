"""The shapes of certificates in the operator API."""

import datetime as dt

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain import certificates as domain
from shared.domain.certificates import CertificateUse
from shared.store.keys import digest


class CertificateName(View):
    """What OCPP names a certificate by."""

    hash_algorithm: str
    """SHA256, SHA384 or SHA512."""
    issuer_name_hash: str
    issuer_key_hash: str | None
    """Null: not known until the station reports it."""
    serial_number: str
    """In hexadecimal digits."""


class Certificate(CertificateName):
    """A certificate that a station has installed."""

    certificate_id: str
    """Ours, of the hash algorithm, the issuer's name and the serial number."""
    reported: bool
    """Whether the station has told of it; if not, it has accepted it since it told last."""
    subject: str | None
    """Whose it is (RFC 4514); null, like what follows, unless it was installed by a call."""
    expires_at: dt.datetime | None
    installed_at: dt.datetime | None
    children: list[CertificateName]
    """The rest of its chain, where a station tells of it (OCPP 2.x)."""


class InstalledCertificates(View):
    """The certificates of one use that a station has, as far as its answers have told."""

    certificate_type: CertificateUse
    """In the words of OCPP 2.0.1; CSMSRootCertificate is 1.6's CentralSystemRootCertificate."""
    read_at: dt.datetime | None
    """When the station told of them, asked by GetInstalledCertificateIds; null: it never was."""
    certificates: list[Certificate]


class InstalledCertificatesList(View):
    """What is known of a station's certificates, by their use."""

    items: list[InstalledCertificates]
    next_cursor: NextCursor


def installed_view(installed: domain.Installed) -> InstalledCertificates:
    return InstalledCertificates(
        certificate_type=installed.use,
        read_at=installed.read_at,
        certificates=[_certificate(one) for one in installed.certificates],
    )


def certificate_id(hash_data: domain.HashData) -> str:
    """The id of a certificate in paths."""
    return digest(*hash_data.identity)


def _certificate(one: domain.Certificate) -> Certificate:
    return Certificate(
        **one.hash_data._asdict(),
        certificate_id=certificate_id(one.hash_data),
        children=[CertificateName(**child._asdict()) for child in one.children],
        reported=one.reported,
        subject=one.subject,
        expires_at=one.expires_at,
        installed_at=one.installed_at,
    )
