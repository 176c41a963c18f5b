"""A firmware campaign over many stations on real sockets: it halts itself, goes on, and stops when it is cancelled."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.clients import Api, Station, dial

NEW, OLD = "2.0.0", "1.0.0"
BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Duo"}
ENDS_WITHIN_S = 90
SMOOTH = ("Downloading", "Downloaded", "Installing", "Installed")


@pytest.fixture(scope="module")
def api(system: LocalSystem) -> Api:
    """The stream has something to do for as long as a campaign goes on."""
    return Api(system, at_once=True)


class Fleet:
    """Sixty stations that update when they are asked; every fifth fails to download. With `holds` none gets on.

    Each test has stations of its own, so that no other campaign asks them.
    """

    def __init__(self, prefix: str) -> None:
        self.station_ids = [f"{prefix}{number:02d}" for number in range(60)]
        self.failing = frozenset(self.station_ids[::5])
        self.asked: list[tuple[str, float]] = []
        self.holds = False

    async def boot(self, station: Station, version: str = OLD) -> None:
        await self._tell(station, "BootNotification", {**BOOT, "firmwareVersion": version})

    async def live(self, station: Station) -> None:
        async for text in station.socket:
            frame = json.loads(text)
            if frame[0] != 2:
                continue
            self.asked.append((station.station_id, time.monotonic()))
            await station.send([3, frame[1], {}])
            if not self.holds:
                await self._update(station)

    async def _update(self, station: Station) -> None:
        fails = station.station_id in self.failing
        for status in ("Downloading", "DownloadFailed") if fails else SMOOTH:
            await self._tell(station, "FirmwareStatusNotification", {"status": status})
        if not fails:
            await self.boot(station, NEW)

    async def _tell(self, station: Station, action: str, payload: dict[str, Any]) -> None:
        message_id = f"{station.station_id}-{next(station.numbers)}"
        await station.send([2, message_id, action, payload])
        while json.loads(await station.socket.recv())[1] != message_id:
            pass


@asynccontextmanager
async def fleet(system: LocalSystem, prefix: str) -> AsyncIterator[Fleet]:
    """Stations that are online and have booted."""
    made = Fleet(prefix)
    async with AsyncExitStack() as stack:
        stations = [await stack.enter_async_context(dial(system, one)) for one in made.station_ids]
        await asyncio.gather(*map(made.boot, stations))
        tasks = [asyncio.create_task(made.live(one)) for one in stations]
        try:
            yield made
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def start(api: Api, stations: Fleet, **order: Any) -> str:
    terms = {"attempts": 1, "retry_after_s": 0, "location": "https://files.example/f.bin", "version": NEW}
    response = api.ask("POST", "firmware-campaigns", json={"stations": stations.station_ids, **terms, **order})
    assert response.status_code == 202, response.text
    campaign_id: str = response.json()["campaign_id"]
    return campaign_id


def until(api: Api, campaign_id: str, *states: str) -> dict[str, Any]:
    """The campaign once it is in one of these states."""
    deadline = time.monotonic() + ENDS_WITHIN_S
    while True:
        found: dict[str, Any] = api.get("firmware-campaigns", campaign_id)
        if found["state"] in states:
            return found
        assert time.monotonic() < deadline, {name: found[name] for name in ("state", "counts", "history")}
        time.sleep(0.2)


async def test_a_campaign_halts_itself_and_finishes_with_a_higher_limit(system: LocalSystem, api: Api) -> None:
    async with fleet(system, "H") as stations:
        order = {"waves": [10, "100%"], "halt_after": 0.1, "concurrency": 20}
        campaign_id = await asyncio.to_thread(lambda: start(api, stations, **order))
        halted = await asyncio.to_thread(until, api, campaign_id, "halted", "succeeded", "failed")
        assert (halted["state"], halted["wave"]) == ("halted", 1)
        assert "at most 10 % may" in halted["reason"]
        assert {station_id for station_id, _at in stations.asked} <= set(stations.station_ids[:10])

        refused = await asyncio.to_thread(
            lambda: api.ask("PATCH", "firmware-campaigns", campaign_id, json={"state": "running"})
        )
        assert refused.status_code == 409
        await asyncio.to_thread(
            lambda: api.patch("firmware-campaigns", campaign_id, state="running", halt_after={"share": 0.5})
        )
        ended = await asyncio.to_thread(until, api, campaign_id, "succeeded", "failed", "halted")
        assert ended["state"] == "succeeded", ended["reason"]
        assert ended["counts"] == {"queued": 0, "running": 0, "succeeded": 48, "failed": 12, "cancelled": 0}
        by_state = {one["station_id"]: one["state"] for one in ended["stations"]}
        assert {station_id for station_id, state in by_state.items() if state == "failed"} == stations.failing
        assert Counter(station_id for station_id, _at in stations.asked) == Counter(stations.station_ids)


async def test_a_cancelled_campaign_sends_nothing_any_more(system: LocalSystem, api: Api) -> None:
    async with fleet(system, "C") as stations:
        stations.holds = True
        campaign_id = await asyncio.to_thread(lambda: start(api, stations, concurrency=5))
        deadline = time.monotonic() + ENDS_WITHIN_S
        while len(stations.asked) < 5:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        # From here on it is the cancelling that takes time, not what the start of sixty updates has left to do.
        assert await asyncio.to_thread(system.wait_idle, ENDS_WITHIN_S)
        cancelled = await asyncio.to_thread(lambda: api.ask("DELETE", "firmware-campaigns", campaign_id))
        cancelled_at = time.monotonic()
        deadline = cancelled_at + ENDS_WITHIN_S
        assert cancelled.json()["state"] == "cancelled"
        while True:
            found = await asyncio.to_thread(lambda: api.get("firmware-campaigns", campaign_id))
            if found["counts"] == {"queued": 0, "running": 5, "succeeded": 0, "failed": 0, "cancelled": 55}:
                break
            assert time.monotonic() < deadline, found["counts"]
            await asyncio.sleep(0.1)
        assert {one["reason"] for one in found["stations"] if one["state"] == "cancelled"} == {found["reason"]}
        assert len(stations.asked) == 5
        assert not any(at > cancelled_at for _station_id, at in stations.asked)
