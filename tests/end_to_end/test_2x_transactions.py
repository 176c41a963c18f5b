"""Transactions of OCPP 2.x, which are made of events: whatever order they come in, and however often."""

import asyncio
import itertools
import json
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, call, ended, receive
from tests.end_to_end.clients import Api, Station, dial, dial_2x
from tests.end_to_end.sessions_2x import EVSE, TAG, at, event, reading, session, shown, tell

both = pytest.mark.parametrize("version", V2X)
_numbers = itertools.count(1)


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    api.put("id-tokens", "TAG", group_id="FLEET")
    api.put("id-tokens", "FRIEND", group_id="fleet")
    api.put("id-tokens", "STRANGER")
    api.put("id-tokens", "BLOCKED", status="Blocked")
    api.put("id-tokens", "INVALID", status="Invalid")


def new_id() -> str:
    return f"tx-{next(_numbers)}"


@pytest.mark.requirement("M20-058", "M20-057", "E02")
@both
async def test_a_session_with_the_cable_first_is_one_transaction(system: LocalSystem, api: Api, version: str) -> None:
    name = new_id()
    async with dial_2x(system, f"S-{name}", version) as station:
        answers = await tell(station, *session(name))
    assert answers[1]["idTokenInfo"]["status"] == "Accepted"
    assert answers[1]["idTokenInfo"]["groupIdToken"] == {"idToken": "FLEET", "type": "Central"}
    assert [answers[number] for number in (0, 2, 3, 4)] == [{}] * 4
    found = await shown(api, name)
    assert (found["state"], found["id_token"], found["evse_id"], found["connector_id"]) == ("ended", "TAG", 1, 1)
    assert (found["meter_start_wh"], found["meter_stop_wh"], found["energy_wh"]) == (1000, 4500, 3500)
    assert (found["stopped_reason"], found["started_at"], found["ended_at"]) == ("EVDisconnected", at(0), at(4))
    assert (found["number"], found["flags"], found["missing_seq_nos"], found["complete"]) == (None, [], [], True)
    events = await asyncio.to_thread(api.items, "transactions", name, "events")
    assert [one["seq_no"] for one in events] == [0, 1, 2, 3, 4]


POINTS = ("EVDetected", "CablePluggedIn", "Authorized", "SignedDataReceived", "RemoteStart", "ChargingStateChanged")


@pytest.mark.requirement("M20-057", "M20-074", "M20-075", "E01")
@both
async def test_a_transaction_may_start_at_any_point_with_what_is_known_then(
    system: LocalSystem, api: Api, version: str
) -> None:
    names = [new_id() for _ in POINTS]
    async with dial_2x(system, f"P-{names[0]}", version) as station:
        for number, (name, trigger) in enumerate(zip(names, POINTS, strict=True)):
            known = {"evse": {"id": number + 1}} if trigger != "Authorized" else {"idToken": TAG}
            await tell(station, event("Started", 0, name, trigger, **known))
        await tell(station, event("Updated", 1, names[2], "CablePluggedIn", evse={"id": 9, "connectorId": 2}))
        await tell(station, event("Updated", 1, names[1], "Authorized", idToken=TAG))
    found = [await shown(api, name) for name in names]
    assert [one["state"] for one in found] == ["active"] * 6
    assert [one["evse_id"] for one in found] == [1, 2, 9, 4, 5, 6]
    assert (found[2]["connector_id"], found[1]["connector_id"], found[1]["id_token"]) == (2, None, "TAG")
    assert {one["transaction_id"] for one in await asyncio.to_thread(api.items, "transactions", id_token="tag")} >= {
        names[1],
        names[2],
    }


@pytest.mark.requirement("M20-059", "M20-060", "M20-061", "M20-065", "E03", "E10", "E15")
@both
async def test_a_session_with_the_token_first_waits_for_the_cable(system: LocalSystem, api: Api, version: str) -> None:
    timed_out, name = new_id(), new_id()
    async with dial_2x(system, f"C-{name}", version) as station:
        await tell(station, event("Started", 0, timed_out, "Authorized", idToken=TAG, evse={"id": 2}))
        await tell(station, event("Ended", 1, timed_out, "EVConnectTimeout", info={"stoppedReason": "Timeout"}))
        await tell(station, event("Started", 0, name, "Authorized", idToken=TAG, evse={"id": 1}))
        await tell(station, event("Updated", 1, name, "CablePluggedIn", evse=EVSE, meterValue=[reading(10, 1)]))
        for number, state in enumerate(("Charging", "SuspendedEV", "Idle"), start=2):
            trigger = "ChargingStateChanged" if state != "Idle" else "EVCommunicationLost"
            await tell(station, event("Updated", number, name, trigger, info={"chargingState": state}))
            seen = await shown(api, name)
            assert (seen["state"], seen["charging_state"]) == ("active", state)
    found = await shown(api, timed_out)
    assert (found["state"], found["stopped_reason"], found["energy_wh"]) == ("ended", "Timeout", 0)


REASONS = (
    *(
        "DeAuthorized",
        "EmergencyStop",
        "EnergyLimitReached",
        "EVDisconnected",
        "GroundFault",
        "ImmediateReset",
        "Local",
    ),
    *("LocalOutOfCredit", "MasterPass", "Other", "OvercurrentFault", "PowerLoss", "PowerQuality", "Reboot", "Remote"),
    *("SOCLimitReached", "StoppedByEV", "TimeLimitReached", "Timeout"),
)


@pytest.mark.requirement("M20-062", "M20-063", "E06", "E09")
@both
async def test_a_transaction_ends_for_any_reason(system: LocalSystem, api: Api, version: str) -> None:
    first = new_id()
    async with dial_2x(system, f"R-{first}", version) as station:
        for reason in (None, *REASONS):
            name = f"{first}-{reason}"
            await tell(station, event("Started", 0, name, "CablePluggedIn", evse=EVSE))
            info = {"stoppedReason": reason} if reason else {}
            await tell(station, event("Ended", 1, name, "AbnormalCondition", info=info))
    found = await asyncio.to_thread(api.items, "transactions", station_id=f"R-{first}")
    ended = {one["transaction_id"].removeprefix(f"{first}-"): one["stopped_reason"] for one in found}
    assert ended == {"None": "Local", **{reason: reason for reason in REASONS}}


@pytest.mark.requirement("M20-064", "M20-046", "E05", "C12", "C15")
@both
@pytest.mark.parametrize(("token", "status"), [("NOBODYS", "Unknown"), ("BLOCKED", "Blocked"), ("INVALID", "Invalid")])
async def test_a_transaction_with_a_refused_token_is_kept_and_flagged(
    system: LocalSystem, api: Api, version: str, token: str, status: str
) -> None:
    name = new_id()
    async with dial_2x(system, f"I-{name}", version) as station:
        said = {"idToken": token, "type": "ISO14443"}
        (answer,) = await tell(station, event("Started", 0, name, "Authorized", idToken=said, evse=EVSE))
        assert answer["idTokenInfo"]["status"] == status
        await tell(station, event("Ended", 1, name, "Deauthorized", info={"stoppedReason": "DeAuthorized"}))
    found = await shown(api, name)
    assert (found["authorization_status"], found["flags"]) == (status, ["refused"])
    assert (found["state"], found["stopped_reason"]) == ("ended", "DeAuthorized")


@pytest.mark.requirement("M20-066", "E04", "E08", "E12", "M20-046", "C12", "C13")
@both
async def test_what_happened_offline_is_told_later_with_its_own_times(
    system: LocalSystem, api: Api, version: str
) -> None:
    name = new_id()
    async with dial_2x(system, f"O-{name}", version) as station:
        answers = await tell(station, *({**one, "offline": True} for one in session(name)))
    assert answers[1]["idTokenInfo"]["status"] == "Accepted"
    found = await shown(api, name)
    assert (found["started_at"], found["ended_at"], found["energy_wh"]) == (at(0), at(4), 3500)
    events = await asyncio.to_thread(api.items, "transactions", name, "events", limit=2)
    assert [one["offline"] for one in events] == [True] * 5


@pytest.mark.requirement("M20-067", "M20-068", "M20-069", "M20-071", "M20-077", "E11", "E13", "M21-008")
@both
async def test_events_count_once_and_by_their_numbers_whenever_they_come(
    system: LocalSystem, api: Api, version: str
) -> None:
    name = new_id()
    events = session(name)
    async with dial_2x(system, f"X-{name}", version) as station:
        await tell(station, events[4])
        found = await shown(api, name)
        assert (found["state"], found["flags"], found["complete"]) == ("ended", ["start_missing"], False)
        first = await tell(station, events[1])
        assert (await shown(api, name))["missing_seq_nos"] == [2, 3]
    async with dial_2x(system, f"X-{name}", version) as station:
        assert await tell(station, events[1]) == first
        payload = events[3]
        assert await station.frame("TransactionEvent", payload, "same") == await station.frame(
            "TransactionEvent", payload, "same"
        )
        await tell(station, events[2], events[0], event("Updated", 5, name, "Trigger"))
        headless = f"{name}-headless"
        await tell(station, *session(headless)[2:4])
        seen = await shown(api, headless)
        assert (seen["state"], seen["started_at"], seen["flags"]) == ("active", None, ["start_missing"])
        await tell(station, session(headless)[4])
        seen = await shown(api, headless)
        assert (seen["state"], seen["energy_wh"], seen["complete"]) == ("ended", 2500, False)
    found = await shown(api, name)
    assert (found["state"], found["energy_wh"], found["flags"], found["complete"]) == ("ended", 3500, [], True)
    assert [one["seq_no"] for one in await asyncio.to_thread(api.items, "transactions", name, "events")] == [*range(6)]


@pytest.mark.requirement("M20-070")
@both
async def test_numbers_may_begin_anew_with_every_transaction(system: LocalSystem, api: Api, version: str) -> None:
    names = new_id(), new_id()
    async with dial_2x(system, f"N-{names[0]}", version) as station:
        for name in names:
            await tell(station, *session(name))
    for name in names:
        found = await shown(api, name)
        assert (found["energy_wh"], found["complete"]) == (3500, True)


@pytest.mark.requirement("M20-048", "C09", "E07", "C16", "M20-050")
@both
async def test_a_token_of_the_group_and_a_master_pass_may_stop_it(system: LocalSystem, api: Api, version: str) -> None:
    name = new_id()
    flags: dict[str, list[str]] = {}
    async with dial_2x(system, f"G-{name}", version) as station:
        for token, reason in (("FRIEND", "Local"), ("STRANGER", "Local"), ("STRANGER", "MasterPass")):
            own = f"{name}-{token}-{reason}"
            await tell(station, *session(own)[:4])
            said = {"idToken": token, "type": "ISO14443"}
            (answer,) = await tell(
                station, event("Ended", 4, own, "StopAuthorized", idToken=said, info={"stoppedReason": reason})
            )
            group = {"groupIdToken": {"idToken": "fleet", "type": "Central"}} if token == "FRIEND" else {}
            assert answer["idTokenInfo"] == {"status": "Accepted", **group}
            seen = await shown(api, own)
            assert seen["stop_id_token"] == token
            flags[f"{token} {reason}"] = seen["flags"]
    assert flags == {"FRIEND Local": [], "STRANGER Local": ["stopped_by_other"], "STRANGER MasterPass": []}


async def tell_in_frames(station: Station, event: dict[str, Any]) -> Any:
    """Send an event that is too large for one WebSocket frame."""
    text = json.dumps([2, "large", "TransactionEvent", event])
    await station.socket.send([text[first : first + 30_000] for first in range(0, len(text), 30_000)])
    return (await station.receive())[2]


@pytest.mark.requirement("M20-076")
@both
async def test_an_end_with_three_thousand_values_is_kept_whole(system: LocalSystem, api: Api, version: str) -> None:
    name = new_id()
    phases: tuple[dict[str, str], ...] = ({}, {"phase": "L1"}, {"phase": "L2"}, {"phase": "L3"})
    values = [
        {"timestamp": f"2026-11-20T08:03:00.{moment:03}Z", "sampledValue": [{"value": moment, **one} for one in phases]}
        for moment in range(1, 751)
    ]
    values.append(reading(4500, 4, "Transaction.End"))
    async with dial_2x(system, f"L-{name}", version) as station:
        await tell(station, *session(name)[:4])
        ended = event("Ended", 4, name, "EVDeparted", meterValue=values)
        for _ in range(2):
            before = asyncio.get_running_loop().time()
            assert await tell_in_frames(station, ended) == {}
            assert asyncio.get_running_loop().time() - before < 5
    events = await asyncio.to_thread(api.items, "transactions", name, "events")
    assert (len(events), events[-1]["meter_values"]) == (5, 751)
    kept = await asyncio.to_thread(api.items, "transactions", name, "meter-values", limit=200)
    assert sum(len(one["sampled_values"]) for one in kept) == 3003
    assert (await shown(api, name))["meter_stop_wh"] == 4500


@pytest.mark.requirement("M20-072", "M20-073", "E14")
@both
async def test_a_station_that_comes_back_is_asked_after_what_runs(system: LocalSystem, api: Api, version: str) -> None:
    name = new_id()
    async with dial_2x(system, f"A-{name}", version) as station:
        await tell(station, *session(name)[:4])
    async with dial(system, f"A-{name}", subprotocols=(f"ocpp{version}",)) as station:
        frame = await receive(station, "GetTransactionStatus")
        assert frame[3] == {"transactionId": name}
        for more in (True, False):
            made = await answer(api, station, frame, {"ongoingIndicator": True, "messagesInQueue": more})
            assert (made["outcome"]["closed"], (await shown(api, name))["state"]) == (False, "active")
            await call(api, station, "GetTransactionStatus", {"transactionId": name})
            frame = await receive(station, "GetTransactionStatus")
        made = await answer(api, station, frame, {"ongoingIndicator": False, "messagesInQueue": True})
        assert made["outcome"] == {"state": "done", "transaction_id": name, "messages_in_queue": True, "closed": False}
        assert (await shown(api, name))["state"] == "active"
        await call(api, station, "GetTransactionStatus")
        made = await answer(api, station, await receive(station, "GetTransactionStatus"), {"messagesInQueue": False})
        assert made["outcome"] == {"state": "done", "messages_in_queue": False}
        await call(api, station, "GetTransactionStatus", {"transactionId": name})
        frame = await receive(station, "GetTransactionStatus")
        await answer(api, station, frame, {"ongoingIndicator": False, "messagesInQueue": False})
        found = await shown(api, name)
        assert (found["state"], found["flags"], found["energy_wh"]) == ("ended", ["abandoned"], 1000)
        await tell(station, session(name)[4])
    found = await shown(api, name)
    assert (found["state"], found["flags"], found["energy_wh"]) == ("ended", [], 3500)


@pytest.mark.requirement("F01", "M21-013")
@both
async def test_a_remote_start_is_joined_to_its_transaction_by_its_number(
    system: LocalSystem, api: Api, version: str
) -> None:
    name = new_id()
    async with dial_2x(system, f"F-{name}", version) as station:
        await tell(station, event("Started", 0, name, "CablePluggedIn", evse=EVSE))
        ours = {"idToken": f"made-up-{name}", "type": "Central"}
        await call(api, station, "RequestStartTransaction", {"idToken": ours, "evseId": 1})
        frame = await receive(station, "RequestStartTransaction")
        made = await answer(api, station, frame, {"status": "Accepted", "transactionId": name})
        began = {"remoteStartId": frame[3]["remoteStartId"], "chargingState": "Charging"}
        (told,) = await tell(station, event("Updated", 1, name, "RemoteStart", idToken=ours, info=began))
        assert told["idTokenInfo"]["status"] == "Accepted"
        assert (await station.call("Authorize", idToken=ours))["idTokenInfo"]["status"] == "Accepted"
        found = await shown(api, name)
        assert (found["remote_call_id"], found["remote_start_id"]) == (made["call_id"], frame[3]["remoteStartId"])
        outcome = (await ended(api, station, made["call_id"]))["outcome"]
        assert (outcome["state"], outcome["transaction_id"]) == ("done", name)
        resumed = {"chargingState": "Charging"}
        trigger = "TxResumed" if version == "2.1" else "ChargingStateChanged"
        await tell(station, event("Updated", 2, name, trigger, info=resumed))
        assert (await shown(api, name))["state"] == "active"


async def test_an_event_that_cannot_be_read_is_answered_where_the_station_is_set_so(
    system: LocalSystem, api: Api
) -> None:
    name = f"U-{new_id()}"
    await asyncio.to_thread(api.put, "stations", name, answer_poison=True)
    async with dial_2x(system, name, "2.0.1") as station:
        assert (await station.frame("TransactionEvent", {"eventType": "Nonsense"}))[2] == {}
        assert await station.is_alive()


@pytest.mark.requirement("M21-023", "E16", "F07", "M21-016")
async def test_a_limit_of_the_token_is_told_until_the_station_keeps_to_it(system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(api.put, "id-tokens", "PREPAID", limit={"max_cost": 12.5, "max_energy_wh": 9000})
    name, narrow = new_id(), new_id()
    prepaid = {"idToken": "PREPAID", "type": "ISO14443"}
    async with dial_2x(system, f"V-{name}", "2.1") as station:
        (told,) = await tell(station, event("Started", 0, name, "Authorized", idToken=prepaid, evse=EVSE))
        assert told["transactionLimit"] == {"maxCost": 12.5, "maxEnergy": 9000}
        assert told["idTokenInfo"]["cacheExpiryDateTime"]
        limit = {"transactionLimit": {"maxCost": 12.5, "maxEnergy": 9000}}
        assert await tell(station, event("Updated", 1, name, "LimitSet", info=limit)) == [{}]
        own = {"transactionLimit": {"maxEnergy": 500, "maxTime": 60}}
        (told,) = await tell(
            station, event("Started", 0, narrow, "Authorized", idToken=prepaid, evse={"id": 2}, info=own)
        )
        assert told["transactionLimit"] == {"maxCost": 12.5}
    found = await shown(api, name)
    assert found["transaction_limit"]["max_cost"] == 12.5
    assert (await shown(api, narrow))["transaction_limit"]["max_time_s"] == 60
