"""The shapes of certificates in the operator API."""

import datetime as dt

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain import certificates as domain
from shared.domain.certificates import CertificateUse


class Certificate(View):
    """A root certificate that a station has."""

    hash_algorithm: str
    """SHA256, SHA384 or SHA512."""
    issuer_name_hash: str
    issuer_key_hash: str | None
    """Null: not known until the station reports it."""
    serial_number: str
    """In hexadecimal digits."""
    reported: bool
    """Whether the station has told of it; if not, it has accepted it since it told last."""
    subject: str | None
    """Whose it is (RFC 4514); null, like what follows, unless it was installed by a call."""
    expires_at: dt.datetime | None
    installed_at: dt.datetime | None


class InstalledCertificates(View):
    """The root certificates of one use that a station has, as far as its answers have told."""

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


def _certificate(one: domain.Certificate) -> Certificate:
    return Certificate(
        **one.hash_data._asdict(),
        reported=one.reported,
        subject=one.subject,
        expires_at=one.expires_at,
        installed_at=one.installed_at,
    )
