"""One port for both APIs: a connection that asks for a WebSocket at /ocpp/ goes to the gateway, every other to HTTP."""

import asyncio
import re
import socket
from collections.abc import Callable
from typing import cast

MAX_HEAD_BYTES = 32 * 1024
HEAD_S = 20.0
"""How long a client may take to say what it wants."""
_WEBSOCKET = re.compile(rb"\r\nupgrade:[ \t]*websocket[ \t]*\r\n", re.I)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_STATION = re.compile(rb"\S+ /ocpp/")

MakeProtocol = Callable[[], asyncio.Protocol]


class Front(asyncio.Protocol):
    """The first bytes of a connection, until it is clear who answers."""

    def __init__(self, sockets: MakeProtocol, http: MakeProtocol) -> None:
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
        is_station = _STATION.match(self._head) and _WEBSOCKET.search(self._head)
        if self._overdue is not None:
            self._overdue.cancel()
        protocol = self._sockets() if is_station else self._http()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(head)


async def serve(listening: socket.socket, sockets: MakeProtocol, http: MakeProtocol) -> asyncio.Server:
    """Accept connections on a socket that listens."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Front(sockets, http), sock=listening, backlog=4096)
