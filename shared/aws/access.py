"""Who asks: the caller of a request to the operator API, and the role that the claims of the token give.

People have the role of their group in the user pool, machines that of their scope. The JWT authorizer of an HTTP API
hands claims on as text, whatever they were in the token, and a list as `[a b]`.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from shared.domain import device_settings
from shared.domain.configuration import touches_credentials
from shared.domain.variables import VariableId
from shared.resources import ROLES, Role, scope

OF_CREDENTIALS = frozenset({"CertificateSigned", "DeleteCertificate", "InstallCertificate", "SetNetworkProfile"})
"""Actions that change which certificates a station has and trusts, or whom it dials and how."""


class Caller(NamedTuple):
    """Who a token speaks for."""

    principal: str
    """A person's `sub` or a machine's client id, the same as long as that user or client exists; empty for nobody."""
    role: Role | None
    """The highest that the token gives, if any."""

    def may(self, needed: Role) -> bool:
        """Whether this is enough for something that takes a role at least."""
        return self.role is not None and ROLES.index(self.role) >= ROLES.index(needed)


def caller(authorizer: Mapping[str, Any] | None) -> Caller:
    """The caller by `requestContext.authorizer` of an event; nobody without a token."""
    jwt = (authorizer or {}).get("jwt") or {}
    claims: Mapping[str, str] = jwt.get("claims") or {}
    principal = claims.get("sub") or claims.get("client_id") or ""
    groups = _words(claims.get("cognito:groups"))
    scopes = _words(claims.get("scope")) | set(jwt.get("scopes") or ())
    has = [role for role in ROLES if role in groups or scope(role) in scopes]
    return Caller(principal, has[-1] if has and principal else None)


class Session(NamedTuple):
    """The token of a request: whose it is, and until when."""

    username: str
    """A person's name in the user pool, or a machine's client id."""
    expires_at: dt.datetime


def session(authorizer: Mapping[str, Any] | None) -> Session:
    """The token by `requestContext.authorizer` of an event that the JWT authorizer let through, which takes no token
    without an expiry."""
    claims: Mapping[str, str] = ((authorizer or {}).get("jwt") or {}).get("claims") or {}
    username = claims.get("username") or claims.get("cognito:username") or claims.get("client_id") or ""
    return Session(username, dt.datetime.fromtimestamp(float(claims["exp"]), dt.UTC))


def role_for(action: str, payload: Mapping[str, Any]) -> Role:
    """The least role that may have a station sent an action: what lets the station in, and us, is for admins."""
    if action == "ChangeConfiguration" and touches_credentials(str(payload.get("key"))):
        return "admin"
    if action == "SetVariables" and any(map(device_settings.touches_credentials, variables_of(payload))):
        return "admin"
    return "admin" if action in OF_CREDENTIALS else "operator"


def variables_of(payload: Mapping[str, Any]) -> Iterator[VariableId]:
    """The variables that a SetVariables is for, as far as anything can be read from what is not checked yet."""
    data = payload.get("setVariableData")
    for one in data if isinstance(data, list) else ():
        named = [one.get(name) if isinstance(one, dict) else None for name in ("component", "variable")]
        names = [str(part.get("name")) for part in named if isinstance(part, dict)]
        if len(names) == 2:
            yield VariableId(names[0], names[1])


def _words(claim: str | None) -> set[str]:
    """The members of a list as an HTTP API writes it, `[a b]`, or of the plain `a b` of a scope."""
    text = claim or ""
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    return set(text.split())
