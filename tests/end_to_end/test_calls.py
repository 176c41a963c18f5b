"""Calls to stations that behave: sent in turn, answered, refused, taken back; and to those that do not."""

import asyncio
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.clients import Api, Frame, Station, dial

ACCEPTED = {"status": "Accepted"}


async def post(api: Api, station_id: str, action: str, payload: Any = None, **more: Any) -> dict[str, Any]:
    """Make a call; the answer to a station that must answer meanwhile comes through `wait_s`."""
    body = {"action": action, "payload": payload or {}, **more}
    response = await asyncio.to_thread(api.ask, "POST", "stations", station_id, "calls", json=body)
    assert response.status_code in (200, 202), response.text
    made: dict[str, Any] = response.json()
    return made


async def call_of(api: Api, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = await asyncio.to_thread(api.get, "stations", made["station_id"], "calls", made["call_id"])
    return found


async def ended(api: Api, made: dict[str, Any]) -> dict[str, Any]:
    """A call once it has ended."""
    for _ in range(200):
        found = await call_of(api, made)
        if found["state"] not in ("queued", "sent"):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"the call is still {found['state']}")


def events(call: dict[str, Any]) -> list[str]:
    return [one["event"] for one in call["history"]]


async def answer(station: Station, frame: Frame, payload: Any = ACCEPTED) -> None:
    await station.send([3, frame[1], payload])


async def impatient(api: Api, station_id: str) -> None:
    await asyncio.to_thread(api.put, "stations", station_id, call_timeout_s=1)


async def test_a_call_is_sent_at_once_and_its_answer_kept(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP1") as station:
        waiting = asyncio.create_task(post(api, "CP1", "ClearCache", wait_s=10))
        frame = await station.receive()
        assert frame[0] == 2
        assert frame[2:] == ["ClearCache", {}]
        await answer(station, frame)
        made = await waiting
    assert made["state"] == "answered"
    assert made["answer"] == ACCEPTED
    assert made["call_id"] == frame[1]
    assert events(made) == ["created", "sent", "answered"]
    assert made["created_at"] <= made["sent_at"] <= made["ended_at"]


async def test_a_call_to_a_station_that_is_offline_waits_for_it(system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(api.put, "stations", "WAITS")
    made = await post(api, "WAITS", "ClearCache")
    assert made["state"] == "queued"
    assert made["sent_at"] is None
    async with dial(system, "WAITS") as station:
        frame = await station.receive()
        assert frame[1] == made["call_id"]
        await answer(station, frame)
        assert (await ended(api, made))["state"] == "answered"


async def test_what_waits_for_a_station_comes_after_the_answer_to_its_boot(system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(api.put, "stations", "BOOTS")
    made = await post(api, "BOOTS", "ClearCache")
    async with dial(system, "BOOTS") as station:
        await station.send([2, "boot", "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}])
        first, second = await station.receive(), await station.receive()
        assert first[:2] == [3, "boot"]
        assert second[1] == made["call_id"]
        await answer(station, second)


@pytest.mark.requirement("M16-017")
async def test_one_call_is_outstanding_and_the_others_wait_their_turn(system: LocalSystem, api: Api) -> None:
    async with dial(system, "SILENT") as station:
        await impatient(api, "SILENT")
        first = await post(api, "SILENT", "ClearCache")
        second = await post(api, "SILENT", "GetLocalListVersion")
        third = await post(api, "SILENT", "Reset", {"type": "Soft"})
        assert [first["state"], second["state"], third["state"]] == ["sent", "queued", "queued"]
        assert (await station.receive())[1] == first["call_id"]
        frame = await station.receive()
        assert frame[1] == second["call_id"]
        unanswered = await call_of(api, first)
        assert unanswered["state"] == "timed_out"
        assert unanswered["error"]["code"] == "NoAnswer"
        assert events(unanswered) == ["created", "sent", "timed_out"]
        assert (await call_of(api, third))["state"] == "queued"
        await answer(station, frame, {"listVersion": 0})
        frame = await station.receive()
        assert frame[1] == third["call_id"]
        await answer(station, frame)
        assert (await ended(api, third))["state"] == "answered"


@pytest.mark.requirement("M16-018")
async def test_a_station_that_owes_an_answer_is_answered_itself(system: LocalSystem, api: Api) -> None:
    async with dial(system, "BUSY") as station:
        made = await post(api, "BUSY", "ClearCache")
        frame = await station.receive()
        for _ in range(3):
            assert await station.is_alive()
        await answer(station, frame)
        assert (await ended(api, made))["state"] == "answered"


@pytest.mark.requirement("M16-020")
async def test_a_late_answer_belongs_to_its_own_call(system: LocalSystem, api: Api) -> None:
    async with dial(system, "LATE") as station:
        await impatient(api, "LATE")
        first = await post(api, "LATE", "ClearCache")
        second = await post(api, "LATE", "Reset", {"type": "Hard"})
        late, frame = await station.receive(), await station.receive()
        await answer(station, late, {"status": "Rejected"})
        await answer(station, frame)
        assert (await ended(api, second))["answer"] == ACCEPTED
        first = await call_of(api, first)
    assert first["state"] == "timed_out"
    assert first["answer"] is None
    assert first["late_answer"] == {"status": "Rejected"}
    assert events(first) == ["created", "sent", "timed_out", "late answer"]


async def test_a_second_answer_changes_nothing(system: LocalSystem, api: Api) -> None:
    async with dial(system, "TWICE") as station:
        made = await post(api, "TWICE", "ClearCache")
        frame = await station.receive()
        await answer(station, frame)
        await ended(api, made)
        await answer(station, frame, {"status": "Rejected"})
        following = await post(api, "TWICE", "ClearCache")
        frame = await station.receive()
        assert frame[1] == following["call_id"]
        await answer(station, frame)
        await ended(api, following)
        made = await call_of(api, made)
    assert made["answer"] == ACCEPTED
    assert events(made) == ["created", "sent", "answered", "duplicate answer"]


async def test_an_answer_with_a_wrong_id_is_nobodys(system: LocalSystem, api: Api) -> None:
    async with dial(system, "WRONG") as station:
        await impatient(api, "WRONG")
        made = await post(api, "WRONG", "ClearCache")
        following = await post(api, "WRONG", "Reset", {"type": "Soft"})
        frame = await station.receive()
        await station.send([3, frame[1][::-1], ACCEPTED])
        frame = await station.receive()
        assert frame[1] == following["call_id"]
        await answer(station, frame)
        assert (await ended(api, made))["state"] == "timed_out"
        assert (await ended(api, following))["state"] == "answered"


@pytest.mark.parametrize("frame_of", ['[3,"{}",[]]', '[3,"{}"]', '[4,"{}","InternalError"]'])
async def test_an_answer_that_is_no_frame_stands_in_the_history_of_its_call(
    system: LocalSystem, api: Api, frame_of: str
) -> None:
    async with dial(system, "BROKEN") as station:
        await impatient(api, "BROKEN")
        made = await post(api, "BROKEN", "ClearCache")
        frame = await station.receive()
        await station.send(frame_of.format(frame[1]))
        made = await ended(api, made)
    assert made["state"] == "timed_out"
    assert events(made) == ["created", "sent", "unreadable answer", "timed_out"]


async def test_a_callerror_is_the_end_of_its_call(system: LocalSystem, api: Api) -> None:
    async with dial(system, "REFUSES") as station:
        made = await post(api, "REFUSES", "ClearCache")
        following = await post(api, "REFUSES", "ClearCache")
        frame = await station.receive()
        await station.send([4, frame[1], "InternalError", "out of order", {"part": 7}])
        frame = await station.receive()
        await answer(station, frame)
        assert (await ended(api, following))["state"] == "answered"
        made = await call_of(api, made)
    assert made["state"] == "refused"
    assert made["error"] == {"code": "InternalError", "description": "out of order", "details": {"part": 7}}


@pytest.mark.requirement("M16-015")
async def test_a_new_connection_ends_what_waited_on_the_old_one_and_goes_on_with_the_queue(
    system: LocalSystem, api: Api
) -> None:
    async with dial(system, "AGAIN") as old:
        lost = await post(api, "AGAIN", "ClearCache")
        queued = await post(api, "AGAIN", "Reset", {"type": "Soft"})
        await old.receive()
        async with dial(system, "AGAIN") as new:
            await old.closed()
            frame = await new.receive()
            assert frame[1] == queued["call_id"]
            await answer(new, frame)
            assert (await ended(api, queued))["state"] == "answered"
            lost = await call_of(api, lost)
    assert lost["state"] == "timed_out"
    assert lost["error"]["code"] == "ConnectionLost"


async def test_a_connection_that_is_gone_is_found_out_and_the_call_waits_for_the_next(
    system: LocalSystem, api: Api
) -> None:
    system.faults.throttle_posts = True
    try:
        async with dial(system, "THROTTLED") as station:
            made = await post(api, "THROTTLED", "ClearCache")
            assert made["state"] == "queued"
            assert "throttled" in events(await call_of(api, made))
            system.faults.throttle_posts = False
            frame = await station.receive()
            await answer(station, frame)
            assert (await ended(api, made))["state"] == "answered"
    finally:
        system.faults.throttle_posts = False


async def test_urgent_calls_go_first_and_the_others_in_their_order(system: LocalSystem, api: Api) -> None:
    async with dial(system, "URGENT") as station:
        made = [await post(api, "URGENT", "ClearCache") for _ in range(3)]
        urgent = await post(api, "URGENT", "UnlockConnector", {"connectorId": 1})
        order = []
        for _ in range(4):
            frame = await station.receive()
            order.append(frame[1])
            await answer(station, frame, {"status": "Unlocked"} if frame[2] == "UnlockConnector" else ACCEPTED)
        await ended(api, made[-1])
    assert order == [one["call_id"] for one in (made[0], urgent, made[1], made[2])]


async def test_a_call_that_waits_can_be_taken_back_and_one_that_was_sent_cannot(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CANCEL") as station:
        sent = await post(api, "CANCEL", "ClearCache")
        waiting = await post(api, "CANCEL", "ClearCache")
        path = ("DELETE", "stations", "CANCEL", "calls")
        refused = await asyncio.to_thread(api.ask, *path, sent["call_id"])
        assert refused.status_code == 409
        assert "sent" in refused.json()["detail"]
        for _ in range(2):
            taken = await asyncio.to_thread(api.ask, *path, waiting["call_id"])
            assert taken.status_code == 200
            assert taken.json()["state"] == "cancelled"
        await answer(station, await station.receive())
        assert (await ended(api, sent))["state"] == "answered"
        assert await station.is_alive()


async def test_a_call_that_could_not_be_sent_in_time_expires(system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(api.put, "stations", "AWAY")
    made = await post(api, "AWAY", "ClearCache", expires_in_s=1)
    over = await ended(api, made)
    assert over["state"] == "expired"
    async with dial(system, "AWAY") as station:
        following = await post(api, "AWAY", "ClearCache")
        frame = await station.receive()
        assert frame[1] == following["call_id"]
        await answer(station, frame)
        await ended(api, following)


@pytest.mark.parametrize(
    ("action", "payload", "path"),
    [
        ("Reset", {"type": "Medium"}, "payload.type"),
        ("Reset", {}, "payload.type"),
        ("UnlockConnector", {"connectorId": "one"}, "payload.connectorId"),
        ("UnlockConnector", {"connectorId": 2**63}, "payload.connectorId"),
        ("GetCompositeSchedule", {"connectorId": 1, "duration": 1e308}, "payload.duration"),
        ("DataTransfer", {"vendorId": "ACME", "data": "x" * 128 * 1024}, "payload"),
        ("DataTransfer", {"vendorId": "ACME", "data": "x" * 1024 * 1024}, "payload"),
        ("SendLocalList", {"listVersion": 2**31, "updateType": "Full"}, "payload.listVersion"),
        ("Heartbeat", {}, "action"),
    ],
)
def test_a_request_that_ocpp_does_not_have_is_refused_with_its_place(
    api: Api, action: str, payload: Any, path: str
) -> None:
    api.put("stations", "CHECKED")
    response = api.ask("POST", "stations", "CHECKED", "calls", json={"action": action, "payload": payload})
    assert response.status_code == 422
    assert path in [error["path"] for error in response.json()["errors"]]
    assert api.get("stations", "CHECKED", "calls")["items"] == []


def test_a_station_that_does_not_exist_cannot_be_called(api: Api) -> None:
    assert api.ask("POST", "stations", "NOBODY", "calls", json={"action": "ClearCache"}).status_code == 404
    assert api.ask("GET", "stations", "NOBODY", "calls").status_code == 404
