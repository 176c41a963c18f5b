"""Stations that make load, each with one call outstanding at a time."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from bench.load_sessions import VERSIONS, sessions
from bench.load_socket import Socket, open_socket

ANSWER_WITHIN_S = 30
CONNECTING_AT_ONCE = 50
"""How many stations are made ready at a time."""

CALL, CALLRESULT, CALLERROR = 2, 3, 4
Json = dict[str, Any]


class CallFailed(Exception):
    """There was no CALLRESULT; the message is why, in one word."""


class LoadStation:
    """A station with charging sessions of its own (bench/load_sessions.py)."""

    def __init__(self, station_id: str, url: str, version: str = "1.6") -> None:
        self.station_id = station_id
        self.version = version
        self.sessions = sessions(version, station_id)
        self.asked = 0
        """How many calls the system has made to it."""
        self.called: Callable[[str], None] = lambda _message_id: None
        """Who is told of each of them when it comes."""
        self._url = url + station_id
        self._socket: Socket | None = None
        self._speaking = asyncio.Lock()
        self._sent = 0
        self._awaited: tuple[str, asyncio.Future[Json]] | None = None

    # ------------------------------------------------------------------ its connection

    @property
    def is_connected(self) -> bool:
        return self._socket is not None and self._socket.is_open

    async def connect(self) -> None:
        """Dial. Raises OSError or TimeoutError."""
        self._socket = await open_socket(self._url, self.sessions.subprotocol, self._received, self._ended)

    def close(self) -> None:
        """Hang up politely."""
        if self._socket is not None:
            self._socket.close()

    def drop(self) -> None:
        """Be gone from one moment to the next."""
        if self._socket is not None:
            self._socket.drop()

    # ------------------------------------------------------------------ what it says

    async def boot(self) -> None:
        """Tell that it has started. Raises CallFailed."""
        await self.call(*self.sessions.boot)

    async def step(self) -> str:
        """Send what comes next in its sessions, and wait for the answer; returns the action. Raises CallFailed, and the
        next step goes on after it all the same."""
        async with self._speaking:
            action, payload = self.sessions.next()
            self.sessions.take(action, await self._exchange(action, payload))
            return action

    async def finish(self) -> None:
        """Go on until no transaction runs. Raises CallFailed."""
        while self.sessions.is_charging:
            await self.step()

    async def call(self, action: str, payload: Json) -> Json:
        """The answer to a CALL, which waits while another one is outstanding. Raises CallFailed."""
        async with self._speaking:
            return await self._exchange(action, payload)

    async def _exchange(self, action: str, payload: Json) -> Json:
        if self._socket is None or not self._socket.is_open:
            raise CallFailed("unconnected")
        self._sent += 1
        message_id = str(self._sent)
        answered: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._awaited = (message_id, answered)
        self._socket.send(json.dumps([CALL, message_id, action, payload], separators=(",", ":")))
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await answered
        except TimeoutError as error:
            raise CallFailed("timeout") from error
        finally:
            self._awaited = None

    # ------------------------------------------------------------------ what it hears

    def _received(self, text: str) -> None:
        kind, message_id, *content = json.loads(text)
        if kind == CALL:
            self._answer(message_id, content[0])
        elif self._awaited and self._awaited[0] == message_id and not self._awaited[1].done():
            if kind == CALLRESULT:
                self._awaited[1].set_result(content[0])
            else:
                self._awaited[1].set_exception(CallFailed(str(content[0])))

    def _answer(self, message_id: str, action: str) -> None:
        """Answer a call of the system at once, for it makes no other until then."""
        self.asked += 1
        self.called(message_id)
        payload = self.sessions.answer(action)
        reply = (
            [CALLERROR, message_id, "NotImplemented", "", {}] if payload is None else [CALLRESULT, message_id, payload]
        )
        if self._socket is not None:
            self._socket.send(json.dumps(reply, separators=(",", ":")))

    def _ended(self) -> None:
        if self._awaited and not self._awaited[1].done():
            self._awaited[1].set_exception(CallFailed("closed"))


class Crowd:
    """Many stations."""

    def __init__(self, count: int, url: str, name: str = "LOAD", versions: Sequence[str] = VERSIONS[:1]) -> None:
        """`url` is the system's, such as `ws://127.0.0.1:9000/ocpp/`; the stations add their identities. They speak the
        `versions` in turn."""
        self.stations = [
            LoadStation(f"{name}-{number:05}", url, versions[number % len(versions)]) for number in range(count)
        ]
        self.handshakes_ms: list[float] = []
        self.failures: Counter[str] = Counter()
        """How often something else than an answer came while they were made ready or left, by what it was."""

    @property
    def connected(self) -> int:
        return sum(station.is_connected for station in self.stations)

    async def connect(self) -> None:
        """Connect and boot all, some at a time."""
        await self._each(self.stations, self._make_ready)

    async def begin(self, stations: Iterable[LoadStation]) -> None:
        """Let some of them come to where their transaction runs."""

        async def begin(station: LoadStation) -> None:
            while not station.sessions.is_charging:
                await station.step()

        await self._each(stations, begin)

    async def finish(self) -> None:
        """Let all transactions come to their ends."""
        await self._each([station for station in self.stations if station.is_connected], LoadStation.finish)

    async def leave(self) -> None:
        """Hang up, when transactions have come to their ends."""
        await self.finish()
        for station in self.stations:
            station.close()
        while self.connected:
            await asyncio.sleep(0.01)

    async def _make_ready(self, station: LoadStation) -> None:
        began = time.perf_counter()
        await station.connect()
        self.handshakes_ms.append((time.perf_counter() - began) * 1000)
        await station.boot()

    async def _each(self, stations: Iterable[LoadStation], act: Callable[[LoadStation], Awaitable[None]]) -> None:
        turn = asyncio.Semaphore(CONNECTING_AT_ONCE)

        async def one(station: LoadStation) -> None:
            async with turn:
                try:
                    await act(station)
                except (CallFailed, OSError, TimeoutError) as failure:
                    self.failures[str(failure) if isinstance(failure, CallFailed) else type(failure).__name__] += 1

        await asyncio.gather(*map(one, stations))
