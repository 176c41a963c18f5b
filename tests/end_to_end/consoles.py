"""An operator's console on the live feed: a real WebSocket, opened with a ticket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from local.system import LocalSystem
from tests.end_to_end.clients import WAIT_S, Api

Message = dict[str, Any]


class Console:
    """One connection to the live feed."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[Message] = []
        """Those that came while something else was waited for."""

    async def ask(self, message: Any) -> Message:
        """Send a message, or any text; the answer to it."""
        await self.socket.send(message if isinstance(message, str) else json.dumps(message))
        while (answer := await self._receive())["type"] == "event":
            self.events.append(answer["event"])
        return answer

    async def watch(self, *station_ids: str, types: list[str] | None = None) -> Message:
        """Watch these stations, or all of them."""
        answer = await self.ask({"action": "watch", "station_ids": list(station_ids) or None, "types": types})
        assert answer["type"] == "watching", answer
        return answer

    async def event(self, event_type: str, station_id: str) -> Message:
        """The next event of a type and a station."""
        while True:
            for event in self.events:
                if (event["type"], event["station_id"]) == (event_type, station_id):
                    self.events.remove(event)
                    return event
            message = await self._receive()
            assert message["type"] == "event", message
            self.events.append(message["event"])

    async def closed(self) -> None:
        """Wait until the other side has closed."""
        await asyncio.wait_for(self.socket.wait_closed(), WAIT_S)

    async def _receive(self) -> Message:
        message: Message = json.loads(await asyncio.wait_for(self.socket.recv(), WAIT_S))
        return message


def buy(api: Api, **options: Any) -> str:
    """A ticket."""
    response = api.ask("POST", "live-tickets", **options)
    assert response.status_code == 201, response.text
    return str(response.json()["ticket"])


@asynccontextmanager
async def open_console(
    system: LocalSystem, ticket: str, *, headers: dict[str, str] | None = None
) -> AsyncIterator[Console]:
    """A console that a ticket lets in. Raises websockets' InvalidStatus if it does not."""
    url = f"ws://127.0.0.1:{system.port}/live?ticket={ticket}"
    async with connect(url, additional_headers=headers, compression=None, max_size=None, open_timeout=WAIT_S) as socket:
        yield Console(socket)
