"""Certificates that stations have of us (blocks A and M): what was asked for, and what was issued.

A station asks with a signing request; a certificate authority signs it; the station is brought the certificate, and
says whether it takes it.
"""

import datetime as dt
from typing import Literal, NamedTuple

Kind = Literal["ChargingStationCertificate", "V2GCertificate", "V2G20Certificate"]
"""What a certificate is for: the station as our client, or the station as the vehicle's server (ISO 15118-2, -20)."""

State = Literal["requested", "waiting", "failed", "refused", "issued", "accepted", "rejected"]
"""How far a request has come: asked for; waiting for somebody who brings the certificate; the authority could not be
asked, it may be tried again; the authority would not; issued, and on its way to the station; the station has taken it,
or would not."""

EXPIRES_SOON = dt.timedelta(days=30)
"""So long before its end a certificate should be renewed (use case A02)."""


class Request(NamedTuple):
    """A station's request for a certificate that was in order."""

    station_id: str
    signing_id: str
    """Ours; sorts by time."""
    asked_at: dt.datetime
    csr: str
    """PKCS#10 in PEM."""
    kind: Kind | None
    """None: the station did not say, so it is for either use."""
    request_id: int | None = None
    """The station's number of it, which goes back with the certificate (2.1)."""
    root_serial_number: str | None = None
    """The root that the chain is to lead to, in hexadecimal digits, if the station has said so (2.1)."""
    state: State = "requested"
    reason: str | None = None
    """Why it has failed or was refused."""
    attempts: int = 0
    serial_number: str | None = None
    """Of the certificate, in hexadecimal digits, once there is one."""
    call_id: str | None = None
    """The call that brings the certificate."""
    changed_at: dt.datetime | None = None


def signing_id(at: dt.datetime, content: str) -> str:
    """The id of a request that came at a moment: `20261123T080000000000Z-0123456789abcdef`."""
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%S%fZ}-{content}"


class Issued(NamedTuple):
    """A certificate that a station was given."""

    serial_number: str
    """In hexadecimal digits, without zeros in front."""
    station_id: str
    kind: Kind | None
    subject: str
    chain: str
    """PEM, the station's own first."""
    issued_at: dt.datetime
    expires_at: dt.datetime
    is_ours: bool = False
    """Whether the embedded authority has issued it, so that we can say whether it is revoked."""
    revoked_at: dt.datetime | None = None

    def expires_soon(self, now: dt.datetime) -> bool:
        return self.expires_at - now <= EXPIRES_SOON


class Authority(NamedTuple):
    """The embedded certificate authority: the root that it has issued itself, and by which key it signs."""

    certificate: str
    """PEM."""
    key: str
    """The ARN of the KMS key; or, on a developer's machine only, the key itself (PEM)."""


Use = Literal["V2G", "MO"]
"""For what a root is trusted: stations' V2G certificates, or the contracts of mobility operators."""


class TrustedRoot(NamedTuple):
    """A root certificate by which the certificates of contracts are examined."""

    root_id: str
    certificate: str
    """PEM."""
    use: Use
    subject: str
    expires_at: dt.datetime
    revision: int = 0
