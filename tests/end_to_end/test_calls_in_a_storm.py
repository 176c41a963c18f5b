"""Many calls to many stations of which a third keep losing their connection: all end, none is lost, none doubled."""

import asyncio
import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import requests
from websockets.exceptions import ConnectionClosed

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial

STATIONS = 50
CALLS_EACH = 10
PATIENCE_S = 120


class Unsteady:
    """A station that answers what it is sent and, if it is one of the unsteady, hangs up now and then instead."""

    def __init__(self, number: int, *, is_unsteady: bool) -> None:
        self.station_id = f"S{number:02d}"
        self.is_unsteady = is_unsteady
        self.chance = random.Random(number)
        self.received: list[str] = []
        self.over = asyncio.Event()

    async def live(self, system: LocalSystem) -> None:
        while not self.over.is_set():
            async with dial(system, self.station_id) as station:
                hangs_up_after = self.chance.randint(1, 4) if self.is_unsteady else 1_000_000
                try:
                    await self._answer(station.socket, hangs_up_after)
                except ConnectionClosed:
                    continue

    async def _answer(self, socket: object, hangs_up_after: int) -> None:
        for _ in range(hangs_up_after):
            frame = json.loads(await socket.recv())  # type: ignore[attr-defined]  # a client connection
            assert frame[0] == 2
            self.received.append(frame[1])
            await asyncio.sleep(self.chance.uniform(0, 0.02))
            if not self.is_unsteady or self.chance.random() < 0.9:
                await socket.send(json.dumps([3, frame[1], {"status": "Accepted"}]))  # type: ignore[attr-defined]  # as above


async def test_five_hundred_calls_to_fifty_stations_all_come_to_an_end(system: LocalSystem, api: Api) -> None:
    stations = [Unsteady(number, is_unsteady=number % 3 == 0) for number in range(STATIONS)]
    with ThreadPoolExecutor(8) as pool:
        # Who is steady answers in time however busy the machine is.
        list(
            pool.map(
                lambda one: api.put("stations", one.station_id, call_timeout_s=1 if one.is_unsteady else 60), stations
            )
        )
    lives = [asyncio.create_task(station.live(system)) for station in stations]
    made = await asyncio.to_thread(_make_calls, system, [station.station_id for station in stations])
    ended = await _ended(system, made)
    for station, life in zip(stations, lives, strict=True):
        station.over.set()
        life.cancel()
    await asyncio.gather(*lives, return_exceptions=True)

    assert len(ended) == STATIONS * CALLS_EACH
    states = Counter(state for state in ended.values())
    assert set(states) <= {"answered", "timed_out"}, states
    assert states["answered"] > STATIONS * CALLS_EACH / 2
    for station in stations:
        own = [call_id for one, call_id in made if one == station.station_id]
        assert Counter(station.received).most_common(1)[0][1] == 1, "a call came twice"
        assert set(station.received) <= set(own)
        assert station.received == [call_id for call_id in own if call_id in set(station.received)], "out of order"
        if not station.is_unsteady:
            assert all(ended[call_id] == "answered" for call_id in own)


def _make_calls(system: LocalSystem, station_ids: list[str]) -> list[tuple[str, str]]:
    """Ten calls to each station, all stations side by side; the calls of a station in their order."""

    def to(station_id: str) -> list[tuple[str, str]]:
        url = f"{system.api_url}/stations/{station_id}/calls"
        made = []
        with requests.Session() as session:
            for _ in range(CALLS_EACH):
                response = session.post(url, json={"action": "ClearCache"}, timeout=30)
                assert response.status_code == 202, response.text
                made.append((station_id, response.json()["call_id"]))
        return made

    with ThreadPoolExecutor(8) as pool:
        return [call for calls in pool.map(to, station_ids) for call in calls]


async def _ended(system: LocalSystem, made: list[tuple[str, str]]) -> dict[str, str]:
    """The states of the calls once none is open."""

    def states() -> dict[str, str]:
        found: dict[str, str] = {}
        for station_id in {station_id for station_id, _ in made}:
            url = f"{system.api_url}/stations/{station_id}/calls"
            items = requests.get(url, params={"limit": 50}, timeout=30).json()["items"]
            found |= {item["call_id"]: item["state"] for item in items}
        return found

    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = await asyncio.to_thread(states)
            if not {"queued", "sent"} & set(found.values()):
                return found
            await asyncio.sleep(1)
