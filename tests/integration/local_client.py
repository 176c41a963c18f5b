"""A station's side of the socket, for tests of the local system."""

import asyncio
import json
import queue
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from local.system import LocalSystem
from tests.integration import local_handlers as handlers

ID = "[A-Za-z0-9+/]+={0,2}"
"""What ids of API Gateway look like."""
WAIT_S = 30.0
"""Patience with a busy machine."""


def forget_what_was_seen() -> None:
    handlers.RELEASE.clear()
    while not handlers.SEEN.empty():
        handlers.SEEN.get_nowait()


def kinds_seen() -> list[str]:
    """The kinds of all events that handlers got."""
    return [handlers.SEEN.get_nowait()[0] for _ in range(handlers.SEEN.qsize())]


@asynccontextmanager
async def station(system: LocalSystem, path: str = "CP1", **options: Any) -> AsyncIterator[ClientConnection]:
    options = {"subprotocols": ["ocpp1.6"], "open_timeout": WAIT_S, **options}
    async with connect(system.ws_url + path, compression=None, ping_interval=None, **options) as socket:
        yield socket


async def seen(kind: str, station_id: str = "", within_s: float = WAIT_S) -> Any:
    """The next event of a kind that a handler gets, if wanted of one station only.

    A `$disconnect` comes some time after the end of its connection, perhaps when the next test has begun.
    """
    loop = asyncio.get_running_loop()
    while True:
        try:
            found, event = await loop.run_in_executor(None, handlers.SEEN.get, True, within_s)
        except queue.Empty:
            raise AssertionError(f"no {kind} came") from None
        if found == kind and (not station_id or station_id == _station_of(event)):
            return event


def _station_of(event: Any) -> str:
    return str(event["requestContext"].get("authorizer", {}).get("station_id", ""))


async def answer(socket: ClientConnection, action: str, *rest: Any) -> Any:
    await socket.send(json.dumps([2, "id", action, *rest]))
    return await asyncio.wait_for(socket.recv(), WAIT_S)


async def close_code(socket: ClientConnection) -> tuple[int, str]:
    """Code and reason with which the other side closes the socket."""

    async def drained() -> None:
        async for _ in socket:
            pass
        await socket.recv()

    with pytest.raises(ConnectionClosed) as closed:
        await asyncio.wait_for(drained(), WAIT_S)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason
