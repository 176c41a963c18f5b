"""One port for all APIs: who asks for a WebSocket goes to the gateway of its path, every other to HTTP."""

import asyncio
import re
import socket
from collections.abc import Callable, Mapping
from typing import cast

MAX_HEAD_BYTES = 32 * 1024
HEAD_S = 20.0
"""How long a client may take to say what it wants."""
_WEBSOCKET = re.compile(rb"\r\nupgrade:[ \t]*websocket[ \t]*\r\n", re.I)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_PATH = re.compile(rb"\S+ (/[^\s?]*)")

MakeProtocol = Callable[[], asyncio.Protocol]


class Front(asyncio.Protocol):
    """The first bytes of a connection, until it is clear who answers."""

    def __init__(self, sockets: Mapping[bytes, MakeProtocol], http: MakeProtocol) -> None:
        self._sockets = sockets
        self._http = http
        self._head = b""
        self._transport: asyncio.Transport | None = None
        self._overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._overdue = asyncio.get_running_loop().call_later(HEAD_S, self._transport.abort)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._overdue is not None:
            self._overdue.cancel()

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._transport is None or (b"\r\n\r\n" not in self._head and len(self._head) < MAX_HEAD_BYTES):
            return
        line, end, rest = self._head.partition(b"\r\n")
        # HTTP wants such bytes percent-encoded; not every station does it.
        head = _BEYOND_ASCII.sub(lambda match: b"%%%02X" % match[0][0], line) + end + rest
        if self._overdue is not None:
            self._overdue.cancel()
        protocol = self._answering()()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(head)

    def _answering(self) -> MakeProtocol:
        """Who answers what has begun so. A path that ends with a slash stands for all below it."""
        path = _PATH.match(self._head)
        if path is None or not _WEBSOCKET.search(self._head):
            return self._http
        asked = path[1]
        leading = (one for one in self._sockets if asked == one or (one.endswith(b"/") and asked.startswith(one)))
        return self._sockets.get(next(leading, b""), self._http)


async def serve(listening: socket.socket, sockets: Mapping[bytes, MakeProtocol], http: MakeProtocol) -> asyncio.Server:
    """Accept connections on a socket that listens; `sockets` by their paths."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Front(sockets, http), sock=listening, backlog=4096)
