"""A station that speaks OCPP 1.6 frame by frame, so that a check sees everything that comes."""

import asyncio
import base64
import itertools
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from bench.smoke.check import Refuted

ANSWER_S = 30
"""As long as stations usually wait for an answer."""
RECEIVED_S = 30
"""In which a call of ours comes to a station, with a workflow before it."""


class Station:
    """An open connection. Frames that answer nothing are kept in `strays`, as text."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.strays: list[str] = []
        self._ids = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[list[Any]]] = {}
        self._reader = asyncio.create_task(self._read())

    async def call(self, action: str, payload: Any, *, message_id: str | None = None) -> list[Any]:
        """Send a CALL; returns the whole frame that answers it. Raises TimeoutError after half a minute."""
        message_id = message_id or f"smoke-{next(self._ids)}-{id(self)}"
        return await self.send(json.dumps([2, message_id, action, payload]), message_id)

    async def send(self, text: str | Iterable[str], message_id: str) -> list[Any]:
        """Send a frame as it is, or in fragments, and await what answers this message id."""
        self._waiting[message_id] = asyncio.get_running_loop().create_future()
        await self.socket.send(text)
        return await asyncio.wait_for(self._waiting[message_id], ANSWER_S)

    async def received(self) -> list[Any]:
        """The next frame that answers nothing: a CALL of ours. Raises Refuted if none comes."""
        for _ in range(10 * RECEIVED_S):
            if self.strays:
                frame: list[Any] = json.loads(self.strays.pop(0))
                return frame
            await asyncio.sleep(0.1)
        raise Refuted(f"no call came within {RECEIVED_S} s")

    async def closed(self, within_s: float) -> int | None:
        """The close code, once the socket is closed; None if it is still open after that time."""
        try:
            await asyncio.wait_for(self.socket.wait_closed(), within_s)
        except TimeoutError:
            return None
        return self.socket.close_code

    async def close(self) -> None:
        await self.socket.close()
        await self._reader

    async def _read(self) -> None:
        with suppress(ConnectionClosed):  # whoever waits for the end looks at the close code
            async for text in self.socket:
                frame = _frame(text)
                waiting = self._waiting.pop(str(frame[1]), None) if frame else None
                if waiting and not waiting.done():
                    waiting.set_result(frame)
                else:
                    self.strays.append(str(text))


def _frame(text: str | bytes) -> list[Any]:
    try:
        frame = json.loads(text)
    except ValueError:
        return []
    return frame if isinstance(frame, list) and len(frame) >= 3 and frame[0] in (3, 4) else []


def basic(user: str, password: str) -> dict[str, str]:
    """The Authorization header of a user and a password."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@asynccontextmanager
async def connected(
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    offers: Iterable[str] = ("ocpp1.6",),
    compression: str | None = None,
) -> AsyncIterator[Station]:
    """A connection to this address. Raises InvalidStatus if the handshake is refused."""
    async with connect(
        url,
        additional_headers=dict(headers or {}),
        subprotocols=[Subprotocol(offer) for offer in offers] or None,
        compression=compression,
        ping_interval=None,
        open_timeout=ANSWER_S,
        max_size=None,
    ) as socket:
        station = Station(socket)
        try:
            yield station
        finally:
            await station.close()


async def refused(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str]]:
    """The status with which a handshake is refused, and its headers; 101 if it is not."""
    try:
        async with connected(url, headers):
            return 101, {}
    except InvalidStatus as error:
        return error.response.status_code, error.response.headers
