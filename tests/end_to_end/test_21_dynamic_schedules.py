"""What OCPP 2.1 adds to charging profiles (use cases K21 to K29): fields, setpoints, priority, ids of others."""

from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.answering import answer, ask, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.charging_2x import (
    WANTED,
    charge,
    install,
    profile_2x,
    profiles,
    put,
    refused,
    report_page,
    reports,
)
from tests.end_to_end.clients import Api, Station, dial_2x

CENTRAL = {
    "start_s": 0,
    "setpoint": 5000,
    "limit": 11000,
    "discharge_limit": -3000,
    "operation_mode": "CentralSetpoint",
}
DYNAMIC: dict[str, Any] = {
    "evse_id": 1,
    "kind": "Dynamic",
    "dyn_update_interval_s": 60,
    "schedules": [{"unit": "W", "periods": [CENTRAL]}],
}


@pytest.mark.requirement("M21-030")
async def test_every_new_field_goes_out_and_is_shown(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K30", "2.1") as station:
        schedule = {
            "unit": "A",
            "periods": [{"start_s": 0, "limit": 16, "limit_l2": 12, "limit_l3": 10, "operation_mode": "ChargingOnly"}],
            "start_at": "2026-11-23T22:00:00Z",
            "use_local_time": True,
            "randomized_delay_s": 600,
            "limit_at_soc": {"soc_percent": 80, "limit": 8},
            "power_tolerance": 100,
        }
        offline = {"max_offline_duration_s": 3600, "invalid_after_offline_duration": True}
        sent = (await install(api, station, kind="Absolute", schedules=[schedule], **offline))["chargingProfile"]
        assert (sent["maxOfflineDuration"], sent["invalidAfterOfflineDuration"]) == (3600, True)
        assert sent["chargingSchedule"][0] == {
            "id": 1,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [
                {"startPeriod": 0, "limit": 16, "limit_L2": 12, "limit_L3": 10, "operationMode": "ChargingOnly"}
            ],
            "startSchedule": "2026-11-23T22:00:00Z",
            "useLocalTime": True,
            "randomizedDelay": 600,
            "limitAtSoC": {"soc": 80, "limit": 8},
            "powerTolerance": 100,
        }
        (kept,) = await profiles(api, station)
        assert (kept["max_offline_duration_s"], kept["schedules"][0]["limit_at_soc"]["soc_percent"]) == (3600, 80)
        urgent = await install(api, station, evse_id=1, purpose="PriorityCharging", stack_level=1)
        assert urgent["chargingProfile"]["chargingProfilePurpose"] == "PriorityCharging"
        lasting = WANTED | {"evse_id": 1, "purpose": "PriorityCharging"}
        lasting["schedules"] = [WANTED["schedules"][0] | {"duration_s": 60}]
        response = await ask(api, "PUT", "stations", "K30", "charging-profiles", body=lasting)
        assert [one["path"] for one in response.json()["errors"]] == ["schedules[0].duration_s"]
        generated = await install(api, station, purpose="LocalGeneration", kind="Absolute")
        assert generated["evseId"] == 0


@pytest.mark.requirement("M21-031", "K27")
async def test_ids_for_limits_from_elsewhere_are_left_alone(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K31", "2.1") as station:
        await reports(station, MaxExternalConstraintsId="100")
        sent = await install(api, station)
        assert sent["chargingProfile"]["id"] == 101
        response = await ask(api, "PUT", "stations", "K31", "charging-profiles", body=WANTED | {"profile_id": 100})
        assert [one["path"] for one in response.json()["errors"]] == ["profile_id"]
        external = profile_2x(7, chargingProfilePurpose="ChargingStationExternalConstraints")
        await report_page(station, 1, external, chargingLimitSource="SO")
        found = {one["profile_id"]: one["source"] for one in await profiles(api, station)}
        assert found == {7: "SO", 101: "CSO"}
        foreign = WANTED | {"profile_id": 200, "purpose": "ChargingStationExternalConstraints", "kind": "Absolute"}
        response = await ask(api, "PUT", "stations", "K31", "charging-profiles", body=foreign)
        assert [one["path"] for one in response.json()["errors"]] == ["purpose"]


async def pulled(station: Station, profile_id: int) -> Any:
    return await station.call("PullDynamicScheduleUpdate", chargingProfileId=profile_id)


async def update(api: Api, station: Station, profile_id: int, **setpoints: float) -> Any:
    path = ("stations", station.station_id, "charging-profiles", str(profile_id), "setpoint")
    await made(api, "PUT", *path, body=setpoints)
    return await receive(station, "UpdateDynamicSchedule")


@pytest.mark.requirement("M21-032", "K28")
async def test_a_setpoint_is_pushed_and_pulled(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K32", "2.1") as station:
        number = (await install(api, station, **DYNAMIC))["chargingProfile"]["id"]
        unchanged = {"setpoint": 5000, "limit": 11000, "dischargeLimit": -3000}
        assert await pulled(station, number) == {"status": "Accepted", "scheduleUpdate": unchanged}
        frame = await update(api, station, number, setpoint=-2000)
        assert frame[3] == {"chargingProfileId": number, "scheduleUpdate": {"setpoint": -2000}}
        assert (await pulled(station, number))["scheduleUpdate"] == unchanged | {"setpoint": -2000}
        await answer(api, station, frame)
        (kept,) = await profiles(api, station)
        assert kept["schedules"][0]["periods"][0]["setpoint"] == -2000
        await answer(api, station, await update(api, station, number, setpoint=1), {"status": "Rejected"})
        assert (await pulled(station, number))["scheduleUpdate"]["setpoint"] == -2000
        await refuse(api, station, await update(api, station, number, setpoint=2), "NotSupported")
        assert (await pulled(station, number))["scheduleUpdate"]["setpoint"] == -2000


@pytest.mark.requirement("M21-032", "K28")
async def test_setpoints_that_overtake_each_other_all_hold(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K32T", "2.1") as station:
        number = (await install(api, station, **DYNAMIC))["chargingProfile"]["id"]
        path = ("stations", "K32T", "charging-profiles", str(number), "setpoint")
        for setpoints in ({"setpoint": -2000}, {"limit": 7000}):
            await made(api, "PUT", *path, body=setpoints)
        told = {"setpoint": -2000, "limit": 7000, "dischargeLimit": -3000}
        first = await receive(station, "UpdateDynamicSchedule")
        assert (await pulled(station, number))["scheduleUpdate"] == told
        await answer(api, station, first)
        await answer(api, station, await receive(station, "UpdateDynamicSchedule"), {"status": "Rejected"})
        assert (await pulled(station, number))["scheduleUpdate"] == told | {"limit": 11000}
        (kept,) = await profiles(api, station)
        assert kept["schedules"][0]["periods"][0]["setpoint"] == -2000


@pytest.mark.requirement("K29")
async def test_a_dynamic_profile_of_another_system_is_shown_and_left_to_it(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K29", "2.1") as station:
        period = {"startPeriod": 0, "limit": 5000}
        schedule = {"id": 1, "chargingRateUnit": "W", "chargingSchedulePeriod": [period]}
        external = profile_2x(
            7,
            chargingProfilePurpose="ChargingStationExternalConstraints",
            chargingProfileKind="Dynamic",
            dynUpdateTime="2026-11-23T08:00:00Z",
            chargingSchedule=[schedule],
        )
        await report_page(station, 1, external, chargingLimitSource="EMS")
        (kept,) = await profiles(api, station)
        assert (kept["source"], kept["kind"], kept["dyn_update_at"]) == ("EMS", "Dynamic", "2026-11-23T08:00:00Z")
        forecast = await seen(api, "stations", "K29", "composite-schedule", evse_id=0, duration_s=60, unit="W")
        assert forecast["periods"][0]["limit"] == 5000
        path = ("stations", "K29", "charging-profiles", "7", "setpoint")
        assert (await ask(api, "PUT", *path, body={"limit": 1})).status_code == 404
        assert await pulled(station, 7) == {"status": "Rejected"}


@pytest.mark.requirement("M21-032", "K28")
async def test_only_a_dynamic_profile_of_ours_has_a_setpoint(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K32W", "2.1") as station:
        assert await pulled(station, 99) == {"status": "Rejected"}
        number = (await install(api, station))["chargingProfile"]["id"]
        assert await pulled(station, number) == {"status": "Rejected"}
        path = ("stations", "K32W", "charging-profiles", str(number), "setpoint")
        assert (await ask(api, "PUT", *path, body={"setpoint": 1})).status_code == 409
        assert (await ask(api, "PUT", *path, body={})).status_code == 422
        dynamic = (await install(api, station, **DYNAMIC, stack_level=1))["chargingProfile"]["id"]
        path = ("stations", "K32W", "charging-profiles", str(dynamic), "setpoint")
        response = await ask(api, "PUT", *path, body={"setpoint_l2": 1})
        assert [one["path"] for one in response.json()["errors"]] == ["setpoint_l2"]
        two = DYNAMIC | {
            "schedules": [{"unit": "W", "periods": [CENTRAL, CENTRAL | {"start_s": 60}]}],
            "stack_level": 2,
        }
        response = await ask(api, "PUT", "stations", "K32W", "charging-profiles", body=WANTED | two)
        assert [one["path"] for one in response.json()["errors"]] == ["schedules"]
        assert await nothing_comes(station)


@pytest.mark.requirement("M21-033", "K21", "K22")
async def test_priority_is_used_and_told(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K33", "2.1") as station:
        path = ("transactions", "tx-33", "priority-charging")
        await charge(station, "tx-33")
        await install(api, station)
        boost = {"unit": "A", "periods": [{"start_s": 0, "limit": 32}]}
        await install(api, station, evse_id=1, purpose="PriorityCharging", schedules=[boost])
        for status, is_active in (("NoProfile", False), ("Accepted", True)):
            await made(api, "PUT", *path, body={"is_active": True})
            frame = await receive(station, "UsePriorityCharging")
            assert frame[3] == {"transactionId": "tx-33", "activate": True}
            ended = await answer(api, station, frame, {"status": status})
            assert ended["answer"]["status"] == status
            assert (await seen(api, *path))["is_active"] == is_active
        forecast = await seen(api, "stations", "K33", "composite-schedule", evse_id=1, duration_s=60)
        assert forecast["periods"][0]["limit"] == 32
        assert await station.call("NotifyPriorityCharging", transactionId="tx-33", activated=False) == {}
        found = await seen(api, *path)
        assert (found["is_active"], found["by"]) == (False, "station")
        assert (await ask(api, "GET", "transactions", "nobody", "priority-charging")).status_code == 404
        status, _ = await refused(api, station, "UsePriorityCharging", {"transactionId": "nobody", "activate": True})
        assert status == 409


@pytest.mark.requirement("M21-030")
async def test_a_profile_for_a_2_0_1_station_has_none_of_this(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K30-201", "2.0.1") as station:
        path = ("stations", station.station_id, "charging-profiles")
        schedule = WANTED["schedules"][0]
        for changed, wrong in (
            ({"purpose": "PriorityCharging", "evse_id": 1}, "purpose"),
            ({"max_offline_duration_s": 60}, "max_offline_duration_s"),
            ({"schedules": [schedule | {"randomized_delay_s": 5}]}, "schedules[0].randomized_delay_s"),
        ):
            response = await ask(api, "PUT", *path, body=WANTED | changed)
            assert response.status_code == 422
            assert [one["path"] for one in response.json()["errors"]] == [wrong]
        await put(api, station)
        await answer(api, station, await receive(station, "SetChargingProfile"))
