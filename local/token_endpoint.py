"""Cognito's token endpoint for machines, which moto lacks: the client credentials grant of OAuth 2.0. Those of people
are in local/sign_in_grants.py.

https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
"""

import base64
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from local import tokens
from local.http_events import HttpAnswer
from local.identity import client

PATH = "/oauth2/token"
VALID_S = 3600
GRANT = "client_credentials"


class GrantRefusedError(Exception):
    """No token, for one of the reasons of RFC 6749, section 5.2: `invalid_client`, `invalid_scope`, …"""


def answer(issuer: str, authorization: str, form: Mapping[str, str]) -> HttpAnswer:
    """The answer to a request with this `Authorization` (empty: none) and body, by the user pool behind an issuer."""
    try:
        token = _granted(issuer, authorization, form)
    except GrantRefusedError as error:
        return json_answer(400, {"error": str(error)})
    return json_answer(200, {"access_token": token, "expires_in": VALID_S, "token_type": "Bearer"})


def _granted(issuer: str, authorization: str, form: Mapping[str, str]) -> str:
    if "grant_type" not in form:
        raise GrantRefusedError("invalid_request")
    if form["grant_type"] != GRANT:
        raise GrantRefusedError("unsupported_grant_type")
    client_id, secret = _credentials(authorization, form)
    known = described(issuer.rpartition("/")[2], client_id)
    if not hmac.compare_digest(secret.encode(), known.get("ClientSecret", "").encode()) or not secret:
        raise GrantRefusedError("invalid_client")
    if GRANT not in known.get("AllowedOAuthFlows", []):
        raise GrantRefusedError("unauthorized_client")
    allowed = known.get("AllowedOAuthScopes", [])
    scopes = form.get("scope", "").split() or allowed
    if not set(scopes) <= set(allowed):
        raise GrantRefusedError("invalid_scope")
    now = int(time.time())
    return tokens.signed(
        {
            "sub": client_id,
            "client_id": client_id,
            "token_use": "access",
            "scope": " ".join(scopes),
            "iss": issuer,
            "auth_time": now,
            "iat": now,
            "exp": now + VALID_S,
            "version": 2,
            "jti": str(uuid.uuid4()),
        }
    )


def _credentials(authorization: str, form: Mapping[str, str]) -> tuple[str, str]:
    """Client id and secret, from the header (Basic) or from the body."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise GrantRefusedError("invalid_client") from None
    return client_id, secret


def described(pool: str, client_id: str) -> dict[str, Any]:
    """A client of a user pool. Raises GrantRefusedError if there is none."""
    try:
        answer = client("cognito-idp").describe_user_pool_client(UserPoolId=pool, ClientId=client_id)
    except (ClientError, ParamValidationError):
        raise GrantRefusedError("invalid_client") from None
    found: dict[str, Any] = answer["UserPoolClient"]
    return found


def json_answer(status: int, body: Mapping[str, object]) -> HttpAnswer:
    """An answer of the endpoint, which nobody keeps."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return HttpAnswer(status, headers, (), json.dumps(body).encode())
