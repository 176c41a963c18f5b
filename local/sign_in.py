"""The sign-in pages of a user pool, which moto lacks: `/oauth2/authorize`, with a form, and `/logout`.

https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html. There is no session and so no
cookie: who comes again is asked again. PKCE is a must here, which Cognito leaves to the client.
"""

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from infra.console_configuration import Issuer, SignIn, sign_in
from local import people, sign_in_page, token_endpoint
from local.people import NotSignedInError
from local.sign_in_grants import Asked, Grants
from local.tokens import THIS_MACHINE

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class RequestRefusedError(Exception):
    """The request goes back to the client with an error of RFC 6749, section 4.1.2.1."""


class NoSuchClientError(Exception):
    """Nobody can be sent back: the client, or the address to go back to, is none of ours."""


class SignInService:
    """Answers at the addresses of a user pool's sign-in domain."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer.issuer
        self._issuer = issuer
        self._pool = issuer.issuer.rpartition("/")[2]
        self.grants = Grants(issuer.issuer)

    def endpoints(self, origin: str) -> SignIn:
        """What the console is told, when it comes by this origin."""
        return sign_in(origin, self._issuer)

    async def authorize(self, request: web.Request) -> web.Response:
        """GET shows the form; POST takes what was filled in, and goes back to the client with a code."""
        query = request.query
        words = sign_in_page.words(query.get("lang", request.headers.get("Accept-Language", "")))
        try:
            self._require_client(request, query.get("client_id"), query.get("redirect_uri"))
        except NoSuchClientError as error:
            return sign_in_page.refusal(words, str(error))
        try:
            asked = await asyncio.to_thread(self._asked, query)
        except RequestRefusedError as error:
            return _back(query, {"error": str(error)})
        if request.method != "POST":
            return sign_in_page.form(words)
        if not _of_this_origin(request):
            return sign_in_page.refusal(words, "origin")
        form = await request.post()
        name, password = str(form.get("username", "")).strip(), str(form.get("password", ""))
        try:
            person = await asyncio.to_thread(people.check, self._pool, asked.client_id, name, password)
        except NotSignedInError as error:
            return sign_in_page.form(words, name=name, problem=str(error))
        return _back(query, {"code": self.grants.code(asked, person)})

    async def log_out(self, request: web.Request) -> web.Response:
        """Goes where the client wants; there is nothing else to do."""
        target = request.query.get("logout_uri", "")
        try:
            self._require_client(request, request.query.get("client_id"), target)
        except NoSuchClientError as error:
            words = sign_in_page.words(request.headers.get("Accept-Language", ""))
            return sign_in_page.refusal(words, str(error))
        return web.Response(status=302, headers={"Location": target, "Cache-Control": "no-store"})

    def _require_client(self, request: web.Request, client_id: str | None, redirect_uri: str | None) -> None:
        """Only people's client, and only back to the console's own page. Raises NoSuchClientError."""
        if client_id != self._issuer.client_id:
            raise NoSuchClientError("client")
        own = urlsplit(f"//{request.host}").hostname in THIS_MACHINE
        if not own or redirect_uri != f"{request.scheme}://{request.host}/":
            raise NoSuchClientError("redirect")

    def _asked(self, query: Mapping[str, str]) -> Asked:
        """Raises RequestRefusedError."""
        if query.get("response_type") != "code":
            raise RequestRefusedError("unsupported_response_type" if "response_type" in query else "invalid_request")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise RequestRefusedError("invalid_request")
        described = token_endpoint.described(self._pool, self._issuer.client_id)
        if "code" not in described.get("AllowedOAuthFlows", []):
            raise RequestRefusedError("unauthorized_client")
        allowed = described.get("AllowedOAuthScopes", [])
        scopes = query.get("scope", "").split() or allowed
        if not set(scopes) <= set(allowed):
            raise RequestRefusedError("invalid_scope")
        if query.get("prompt") == "none":
            raise RequestRefusedError("login_required")
        return Asked(self._issuer.client_id, query["redirect_uri"], " ".join(scopes), challenge, query.get("nonce", ""))


def _of_this_origin(request: web.Request) -> bool:
    """Whether a form was sent by our page, and not by one of another site."""
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.host}"


def _back(query: Mapping[str, str], answer: dict[str, str]) -> web.Response:
    """To the client, with its state."""
    if "state" in query:
        answer["state"] = query["state"]
    location = f"{query['redirect_uri']}?{urlencode(answer)}"
    return web.Response(status=302, headers={"Location": location, "Cache-Control": "no-store"})
