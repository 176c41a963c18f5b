"""A WebSocket client that costs next to nothing, so that what is measured is the system and not its stations.

It speaks as much of RFC 6455 as a station needs: text frames either way, ping and close. What it sends is masked by
zeros, which the standard allows and which leaves the bytes as they are; where a station's key must be random is a
browser, which could be made to send what a proxy takes for a request.
"""

import asyncio
from collections.abc import Callable
from typing import cast
from urllib.parse import quote, urlsplit

HEAD_WITHIN_S = 30
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
_NO_MASK = bytes(4)


class HandshakeFailed(OSError):
    """The system did not accept the connection; the message is its status line, or what became of the connection."""


class Socket(asyncio.Protocol):
    """One connection. `received` is told every text message, `ended` that there are no more."""

    def __init__(self, received: Callable[[str], None], ended: Callable[[], None]) -> None:
        self._received = received
        self._ended = ended
        self._transport: asyncio.Transport | None = None
        self._bytes = b""
        self.is_open = False
        self.accepted: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """The head of the answer to the handshake."""

    # ------------------------------------------------------------------ asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        if not self.is_open:
            head, end, rest = self._bytes.partition(b"\r\n\r\n")
            if not end:
                return
            self._bytes = rest
            self.is_open = head.split(b" ", 2)[1] == b"101"
            if not self.accepted.done():
                self.accepted.set_result(head.decode("latin-1"))
        while self._bytes and self._take_frame():
            pass

    def connection_lost(self, error: Exception | None) -> None:
        was_open, self.is_open = self.is_open, False
        if not self.accepted.done():
            self.accepted.set_exception(HandshakeFailed(f"closed: {error}"))
        if was_open:
            self._ended()

    # ------------------------------------------------------------------ for its station

    def ask(self, host: str, path: str, subprotocol: str) -> None:
        """Begin the handshake."""
        self._write(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Sec-WebSocket-Protocol: {subprotocol}\r\n\r\n".encode()
        )

    def send(self, text: str) -> None:
        """Send a text message; nothing happens if the connection is over."""
        self._send_frame(_TEXT, text.encode())

    def close(self) -> None:
        """Say goodbye and hang up."""
        self._send_frame(_CLOSE, (1000).to_bytes(2, "big"))
        if self._transport is not None:
            self._transport.close()

    def drop(self) -> None:
        """Hang up without a word, as when the mains fail."""
        if self._transport is not None:
            self._transport.abort()

    # ------------------------------------------------------------------ frames

    def _take_frame(self) -> bool:
        """Act on the frame that the bytes begin with; False if more of them must come."""
        have = self._bytes
        if len(have) < 2:
            return False
        kind, length, start = have[0] & 0x0F, have[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(have[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(have[2:10], "big"), 10
        if len(have) < start + length or len(have) < start:
            return False
        content, self._bytes = have[start : start + length], have[start + length :]
        if kind == _TEXT:
            self._received(content.decode())
        elif kind == _PING:
            self._send_frame(_PONG, content)
        elif kind == _CLOSE and self._transport is not None:
            self._send_frame(_CLOSE, content)
            self._transport.close()
        return True

    def _send_frame(self, kind: int, content: bytes) -> None:
        size = len(content)
        if size < 126:
            head = bytes((0x80 | kind, 0x80 | size))
        elif size < 65536:
            head = bytes((0x80 | kind, 0x80 | 126)) + size.to_bytes(2, "big")
        else:
            head = bytes((0x80 | kind, 0x80 | 127)) + size.to_bytes(8, "big")
        self._write(head + _NO_MASK + content)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


async def open_socket(url: str, subprotocol: str, received: Callable[[str], None], ended: Callable[[], None]) -> Socket:
    """A connection to `ws://host:port/path`. Raises OSError (HandshakeFailed among them) or TimeoutError."""
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(HEAD_WITHIN_S):
        _, socket = await loop.create_connection(
            lambda: Socket(received, ended), parts.hostname or "", parts.port or 80
        )
        try:
            socket.ask(parts.netloc, quote(parts.path), subprotocol)
            head = await socket.accepted
            if not socket.is_open or f"sec-websocket-protocol: {subprotocol}" not in head.lower():
                raise HandshakeFailed(head.partition("\r\n")[0])
        except BaseException:
            socket.drop()
            raise
    return socket
