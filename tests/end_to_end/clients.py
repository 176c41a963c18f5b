"""The two sides of the system: a station on a raw WebSocket, and an operator on the API."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import requests
from websockets.asyncio.client import ClientConnection, connect

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end import official

Frame = list[Any]
WAIT_S = 30


class Api:
    """An operator. Paths are relative to /api/v1, or given in parts, which are percent-encoded.

    Requests wait until everything that follows from earlier messages has happened; with `at_once` they do not, as
    where so much is under way that there is no such moment.
    """

    def __init__(self, system: LocalSystem, *, at_once: bool = False) -> None:
        self.system = system
        self.at_once = at_once
        self.session = requests.Session()

    def ask(self, method: str, *path: str, **options: Any) -> requests.Response:
        assert self.at_once or self.system.wait_idle()
        url = "/".join((self.system.api_url, *(quote(part, safe="") for part in path)))
        return self.session.request(method, url, timeout=WAIT_S, **options)

    def get(self, *path: str, **query: Any) -> Any:
        response = self.ask("GET", *path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def put(self, *path: str, **body: Any) -> Any:
        response = self.ask("PUT", *path, json=body)
        assert response.status_code in (200, 201), response.text
        return response.json()

    def patch(self, *path: str, **body: Any) -> Any:
        response = self.ask("PATCH", *path, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def is_offline(self, station_id: str) -> bool:
        """Whether a station is offline within the time it may take: its end comes after its socket is closed."""
        deadline = time.monotonic() + WAIT_S
        while self.get("stations", station_id)["online"]:
            if time.monotonic() > deadline:
                return False
        return True

    def items(self, *path: str, **query: Any) -> list[Any]:
        """All items of a list, over as many pages as it has."""
        found: list[Any] = []
        page = self.get(*path, **query)
        while True:
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            page = self.get(*path, **query, cursor=page["next_cursor"])


class Station:
    """A station's end of a WebSocket. In OCPP 2.x what it gets must be valid by the official schemas, and what it sends
    by `call`, or answers by `send` with a frame, must be so too."""

    def __init__(self, station_id: str, socket: ClientConnection) -> None:
        self.station_id = station_id
        self.socket = socket
        self.version = (socket.subprotocol or "ocpp1.6").removeprefix("ocpp")
        self.numbers = itertools.count(1)
        self._asked: dict[str, str] = {}

    async def send(self, frame: Any) -> None:
        """Send a frame, or any text."""
        if isinstance(frame, list) and frame[0] == 3 and frame[1] in self._asked and self.version in V2X:
            official.check_response(self.version, self._asked[frame[1]], frame[2])
        await self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def receive(self) -> Frame:
        text = await asyncio.wait_for(self.socket.recv(), WAIT_S)
        frame: Frame = json.loads(text)
        if frame[0] == 2 and self.version in V2X:
            official.check_request(self.version, frame[2], frame[3])
            self._asked[frame[1]] = frame[2]
        return frame

    async def frame(self, action: str, payload: Any, message_id: str | None = None) -> Frame:
        """Send a CALL and return the whole answer."""
        message_id = message_id or f"{self.station_id}-{next(self.numbers)}"[-36:]
        await self.send([2, message_id, action, payload])
        frame = await self.receive()
        assert frame[1] == message_id
        if frame[0] == 3 and self.version in V2X:
            official.check_response(self.version, action.removesuffix("-Signed"), frame[2])
        return frame

    async def call(self, action: str, /, **payload: Any) -> dict[str, Any]:
        """Send a CALL that must not be refused, and return the payload of the answer."""
        if self.version in V2X:
            official.check_request(self.version, action, payload)
        frame = await self.frame(action, payload)
        assert frame[0] == 3, frame
        answer: dict[str, Any] = frame[2]
        return answer

    async def is_alive(self) -> bool:
        return bool((await self.call("Heartbeat"))["currentTime"])

    async def closed(self) -> int | None:
        """Wait until the other side has closed, and return its code."""
        await asyncio.wait_for(self.socket.wait_closed(), WAIT_S)
        return self.socket.close_code


@asynccontextmanager
async def dial(
    system: LocalSystem,
    station_id: str,
    *,
    path: str | None = None,
    subprotocols: tuple[str, ...] = ("ocpp1.6",),
    headers: dict[str, str] | None = None,
) -> AsyncIterator[Station]:
    """A connected station. Raises websockets' InvalidStatus with the response if the handshake is refused."""
    url = system.ws_url + (quote(station_id, safe="") if path is None else path)
    async with connect(
        url,
        subprotocols=subprotocols or None,  # type: ignore[arg-type]  # plain text is a subprotocol
        additional_headers=headers,
        compression=None,
        max_size=None,
        open_timeout=WAIT_S,
    ) as socket:
        yield Station(station_id, socket)


@asynccontextmanager
async def dial_2x(
    system: LocalSystem, station_id: str, version: str, *, reason: str = "PowerUp"
) -> AsyncIterator[Station]:
    """A connected station of OCPP 2.0.1 or 2.1 that has booted."""
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",)) as station:
        booted = {"model": "Duo", "vendorName": "Acme", "serialNumber": "S-1", "firmwareVersion": "1.0.0"}
        answer = await station.call("BootNotification", chargingStation=booted, reason=reason)
        assert answer["status"] == "Accepted"
        # What follows from a connection comes first: it asks the station after the transactions that run.
        assert await asyncio.to_thread(system.wait_idle)
        yield station
