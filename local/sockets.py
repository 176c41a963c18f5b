"""WebSocket on a TCP connection, with the limits of API Gateway.

The protocol itself is the Sans-I/O layer of `websockets`; this module moves bytes. A connection that is idle costs its
objects and nothing else: no task, no thread.
"""

import asyncio
import http
import http.client
from dataclasses import dataclass
from typing import Protocol, cast

from websockets.datastructures import Headers
from websockets.frames import CONT, TEXT, CloseCode, Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

ABNORMAL = 1006
"""The close code of a connection that ended without a close frame."""


@dataclass(frozen=True)
class Limits:
    """What API Gateway allows a connection; shorter in tests."""

    idle_s: float = 600.0
    """Without a message in either direction."""
    age_s: float = 7200.0
    message_bytes: int = 128 * 1024
    frame_bytes: int = 32 * 1024
    close_s: float = 10.0
    """How long the other side may take to answer a close frame."""
    integration_s: float = 29.0
    """How long a function may take before its caller gets an error."""


class Owner(Protocol):
    """Who is told what happens on sockets."""

    def opening(self, socket: "Socket", request: Request) -> None:
        """A client wants to open a WebSocket; `accept` or `reject` must follow."""

    def received(self, socket: "Socket", text: str) -> None:
        """A whole text message came in."""

    def closed(self, socket: "Socket", code: int, reason: str) -> None:
        """An accepted socket is no longer open; told once."""


class Socket(asyncio.Protocol):
    """One WebSocket of a client."""

    __slots__ = (
        "_accepted",
        "_close_s",
        "_early",
        "_fragments",
        "_handshake",
        "_owner",
        "_protocol",
        "_told",
        "_transport",
        "peer",
    )

    def __init__(self, owner: Owner, limits: Limits) -> None:
        self._owner = owner
        self._close_s = limits.close_s
        self._protocol = ServerProtocol(max_size=(limits.message_bytes, limits.frame_bytes))
        self._transport: asyncio.Transport | None = None
        # The answer to a sound handshake, until the owner has decided.
        self._handshake: Response | None = None
        self._accepted = False
        self._told = False
        # What a client sends before its handshake is answered.
        self._early = b""
        self._fragments: list[bytes] = []
        self.peer = ""

    # ------------------------------------------------------------------ asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.peer = str((transport.get_extra_info("peername") or ("",))[0])

    def data_received(self, data: bytes) -> None:
        if not self._accepted:
            # The first bytes hold a whole handshake; what follows it waits until that is answered.
            head, end, rest = (b"", b"", data) if self._handshake else data.partition(b"\r\n\r\n")
            self._early += rest
            data = head + end
        if data:
            self._protocol.receive_data(data)
            self._process()

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._process()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._transport = None
        self._tell_closed()
        # What ended the connection would hold all of it, and itself, until the garbage collector comes by.
        self._protocol.parser.close()
        self._protocol.parser_exc = self._protocol.handshake_exc = None

    # ------------------------------------------------------------------ for the owner

    @property
    def is_open(self) -> bool:
        return self._accepted and self._protocol.state is OPEN

    @property
    def unsent_bytes(self) -> int:
        """What the client has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def accept(self, subprotocol: str | None) -> bool:
        """Complete the handshake, with a subprotocol or without the header; False if the client is gone."""
        if self._handshake is None or self._transport is None:
            return False
        if subprotocol is not None:
            self._handshake.headers["Sec-WebSocket-Protocol"] = subprotocol
        self._accepted = True
        self._protocol.send_response(self._handshake)
        self._flush()
        return True

    def resume(self) -> None:
        """Go on with what the client sent before the handshake was complete."""
        early, self._early = self._early, b""
        if early:
            self.data_received(early)

    def reject(self, status: int, body: str, content_type: str = "application/json") -> None:
        """Answer the handshake with an HTTP status."""
        data = body.encode()
        headers = Headers([("Content-Type", content_type), ("Content-Length", str(len(data))), ("Connection", "close")])
        self._protocol.send_response(Response(status, http.client.responses.get(status, ""), headers, data))
        self._flush()

    def send(self, text: str) -> bool:
        """Send a text message; False if the socket is not open."""
        if not self.is_open:
            return False
        self._protocol.send_text(text.encode())
        self._flush()
        return True

    def close(self, code: int, reason: str = "") -> None:
        """Begin to close the socket."""
        if self.is_open:
            self._protocol.send_close(code, reason)
            self._flush()
            self._tell_closed()

    def abort(self) -> None:
        """Drop the TCP connection."""
        if self._transport is not None:
            self._transport.abort()

    # ------------------------------------------------------------------ bytes

    def _process(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._open(event)
            elif isinstance(event, Frame):
                self._frame(event)
        self._flush()
        if self._accepted and self._protocol.state is not OPEN:
            self._tell_closed()

    def _open(self, request: Request) -> None:
        response = self._protocol.accept(request)
        if response.status_code == http.HTTPStatus.SWITCHING_PROTOCOLS:
            self._handshake = response
            self._owner.opening(self, request)
        else:
            self._protocol.send_response(response)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            self._protocol.fail(CloseCode.UNSUPPORTED_DATA, "binary messages are not supported")
        elif frame.opcode in (TEXT, CONT):
            self._fragments.append(bytes(frame.data))
            if frame.fin:
                data, self._fragments = b"".join(self._fragments), []
                try:
                    text = data.decode()
                except UnicodeDecodeError:
                    self._protocol.fail(CloseCode.INVALID_DATA, "not UTF-8")
                    return
                self._owner.received(self, text)

    def _flush(self) -> None:
        if self._transport is None or self._transport.is_closing():
            self._protocol.data_to_send()
            return
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()

    def _tell_closed(self) -> None:
        if not self._accepted or self._told:
            return
        self._told = True
        close = self._protocol.close_rcvd if self._protocol.close_rcvd_then_sent else self._protocol.close_sent
        if self._transport is not None:
            asyncio.get_running_loop().call_later(self._close_s, self.abort)
        self._owner.closed(self, close.code if close else ABNORMAL, close.reason if close else "")
