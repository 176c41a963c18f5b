"""The WebSocket subprotocol: which OCPP version a connection speaks (rules T-10 to T-14)."""

from typing import NamedTuple

VERSIONS = {"ocpp1.6": "1.6", "ocpp2.0.1": "2.0.1", "ocpp2.1": "2.1"}
"""The registered names of the versions we speak. `ocpp2.0` was withdrawn and is never chosen."""


class Choice(NamedTuple):
    """The token to echo, exactly as it was offered (empty: none), and the version (empty: nothing in common)."""

    token: str
    version: str


def choose(offered: str, *, assumed: str, pinned: str) -> Choice:
    """The first offered name that we speak, or the one this station is pinned to.

    `offered` is the Sec-WebSocket-Protocol header; letter case does not matter (quirk Q-30). A station that offers
    nothing gets the `assumed` version without an echo (rule T-12, quirk Q-28).
    """
    tokens = [token.strip() for token in offered.split(",") if token.strip()]
    if not tokens:
        return Choice("", assumed if assumed in VERSIONS.values() else "")
    known = [Choice(token, version) for token in tokens if (version := VERSIONS.get(token.lower()))]
    if pinned:
        known = [choice for choice in known if choice.version == pinned]
    return known[0] if known else Choice("", "")
