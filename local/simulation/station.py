"""A simulated charging station on the PyPI package `ocpp`: it dials, boots, and dials again when it was cut off."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from ocpp.exceptions import OCPPError
from ocpp.v16 import ChargePoint, call
from ocpp.v16.enums import ChargePointErrorCode, ChargePointStatus, RegistrationStatus
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from local.simulation.clock import Clock, ClockStopped
from local.simulation.connector import Cards, Connector
from local.simulation.odd_vendor import OddConnection
from local.simulation.vehicles import Outlet

log = logging.getLogger(__name__)

ANSWER_WITHIN_S = 30
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
SUBPROTOCOL = Subprotocol("ocpp1.6")
LEAVING_S = 10.0
"""How long a station may take to stop its charges."""

BROKEN = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError)
"""What may end a connection or keep it from coming about."""


@dataclass(frozen=True)
class Model:
    """What a station tells of itself, and its outlets in the order of its connectors. `odd`: see odd_vendor.py."""

    vendor: str
    name: str
    outlets: Sequence[Outlet]
    firmware_version: str = "1.4.2"
    odd: bool = False


class Line:
    """A connection on which the `ocpp` package asks and is asked."""

    def __init__(self, station_id: str, connection: ClientConnection, *, odd: bool) -> None:
        self._connection = connection
        spoken_over = OddConnection(connection) if odd else connection
        self._charge_point = ChargePoint(station_id, spoken_over, ANSWER_WITHIN_S)
        self._listening = asyncio.create_task(self._charge_point.start())

    async def ask(self, request: Any) -> Any:
        """The answer to a request. Raises one of BROKEN if there is none, OCPPError if it is a CALLERROR."""
        asking = asyncio.create_task(self._charge_point.call(request, suppress=False))
        try:
            await asyncio.wait({asking, self._listening}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                self._listening.result()  # raises what ended it: no answer can come any more
            return await asking
        finally:
            asking.cancel()

    async def last(self) -> None:
        """Until the connection ends. Raises what ended it."""
        await self._listening

    async def close(self) -> None:
        self._listening.cancel()
        await self._connection.close()


class Station:
    """A station that speaks OCPP 1.6. Equal seeds make equal visitors, cars and faults.

    CALLs of the central system are answered by the `ocpp` package: NotImplemented, since the station offers none.
    """

    def __init__(
        self, station_id: str, url: str, model: Model, cards: Sequence[Cards], *, clock: Clock, seed: int
    ) -> None:
        """`url` is the system's, such as `ws://127.0.0.1:9000/ocpp/`; the station adds its identity. `cards` are those
        of each connector."""
        self.station_id = station_id
        self._url = url + quote(station_id, safe="")
        self._model = model
        self._clock = clock
        self._random = _random(seed, station_id)
        self._line: Line | None = None
        self._has_line = asyncio.Event()
        self._is_quiet = asyncio.Event()
        self._heartbeat_s = 300.0
        self._connectors = [
            Connector(number, outlet, held, clock=clock, random=_random(seed, station_id, number), send=self.send)
            for number, (outlet, held) in enumerate(zip(model.outlets, cards, strict=True), 1)
        ]

    async def run(self) -> None:
        """Live until cancelled. When the clock is stopped nobody comes any more, and what charges is stopped."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stay_connected())
            group.create_task(self._beat())
            lives = [group.create_task(connector.live()) for connector in self._connectors]
            await asyncio.wait(lives)
            self._is_quiet.set()

    async def wait_quiet(self) -> None:
        """Wait until it has told the end of its last charge, or cannot tell it for want of a connection."""
        await self._clock.wait_stopped()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_quiet.wait(), LEAVING_S)

    async def send(self, request: Any) -> Any:
        """Send a request of `ocpp.v16.call` and return its result, or None if the system refused it.

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

    async def _ask(self, line: Line, request: Any) -> Any:
        try:
            return await line.ask(request)
        except OCPPError as error:
            log.warning("%s: %s was refused: %s", self.station_id, type(request).__name__, error)
            return None

    async def _beat(self) -> None:
        with suppress(ClockStopped):
            while True:
                await self._clock.sleep(self._heartbeat_s)
                await self.send(call.Heartbeat())

    async def _stay_connected(self) -> None:
        """Dial; after a connection has ended, again, with pauses that double and vary so that stations spread."""
        pause_s = FIRST_PAUSE_S
        with suppress(ClockStopped):
            while True:
                try:
                    async with connect(self._url, subprotocols=[SUBPROTOCOL]) as connection:
                        pause_s = FIRST_PAUSE_S
                        await self._converse(Line(self.station_id, connection, odd=self._model.odd))
                except BROKEN as error:
                    log.info("%s is offline: %s", self.station_id, error)
                await asyncio.sleep(pause_s * self._random.uniform(0.5, 1.5))
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    async def _converse(self, line: Line) -> None:
        """Introduce ourselves on a new connection, then let everybody send, until it ends. Raises what ended it."""
        try:
            await self._boot(line)
            self._line = line
            self._has_line.set()
            await self._ask(line, _whole_station_is_available(self._clock.text()))
            for connector in self._connectors:
                await self._ask(line, connector.status())
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
        """Boot until we are accepted (section 4.2 of OCPP 1.6)."""
        while True:
            answer = await self._ask(
                line,
                call.BootNotification(
                    charge_point_vendor=self._model.vendor,
                    charge_point_model=self._model.name,
                    charge_point_serial_number=self.station_id,
                    firmware_version=self._model.firmware_version,
                ),
            )
            if answer is not None:
                self._heartbeat_s = answer.interval or self._heartbeat_s
            if answer is not None and answer.status == RegistrationStatus.accepted:
                return
            await self._clock.sleep(self._heartbeat_s)


def _random(*seed: object) -> Random:
    return Random(" ".join(map(str, seed)))  # noqa: S311  # makes visitors, guards no secret


def _whole_station_is_available(timestamp: str) -> Any:
    return call.StatusNotification(
        connector_id=0,
        error_code=ChargePointErrorCode.no_error,
        status=ChargePointStatus.available,
        timestamp=timestamp,
    )
