"""Stations and tokens that exist for a check."""

import secrets
from typing import NamedTuple

from bench.smoke.station import basic
from bench.smoke.target import Target, quoted


class Account(NamedTuple):
    """A station that the system knows, and how it gets in."""

    identity: str
    password: str
    url: str

    @property
    def headers(self) -> dict[str, str]:
        return basic(self.identity, self.password)

    @property
    def path(self) -> str:
        """Its resource in the operator API."""
        return f"/stations/{quoted(self.identity)}"


def station(target: Target, suffix: str = "") -> Account:
    """Make a station known that nobody else uses; it is removed in the end."""
    identity, password = f"smoke-{secrets.token_hex(4)}{suffix}", secrets.token_urlsafe(15)
    account = Account(identity, password, target.ws_url + quoted(identity))
    target.create(account.path, {"password": password, "registration": "Accepted"})
    return account


def id_token(target: Target) -> str:
    """Make an accepted id token known that nobody else uses; it is removed in the end."""
    token = f"smoke{secrets.token_hex(4)}"
    target.create(f"/id-tokens/{token}", {"status": "Accepted"})
    return token
