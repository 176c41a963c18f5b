"""Who may use the operator API on this machine: whoever shows a valid token, and whoever shows none.

The API listens on loopback only, so a request without a token is the developer's. A token that is shown must be good.
"""

import json
import time
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from moto.utilities.utils import load_resource

from local.apis import JwtAuthorizer

OPERATOR_GROUP = "operators"


class TokenRefusedError(Exception):
    """The token is not one of this user pool, for this client, or it is over."""


def claims(authorizer: JwtAuthorizer, authorization: str | None) -> dict[str, str]:
    """The claims of a request as an HTTP API hands them on: every value as text."""
    if authorization is None:
        return local_operator(authorizer)
    scheme, _, token = authorization.rpartition(" ")
    if scheme.lower() not in ("bearer", ""):
        raise TokenRefusedError(f"a bearer token is expected, not {scheme}")
    try:
        decoded = jwt.decode(token, _keys(), algorithms=["RS256"]).claims
    except (JoseError, ValueError) as error:
        raise TokenRefusedError(str(error)) from None
    _check(authorizer, decoded)
    return {name: _text(value) for name, value in decoded.items()}


def local_operator(authorizer: JwtAuthorizer) -> dict[str, str]:
    """The claims of the developer in front of this machine."""
    now = int(time.time())
    return {
        "sub": "local-operator",
        "username": "local-operator",
        "cognito:groups": f"[{OPERATOR_GROUP}]",
        "iss": authorizer.issuer,
        "client_id": authorizer.audience[0] if authorizer.audience else "",
        "token_use": "access",
        "scope": "openid email",
        "auth_time": str(now),
        "iat": str(now),
        "exp": str(now + 3600),
    }


def _keys() -> KeySet:
    """The keys with which moto signs the tokens of every user pool."""
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
