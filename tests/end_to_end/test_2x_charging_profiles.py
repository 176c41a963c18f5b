"""Charging profiles of OCPP 2.0.1 and 2.1 (use cases K01 to K10): checked, installed, reported, cleared."""

import asyncio
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, call, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.charging_2x import (
    WANTED,
    charge,
    event,
    install,
    profile_2x,
    profiles,
    put,
    refused,
    report_page,
    reports,
    states,
)
from tests.end_to_end.clients import Api, Station, dial_2x

both = pytest.mark.parametrize("version", V2X)


@both
@pytest.mark.requirement("M20-106", "K01", "K03", "K04", "K07")
async def test_profiles_of_an_evse_of_all_and_of_the_station_go_out_as_the_standard_has_them(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"K106-{version}", version) as station:
        sent = await install(api, station, evse_id=1)
        (kept,) = await profiles(api, station, evse_id=1, purpose="TxDefaultProfile")
        assert sent == {
            "evseId": 1,
            "chargingProfile": {
                "id": kept["profile_id"],
                "stackLevel": 0,
                "chargingProfilePurpose": "TxDefaultProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": [
                    {
                        "id": 1,
                        "chargingRateUnit": "A",
                        "chargingSchedulePeriod": [
                            {"startPeriod": 0, "limit": 16},
                            {"startPeriod": 3600, "limit": 6.5, "numberPhases": 1},
                        ],
                    }
                ],
            },
        }
        assert (kept["state"], kept["status"], kept["source"]) == ("accepted", "Accepted", "CSO")
        assert (await install(api, station, evse_id=0, stack_level=1))["evseId"] == 0
        most = await install(api, station, purpose="ChargingStationMaxProfile", kind="Absolute")
        assert (most["evseId"], most["chargingProfile"]["chargingProfileKind"]) == (0, "Absolute")
        assert set((await states(api, station)).values()) == {"accepted"}


@both
@pytest.mark.requirement("M20-106", "K01")
async def test_what_the_station_would_refuse_is_not_sent(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"K106W-{version}", version) as station:
        await reports(station, ProfileStackLevel="3", PeriodsPerSchedule="1", RateUnit="A", Entries="1")
        path = ("stations", station.station_id, "charging-profiles")
        periods = [{"start_s": 60, "limit": 16, "phases": 3, "phase_to_use": 1}, {"start_s": 90, "limit": 6}]
        body = WANTED | {"stack_level": 4, "schedules": [{"unit": "W", "periods": periods}] * 2}
        response = await ask(api, "PUT", *path, body=body)
        assert response.status_code == 422, response.text
        assert {error["path"] for error in response.json()["errors"]} == {
            "stack_level",
            "schedules",
            *(f"schedules[{number}].unit" for number in (0, 1)),
            *(f"schedules[{number}].periods" for number in (0, 1)),
            *(f"schedules[{number}].periods[0].start_s" for number in (0, 1)),
            *(f"schedules[{number}].periods[0].phase_to_use" for number in (0, 1)),
        }
        profile = profile_2x(1, chargingProfilePurpose="ChargingStationMaxProfile")
        payload = {"evseId": 1, "chargingProfile": profile}
        status, paths = await refused(api, station, "SetChargingProfile", payload)
        assert status == 422
        assert paths == ["payload.chargingProfile.chargingProfileKind", "payload.evseId"]
        profile = profile_2x(1, chargingProfilePurpose="ChargingStationExternalConstraints")
        payload = {"evseId": 0, "chargingProfile": profile}
        status, paths = await refused(api, station, "SetChargingProfile", payload)
        assert (status, "payload.chargingProfile.chargingProfilePurpose" in paths) == (422, True)
        one_period = {"schedules": [{"unit": "A", "periods": [{"start_s": 0, "limit": 8}]}]}
        await install(api, station, **one_period)
        full = await ask(api, "PUT", *path, body=WANTED | one_period | {"stack_level": 1})
        assert full.status_code == 409
        assert await nothing_comes(station)


@both
@pytest.mark.requirement("M20-107", "K01", "K02")
async def test_a_profile_of_a_transaction_carries_its_id_and_ends_with_it(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"K107-{version}", version) as station:
        body = WANTED | {"evse_id": 1, "purpose": "TxProfile"}
        path = ("stations", station.station_id, "charging-profiles")
        without = await ask(api, "PUT", *path, body=body)
        assert without.status_code == 409
        assert "No transaction is active on EVSE 1" in without.json()["detail"]
        await charge(station, f"tx-107-{version}")
        sent = await install(api, station, evse_id=1, purpose="TxProfile")
        assert sent["chargingProfile"]["transactionId"] == f"tx-107-{version}"
        (kept,) = await profiles(api, station)
        assert (kept["state"], kept["transaction_id"]) == ("accepted", f"tx-107-{version}")
        other = await ask(api, "PUT", *path, body=body | {"evse_id": 2})
        assert other.status_code == 409
        wrong = await ask(api, "PUT", *path, body=body | {"transaction_id": "another"})
        assert [one["path"] for one in wrong.json()["errors"]] == ["transaction_id"]
        await event(station, f"tx-107-{version}", "Ended", 1)
        (gone,) = await profiles(api, station)
        assert gone["state"] == "cleared"


@both
@pytest.mark.requirement("M20-107", "K06")
async def test_a_rejection_is_shown_with_what_stays_installed(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"K107R-{version}", version) as station:
        number = (await install(api, station))["chargingProfile"]["id"]
        await put(api, station, profile_id=number, stack_level=2)
        rejected = {"status": "Rejected", "statusInfo": {"reasonCode": "InvalidProfile"}}
        ended = await answer(api, station, await receive(station, "SetChargingProfile"), rejected)
        assert ended["answer"]["statusInfo"]["reasonCode"] == "InvalidProfile"
        (kept,) = await profiles(api, station)
        assert (kept["state"], kept["status"], kept["stack_level"]) == ("accepted", "Rejected", 0)


@both
@pytest.mark.requirement("M20-108", "K10")
@pytest.mark.parametrize("status", ["Accepted", "Unknown"])
async def test_profiles_are_replaced_and_cleared_by_id_and_by_criteria(
    system: LocalSystem, api: Api, version: str, status: str
) -> None:
    async with dial_2x(system, f"K108-{version}-{status}", version) as station:
        path = ("stations", station.station_id, "charging-profiles")
        await install(api, station, profile_id=1, evse_id=1)
        await install(api, station, profile_id=1, evse_id=1, stack_level=1)
        (replaced,) = await profiles(api, station)
        assert (replaced["profile_id"], replaced["stack_level"]) == (1, 1)
        await install(api, station, profile_id=2, evse_id=2)
        await install(api, station, profile_id=3, evse_id=2, stack_level=2)
        await made(api, "DELETE", *path, "1")
        frame = await receive(station, "ClearChargingProfile")
        assert frame[3] == {"chargingProfileId": 1}
        await answer(api, station, frame, {"status": status})
        cleared = await asyncio.to_thread(
            api.ask, "DELETE", *path, params={"evse_id": 2, "purpose": "TxDefaultProfile", "stack_level": 0}
        )
        assert cleared.status_code == 202
        frame = await receive(station, "ClearChargingProfile")
        criteria = {"evseId": 2, "chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 0}
        assert frame[3] == {"chargingProfileCriteria": criteria}
        await answer(api, station, frame, {"status": status})
        assert await states(api, station) == {1: "cleared", 2: "cleared", 3: "accepted"}
        assert (await ask(api, "DELETE", *path)).status_code == 422
        external = {"chargingProfileCriteria": {"chargingProfilePurpose": "ChargingStationExternalConstraints"}}
        for wrong in ({}, external, {"chargingProfileId": 1, "chargingProfileCriteria": {}}):
            assert (await refused(api, station, "ClearChargingProfile", wrong))[0] == 422
        assert await nothing_comes(station)


@both
@pytest.mark.requirement("M20-109")
async def test_a_recurring_profile_has_its_cycle_and_its_start(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"K109-{version}", version) as station:
        schedule = {"unit": "W", "periods": [{"start_s": 0, "limit": 7400}], "duration_s": 3600}
        recurring = {"kind": "Recurring", "recurrency": "Daily", "valid_to": "2099-01-01T00:00:00Z"}
        at = {"start_at": "2026-11-20T22:00:00Z", "min_rate": 1380}
        sent = (await install(api, station, **recurring, schedules=[schedule | at]))["chargingProfile"]
        assert (sent["chargingProfileKind"], sent["recurrencyKind"]) == ("Recurring", "Daily")
        assert sent["validTo"] == "2099-01-01T00:00:00Z"
        assert sent["chargingSchedule"][0] == {
            "id": 1,
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 7400}],
            "duration": 3600,
            "startSchedule": "2026-11-20T22:00:00Z",
            "minChargingRate": 1380,
        }
        body = WANTED | recurring | {"recurrency": None, "stack_level": 1}
        response = await ask(api, "PUT", "stations", station.station_id, "charging-profiles", body=body)
        assert {one["path"] for one in response.json()["errors"]} == {"recurrency", "schedules[0].start_at"}


@both
@pytest.mark.requirement("M20-110")
async def test_a_station_without_smart_charging_is_shown_as_such(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"K110-{version}", version) as station:
        await put(api, station)
        ended = await refuse(api, station, await receive(station, "SetChargingProfile"), "NotSupported")
        assert (ended["state"], ended["error"]["code"]) == ("refused", "NotSupported")
        (kept,) = await profiles(api, station)
        assert (kept["state"], kept["status"]) == ("rejected", "NotSupported")


@both
@pytest.mark.requirement("M20-111", "K05")
async def test_a_remote_start_brings_a_profile_for_the_transaction_to_come(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"K111-{version}", version) as station:
        payload: dict[str, Any] = {"evseId": 1, "idToken": {"idToken": "TAG", "type": "Central"}}
        profile = profile_2x(5, chargingProfilePurpose="TxProfile")
        await call(api, station, "RequestStartTransaction", payload | {"chargingProfile": profile})
        frame = await receive(station, "RequestStartTransaction")
        assert frame[3]["chargingProfile"] == profile
        await answer(api, station, frame)
        named = payload | {"chargingProfile": profile | {"transactionId": "tx"}}
        assert (await refused(api, station, "RequestStartTransaction", named))[0] == 422
        late = payload | {"chargingProfile": profile | {"chargingSchedule": [_late_schedule()]}}
        status, paths = await refused(api, station, "RequestStartTransaction", late)
        assert status == 422
        assert paths == ["payload.chargingProfile.chargingSchedule[0].chargingSchedulePeriod[0].startPeriod"]


def _late_schedule() -> dict[str, Any]:
    return {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 9, "limit": 16}]}


@both
@pytest.mark.requirement("M20-112", "K08")
@pytest.mark.parametrize("evse_id", [0, 1])
async def test_a_composite_schedule_is_shown_from_its_start(
    system: LocalSystem, api: Api, version: str, evse_id: int
) -> None:
    async with dial_2x(system, f"K112-{version}-{evse_id}", version) as station:
        await call(api, station, "GetCompositeSchedule", {"evseId": evse_id, "duration": 3600})
        schedule = {
            "evseId": evse_id,
            "duration": 3600,
            "scheduleStart": "2026-11-23T08:00:00Z",
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 11000.0}, {"startPeriod": 900, "limit": 4140.5}],
        }
        said = {"status": "Accepted", "schedule": schedule}
        await answer(api, station, await receive(station, "GetCompositeSchedule"), said)
        (shown,) = (await seen(api, "stations", station.station_id, "composite-schedules"))["items"]
        assert (shown["evse_id"], shown["status"], shown["unit"], shown["duration_s"]) == (
            evse_id,
            "Accepted",
            "W",
            3600,
        )
        assert [(one["start_at"], one["limit"]) for one in shown["periods"]] == [
            ("2026-11-23T08:00:00Z", 11000),
            ("2026-11-23T08:15:00Z", 4140.5),
        ]
        await call(api, station, "GetCompositeSchedule", {"evseId": evse_id, "duration": 60})
        await answer(api, station, await receive(station, "GetCompositeSchedule"), {"status": "Rejected"})
        (shown,) = (await seen(api, "stations", station.station_id, "composite-schedules"))["items"]
        assert (shown["status"], shown["periods"]) == ("Rejected", [])


@both
@pytest.mark.requirement("M20-113", "K09")
async def test_a_report_of_three_pages_is_shown_beside_what_we_have_set(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"K113-{version}", version) as station:
        await install(api, station, profile_id=1, evse_id=1)
        await install(api, station, profile_id=2, evse_id=2)
        request_id = await asked(
            api, station, {"purpose": "TxDefaultProfile"}, {"chargingProfilePurpose": WANTED["purpose"]}
        )
        await report_page(station, request_id, profile_2x(1), evseId=1, tbc=True)
        await report_page(
            station, request_id, profile_2x(1, stackLevel=7), evseId=2, chargingLimitSource="EMS", tbc=True
        )
        await report_page(station, request_id, profile_2x(9), evseId=3)
        found = {(one["profile_id"], one["source"]): one for one in await profiles(api, station)}
        assert {key: one["state"] for key, one in found.items()} == {
            (1, "CSO"): "accepted",
            (1, "EMS"): "accepted",
            (2, "CSO"): "cleared",
            (9, "CSO"): "accepted",
        }
        ours = found[1, "CSO"]
        assert len(ours["schedules"][0]["periods"]) == 2
        assert len(ours["reported"]["schedules"][0]["periods"]) == 1
        assert found[9, "CSO"]["reported"] is None
        assert found[9, "CSO"]["reported_at"] is not None
        assert (await profiles(api, station, source="EMS"))[0]["stack_level"] == 7


@both
@pytest.mark.requirement("M20-113", "K09")
async def test_profiles_are_asked_for_by_each_criterion_and_never_by_none(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"K113C-{version}", version) as station:
        await install(api, station, profile_id=1, evse_id=1)
        for wanted, criterion in (
            ({"profile_ids": [1, 7]}, {"chargingProfileId": [1, 7]}),
            ({"stack_level": 5}, {"stackLevel": 5}),
            ({"sources": ["EMS", "SO"]}, {"chargingLimitSource": ["EMS", "SO"]}),
        ):
            await asked(api, station, wanted, criterion, "NoProfiles" if "sources" in wanted else "Accepted")
        assert await states(api, station) == {1: "accepted"}
        await asked(api, station, {"evse_id": 1, "stack_level": 0}, {"stackLevel": 0}, "NoProfiles")
        assert await states(api, station) == {1: "cleared"}
        path = ("stations", station.station_id, "charging-profiles", "report")
        for wrong in ({}, {"evse_id": 1}, {"profile_ids": [1], "stack_level": 1}):
            assert (await ask(api, "POST", *path, body=wrong)).status_code == 422
        assert await nothing_comes(station)


async def asked(api: Api, station: Station, wanted: Any, criterion: Any, status: str = "Accepted") -> int:
    """The request id under which the station will report, having been asked so."""
    await made(api, "POST", "stations", station.station_id, "charging-profiles", "report", body=wanted)
    frame = await receive(station, "GetChargingProfiles")
    assert frame[3]["chargingProfile"] == criterion
    await answer(api, station, frame, {"status": status})
    return int(frame[3]["requestId"])


@both
@pytest.mark.requirement("M20-116", "K01")
async def test_two_profiles_in_one_place_are_refused_before_the_station_does(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"K116-{version}", version) as station:
        path = ("stations", station.station_id, "charging-profiles")
        await install(api, station, profile_id=1, valid_to="2098-01-01T00:00:00Z")
        for other in ({"profile_id": 2}, {"profile_id": 2, "evse_id": 1}):
            response = await ask(api, "PUT", *path, body=WANTED | other)
            assert response.status_code == 409, response.text
            assert response.json()["errors"][0]["path"] == "stack_level"
        purpose = {"profile_id": 1, "purpose": "ChargingStationMaxProfile", "kind": "Absolute"}
        response = await ask(api, "PUT", *path, body=WANTED | purpose)
        assert [one["path"] for one in response.json()["errors"]] == ["profile_id"]
        await install(api, station, profile_id=2, valid_from="2098-01-01T00:00:00Z")
        assert await states(api, station) == {1: "accepted", 2: "accepted"}
