"""API Gateway's HTTP API on one machine, and what else this machine answers over HTTP."""

import asyncio
import logging
import time
from functools import partial
from pathlib import Path

from aiohttp import web
from multidict import CIMultiDict

from infra import console_configuration
from infra.console_configuration import Configuration, Issuer
from local import http_events, metrics, token_endpoint, tokens
from local.apis import HttpApi
from local.connections import Connections
from local.console_files import BUILT, ConsoleFiles
from local.files import FileService
from local.functions import Functions
from local.http_events import HttpAnswer, HttpRequest, plain
from local.sign_in import SignInService
from local.sign_in_grants import GRANTS
from shared.version import VERSION

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 10 * 1024 * 1024
INTEGRATION_S = 30.0


class HttpService:
    """Answers HTTP: the operator API, the console, files, tokens for machines, @connections."""

    def __init__(
        self,
        api: HttpApi | None,
        functions: Functions,
        connections: Connections,
        *,
        needs_token: bool = False,
        stage: str = "",
        console: Path = BUILT,
    ) -> None:
        """`needs_token`: the operator API lets nobody in without one, as in the cloud; `console`: where its files
        are."""
        self._api = api
        self._functions = functions
        self._connections = connections
        self._needs_token = needs_token
        self._stage = stage
        self._console = ConsoleFiles(console, self._configuration)
        guards = (route.authorizer for route in api.routes) if api else ()
        guard = next((one for one in guards if one is not None and one.audience), None)
        self._sign_in = SignInService(Issuer(guard.issuer, guard.audience[0])) if guard else None

    def application(self) -> web.Application:
        application = web.Application(client_max_size=MAX_BODY_BYTES)
        application.router.add_get(console_configuration.PATH, self._console.configuration)
        application.router.add_route("*", "/{stage}/@connections/{connection_id}", self._connection)
        if self._sign_in:
            application.router.add_post(console_configuration.TOKEN, partial(self._token, self._sign_in))
            application.router.add_post(console_configuration.REVOKE, partial(self._revoke, self._sign_in))
            application.router.add_route("*", console_configuration.AUTHORIZE, self._sign_in.authorize)
            application.router.add_get(console_configuration.LOG_OUT, self._sign_in.log_out)
        files = FileService(self._operator_api)
        application.router.add_route("*", "/{folder:[uf]}/{link:.*}", files.answer)
        application.router.add_route("*", "/{path:(?:api|ocpp)/.*|live}", self._operator_api)
        application.router.add_route("*", "/{path:.*}", self._console.answer)
        return application

    def _configuration(self, origin: str) -> Configuration:
        return Configuration(
            stage=self._stage,
            version=VERSION,
            sign_in=self._sign_in.endpoints(origin) if self._sign_in and self._needs_token else None,
            map_tiles=None,
        )

    async def _connection(self, request: web.Request) -> web.Response:
        answer = self._connections.answer(request.method, request.match_info["connection_id"], await request.read())
        return web.Response(status=answer.status, headers=answer.headers, text=answer.body)

    async def _token(self, sign_in: SignInService, request: web.Request) -> web.Response:
        form = await _form(request)
        if form.get("grant_type") in GRANTS:
            return _response(await asyncio.to_thread(sign_in.grants.answer, form))
        authorization = request.headers.get("authorization", "")
        return _response(await asyncio.to_thread(token_endpoint.answer, sign_in.issuer, authorization, form))

    async def _revoke(self, sign_in: SignInService, request: web.Request) -> web.Response:
        return _response(sign_in.grants.revoke(await _form(request)))

    async def _operator_api(self, request: web.Request) -> web.Response:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _response(plain(413, "Request Too Long"))
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            if name.lower() != "cookie":
                headers[name.lower()] = f"{headers[name.lower()]},{value}" if name.lower() in headers else value
        cookies = tuple(one.strip() for one in request.headers.get("cookie", "").split(";") if one.strip())
        target, _, query = request.raw_path.partition("?")
        return _response(
            await self.answer(
                HttpRequest(request.method, target, query, headers, cookies, body, request.remote or "127.0.0.1")
            )
        )

    async def answer(self, request: HttpRequest) -> HttpAnswer:
        """What the HTTP API answers to a request."""
        if request.path.startswith("/ocpp/") or request.path == "/live":
            return plain(426, "Upgrade Required", upgrade="websocket")
        found = http_events.match(self._api, request.method, request.path) if self._api else None
        if found is None or self._api is None:
            return plain(404, "Not Found")
        claims = None
        if found.route.authorizer is not None:
            try:
                claims = tokens.claims(found.route.authorizer, request.headers, required=self._needs_token)
            except tokens.TokenRefusedError as error:
                challenge = f'Bearer scope="" error="invalid_token" error_description="{error}"'
                return plain(401, "Unauthorized", **{"www-authenticate": challenge})
            wanted = set(found.route.scopes)
            if wanted and not wanted & set(claims.get("scope", "").split()):
                return plain(403, "Forbidden")
        metrics.count("AWS/ApiGateway", "Count", 1, ("ApiId", self._api.id))
        event = http_events.event(self._api, found, request, claims)
        began_s = time.monotonic()
        result = await self._functions.call(found.route.function, event, INTEGRATION_S)
        if result.failed and time.monotonic() - began_s >= INTEGRATION_S:
            return plain(503, "Service Unavailable")
        return http_events.answer(result)


async def _form(request: web.Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.post()).items()}


def _response(answer: HttpAnswer) -> web.Response:
    headers = CIMultiDict(answer.headers)
    for cookie in answer.cookies:
        headers.add("set-cookie", cookie)
    return web.Response(status=answer.status, headers=headers, body=answer.body)
