"""The certificates that a station has installed (block M): roots by which it knows us, who made its firmware, and what
vehicles show; and its own for vehicles.

Of what a station reports there are only hashes; of what we install we know more, and keep it.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Literal, NamedTuple

CertificateUse = Literal[
    "CSMSRootCertificate",
    "ManufacturerRootCertificate",
    "MORootCertificate",
    "OEMRootCertificate",
    "V2GCertificateChain",
    "V2GRootCertificate",
]
"""What a certificate is for. (1.6 calls the first one CentralSystemRootCertificate, and has only the first two.) A
V2GCertificateChain is the station's own for vehicles; it is reported and deleted, but not installed as the others."""
CSMS_ROOT: CertificateUse = "CSMSRootCertificate"

TLS_PROFILES = (2, 3)
"""The security profiles in which a station needs a root to know us by."""


class HashData(NamedTuple):
    """What OCPP names a certificate by, in hexadecimal digits as whoever told it wrote them."""

    hash_algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str | None
    """None: not to be told from the certificate, since another one has issued it."""
    serial_number: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """Equal for the same certificate: an issuer gives a serial number once. The key's hash adds nothing to that."""
        return self.hash_algorithm, self.issuer_name_hash.lower(), self.serial_number.lower().lstrip("0")


class Reported(NamedTuple):
    """A certificate as a station tells of it: the first of its chain, and those below it (2.x)."""

    hash_data: HashData
    children: tuple[HashData, ...] = ()


class Certificate(NamedTuple):
    """A certificate that a station has, as far as we know."""

    hash_data: HashData
    reported: bool
    """Whether the station has told of it; if not, it has accepted it since it told last."""
    subject: str | None = None
    """Whose it is (RFC 4514); None, like what follows, if it was not installed by us."""
    expires_at: dt.datetime | None = None
    installed_at: dt.datetime | None = None
    children: tuple[HashData, ...] = ()
    """The rest of its chain, as the station has told of it."""


class Installed(NamedTuple):
    """The certificates of one use that a station has."""

    use: CertificateUse
    read_at: dt.datetime | None
    """When the station told of them; None: it never did."""
    certificates: tuple[Certificate, ...]


def as_reported(said: Iterable[Reported], known: Iterable[Certificate]) -> tuple[Certificate, ...]:
    """The certificates that a station reports, with what was known of them."""
    before = {one.hash_data.identity: one for one in known}
    return tuple(
        before.get(one.hash_data.identity, Certificate(one.hash_data, reported=True))._replace(
            hash_data=one.hash_data, reported=True, children=one.children
        )
        for one in said
    )


def algorithm_of(known: Iterable[Installed]) -> str:
    """The hash algorithm that a station uses; SHA256 if it has not shown one."""
    shown = (one.hash_data.hash_algorithm for each in known for one in each.certificates if one.reported)
    return next(shown, "SHA256")


def find(known: Iterable[Installed], hash_data: HashData) -> tuple[CertificateUse, Certificate] | None:
    """The certificate that a station has reported by this name, by itself or in a chain."""
    for each in known:
        for one in each.certificates:
            for named in (one.hash_data, *one.children) if one.reported else ():
                if named.identity == hash_data.identity:
                    return each.use, one if named is one.hash_data else Certificate(named, reported=True)
    return None


def is_in_use(use: CertificateUse, known: Iterable[Installed], security_profile: int | None) -> bool:
    """Whether a station with a certificate of this use knows us by it: it has TLS, and no other root of ours."""
    if use != CSMS_ROOT or security_profile not in TLS_PROFILES:
        return False
    return sum(len(each.certificates) for each in known if each.use == CSMS_ROOT) <= 1
