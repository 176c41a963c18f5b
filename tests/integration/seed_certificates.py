"""Certificates that a station has and has asked for, a root that is trusted; and bodies of requests that fit them."""

import datetime as dt
from functools import cache
from typing import Any

from shared.aws.views_certificates import certificate_id
from shared.domain.certificates import HashData, Reported
from shared.domain.issued_certificates import Issued, Request, TrustedRoot, signing_id
from shared.store import authority, certificates, issued_certificates
from tests.pki import issue, root, signing_request

SERIAL_NUMBER = "5fe3f0a1"
ROOT = "mo-1"


@cache
def _csr() -> str:
    return signing_request("CP1", key=issue("CP1", root()).key)


GRANTED: dict[str, Any] = {
    "install_certificate": {"certificate_type": "CSMSRootCertificate", "certificate": root().pem},
    "renew_certificate": {"certificate_type": "ChargingStationCertificate"},
    "bring_chain": {"chain": issue("CP1", root()).pem},
    "put_trusted_root": {"use": "MO", "certificate": root().pem},
}
"""Bodies of operations for which hardly any that is made up will do."""


def leave(station_id: str, now: dt.datetime) -> dict[str, object]:
    """Fill the table; returns what the variables of paths may be."""
    named = HashData("SHA256", "aa11", "bb22", "0c01")
    certificates.keep_reported(station_id, "ManufacturerRootCertificate", [Reported(named)], now)
    asked = Request(station_id, signing_id(now, "0123456789abcdef"), now, _csr(), None, state="waiting")
    issued_certificates.ask(asked)
    expires_at = now + dt.timedelta(days=300)
    issued_certificates.keep(Issued(SERIAL_NUMBER, station_id, None, "CN=CP1", root().pem, now, expires_at))
    authority.save_root(TrustedRoot(ROOT, root().pem, "MO", "CN=Root", expires_at))
    return {
        "certificate_id": certificate_id(named),
        "signing_id": asked.signing_id,
        "serial_number": SERIAL_NUMBER,
        "root_id": ROOT,
    }
