"""A simulated station on a connection that may end at any time."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from local.simulation import fleet
from local.simulation.clock import Clock
from local.simulation.connector import Cards
from local.simulation.station import Station

DEADLINE_S = 20


class FakeSystem:
    """A central system that accepts everything, and now and then hangs up instead of answering."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[list[Any]] = []
        self.hang_up_at: set[str] = set()
        """Actions at which it hangs up the next time."""
        self.seen = asyncio.Condition()

    async def converse(self, socket: ServerConnection) -> None:
        async for text in socket:
            _kind, message_id, action, payload = json.loads(text)
            async with self.seen:
                self.received.append([action, payload])
                self.seen.notify_all()
            if action in self.hang_up_at:
                self.hang_up_at.discard(action)
                return
            await socket.send(json.dumps([3, message_id, self.answer(action)]))

    @staticmethod
    def answer(action: str) -> dict[str, Any]:
        match action:
            case "BootNotification":
                return {"status": "Accepted", "interval": 300, "currentTime": "2026-11-01T12:00:00Z"}
            case "Heartbeat":
                return {"currentTime": "2026-11-01T12:00:00Z"}
            case "StartTransaction":
                return {"transactionId": 7, "idTagInfo": {"status": "Accepted"}}
            case "Authorize":
                return {"idTagInfo": {"status": "Accepted"}}
            case _:
                return {}

    def of(self, action: str) -> list[Any]:
        return [payload for name, payload in self.received if name == action]

    async def wait_for(self, action: str, count: int) -> list[Any]:
        async with asyncio.timeout(DEADLINE_S), self.seen:
            await self.seen.wait_for(lambda: len(self.of(action)) >= count)
        return self.of(action)


@asynccontextmanager
async def fake_system() -> AsyncIterator[FakeSystem]:
    system = FakeSystem()
    async with serve(system.converse, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")]) as server:
        system.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
        yield system


@asynccontextmanager
async def living(system: FakeSystem, *, odd_one: bool = False) -> AsyncIterator[tuple[Station, Clock]]:
    clock = Clock(20_000, datetime.now(UTC) - timedelta(days=3650))
    model = fleet.ODD_STATION if odd_one else fleet.WALL_BOX
    station = Station("S 1", system.url, model, [Cards(["CARD1"], "CARD2")], clock=clock, seed=1)
    life = asyncio.create_task(station.run())
    try:
        yield station, clock
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)


async def test_a_station_boots_reports_and_beats() -> None:
    async with fake_system() as system, living(system):
        await system.wait_for("Heartbeat", 2)
        await system.wait_for("MeterValues", 2)
    assert system.received[0][0] == "BootNotification"
    assert system.received[0][1]["chargePointSerialNumber"] == "S 1"
    assert [one["connectorId"] for one in system.of("StatusNotification")[:2]] == [0, 1]


async def test_a_station_that_was_cut_off_dials_again_and_repeats_what_was_not_answered() -> None:
    async with fake_system() as system:
        system.hang_up_at = {"StartTransaction", "StopTransaction"}
        async with living(system):
            stops = await system.wait_for("StopTransaction", 2)
    starts = system.of("StartTransaction")
    assert starts[0] == starts[1]
    assert stops[0] == stops[1]
    assert len(system.of("BootNotification")) == 3


async def test_a_station_whose_clock_is_stopped_ends_its_charges() -> None:
    async with fake_system() as system, living(system, odd_one=True) as (station, clock):
        await system.wait_for("MeterValues", 1)
        clock.stop()
        await asyncio.wait_for(station.wait_quiet(), DEADLINE_S)
        assert len(system.of("StartTransaction")) == len(system.of("StopTransaction"))
