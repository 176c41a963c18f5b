"""An operator acts on a station from afar: what it is sent, what it answers, and what it does then."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.answering import ACCEPTED, answer, ask, call, configured, nothing_comes, receive, seen
from tests.end_to_end.clients import Api, Station, dial

REJECTED = {"status": "Rejected"}
BOOT = {"chargePointVendor": "ACME", "chargePointModel": "One"}


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    api.put("id-tokens", "TAG")


async def begin(station: Station, **changed: Any) -> str:
    """The id of a transaction that the station begins."""
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": _now()} | changed
    return str((await station.call("StartTransaction", **start))["transactionId"])


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


async def status(station: Station, said: str, connector_id: int = 1) -> None:
    await station.call("StatusNotification", connectorId=connector_id, status=said, errorCode="NoError")


async def again(api: Api, made: Any) -> Any:
    """A call as it stands now."""
    return await seen(api, "stations", made["station_id"], "calls", made["call_id"])


async def when(api: Api, made: Any, is_so: Callable[[Any], bool]) -> Any:
    """A call as it stands once something is so of it."""
    for _ in range(200):
        if is_so(shown := await again(api, made)):
            return shown
        await asyncio.sleep(0.05)
    raise AssertionError(f"still {shown}")


async def connector(api: Api, station: Station) -> Any:
    shown = await seen(api, "stations", station.station_id)
    return shown["evses"][0]["connectors"][0]


@pytest.mark.requirement("M16-067")
@pytest.mark.parametrize("answers_first", [True, False])
async def test_a_remote_start_is_joined_with_its_transaction(
    system: LocalSystem, api: Api, answers_first: bool
) -> None:
    async with dial(system, f"R67{answers_first}") as station:
        made = await call(api, station, "RemoteStartTransaction", {"idTag": "tag", "connectorId": 1})
        frame = await receive(station, "RemoteStartTransaction")
        assert frame[3] == {"idTag": "tag", "connectorId": 1}
        if answers_first:
            assert (await answer(api, station, frame))["outcome"]["state"] == "pending"
        number = await begin(station)
        if not answers_first:
            await answer(api, station, frame)
        made = await again(api, made)
        assert (made["state"], made["answer"]) == ("answered", ACCEPTED)
        assert (made["outcome"]["state"], made["outcome"]["transaction_id"]) == ("done", number)
        assert (await seen(api, "transactions", number))["remote_call_id"] == made["call_id"]
        assert (await begin(station, meterStart=5)) != number
        assert (await again(api, made))["outcome"]["transaction_id"] == number


@pytest.mark.requirement("M16-068")
async def test_a_remote_start_that_no_transaction_follows_times_out(
    system: LocalSystem, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dial(system, "R68") as station:
        await configured(api, station, ConnectionTimeOut="0")
        monkeypatch.setattr("functions.commands.remote_start_transaction.MARGIN_S", 1)
        made = await call(api, station, "RemoteStartTransaction", {"idTag": "TAG"})
        await answer(api, station, await receive(station, "RemoteStartTransaction"))
        shown = await again(api, made)
        assert (shown["outcome"]["state"], shown["outcome"]["until"] > shown["ended_at"]) == ("pending", True)
        shown = await when(api, made, lambda one: one["outcome"]["state"] != "pending")
        assert (shown["state"], shown["outcome"]["state"]) == ("answered", "timed_out")
        number = await begin(station)
        assert (await seen(api, "transactions", number))["remote_call_id"] is None


@pytest.mark.requirement("M16-069")
async def test_a_remote_start_that_is_rejected_is_shown_so(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R69") as station:
        await call(api, station, "RemoteStartTransaction", {"idTag": "TAG"})
        ended = await answer(api, station, await receive(station, "RemoteStartTransaction"), REJECTED)
    assert (ended["state"], ended["answer"], ended["outcome"]) == ("answered", REJECTED, None)


@pytest.mark.requirement("M16-095")
async def test_a_remote_start_with_a_profile_for_its_transaction(system: LocalSystem, api: Api) -> None:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.5}]}
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
    }
    async with dial(system, "R95") as station:
        order: dict[str, Any] = {"action": "RemoteStartTransaction"}
        for wrong in ({"transactionId": 1}, {"chargingProfilePurpose": "TxDefaultProfile"}):
            order["payload"] = {"idTag": "TAG", "chargingProfile": profile | wrong}
            refused = await ask(api, "POST", "stations", "R95", "calls", body=order)
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["path"].startswith("payload.chargingProfile.")
        await call(api, station, "RemoteStartTransaction", {"idTag": "TAG", "chargingProfile": profile})
        frame = await receive(station, "RemoteStartTransaction")
        assert frame[3]["chargingProfile"] == profile
        await answer(api, station, frame)


async def test_a_remote_start_is_not_delivered_late(system: LocalSystem, api: Api) -> None:
    await ask(api, "PUT", "stations", "STALE", body={})
    order = {"action": "RemoteStartTransaction", "payload": {"idTag": "TAG"}, "expires_in_s": 1}
    made = (await ask(api, "POST", "stations", "STALE", "calls", body=order)).json()
    assert made["state"] == "queued"
    await when(api, made, lambda one: one["state"] != "queued")
    async with dial(system, "STALE") as station:
        assert await nothing_comes(station)
        assert (await again(api, made))["state"] == "expired"


@pytest.mark.requirement("M16-070")
async def test_a_remote_stop_is_done_with_the_end_of_its_transaction(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R70") as station:
        number = await begin(station)
        made = await call(api, station, "RemoteStopTransaction", {"transactionId": int(number)})
        frame = await receive(station, "RemoteStopTransaction")
        assert frame[3] == {"transactionId": int(number)}
        assert (await answer(api, station, frame))["outcome"]["state"] == "pending"
        await station.call(
            "StopTransaction", transactionId=int(number), meterStop=900, timestamp=_now(), reason="Remote"
        )
        made = await again(api, made)
        assert (made["outcome"]["state"], made["outcome"]["stopped_reason"]) == ("done", "Remote")
        assert (await seen(api, "transactions", number))["state"] == "ended"
        order = {"action": "RemoteStopTransaction", "payload": {"transactionId": int(number)}}
        refused = await ask(api, "POST", "stations", "R70", "calls", body=order)
        assert (refused.status_code, refused.json()["detail"]) == (409, f"Transaction {number} has ended")


@pytest.mark.requirement("M16-071")
async def test_a_remote_stop_that_is_rejected_leaves_the_transaction(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R71") as station:
        number = await begin(station)
        await call(api, station, "RemoteStopTransaction", {"transactionId": int(number)})
        ended = await answer(api, station, await receive(station, "RemoteStopTransaction"), REJECTED)
        assert (ended["answer"], ended["outcome"]) == (REJECTED, None)
        assert (await seen(api, "transactions", number))["state"] == "active"


@pytest.mark.requirement("M16-072")
@pytest.mark.parametrize("kind", ["Hard", "Soft"])
async def test_a_reset_is_done_when_the_station_boots(system: LocalSystem, api: Api, kind: str) -> None:
    async with dial(system, f"R72{kind}") as station:
        made = await call(api, station, "Reset", {"type": kind})
        frame = await receive(station, "Reset")
        assert frame[3] == {"type": kind}
        assert (await answer(api, station, frame))["outcome"]["state"] == "pending"
    async with dial(system, f"R72{kind}") as station:
        await station.call("BootNotification", **BOOT)
        made = await again(api, made)
        booted_at = (await seen(api, "stations", station.station_id))["booted_at"]
    assert (made["outcome"]["state"], made["outcome"]["booted_at"]) == ("done", booted_at)


@pytest.mark.requirement("M16-073")
@pytest.mark.parametrize("said", ["Unlocked", "UnlockFailed", "NotSupported"])
async def test_a_connector_is_unlocked_or_it_is_shown_why_not(system: LocalSystem, api: Api, said: str) -> None:
    async with dial(system, f"R73{said}") as station:
        await call(api, station, "UnlockConnector", {"connectorId": 1})
        frame = await receive(station, "UnlockConnector")
        assert frame[3] == {"connectorId": 1}
        ended = await answer(api, station, frame, {"status": said})
    assert (ended["state"], ended["answer"]) == ("answered", {"status": said})


async def test_a_connector_is_unlocked_while_it_charges(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R73B") as station:
        number = await begin(station)
        await call(api, station, "UnlockConnector", {"connectorId": 1})
        frame = await receive(station, "UnlockConnector")
        stopped = {"transactionId": int(number), "meterStop": 900, "timestamp": _now(), "reason": "UnlockCommand"}
        await station.call("StopTransaction", **stopped)
        await answer(api, station, frame, {"status": "Unlocked"})
        assert (await seen(api, "transactions", number))["stopped_reason"] == "UnlockCommand"


@pytest.mark.requirement("M16-077")
async def test_a_change_of_availability_that_is_put_off_waits_for_its_status(system: LocalSystem, api: Api) -> None:
    async with dial(system, "R77") as station:
        await status(station, "Charging")
        number = await begin(station)
        made = await call(api, station, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
        frame = await receive(station, "ChangeAvailability")
        assert frame[3] == {"connectorId": 1, "type": "Inoperative"}
        await answer(api, station, frame, {"status": "Scheduled"})
        await status(station, "Finishing")
        shown = await connector(api, station)
        assert (shown["reported_status"], shown["wished_availability"]["state"]) == ("Finishing", "scheduled")
        assert (await again(api, made))["outcome"]["state"] == "pending"
        await station.call("StopTransaction", transactionId=int(number), meterStop=9, timestamp=_now())
        await status(station, "Unavailable")
        shown = await connector(api, station)
        assert (shown["reported_status"], shown["wished_availability"]["state"]) == ("Unavailable", "met")
        assert shown["wished_availability"]["availability"] == "Inoperative"
        assert (await again(api, made))["outcome"]["state"] == "done"


@pytest.mark.parametrize(("said", "wished"), [("Accepted", "Inoperative"), ("Rejected", None)])
async def test_a_change_of_availability_counts_if_the_station_takes_it(
    system: LocalSystem, api: Api, said: str, wished: str | None
) -> None:
    async with dial(system, f"R77{said}") as station:
        await status(station, "Available", 0)
        await call(api, station, "ChangeAvailability", {"connectorId": 0, "type": "Inoperative"})
        await answer(api, station, await receive(station, "ChangeAvailability"), {"status": said})
        shown = (await seen(api, "stations", station.station_id))["wished_availability"]
    assert (shown["availability"] if shown else None) == wished


@pytest.mark.requirement("M16-078")
@pytest.mark.parametrize("said", ["Accepted", "Rejected"])
async def test_a_cache_is_cleared_or_it_is_shown_that_it_is_not(system: LocalSystem, api: Api, said: str) -> None:
    async with dial(system, f"R78{said}") as station:
        await call(api, station, "ClearCache")
        frame = await receive(station, "ClearCache")
        assert frame[3] == {}
        assert (await answer(api, station, frame, {"status": said}))["answer"] == {"status": said}


TRIGGERED: dict[str, Any] = {
    "BootNotification": BOOT,
    "DiagnosticsStatusNotification": {"status": "Idle"},
    "FirmwareStatusNotification": {"status": "Idle"},
    "Heartbeat": {},
    "MeterValues": {
        "connectorId": 1,
        "meterValue": [{"timestamp": "2026-11-23T08:00:00Z", "sampledValue": [{"value": "1"}]}],
    },
    "StatusNotification": {"connectorId": 1, "status": "Available", "errorCode": "NoError"},
}


@pytest.mark.requirement("M16-079")
@pytest.mark.parametrize("wanted", TRIGGERED)
async def test_a_message_is_sent_on_request(system: LocalSystem, api: Api, wanted: str) -> None:
    async with dial(system, f"R79{wanted}") as station:
        payload: dict[str, Any] = {"requestedMessage": wanted, "connectorId": 1}
        await call(api, station, "TriggerMessage", payload)
        frame = await receive(station, "TriggerMessage")
        assert frame[3] == payload
        assert (await answer(api, station, frame))["answer"] == ACCEPTED
        assert await station.call(wanted, **TRIGGERED[wanted]) is not None


@pytest.mark.requirement("M16-079")
@pytest.mark.parametrize("said", ["Rejected", "NotImplemented"])
async def test_a_message_that_is_not_sent_is_shown_so(system: LocalSystem, api: Api, said: str) -> None:
    async with dial(system, f"R79{said}") as station:
        await call(api, station, "TriggerMessage", {"requestedMessage": "MeterValues"})
        ended = await answer(api, station, await receive(station, "TriggerMessage"), {"status": said})
    assert ended["answer"] == {"status": said}


@pytest.mark.requirement("M16-081")
@pytest.mark.parametrize("said", ["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"])
async def test_data_goes_out_as_text_and_comes_back(system: LocalSystem, api: Api, said: str) -> None:
    async with dial(system, f"R81{said}") as station:
        payload = {"vendorId": "com.example", "messageId": "Lamp", "data": '{"on": true}'}
        await call(api, station, "DataTransfer", payload)
        frame = await receive(station, "DataTransfer")
        assert frame[3] == payload
        ended = await answer(api, station, frame, {"status": said, "data": "lit"})
        assert ended["answer"] == {"status": said, "data": "lit"}
        order = {"action": "DataTransfer", "payload": payload | {"data": {"on": True}}}
        refused = await ask(api, "POST", "stations", station.station_id, "calls", body=order)
        assert refused.json()["errors"][0]["path"] == "payload.data"
