"""The @connections API: how code outside a message reaches an open socket.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import asyncio
import json
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from local import metrics
from local.sockets import Socket

MAX_DATA_BYTES = 128 * 1024
UNSENT_BYTES = 1024 * 1024
"""A client that leaves more than this unread is too slow to be sent anything else."""


class Answer(NamedTuple):
    """Status, headers and body of an HTTP response."""

    status: int
    headers: dict[str, str]
    body: str = ""


@dataclass
class Faults:
    """What goes wrong in AWS now and then, on demand for tests."""

    throttle_posts: bool = False
    """@connections answers 429."""
    lose_disconnects: bool = False
    """No `$disconnect` event comes."""
    disconnect_delay_s: float = 0.0
    """The `$disconnect` event comes late."""


class Connection:
    """An open connection as API Gateway knows it."""

    __slots__ = (
        "api_id",
        "authorizer",
        "connected_at_ms",
        "id",
        "last_active_at_ms",
        "source_ip",
        "timer",
        "user_agent",
    )

    def __init__(self, id: str, api_id: str, source_ip: str, user_agent: str, now_ms: int) -> None:
        self.id = id
        self.api_id = api_id
        self.source_ip = source_ip
        self.user_agent = user_agent
        self.connected_at_ms = now_ms
        self.last_active_at_ms = now_ms
        self.authorizer: dict[str, str] | None = None
        self.timer: asyncio.TimerHandle | None = None

    @property
    def identity(self) -> dict[str, str]:
        """The caller as requestContext and GET name it."""
        return {"sourceIp": self.source_ip, **({"userAgent": self.user_agent} if self.user_agent else {})}


class Connections:
    """The connections that are open now, by id. Any thread may ask."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.loop: asyncio.AbstractEventLoop | None = None
        self._open: dict[str, tuple[Connection, Socket]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection, socket: Socket) -> None:
        self._open[connection.id] = (connection, socket)

    def remove(self, connection: Connection) -> None:
        self._open.pop(connection.id, None)

    def request(self, method: str, connection_id: str, data: bytes) -> Answer:
        """Answer a request from any thread but the event loop's: POST, GET or DELETE of one connection."""
        if self.loop is None or self.loop.is_closed():
            return _GONE
        answered: Future[Answer] = Future()
        self.loop.call_soon_threadsafe(lambda: answered.set_result(self.answer(method, connection_id, data)))
        return answered.result()

    def answer(self, method: str, connection_id: str, data: bytes) -> Answer:
        """Answer a request in the event loop."""
        if method == "POST" and self.faults.throttle_posts:
            return _error(429, "LimitExceededException", "Rate exceeded")
        found = self._open.get(connection_id)
        if found is None or not found[1].is_open:
            return _GONE
        connection, socket = found
        if method == "GET":
            return Answer(200, {"Content-Type": "application/json"}, json.dumps(_description(connection)))
        if method == "DELETE":
            socket.close(1000, "Connection Closed Normally")
            return Answer(204, {})
        return self._post(connection, socket, data)

    @staticmethod
    def _post(connection: Connection, socket: Socket, data: bytes) -> Answer:
        if len(data) > MAX_DATA_BYTES:
            return _error(413, "PayloadTooLargeException", "Message too long")
        if socket.unsent_bytes > UNSENT_BYTES:
            return _error(429, "LimitExceededException", "The WebSocket client side buffer is full")
        text = data.decode(errors="replace")
        socket.send(text)
        metrics.message(text, connection.api_id)
        connection.last_active_at_ms = now_ms()
        return Answer(200, {})


def now_ms() -> int:
    """The time as API Gateway writes it: milliseconds since 1970."""
    return round(datetime.now(UTC).timestamp() * 1000)


def _description(connection: Connection) -> dict[str, Any]:
    return {
        "connectedAt": _iso(connection.connected_at_ms),
        "lastActiveAt": _iso(connection.last_active_at_ms),
        "identity": connection.identity,
    }


def _iso(epoch_ms: int) -> str:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error(status: int, kind: str, message: str) -> Answer:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": kind}
    return Answer(status, headers, json.dumps({"message": message}))


_GONE = _error(410, "GoneException", "Gone")
