"""A simulated charging station: it dials, boots, does what it is asked to, and dials again when it was cut off."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from random import Random
from urllib.parse import quote

from ocpp.exceptions import NotSupportedError, OCPPError
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from local.simulation import answers_2x, answers_16
from local.simulation.asked import Do
from local.simulation.clock import Clock, ClockStopped
from local.simulation.connector import Cards, Connector
from local.simulation.device import HEARTBEAT_INTERVAL, SAMPLE_INTERVAL, Model, device_of
from local.simulation.habits import USUAL, Habits
from local.simulation.line import BROKEN, Json, Line, Reply, Request
from local.simulation.odd_vendor import OddConnection
from local.simulation.profiles import Profiles
from local.simulation.session import StopReason
from local.simulation.words import Words
from local.simulation.words_2x import Words2x
from local.simulation.words_16 import Words16

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
LEAVING_S = 10.0
"""How long a station may take to stop its charges."""
LOG_LINES = 500


class Station:
    """A station that speaks its model's version of OCPP. Equal seeds make equal visitors, cars and faults."""

    def __init__(
        self,
        station_id: str,
        url: str,
        model: Model,
        cards: Sequence[Cards],
        *,
        clock: Clock,
        seed: int,
        habits: Habits = USUAL,
    ) -> None:
        """`url` is the system's, such as `ws://127.0.0.1:9000/ocpp/`; the station adds its identity. `cards` are those
        of each connector."""
        self.station_id = station_id
        self.model = model
        self.clock = clock
        self.firmware_version = model.firmware_version
        self.device = device_of(model, station_id)
        self.device.put(SAMPLE_INTERVAL, str(habits.sample_every_s))
        self.profiles = Profiles()
        self.words: Words = Words16() if model.version == "1.6" else Words2x(tells_by_events=model.tells_by_events)
        self.local_list_version = 0
        self.is_busy_with: set[str] = set()
        """Of a log and of firmware: what is under way."""
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        """What it said and what it was asked, a line each."""
        self._url = url + quote(station_id, safe="")
        self._does: Mapping[str, Do] = _duties(model)
        self._random = _random(seed, station_id)
        self._line: Line | None = None
        self._has_line = asyncio.Event()
        self._is_quiet = asyncio.Event()
        self._boot_reason = "PowerUp"
        self._out_of_reach_s = 0.0
        self.connectors = [
            Connector(
                number,
                outlet,
                held,
                clock=clock,
                random=_random(seed, station_id, number),
                words=self.words,
                profiles=self.profiles,
                send=self.send,
                habits=habits,
                sample_every_s=lambda: self.device.seconds(SAMPLE_INTERVAL),
            )
            for number, (outlet, held) in enumerate(zip(model.outlets, cards, strict=True), 1)
        ]

    # ------------------------------------------------------------------ its life

    async def run(self) -> None:
        """Live until cancelled. When the clock is stopped nobody comes any more, and what charges is stopped."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stay_connected(group))
            group.create_task(self._beat())
            lives = [group.create_task(connector.live()) for connector in self.connectors]
            await asyncio.wait(lives)
            self._is_quiet.set()

    @property
    def is_connected(self) -> bool:
        """Whether it has booted and been accepted over the connection that it has."""
        return self._line is not None

    async def wait_quiet(self) -> None:
        """Wait until it has told the end of its last charge, or cannot tell it for want of a connection."""
        await self.clock.wait_stopped()
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVING_S):
                await self._is_quiet.wait()

    async def send(self, request: Request) -> Json | None:
        """Send a request and return the answer, or None if the system refused it.

        What is not answered, because the connection broke or nobody spoke, is sent again as it was: a station keeps
        what happened until it is told.
        """
        while True:
            await self._has_line.wait()
            line = self._line
            if line is None:
                continue
            try:
                return await self._ask(line, request)
            except BROKEN:
                await self._hang_up(line)

    async def boot(self, reason: str) -> None:
        """Introduce itself once more, because it was asked to."""
        self._heed(await self.send(self._booted(reason)))

    async def reboot(self, stop_reason: StopReason, boot_reason: str, *, when_idle: bool = False) -> None:
        """End its transactions, or let nobody else in and wait for their end; then hang up and come back."""
        in_service = [one for one in self.connectors if one.is_operative]
        for connector in in_service:
            connector.put(is_operative=False)
        for connector in self.connectors:
            if not when_idle:
                connector.stop(stop_reason)
            await connector.wait_idle()
        for connector in in_service:
            connector.put(is_operative=True)
        self._boot_reason = boot_reason
        if self._line:
            await self._hang_up(self._line)

    async def lose_connection(self, for_s: float) -> None:
        """Be out of reach for so long. Who charges goes on; what happens meanwhile is told afterwards."""
        self._out_of_reach_s = for_s
        if self._line:
            await self._hang_up(self._line)

    def become_version(self, firmware_version: str) -> None:
        """It has other firmware from its next boot on."""
        self.firmware_version = firmware_version
        self.device.put(("ChargingStation", "FirmwareVersion"), firmware_version)

    # ------------------------------------------------------------------ its connection

    async def _ask(self, line: Line, request: Request) -> Json | None:
        self.log.append(f"{self.clock.text()} {request.action}")
        try:
            return await line.ask(request)
        except OCPPError as error:
            log.warning("%s: %s was refused: %s", self.station_id, request.action, error)
            return None

    def _answer(self, request: Request) -> Reply:
        self.log.append(f"{self.clock.text()} asked for {request.action}")
        do = self._does.get(request.action)
        if do is None:
            raise NotSupportedError(description=f"{request.action} is not simulated")
        return do(self, request.payload)

    async def _beat(self) -> None:
        with suppress(ClockStopped):
            while True:
                await self.clock.sleep(self.device.seconds(HEARTBEAT_INTERVAL) or 300.0)
                await self.send(Request("Heartbeat", {}))

    async def _stay_connected(self, group: asyncio.TaskGroup) -> None:
        """Dial; after a connection has ended, again, with pauses that double and vary so that stations spread."""
        pause_s = FIRST_PAUSE_S
        subprotocol = Subprotocol(f"ocpp{self.model.version}")
        with suppress(ClockStopped):
            while True:
                try:
                    async with connect(self._url, subprotocols=[subprotocol]) as connection:
                        pause_s = FIRST_PAUSE_S
                        await self._converse(self._line_over(connection, group))
                except BROKEN as error:
                    log.info("%s is offline: %s", self.station_id, error)
                out_of_reach_s, self._out_of_reach_s = self._out_of_reach_s, 0.0
                with suppress(ClockStopped):  # then it comes back at once, to tell what has ended
                    await self.clock.sleep(out_of_reach_s)
                await asyncio.sleep(pause_s * self._random.uniform(0.5, 1.5))
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    def _line_over(self, connection: ClientConnection, group: asyncio.TaskGroup) -> Line:
        spoken_over = OddConnection(connection) if self.model.odd else connection
        return Line(self.model.version, spoken_over, self._answer, group)

    async def _converse(self, line: Line) -> None:
        """Introduce ourselves on a new connection, then let everybody send, until it ends. Raises what ended it."""
        try:
            await self._boot(line)
            self._line = line
            self._has_line.set()
            whole = all(connector.is_operative for connector in self.connectors)
            for request in self.words.whole_station(is_operative=whole, at=self.clock.text()):
                await self._ask(line, request)
            for connector in self.connectors:
                for request in self.words.condition(connector.condition()):
                    await self._ask(line, request)
            await line.last()
        finally:
            await self._hang_up(line)

    async def _hang_up(self, line: Line) -> None:
        """From now on, who wants to send waits for another connection than this."""
        if self._line is line:
            self._line = None
            self._has_line.clear()
        await line.close()

    async def _boot(self, line: Line) -> None:
        """Boot until we are accepted (section 4.2 of OCPP 1.6, use cases B01 to B03 of 2.0.1)."""
        while not self._heed(await self._ask(line, self._booted(self._boot_reason))):
            await self.clock.sleep(self.device.seconds(HEARTBEAT_INTERVAL) or 300.0)
        self._boot_reason = "Unknown"  # what makes us dial again, unless somebody says so

    def _booted(self, reason: str) -> Request:
        return self.words.booted(self.model, self.station_id, self.firmware_version, reason)

    def _heed(self, answer: Json | None) -> bool:
        """The interval of the heartbeats; whether the station is accepted."""
        if answer is None:
            return False
        if answer["interval"]:
            self.device.put(HEARTBEAT_INTERVAL, str(answer["interval"]))
        return bool(answer["status"] == "Accepted")


def _duties(model: Model) -> Mapping[str, Do]:
    if model.version != "1.6":
        return answers_2x.ANSWERS
    return answers_16.CORE if model.odd else answers_16.ANSWERS


def _random(*seed: object) -> Random:
    return Random(" ".join(map(str, seed)))  # noqa: S311  # makes visitors, guards no secret
