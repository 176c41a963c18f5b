"""Smart charging on the wire: profiles are checked, installed and cleared, composite schedules are shown."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.answering import answer, ask, call, configured, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.clients import Api, Station, dial

PERIODS = [{"start_s": 0, "limit": 16}, {"start_s": 3600, "limit": 6.5}]
WANTED = {
    "evse_id": 0,
    "purpose": "TxDefaultProfile",
    "kind": "Relative",
    "schedules": [{"unit": "A", "periods": PERIODS}],
}


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    api.put("id-tokens", "TAG")


async def put(api: Api, station: Station, **changed: Any) -> Any:
    return await made(api, "PUT", "stations", station.station_id, "charging-profiles", body=WANTED | changed)


async def install(api: Api, station: Station, **changed: Any) -> Any:
    """The profile as it went out to the station, which has accepted it."""
    await put(api, station, **changed)
    frame = await receive(station, "SetChargingProfile")
    await answer(api, station, frame)
    return frame[3]["csChargingProfiles"]


async def profiles(api: Api, station: Station, **query: Any) -> Any:
    return (await seen(api, "stations", station.station_id, "charging-profiles", **query))["items"]


async def states(api: Api, station: Station) -> dict[int, str]:
    return {one["profile_id"]: one["state"] for one in await profiles(api, station)}


@pytest.mark.requirement("M16-092")
async def test_a_default_profile_goes_out_as_the_standard_has_it_and_is_kept(system: LocalSystem, api: Api) -> None:
    async with dial(system, "P92") as station:
        await put(api, station)
        frame = await receive(station, "SetChargingProfile")
        assert [one["state"] for one in await profiles(api, station)] == ["sent"]
        await answer(api, station, frame)
        (kept,) = await profiles(api, station, evse_id=0, purpose="TxDefaultProfile")
    assert frame[3] == {
        "connectorId": 0,
        "csChargingProfiles": {
            "chargingProfileId": kept["profile_id"],
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}, {"startPeriod": 3600, "limit": 6.5}],
            },
        },
    }
    assert (kept["state"], kept["status"]) == ("accepted", "Accepted")


@pytest.mark.requirement("M16-092")
async def test_what_the_station_would_refuse_is_not_sent(system: LocalSystem, api: Api) -> None:
    async with dial(system, "P92W") as station:
        await configured(
            api, station, ChargeProfileMaxStackLevel="3", ChargingScheduleAllowedChargingRateUnit="Current"
        )
        schedule = {"unit": "W", "periods": [{"start_s": 60, "limit": 16}]}
        body = WANTED | {"stack_level": 4, "schedules": [schedule]}
        refused = await ask(api, "PUT", "stations", "P92W", "charging-profiles", body=body)
        assert refused.status_code == 422
        assert sorted(error["path"] for error in refused.json()["errors"]) == [
            "schedules[0].periods[0].start_s",
            "schedules[0].unit",
            "stack_level",
        ]
        periods = [{"startPeriod": 0, "limit": 16.25}]
        schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": periods}
        profile = {
            "chargingProfileId": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": schedule,
        }
        payload = {"connectorId": 0, "csChargingProfiles": profile}
        raw = {"action": "SetChargingProfile", "payload": payload}
        refused = await ask(api, "POST", "stations", "P92W", "calls", body=raw)
        assert refused.status_code == 422
        (error,) = refused.json()["errors"]
        assert error["path"].endswith("chargingSchedule.chargingSchedulePeriod[0].limit")
        assert await nothing_comes(station)


@pytest.mark.requirement("M16-093")
async def test_a_profile_of_a_transaction_carries_its_id_and_ends_with_it(system: LocalSystem, api: Api) -> None:
    at = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    async with dial(system, "P93") as station:
        begun = await station.call("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=at)
        sent = await install(api, station, evse_id=1, purpose="TxProfile")
        assert sent["transactionId"] == begun["transactionId"]
        (kept,) = await profiles(api, station)
        assert (kept["state"], kept["transaction_id"]) == ("accepted", str(begun["transactionId"]))
        await station.call("StopTransaction", transactionId=begun["transactionId"], meterStop=9, timestamp=at)
        (gone,) = await profiles(api, station)
        assert gone["state"] == "cleared"


@pytest.mark.requirement("M16-094")
async def test_a_profile_of_a_transaction_needs_one(system: LocalSystem, api: Api) -> None:
    async with dial(system, "P94") as station:
        body = WANTED | {"evse_id": 1, "purpose": "TxProfile"}
        refused = await ask(api, "PUT", "stations", "P94", "charging-profiles", body=body)
        assert refused.status_code == 409
        assert "No transaction is active" in refused.json()["detail"]
        assert await nothing_comes(station)
        assert await profiles(api, station) == []


@pytest.mark.requirement("M16-096")
async def test_a_composite_schedule_is_shown_from_its_start(system: LocalSystem, api: Api) -> None:
    periods = [{"startPeriod": 0, "limit": 11000.0}, {"startPeriod": 900, "limit": 4140.5, "numberPhases": 1}]
    async with dial(system, "P96") as station:
        asked = await call(api, station, "GetCompositeSchedule", {"connectorId": 1, "duration": 3600})
        said = {
            "status": "Accepted",
            "connectorId": 1,
            "scheduleStart": "2026-11-23T08:00:00Z",
            "chargingSchedule": {"duration": 3600, "chargingRateUnit": "W", "chargingSchedulePeriod": periods},
        }
        await answer(api, station, await receive(station, "GetCompositeSchedule"), said)
        (shown,) = (await seen(api, "stations", "P96", "composite-schedules"))["items"]
    assert {name: shown[name] for name in ("evse_id", "status", "call_id", "start_at", "duration_s", "unit")} == {
        "evse_id": 1,
        "status": "Accepted",
        "call_id": asked["call_id"],
        "start_at": "2026-11-23T08:00:00Z",
        "duration_s": 3600,
        "unit": "W",
    }
    names = ("start_s", "start_at", "limit", "phases")
    assert [{name: one[name] for name in names} for one in shown["periods"]] == [
        {"start_s": 0, "start_at": "2026-11-23T08:00:00Z", "limit": 11000, "phases": None},
        {"start_s": 900, "start_at": "2026-11-23T08:15:00Z", "limit": 4140.5, "phases": 1},
    ]


@pytest.mark.requirement("M16-096")
async def test_a_rejected_one_is_shown_as_such(system: LocalSystem, api: Api) -> None:
    async with dial(system, "P96R") as station:
        await call(api, station, "GetCompositeSchedule", {"connectorId": 9, "duration": 3600})
        await answer(api, station, await receive(station, "GetCompositeSchedule"), {"status": "Rejected"})
        (shown,) = (await seen(api, "stations", "P96R", "composite-schedules"))["items"]
    assert (shown["evse_id"], shown["status"], shown["periods"]) == (9, "Rejected", [])


@pytest.mark.requirement("M16-097")
@pytest.mark.parametrize("status", ["Accepted", "Unknown"])
@pytest.mark.parametrize(
    ("criteria", "left"),
    [
        ({"id": 1}, {2, 3}),
        ({"connectorId": 1, "chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 1}, {1, 2}),
        ({}, set()),
    ],
    ids=["id", "criteria", "all"],
)
async def test_what_is_cleared_is_gone(
    system: LocalSystem, api: Api, status: str, criteria: dict[str, Any], left: set[int]
) -> None:
    async with dial(system, f"P97{status}{len(criteria)}") as station:
        await install(api, station, profile_id=1)
        await install(api, station, profile_id=2, evse_id=1)
        await install(api, station, profile_id=3, evse_id=1, stack_level=1)
        await call(api, station, "ClearChargingProfile", criteria)
        frame = await receive(station, "ClearChargingProfile")
        assert frame[3] == criteria
        await answer(api, station, frame, {"status": status})
        found = await states(api, station)
    assert {number for number, state in found.items() if state == "accepted"} == left
    assert {number for number, state in found.items() if state == "cleared"} == {1, 2, 3} - left


@pytest.mark.requirement("M16-097")
async def test_a_profile_is_cleared_by_its_number(system: LocalSystem, api: Api) -> None:
    async with dial(system, "P97D") as station:
        sent = await install(api, station)
        number = sent["chargingProfileId"]
        await made(api, "DELETE", "stations", "P97D", "charging-profiles", str(number))
        frame = await receive(station, "ClearChargingProfile")
        assert frame[3] == {"id": number}
        await answer(api, station, frame)
        assert await states(api, station) == {number: "cleared"}


@pytest.mark.requirement("M16-098")
@pytest.mark.parametrize(
    "said", [[4, "NotSupported", "", {}], [3, {"status": "NotSupported"}]], ids=["error", "answer"]
)
async def test_a_station_without_smart_charging_is_shown_as_such(system: LocalSystem, api: Api, said: Any) -> None:
    async with dial(system, f"P98{said[0]}") as station:
        await put(api, station)
        frame = await receive(station, "SetChargingProfile")
        if said[0] == 4:
            ended = await refuse(api, station, frame, said[1])
            assert (ended["state"], ended["error"]["code"]) == ("refused", "NotSupported")
        else:
            await answer(api, station, frame, said[1])
        (kept,) = await profiles(api, station)
        assert (kept["state"], kept["status"]) == ("rejected", "NotSupported")
        await call(api, station, "ClearCache")
        await answer(api, station, await receive(station, "ClearCache"))
