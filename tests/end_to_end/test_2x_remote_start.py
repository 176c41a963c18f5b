"""Remote starts and stops at stations of OCPP 2.0.1 and 2.1, and the transactions that follow from them."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import ACCEPTED, answer, ask, call, nothing_comes, receive, seen
from tests.end_to_end.clients import Api, Station, dial_2x

TAG = {"idToken": "TAG", "type": "Central"}
REJECTED = {"status": "Rejected", "statusInfo": {"reasonCode": "NotInReadyState", "additionalInfo": "no cable"}}

pytestmark = pytest.mark.parametrize("version", V2X)


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    api.put("id-tokens", "TAG")


async def event(station: Station, kind: str, trigger: str, seq_no: int, **fields: Any) -> None:
    """A TransactionEvent of the station's only transaction; `info` stands in its transactionInfo."""
    info = {"transactionId": f"T-{station.station_id}", **fields.pop("info", {})}
    await station.call(
        "TransactionEvent",
        eventType=kind,
        timestamp=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        triggerReason=trigger,
        seqNo=seq_no,
        transactionInfo=info,
        evse={"id": 1, "connectorId": 1},
        **fields,
    )


async def again(api: Api, made: Any) -> Any:
    """A call as it stands now."""
    return await seen(api, "stations", made["station_id"], "calls", made["call_id"])


async def is_known(api: Api, station: Station) -> None:
    """Wait until all that follows from its connecting has happened: it is asked after what runs then (use case E14)."""
    assert (await seen(api, "stations", station.station_id))["online"]


async def transaction(api: Api, station: Station) -> Any:
    return await seen(api, "transactions", f"T-{station.station_id}")


@pytest.mark.requirement("M20-079", "F02", "C05")
@pytest.mark.parametrize("authorizes", [True, False])
async def test_a_remote_start_is_joined_with_its_transaction(
    system: LocalSystem, api: Api, version: str, authorizes: bool
) -> None:
    async with dial_2x(system, f"F02-{version}-{authorizes}", version) as station:
        made = await call(api, station, "RequestStartTransaction", {"idToken": TAG, "evseId": 1})
        frame = await receive(station, "RequestStartTransaction")
        start_id = frame[3]["remoteStartId"]
        assert frame[3] == {"idToken": TAG, "evseId": 1, "remoteStartId": start_id}
        assert (await answer(api, station, frame))["outcome"]["state"] == "pending"
        if authorizes:
            assert (await station.call("Authorize", idToken=TAG))["idTokenInfo"]["status"] == "Accepted"
        await event(station, "Started", "RemoteStart", 0, info={"remoteStartId": start_id}, idToken=TAG)
        outcome = (await again(api, made))["outcome"]
        assert (outcome["state"], outcome["transaction_id"]) == ("done", f"T-{station.station_id}")
        assert (await transaction(api, station))["remote_call_id"] == made["call_id"]


@pytest.mark.requirement("M20-078", "F01")
@pytest.mark.parametrize("told", ["answer", "event"])
async def test_a_transaction_that_has_begun_with_the_cable_is_joined(
    system: LocalSystem, api: Api, version: str, told: str
) -> None:
    async with dial_2x(system, f"F01-{version}-{told}", version) as station:
        await is_known(api, station)
        await event(station, "Started", "CablePluggedIn", 0)
        made = await call(api, station, "RequestStartTransaction", {"idToken": TAG})
        frame = await receive(station, "RequestStartTransaction")
        named = {"transactionId": f"T-{station.station_id}"} if told == "answer" else {}
        await answer(api, station, frame, ACCEPTED | named)
        info = {"remoteStartId": frame[3]["remoteStartId"]} if told == "event" else {}
        await event(station, "Updated", "RemoteStart", 1, info=info, idToken=TAG)
        outcome = (await again(api, made))["outcome"]
        assert (outcome["state"], outcome["transaction_id"]) == ("done", f"T-{station.station_id}")
        assert (await transaction(api, station))["remote_call_id"] == made["call_id"]


@pytest.mark.requirement("M20-078", "F01")
async def test_a_transaction_that_the_answer_named_before_it_came_is_joined(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"F01N-{version}", version) as station:
        made = await call(api, station, "RequestStartTransaction", {"idToken": TAG})
        frame = await receive(station, "RequestStartTransaction")
        ended = await answer(api, station, frame, ACCEPTED | {"transactionId": f"T-{station.station_id}"})
        assert ended["outcome"]["state"] == "pending"
        await event(station, "Started", "CablePluggedIn", 0)
        assert (await again(api, made))["outcome"]["state"] == "done"
        assert (await transaction(api, station))["remote_call_id"] == made["call_id"]


@pytest.mark.requirement("M20-080", "F02")
async def test_a_remote_start_that_no_cable_follows_times_out(
    system: LocalSystem, api: Api, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.commands.request_start_transaction.MARGIN_S", 1)
    monkeypatch.setattr("shared.store.variables.number", lambda _station_id, _variable: 0)
    async with dial_2x(system, f"F02T-{version}", version) as station:
        made = await call(api, station, "RequestStartTransaction", {"idToken": TAG})
        await answer(api, station, await receive(station, "RequestStartTransaction"))
        for _ in range(100):
            shown = await again(api, made)
            if shown["outcome"]["state"] != "pending":
                break
            await asyncio.sleep(0.05)
        assert (shown["state"], shown["outcome"]["state"]) == ("answered", "timed_out")


@pytest.mark.requirement("M20-081", "F01")
async def test_the_reason_of_a_refused_start_is_shown(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"F01R-{version}", version) as station:
        await call(api, station, "RequestStartTransaction", {"idToken": TAG})
        ended = await answer(api, station, await receive(station, "RequestStartTransaction"), REJECTED)
        assert (ended["answer"], ended["outcome"]) == (REJECTED, None)


@pytest.mark.requirement("M20-078", "F01", "K05")
async def test_a_remote_start_is_checked_before_it_goes_out(system: LocalSystem, api: Api, version: str) -> None:
    period = {"startPeriod": 0, "limit": 16.0}
    profile: dict[str, Any] = {
        "id": 7,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": [{"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [period]}],
    }
    async with dial_2x(system, f"F01C-{version}", version) as station:
        path = ("POST", "stations", station.station_id, "calls")
        for wrong, name in (
            ({"evseId": 0}, "evseId"),
            ({"chargingProfile": profile | {"transactionId": "T"}}, "chargingProfile.transactionId"),
            (
                {"chargingProfile": profile | {"chargingProfilePurpose": "TxDefaultProfile"}},
                "chargingProfile.chargingProfilePurpose",
            ),
        ):
            order = {"action": "RequestStartTransaction", "payload": {"idToken": TAG, **wrong}}
            refused = await ask(api, *path, body=order)
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["path"] == f"payload.{name}"
        payload = {"idToken": TAG, "remoteStartId": 5, "chargingProfile": profile}
        await call(api, station, "RequestStartTransaction", payload)
        frame = await receive(station, "RequestStartTransaction")
        assert frame[3] == payload
        await answer(api, station, frame)
        taken = await ask(api, *path, body={"action": "RequestStartTransaction", "payload": payload})
        assert taken.status_code == 409


@pytest.mark.requirement("M20-078", "F01")
async def test_a_remote_start_is_not_delivered_late(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"STALE-{version}"
    async with dial_2x(system, station_id, version) as station:
        pass
    assert await asyncio.to_thread(api.is_offline, station_id)
    order = {"action": "RequestStartTransaction", "payload": {"idToken": TAG}, "expires_in_s": 1}
    made = (await ask(api, "POST", "stations", station_id, "calls", body=order)).json()
    for _ in range(100):
        if (await again(api, made))["state"] == "expired":
            break
        await asyncio.sleep(0.05)
    async with dial_2x(system, station_id, version) as station:
        assert await nothing_comes(station)
        assert (await again(api, made))["state"] == "expired"


@pytest.mark.requirement("M20-082", "F03", "F04")
async def test_a_remote_stop_is_done_with_the_end_of_its_transaction(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"F03-{version}", version) as station:
        await is_known(api, station)
        await event(station, "Started", "Authorized", 0, idToken=TAG)
        running = {"transactionId": f"T-{station.station_id}"}
        made = await call(api, station, "RequestStopTransaction", running)
        frame = await receive(station, "RequestStopTransaction")
        assert frame[3] == running
        assert (await answer(api, station, frame))["outcome"]["state"] == "pending"
        await event(station, "Ended", "RemoteStop", 1, info={"stoppedReason": "Remote"})
        outcome = (await again(api, made))["outcome"]
        assert (outcome["state"], outcome["stopped_reason"]) == ("done", "Remote")
        assert (await transaction(api, station))["state"] == "ended"
        order = {"action": "RequestStopTransaction", "payload": running}
        refused = await ask(api, "POST", "stations", station.station_id, "calls", body=order)
        assert refused.status_code == 409


@pytest.mark.requirement("M20-082", "F03")
async def test_a_remote_stop_that_is_rejected_is_shown_so(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"F03R-{version}", version) as station:
        await call(api, station, "RequestStopTransaction", {"transactionId": "T-unknown"})
        ended = await answer(api, station, await receive(station, "RequestStopTransaction"), REJECTED)
        assert (ended["answer"], ended["outcome"]) == (REJECTED, None)


@pytest.mark.requirement("M20-082", "F03")
async def test_a_transaction_is_stopped_by_the_id_that_the_api_has_for_it(
    system: LocalSystem, api: Api, version: str
) -> None:
    shared_id = {"transactionId": f"SAME-{version}"}
    async with dial_2x(system, f"A{version}", version) as one, dial_2x(system, f"B{version}", version) as other:
        for station in (one, other):
            await is_known(api, station)
            await event(station, "Started", "Authorized", 0, idToken=TAG, info=shared_id)
        (found,) = (await seen(api, "transactions", station_id=other.station_id))["items"]
        assert found["transaction_id"] != shared_id["transactionId"]
        made = await call(api, other, "RequestStopTransaction", {"transactionId": found["transaction_id"]})
        frame = await receive(other, "RequestStopTransaction")
        assert frame[3] == shared_id
        await answer(api, other, frame)
        await event(other, "Ended", "RemoteStop", 1, info=shared_id | {"stoppedReason": "Remote"})
        outcome = (await again(api, made))["outcome"]
        assert (outcome["state"], outcome["transaction_id"]) == ("done", found["transaction_id"])
