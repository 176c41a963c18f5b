"""API Gateway's WebSocket API on one machine: it behaves as the service is known to behave, errors word for word.

What is known, and how well, is in docs/unverified.md.
"""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from websockets.http11 import Request

from local import edge, metrics, selection
from local.apis import RequestAuthorizer, SocketApi, SocketRoute
from local.connections import Connection, Connections, now_ms
from local.functions import Function, Functions, Result
from local.socket_events import Event, SocketEvents, request_id
from local.sockets import ABNORMAL, Limits, Socket

log = logging.getLogger(__name__)

NO_STATUS = 1005
GOING_AWAY = 1001
_REASONS = {NO_STATUS: "Client-side close frame status not set", ABNORMAL: "Connection closed abnormally"}
_MAX_POLICY_BYTES = 8192


FrontDoor = Callable[[str, Iterable[edge.Header], Mapping[str, str]], list[edge.Header] | edge.Refused]
"""What CloudFront does with a handshake: by its path, its headers and those of the origin."""


class HandshakeRefused(Exception):
    """The handshake ends with an HTTP status."""

    def __init__(self, status: int, message: str = "", body: str | None = None) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.body = body


class Gateway:
    """Owns the sockets of one WebSocket API; lives in one event loop."""

    def __init__(
        self,
        api: SocketApi,
        functions: Functions,
        connections: Connections,
        *,
        front_door: FrontDoor,
        limits: Limits,
    ) -> None:
        selection.steps(api.route_selection)
        self._api = api
        self._functions = functions
        self._connections = connections
        self._front_door = front_door
        self._limits = limits
        self._events = SocketEvents(api)
        self._of_socket: dict[Socket, Connection] = {}
        # The loop keeps no strong reference to tasks.
        self._tasks: set[asyncio.Task[None]] = set()

    def socket(self) -> Socket:
        """The protocol of a TCP connection that asks for a WebSocket."""
        return Socket(self, self._limits)

    async def shut_down(self, timeout_s: float) -> None:
        """Close every socket and let what is under way come to its end."""
        for socket in list(self._of_socket):
            socket.close(GOING_AWAY, "Going away")
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)

    def _run(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ------------------------------------------------------------------ handshake

    def opening(self, socket: Socket, request: Request) -> None:
        self._run(self._open(socket, request))

    async def _open(self, socket: Socket, request: Request) -> None:
        path, _, query = request.path.partition("?")
        headers = self._front_door(path, request.headers.raw_items(), self._api.origin_headers)
        if isinstance(headers, edge.Refused):
            socket.reject(headers.status, "", "text/html")
            return
        user_agent = next((value for name, value in headers if name.lower() == "user-agent"), "")
        connection = Connection(request_id(), self._api.id, socket.peer, user_agent, now_ms())
        handshake = self._events.handshake(connection, headers, query)
        try:
            subprotocol = await self._connect(connection, handshake)
        except HandshakeRefused as refused:
            body = {"message": refused.message, "connectionId": connection.id, "requestId": request_id()}
            socket.reject(refused.status, json.dumps(body) if refused.body is None else refused.body)
            return
        # The connection exists before its client can know of it.
        self._of_socket[socket] = connection
        self._connections.add(connection, socket)
        if not socket.accept(subprotocol):
            self.closed(socket, ABNORMAL, "")
            return
        self._watch(socket, connection)
        socket.resume()

    async def _connect(self, connection: Connection, handshake: Event) -> str | None:
        """Run the authorizer and `$connect`; the subprotocol that the answer names."""
        route = self._api.routes.get("$connect")
        if route is None:
            return None
        if route.authorizer is not None:
            connection.authorizer = await self._authorize(route.authorizer, connection, handshake)
        metrics.handshake(self._api.id)
        result = await self._call(route.function, self._events.connect(connection, handshake))
        answer = None if result.failed else json.loads(result.text)
        if not isinstance(answer, dict) or not isinstance(answer.get("statusCode", 200), int):
            raise HandshakeRefused(502, "Internal server error")
        status = answer.get("statusCode", 200)
        if not 200 <= status < 300:
            body = answer.get("body")
            raise HandshakeRefused(status, body=body if isinstance(body, str) else "")
        headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
        subprotocol = headers.get("sec-websocket-protocol")
        return subprotocol if isinstance(subprotocol, str) and subprotocol else None

    async def _authorize(
        self, authorizer: RequestAuthorizer, connection: Connection, handshake: Event
    ) -> dict[str, str]:
        """The context that rides on every later event of the connection."""
        if not all(_has_source(source, handshake) for source in authorizer.identity_source):
            raise HandshakeRefused(401, "Unauthorized")
        result = await self._call(authorizer.function, self._events.authorize(connection, handshake))
        if result.failed:
            if json.loads(result.text).get("errorMessage") == "Unauthorized":
                raise HandshakeRefused(401, "Unauthorized")
            raise HandshakeRefused(500, "Internal server error")
        verdict = json.loads(result.text)
        try:
            allowed = _is_allowed(verdict["policyDocument"]["Statement"], self._events.connect_arn)
            context = {name: _as_text(value) for name, value in (verdict.get("context") or {}).items()}
            principal = str(verdict["principalId"])
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            log.error("the authorizer's answer is not a policy: %r", error)
            raise HandshakeRefused(500, "Internal server error") from None
        if len(result.text) > _MAX_POLICY_BYTES:
            raise HandshakeRefused(500, "Internal server error")
        if not allowed:
            raise HandshakeRefused(403, "User is not authorized to access this resource")
        return {"principalId": principal, **context}

    # ------------------------------------------------------------------ messages

    def received(self, socket: Socket, text: str) -> None:
        connection = self._of_socket.get(socket)
        if connection is not None:
            connection.last_active_at_ms = now_ms()
            metrics.message(text, self._api.id)
            # Messages of one connection run side by side, as they do in AWS.
            self._run(self._message(socket, connection, text))

    async def _message(self, socket: Socket, connection: Connection, text: str) -> None:
        key = selection.route_key(self._api.route_selection, text)
        if key not in self._api.routes:
            key = selection.DEFAULT
        route = self._api.routes.get(key)
        if route is None:
            self._send(socket, connection, _error_frame("Forbidden", connection))
            return
        result = await self._call(route.function, self._events.message(connection, key, text))
        if result.failed:
            # Also on a route without a response.
            self._send(socket, connection, _error_frame("Internal server error", connection))
        elif body := _response_body(route, result):
            self._send(socket, connection, body)

    def _send(self, socket: Socket, connection: Connection, text: str) -> None:
        if socket.send(text):
            metrics.message(text, self._api.id)
            connection.last_active_at_ms = now_ms()

    async def _call(self, function: Function, event: Event) -> Result:
        return await self._functions.call(function, event, self._limits.integration_s)

    # ------------------------------------------------------------------ the end of a connection

    def _watch(self, socket: Socket, connection: Connection) -> None:
        """Close the socket when it is idle or old; looks again when the earlier of both may have come."""
        now = now_ms()
        idle_s = self._limits.idle_s - (now - connection.last_active_at_ms) / 1000
        left_s = self._limits.age_s - (now - connection.connected_at_ms) / 1000
        if min(idle_s, left_s) <= 0:
            socket.close(GOING_AWAY, "Going away")
            return
        loop = asyncio.get_running_loop()
        connection.timer = loop.call_later(min(idle_s, left_s), self._watch, socket, connection)

    def closed(self, socket: Socket, code: int, reason: str) -> None:
        connection = self._of_socket.pop(socket, None)
        if connection is None:
            return
        if connection.timer is not None:
            connection.timer.cancel()
        self._connections.remove(connection)
        self._run(self._disconnect(connection, code, _REASONS.get(code, reason)))

    async def _disconnect(self, connection: Connection, code: int, reason: str) -> None:
        route = self._api.routes.get("$disconnect")
        if route is None or self._connections.faults.lose_disconnects:
            return
        if self._connections.faults.disconnect_delay_s:
            await asyncio.sleep(self._connections.faults.disconnect_delay_s)
        await self._call(route.function, self._events.disconnect(connection, code, reason))


def _response_body(route: SocketRoute, result: Result) -> str:
    """What goes back to the client: only a text, and only where the route has a response."""
    if not route.responds:
        return ""
    answer = json.loads(result.text)
    body = answer.get("body") if isinstance(answer, dict) else None
    return body if isinstance(body, str) else ""


def _error_frame(message: str, connection: Connection) -> str:
    return f'{{"message": "{message}", "connectionId":"{connection.id}", "requestId":"{request_id()}"}}'


def _has_source(source: str, handshake: Event) -> bool:
    """Whether a handshake has what an identity source names, such as `route.request.header.x-station`."""
    place, _, name = source.removeprefix("route.request.").partition(".")
    if place == "header":
        return any(given.lower() == name.lower() and value for given, value in handshake["headers"].items())
    if place == "querystring":
        return bool(handshake.get("queryStringParameters", {}).get(name))
    raise ValueError(f"this gateway knows headers and query parameters as identity sources, not {source!r}")


def _is_allowed(statements: list[dict[str, Any]], wanted: str) -> bool:
    effects = {
        statement["Effect"]
        for statement in (statements if isinstance(statements, list) else [statements])
        for resource in _list(statement["Resource"])
        if _matches(resource, wanted) and any(_matches(action, _INVOKE) for action in _list(statement["Action"]))
    }
    return effects == {"Allow"}


_INVOKE = "execute-api:Invoke"


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _matches(pattern: str, text: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.S) is not None


def _as_text(value: object) -> str:
    """A value of the authorizer's context as later events carry it; objects and arrays are refused."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError("the context of an authorizer holds strings, numbers and booleans only")
