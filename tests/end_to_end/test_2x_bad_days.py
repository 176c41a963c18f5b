"""Stations of OCPP 2.x on a bad day, and what stands around them: clocks that were never set, unknown words, a local
controller with many behind it, orders that wait for a station which is shut out meanwhile."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import ACCEPTED, answer, ask, call, nothing_comes, receive, seen
from tests.end_to_end.clients import Api, dial, dial_2x
from tests.end_to_end.device_model import NOW, named, page, told

BOTH = pytest.mark.parametrize("version", V2X)
NEVER_SET = "1970-01-01T00:00:07Z"
FAR_OFF = "9999-12-31T23:59:59Z"


def status(word: str, at: str) -> dict[str, Any]:
    return {"timestamp": at, "connectorStatus": word, "evseId": 1, "connectorId": 1}


def event(transaction_id: str, kind: str, seq_no: int, at: str, **fields: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "timestamp": at,
        "triggerReason": "Authorized",
        "seqNo": seq_no,
        "transactionInfo": {"transactionId": transaction_id},
        **fields,
    }


def alert() -> dict[str, Any]:
    raised = {"eventId": 1, "timestamp": NOW, "trigger": "Alerting", "actualValue": "99"}
    return raised | {"eventNotificationType": "CustomMonitor", "variableMonitoringId": 1} | named("EVSE", "Temperature")


# ---------------------------------------------------------------------- clocks


@BOTH
@pytest.mark.parametrize("at", [NEVER_SET, FAR_OFF])
async def test_what_lasts_is_dated_by_its_receipt_if_the_clock_was_never_set(
    system: LocalSystem, api: Api, version: str, at: str
) -> None:
    async with dial_2x(system, f"CLOCK-{version}-{at[0]}", version) as station:
        await station.call("StatusNotification", **status("Available", NOW))
        await station.call("StatusNotification", **status("Faulted", at))
        (evse,) = (await seen(api, "stations", station.station_id))["evses"]
        (connector,) = evse["connectors"]
        assert connector["status"] == "Faulted"
        assert connector["changed_at"] > NOW


@BOTH
async def test_a_transaction_of_a_far_future_is_kept_and_holds_up_nothing(
    system: LocalSystem, api: Api, version: str
) -> None:
    """What follows from state is done in the order of the changes, so one that fails would keep others waiting."""
    token = {"idToken": "FAR", "type": "Central"}
    async with dial_2x(system, f"FAR-{version}", version) as station:
        name = f"FAR-{version}"
        await station.call("TransactionEvent", **event(name, "Started", 0, FAR_OFF, evse={"id": 1}, idToken=token))
        await station.call("TransactionEvent", **event(name, "Ended", 1, FAR_OFF))
        assert (await seen(api, "transactions", name))["state"] == "ended"


async def test_a_grid_alarm_of_a_far_future_is_over_when_it_ends(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "DER-FAR", "2.1") as station:
        alarm = {"controlType": "FreqDroop", "gridEventFault": "OverFrequency"}
        assert await station.call("NotifyDERAlarm", **alarm, timestamp=FAR_OFF) == {}
        assert await station.call("NotifyDERAlarm", **alarm, timestamp=FAR_OFF, alarmEnded=True) == {}
        (one,) = (await seen(api, "stations", "DER-FAR", "der-alarms"))["items"]
        assert not one["is_active"]


# ---------------------------------------------------------------------- words


@pytest.mark.requirement("M20-011")
@BOTH
async def test_a_word_that_nobody_knows_is_a_finding_and_for_a_strict_station_a_fault(
    system: LocalSystem, api: Api, version: str
) -> None:
    name = f"WORD-{version}"
    odd = event(name, "Started", 0, NOW)
    odd["transactionInfo"]["chargingState"] = "Dreaming"
    async with dial_2x(system, name, version) as station:
        assert (await station.frame("TransactionEvent", odd))[0] == 3
        assert (await seen(api, "transactions", name))["state"] == "active"
        found = await seen(api, "stations", name, "findings")
        assert "transactionInfo.chargingState" in str(found["items"])
    await asyncio.to_thread(api.patch, "stations", name, strict=True)
    async with dial(system, name, subprotocols=(f"ocpp{version}",)) as station:
        assert (await station.frame("TransactionEvent", odd))[2] == "PropertyConstraintViolation"


# ---------------------------------------------------------------------- a local controller


@pytest.mark.requirement("M20-144")
@BOTH
async def test_a_local_controller_has_a_socket_for_each_station_and_one_of_its_own(
    system: LocalSystem, api: Api, version: str
) -> None:
    """Rule T-06. All come from one address; none is to notice that."""
    names = [f"LC-{version}-{number:02}" for number in range(20)]
    async with AsyncExitStack() as sockets, dial_2x(system, f"LC-{version}", version) as controller:
        stations = [await sockets.enter_async_context(dial_2x(system, name, version)) for name in names]
        statuses = [status("Occupied" if number % 2 else "Available", NOW) for number in range(20)]
        await asyncio.gather(
            *(one.call("StatusNotification", **said) for one, said in zip(stations, statuses, strict=True))
        )
        await call(api, stations[7], "UnlockConnector", {"evseId": 1, "connectorId": 1})
        await call(api, controller, "GetBaseReport", {"reportBase": "SummaryInventory"})
        await answer(api, stations[7], await receive(stations[7], "UnlockConnector"), {"status": "Unlocked"})
        await answer(api, controller, await receive(controller, "GetBaseReport"), ACCEPTED)
        assert all(await asyncio.gather(*(nothing_comes(one) for one in (*stations, controller))))
        await stations[3].socket.close()
        assert await asyncio.to_thread(api.is_offline, names[3])
        shown = {name: await seen(api, "stations", name) for name in names}
        assert [one["online"] for one in shown.values()] == [number != 3 for number in range(20)]
        found = [one["evses"][0]["connectors"][0]["status"] for one in shown.values()]
        assert found == [one["connectorStatus"] for one in statuses]
        own = await seen(api, "stations", controller.station_id)
        assert (own["online"], own["evses"]) == (True, [])


# ---------------------------------------------------------------------- registration


@pytest.mark.requirement("M20-018", "B03")
@BOTH
async def test_what_waits_for_a_station_is_not_sent_once_it_is_rejected(
    system: LocalSystem, api: Api, version: str
) -> None:
    name = f"SHUT-{version}"
    async with dial_2x(system, name, version):
        pass
    assert await asyncio.to_thread(api.is_offline, name)
    body = {"action": "GetBaseReport", "payload": {"reportBase": "FullInventory"}}
    assert (await ask(api, "POST", "stations", name, "calls", body=body)).status_code == 202
    await asyncio.to_thread(api.patch, "stations", name, registration="Rejected")
    async with dial(system, name, subprotocols=(f"ocpp{version}",)) as station:
        booted = await station.call(
            "BootNotification", chargingStation={"model": "Duo", "vendorName": "Acme"}, reason="PowerUp"
        )
        assert booted["status"] == "Rejected"
        assert (await station.frame("Heartbeat", {}))[2] == "SecurityError"
    (waiting,) = (await seen(api, "stations", name, "calls"))["items"]
    assert waiting["state"] == "queued"


@BOTH
async def test_the_alarms_of_a_station_that_was_removed_stand_no_more(
    system: LocalSystem, api: Api, version: str
) -> None:
    name = f"GONE-{version}"
    raised = {
        "eventId": 1,
        "timestamp": NOW,
        "trigger": "Alerting",
        "actualValue": "99",
        **named("EVSE", "Temperature"),
    }
    raised |= {"eventNotificationType": "CustomMonitor", "variableMonitoringId": 1}

    async def alarmed() -> bool:
        return name in [one["station_id"] for one in (await seen(api, "alarms", limit=200))["items"]]

    async with dial_2x(system, name, version) as station:
        await station.call("NotifyEvent", generatedAt=NOW, seqNo=0, eventData=[alert()])
        assert await alarmed()
        assert (await ask(api, "DELETE", "stations", name)).status_code == 204
        await station.closed()
    assert not await alarmed()


# ---------------------------------------------------------------------- names


@BOTH
@pytest.mark.parametrize("odd", ["A#B~{}", "Säule 1/|{}", "100%2F{}"])
async def test_a_station_may_be_called_what_it_likes(system: LocalSystem, api: Api, version: str, odd: str) -> None:
    name = odd.format(version)
    async with dial_2x(system, name, version) as station:
        await station.call("NotifyEvent", generatedAt=NOW, seqNo=0, eventData=[alert()])
        (alarm,) = (await seen(api, "stations", name, "alarms"))["items"]
        assert alarm["station_id"] == name
        assert name in [one["station_id"] for one in (await seen(api, "alarms", limit=200))["items"]]
        await call(api, station, "GetBaseReport", {"reportBase": "FullInventory"})
        frame = await receive(station, "GetBaseReport")
        await answer(api, station, frame)
        await page(station, frame[3]["requestId"], 0, told(named("EVSE", "Power"), "11"))
        (report,) = (await seen(api, "stations", name, "reports"))["items"]
        assert report["state"] == "complete"
        assert [one["variable"] for one in (await seen(api, "stations", name, "variables"))["items"]] == ["Power"]
