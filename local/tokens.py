"""Who may use the operator API on this machine: whoever shows a valid token, and whoever shows none.

The API listens on loopback only, so a request without a token is the developer's, who is an admin. A token that is
shown must be good, and gives the role that it would give in the cloud.
"""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from moto.utilities.utils import load_resource

from local.apis import JwtAuthorizer
from shared.resources import Role

DEVELOPER = "local-developer"
DEVELOPERS_ROLE: Role = "admin"
ALGORITHM = "RS256"
THIS_MACHINE = ("127.0.0.1", "localhost")


class TokenRefusedError(Exception):
    """The token is not one of this user pool, for this client, or it is over."""


def claims(authorizer: JwtAuthorizer, headers: Mapping[str, str], *, required: bool = False) -> dict[str, str]:
    """The claims of a request as an HTTP API hands them on, every value as text; header names are in lower case.

    `required`: a request without a token is nobody's, as in the cloud.
    """
    authorization = headers.get("authorization")
    if authorization is None:
        if required:
            raise TokenRefusedError("there is no token")
        _require_this_machine(headers)
        return local_developer(authorizer)
    scheme, _, token = authorization.rpartition(" ")
    if scheme.lower() not in ("bearer", ""):
        raise TokenRefusedError(f"a bearer token is expected, not {scheme}")
    try:
        decoded = jwt.decode(token, _public_keys(), algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError) as error:
        raise TokenRefusedError(str(error)) from None
    _check(authorizer, decoded)
    return {name: _text(value) for name, value in decoded.items() if value is not None}


def _require_this_machine(headers: Mapping[str, str]) -> None:
    if not is_this_machine(headers):
        raise TokenRefusedError("without a token only this machine itself is let in")


def is_this_machine(headers: Mapping[str, str]) -> bool:
    """False for a request that a page of some other site made the developer's browser send."""
    host = headers.get("host", "")
    origin = headers.get("origin")
    return urlsplit(f"//{host}").hostname in THIS_MACHINE and (origin is None or urlsplit(origin).netloc == host)


def signed(decoded: Mapping[str, Any]) -> str:
    """A token with these claims, signed as moto signs those of every user pool."""
    key = load_resource("cognitoidp/resources/jwks-private.json")
    return jwt.encode({"kid": key["kid"], "alg": ALGORITHM}, dict(decoded), RSAKey.import_key(key))


def local_developer(authorizer: JwtAuthorizer) -> dict[str, str]:
    """The claims of the developer in front of this machine."""
    now = int(time.time())
    return {
        "sub": DEVELOPER,
        "username": DEVELOPER,
        "cognito:groups": f"[{DEVELOPERS_ROLE}]",
        "iss": authorizer.issuer,
        "client_id": authorizer.audience[0] if authorizer.audience else "",
        "token_use": "access",
        "scope": "openid email",
        "auth_time": str(now),
        "iat": str(now),
        "exp": str(now + 3600),
    }


def _public_keys() -> KeySet:
    """The keys by which the tokens of every user pool of moto's can be checked."""
    return KeySet.import_key_set(load_resource("cognitoidp/resources/jwks-public.json"))


def _check(authorizer: JwtAuthorizer, decoded: dict[str, Any]) -> None:
    now = time.time()
    audience = decoded.get("aud") or decoded.get("client_id")
    given = audience if isinstance(audience, list) else [audience]
    if decoded.get("iss") != authorizer.issuer:
        raise TokenRefusedError("the token comes from another issuer")
    if not set(given) & set(authorizer.audience):
        raise TokenRefusedError("the token is for another client")
    if not isinstance(decoded.get("exp"), int | float) or decoded["exp"] <= now:
        raise TokenRefusedError("the token has expired")
    if max(decoded.get("nbf", 0), decoded.get("iat", 0)) > now + 60:
        raise TokenRefusedError("the token is not valid yet")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + " ".join(map(str, value)) + "]"
    return value if isinstance(value, str) else json.dumps(value)
