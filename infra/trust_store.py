"""The certificate authorities that AWS's own endpoints stand on: all that a function needs to trust."""

import re
from pathlib import Path

import certifi

FILE = "amazon_roots.pem"
ROOTS = frozenset(
    {
        "Amazon Root CA 1",
        "Amazon Root CA 2",
        "Amazon Root CA 3",
        "Amazon Root CA 4",
        "Starfield Services Root Certificate Authority - G2",
    }
)
"""Amazon Trust Services' roots. Reading five instead of some 140 is a fifth of what starting a Heartbeat takes."""

_LABELLED = re.compile(
    r'^# Label: "(?P<label>.*?)"$.*?(?P<pem>^-----BEGIN CERTIFICATE-----$.*?^-----END CERTIFICATE-----$\n)',
    re.DOTALL | re.MULTILINE,
)


def amazon_roots() -> str:
    """The roots as PEM, out of Mozilla's list. Raises ValueError if that does not have them all (any more)."""
    listed = {root["label"]: root["pem"] for root in _LABELLED.finditer(Path(certifi.where()).read_text("utf-8"))}
    if missing := ROOTS - listed.keys():
        raise ValueError(f"certifi lists no {', '.join(sorted(missing))}")
    return "".join(listed[name] for name in sorted(ROOTS))
