"""Cognito's token endpoint for people, which moto lacks: the grants `authorization_code`, with PKCE, and
`refresh_token`; and its revocation endpoint.

https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html, …/revocation-endpoint.html, RFC 6749,
RFC 7009, RFC 7636
"""

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from local import people, tokens
from local.http_events import HttpAnswer
from local.identity import new_uuid
from local.people import Person
from local.token_endpoint import VALID_S, GrantRefusedError, json_answer

CODE, REFRESH = "authorization_code", "refresh_token"
GRANTS = (CODE, REFRESH)
CODE_S = 300
"""How long a code waits for its one use."""
REFRESH_S = 7 * 24 * 3600


class Asked(NamedTuple):
    """What a client asked for at the authorization endpoint."""

    client_id: str
    redirect_uri: str
    scope: str
    challenge: str
    """The code challenge, by S256."""
    nonce: str = ""


class _Code(NamedTuple):
    asked: Asked
    username: str
    expires_at_s: float


class _Session(NamedTuple):
    """What a refresh token stands for."""

    client_id: str
    username: str
    scope: str
    signed_in_at_s: int
    origin: str
    """The `origin_jti` of all its tokens."""
    expires_at_s: float


class Grants:
    """The codes and refresh tokens that are out. They are forgotten with the system, as moto's users are."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._pool = issuer.rpartition("/")[2]
        self._codes: dict[str, _Code] = {}
        self._sessions: dict[str, _Session] = {}
        self._lock = threading.Lock()

    def code(self, asked: Asked, person: Person) -> str:
        """A code for what was asked, to be used once."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes = {name: one for name, one in self._codes.items() if one.expires_at_s > time.time()}
            self._codes[code] = _Code(asked, person.username, time.time() + CODE_S)
        return code

    def answer(self, form: Mapping[str, str]) -> HttpAnswer:
        """The answer of the token endpoint to one of GRANTS."""
        try:
            return json_answer(200, self._by_code(form) if form["grant_type"] == CODE else self._by_refresh(form))
        except GrantRefusedError as error:
            return json_answer(400, {"error": str(error)})

    def revoke(self, form: Mapping[str, str]) -> HttpAnswer:
        """The answer of the revocation endpoint: a refresh token of this client is worth nothing from now on. One that
        is not known, or is so no more, is revoked as well."""
        token, client_id = form.get("token"), form.get("client_id")
        if not token or not client_id:
            return json_answer(400, {"error": "invalid_request"})
        with self._lock:
            session = self._sessions.get(token)
            if session is not None and session.client_id != client_id:
                return json_answer(400, {"error": "invalid_grant"})
            self._sessions.pop(token, None)
        return HttpAnswer(200, {"cache-control": "no-store"}, (), b"")

    def _by_code(self, form: Mapping[str, str]) -> dict[str, Any]:
        _require(form, "client_id", "code", "redirect_uri", "code_verifier")
        with self._lock:
            found = self._codes.pop(form["code"], None)
        if found is None or found.expires_at_s <= time.time():
            raise GrantRefusedError("invalid_grant")
        asked = found.asked
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=")
        same_client = (asked.client_id, asked.redirect_uri) == (form["client_id"], form["redirect_uri"])
        if not same_client or not hmac.compare_digest(challenge, asked.challenge.encode()):
            raise GrantRefusedError("invalid_grant")
        now = int(time.time())
        session = _Session(asked.client_id, found.username, asked.scope, now, new_uuid(), now + REFRESH_S)
        token = secrets.token_urlsafe(48)
        with self._lock:
            self._sessions[token] = session
        return {**self._tokens(session, asked.nonce), "refresh_token": token}

    def _by_refresh(self, form: Mapping[str, str]) -> dict[str, Any]:
        _require(form, "client_id", "refresh_token")
        with self._lock:
            session = self._sessions.get(form["refresh_token"])
        if session is None or session.client_id != form["client_id"] or session.expires_at_s <= time.time():
            raise GrantRefusedError("invalid_grant")
        return self._tokens(session)

    def _tokens(self, session: _Session, nonce: str = "") -> dict[str, Any]:
        """New tokens, with the groups that the person has by now."""
        person = people.find(self._pool, session.username)
        if person is None:
            raise GrantRefusedError("invalid_grant")
        now = int(time.time())
        both = {
            "sub": person.subject,
            "iss": self._issuer,
            "origin_jti": session.origin,
            "auth_time": session.signed_in_at_s,
            "iat": now,
            "exp": now + VALID_S,
            **({"cognito:groups": list(person.groups)} if person.groups else {}),
        }
        access = {
            "client_id": session.client_id,
            "token_use": "access",
            "scope": session.scope,
            "version": 2,
            "jti": new_uuid(),
            "username": person.username,
        }
        made = {"access_token": tokens.signed(both | access), "expires_in": VALID_S, "token_type": "Bearer"}
        if "openid" not in session.scope.split():
            return made
        identity = {
            "aud": session.client_id,
            "token_use": "id",
            "jti": new_uuid(),
            "cognito:username": person.username,
            "email": person.email,
            "email_verified": True,
            **({"nonce": nonce} if nonce else {}),
        }
        return {**made, "id_token": tokens.signed(both | identity)}


def _require(form: Mapping[str, str], *names: str) -> None:
    if not all(form.get(name) for name in names):
        raise GrantRefusedError("invalid_request")
