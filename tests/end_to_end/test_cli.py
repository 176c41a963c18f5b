"""The command line on the local system, with stations that answer."""

import asyncio
import csv
import io
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.clients import WAIT_S, Api, dial
from tests.end_to_end.command_line import Ended, Idlewatt

ACCEPTED = {"status": "Accepted"}
BOOT = {"chargePointVendor": "ACME", "chargePointModel": "One"}


@pytest.fixture
def idlewatt(system: LocalSystem, tmp_path: Path) -> Idlewatt:
    return Idlewatt(tmp_path, {"IDLEWATT_PORT": str(system.port)})


async def test_a_station_answers_what_it_is_asked(system: LocalSystem, idlewatt: Idlewatt) -> None:
    async with dial(system, "CLI1") as station:
        waiting = asyncio.create_task(idlewatt.run("call", "CLI1", "Reset", "type=Soft", "--wait"))
        frame = await station.receive()
        assert frame[2:] == ["Reset", {"type": "Soft"}]
        await station.send([3, frame[1], ACCEPTED])
        ended = await waiting
    assert ended.status == 0, ended.err
    assert '{"status":"Accepted"}' in ended.out


async def test_a_number_becomes_a_text_where_ocpp_wants_one(system: LocalSystem, idlewatt: Idlewatt) -> None:
    async with dial(system, "CLI2") as station:
        words = ("call", "CLI2", "ChangeConfiguration", "key=HeartbeatInterval", "value=300", "--wait", "--json")
        waiting = asyncio.create_task(idlewatt.run(*words))
        frame = await station.receive()
        assert frame[3] == {"key": "HeartbeatInterval", "value": "300"}
        await station.send([3, frame[1], ACCEPTED])
        ended = await waiting
    assert (ended.status, ended.document["answer"]) == (0, ACCEPTED)


async def test_the_exit_code_tells_of_a_refusal(system: LocalSystem, idlewatt: Idlewatt) -> None:
    async with dial(system, "CLI3") as station:
        waiting = asyncio.create_task(idlewatt.run("call", "CLI3", "ClearCache", "--wait"))
        frame = await station.receive()
        await station.send([4, frame[1], "NotSupported", "no cache", {}])
        ended = await waiting
    assert ended.status == 2, ended.err
    assert "NotSupported" in ended.out


async def test_the_exit_code_tells_that_no_answer_came(system: LocalSystem, idlewatt: Idlewatt) -> None:
    assert (await idlewatt.run("station", "add", "CLI4", "call_timeout_s=1")).status == 0
    async with dial(system, "CLI4"):
        ended = await idlewatt.run("call", "CLI4", "ClearCache", "--wait", "20", "--json")
    assert (ended.status, ended.document["state"]) == (3, "timed_out")


async def test_the_exit_code_tells_of_a_call_that_waits(idlewatt: Idlewatt) -> None:
    await idlewatt.run("station", "add", "CLI5")
    ended = await idlewatt.run("call", "CLI5", "Reset", '{"type": "Hard"}', "--wait", "0", "--json")
    assert (ended.status, ended.document["state"]) == (4, "queued")
    call_id = ended.document["call_id"]
    assert (await idlewatt.run("cancel", "CLI5", call_id)).status == 0
    assert (await idlewatt.run("cancel", "CLI5", call_id, "--json")).document["state"] == "cancelled"
    listed = await idlewatt.run("calls", "CLI5", "--state", "cancelled", "--json")
    assert [call["call_id"] for call in listed.document["items"]] == [call_id]


async def test_a_wrong_field_is_named(idlewatt: Idlewatt) -> None:
    await idlewatt.run("station", "add", "CLI6")
    ended = await idlewatt.run("call", "CLI6", "Reset", "type=Warm")
    assert (ended.status, ended.out) == (1, "")
    assert "body payload.type: Input should be 'Hard' or 'Soft'" in ended.err


async def test_messages_are_followed_as_they_come(system: LocalSystem, idlewatt: Idlewatt) -> None:
    await idlewatt.run("station", "add", "CLI7", "message_log=on")
    async with dial(system, "CLI7") as station:
        await station.call("BootNotification", **BOOT)
        following = await idlewatt.begin("messages", "CLI7", "--follow", "--json")
        assert [await _next(following) for _ in range(2)] == ["in BootNotification", "out BootNotification"]
        await station.call("Heartbeat")
        assert [await _next(following) for _ in range(2)] == ["in Heartbeat", "out Heartbeat"]
        following.send_signal(signal.SIGINT)
        rest, complaints = await asyncio.wait_for(following.communicate(), WAIT_S)
    assert (following.returncode, rest, complaints) == (130, b"", b"")


async def _next(following: asyncio.subprocess.Process) -> str:
    assert following.stdout is not None
    one: dict[str, Any] = json.loads(await asyncio.wait_for(following.stdout.readline(), 3 * WAIT_S))
    return f"{one['direction']} {one['action']}"


async def test_many_stations_are_called_and_watched(system: LocalSystem, idlewatt: Idlewatt) -> None:
    async with dial(system, "BULK-1") as first, dial(system, "BULK-2") as second:
        words = ("bulk", "ClearCache", "--prefix", "BULK-", "--online", "--watch", "--json")
        waiting = asyncio.create_task(idlewatt.run(*words))
        for station in (first, second):
            frame = await station.receive()
            await station.send([3, frame[1], ACCEPTED])
        ended = await waiting
    assert ended.status == 0, ended.err
    assert (ended.document["state"], ended.document["by_state"]["answered"]) == ("done", 2)


async def test_what_a_session_leaves_is_shown(system: LocalSystem, idlewatt: Idlewatt, api: Api) -> None:
    assert (await idlewatt.run("token", "set", "CARD 1", "--group", "FLEET")).status == 0
    async with dial(system, "CLI/8") as station:
        await station.call("BootNotification", **BOOT)
        status = {"connectorId": 1, "errorCode": "NoError", "status": "Preparing"}
        await station.call("StatusNotification", **status)
        start = {"connectorId": 1, "idTag": "CARD 1", "meterStart": 1000, "timestamp": "2026-11-23T08:00:00Z"}
        number = (await station.call("StartTransaction", **start))["transactionId"]
        stop = {"transactionId": number, "meterStop": 4500, "timestamp": "2026-11-23T09:00:00Z"}
        await station.call("StopTransaction", **stop)
        shown, online = await asyncio.gather(idlewatt.run("station", "CLI/8"), idlewatt.run("stations", "--online"))
    await asyncio.to_thread(api.get, "transactions")
    assert "ACME" in shown.out
    assert "Preparing" in shown.out
    assert "CLI/8" in online.out
    listed, transaction, events, tokens = await asyncio.gather(
        idlewatt.run("transactions", "--station", "CLI/8", "--from", "2026-11-01", "--json"),
        idlewatt.run("transaction", str(number)),
        idlewatt.run("events", "CLI/8"),
        idlewatt.run("tokens"),
    )
    assert [one["energy_wh"] for one in listed.document["items"]] == [3500]
    assert "3.500 kWh" in transaction.out
    assert "station.booted" in events.out
    assert "FLEET" in tokens.out


async def test_transactions_are_exported(system: LocalSystem, idlewatt: Idlewatt, api: Api) -> None:
    async with dial(system, "CLI10") as station:
        await station.call("BootNotification", **BOOT)
        for hour in range(3):
            start = {"connectorId": 1, "idTag": "ANY", "meterStart": 0, "timestamp": f"2026-11-20T0{hour}:00:00Z"}
            await station.call("StartTransaction", **start)
    await asyncio.to_thread(api.get, "transactions")
    ended = await idlewatt.run("transactions", "--station", "CLI10", "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(ended.out)))
    assert [row["station_id"] for row in rows] == ["CLI10"] * 3


async def test_the_configuration_is_changed_and_known(system: LocalSystem, idlewatt: Idlewatt) -> None:
    async with dial(system, "CLI11") as station:
        await station.call("BootNotification", **BOOT)
        words = ("configuration", "set", "CLI11", "HeartbeatInterval=300", "--wait")
        waiting = asyncio.create_task(idlewatt.run(*words))
        frame = await station.receive()
        assert frame[2:] == ["ChangeConfiguration", {"key": "HeartbeatInterval", "value": "300"}]
        await station.send([3, frame[1], ACCEPTED])
        ended = await waiting
    assert ended.status == 0, ended.err
    known = await idlewatt.run("configuration", "CLI11", "--json")
    assert [(one["key"], one["value"]) for one in known.document["items"]] == [("HeartbeatInterval", "300")]


async def test_a_station_is_added_changed_and_removed(idlewatt: Idlewatt) -> None:
    added = await idlewatt.run("station", "add", "CLI9", "--password-stdin", "--json", stdin="a-long-random-secret\n")
    assert added.document["has_password"]
    changed = await idlewatt.run("station", "set", "CLI9", "pinned_version=1.6", "strict=true", "--json")
    assert (changed.document["pinned_version"], changed.document["strict"]) == ("1.6", True)
    assert (await idlewatt.run("station", "remove", "CLI9", "--yes")).status == 0
    assert "There is no station CLI9 (404)" in (await idlewatt.run("station", "CLI9")).err


async def test_nobody_there_is_told_with_what_to_do(idlewatt: Idlewatt) -> None:
    ended = await idlewatt.run("stations", IDLEWATT_PORT="1")
    assert ended == Ended(
        1,
        "",
        "error: Nothing answers at http://127.0.0.1:1. `make run` starts the local system; IDLEWATT_URL names another"
        " one\n",
    )


async def test_a_reader_may_leave_early(idlewatt: Idlewatt) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = await idlewatt.begin("stations", "--json", stdout=writing)
    os.close(writing)
    _, complaints = await asyncio.wait_for(process.communicate(), WAIT_S)
    assert (process.returncode, complaints) == (1, b"")
