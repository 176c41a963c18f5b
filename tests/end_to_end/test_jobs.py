"""Bulk calls to stations on real sockets, over the queue and the table's stream."""

import asyncio
import time
from typing import Any

from local.system import LocalSystem
from tests.end_to_end.clients import WAIT_S, Api, Station, dial


def post(api: Api, **order: Any) -> dict[str, Any]:
    response = api.ask("POST", "calls", json=order)
    assert response.status_code == 202, response.text
    job: dict[str, Any] = response.json()
    return job


def done(api: Api, job: dict[str, Any]) -> dict[str, Any]:
    """The job once it has ended."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        found: dict[str, Any] = api.get("jobs", job["job_id"])
        if found["state"] == "done":
            return found
    raise AssertionError(f"the job is still running: {found['by_state']}")


async def answer(station: Station, payload: dict[str, Any]) -> list[Any]:
    frame = await station.receive()
    await station.send([3, frame[1], payload])
    return frame


async def test_every_station_is_called_and_the_job_tells_what_came_of_it(system: LocalSystem, api: Api) -> None:
    async with dial(system, "J1") as first, dial(system, "J2") as second:
        job = await asyncio.to_thread(
            post, api, stations=["J1", "J2", "NOBODY"], action="Reset", payload={"type": "Soft"}
        )
        frames = await asyncio.gather(answer(first, {"status": "Accepted"}), answer(second, {"status": "Rejected"}))
        assert [frame[2:] for frame in frames] == [["Reset", {"type": "Soft"}]] * 2
        ended = await asyncio.to_thread(done, api, job)
    assert (ended["total"], ended["by_state"]["answered"], ended["by_state"]["not_made"]) == (3, 2, 1)
    rows = {row["station_id"]: row for row in await asyncio.to_thread(api.items, "jobs", job["job_id"], "calls")}
    assert rows["J1"]["answer"] == {"status": "Accepted"}
    assert rows["J2"]["answer"] == {"status": "Rejected"}
    assert "NOBODY" in rows["NOBODY"]["reason"]
    assert rows["J1"]["call_id"] == frames[0][1]


async def test_a_selection_reaches_those_who_are_online_and_a_job_can_be_taken_back(
    system: LocalSystem, api: Api
) -> None:
    for number in range(30):
        await asyncio.to_thread(api.put, "stations", f"FLEET{number:02}")
    async with dial(system, "FLEET07") as station:
        online = await asyncio.to_thread(
            post, api, selection={"station_id_prefix": "FLEET", "online": True}, action="ClearCache"
        )
        await answer(station, {"status": "Accepted"})
        assert (await asyncio.to_thread(done, api, online))["total"] == 1
    assert await asyncio.to_thread(api.is_offline, "FLEET07")
    every = await asyncio.to_thread(post, api, selection={"station_id_prefix": "FLEET"}, action="ClearCache")
    cancelled = await asyncio.to_thread(api.ask, "DELETE", "jobs", every["job_id"])
    assert cancelled.status_code == 202
    ended = await asyncio.to_thread(done, api, every)
    assert ended["by_state"]["cancelled"] == ended["total"]
    async with dial(system, "FLEET07") as station:
        assert await station.is_alive(), "nothing was left that would be sent now"
