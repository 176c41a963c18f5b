"""What EVs need (use cases K15 to K20): told, answered, met by a profile, and negotiated anew."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, nothing_comes, receive, seen
from tests.end_to_end.charging_2x import WANTED, charge, event, install, now, profiles, put
from tests.end_to_end.clients import Api, Station, dial_2x

both = pytest.mark.parametrize("version", V2X)
FLAT = {"unit": "A", "periods": [{"start_s": 0, "limit": 16}]}
AC = {"energyAmount": 11000, "evMinCurrent": 6, "evMaxCurrent": 32, "evMaxVoltage": 400}


def in_hours(hours: float) -> str:
    at = datetime.now(UTC) + timedelta(hours=hours)
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


async def tell(station: Station, **needs: Any) -> str:
    """What the station was told of its EV's needs."""
    said = {"requestedEnergyTransfer": "AC_three_phase", "acChargingParameters": AC} | needs
    told = await station.call("NotifyEVChargingNeeds", evseId=1, maxScheduleTuples=3, chargingNeeds=said)
    return str(told["status"])


async def needs_of(api: Api, station: Station) -> Any:
    (found,) = (await seen(api, "stations", station.station_id, "charging-needs"))["items"]
    return found


def in_auto(api: Api, station_id: str) -> str:
    api.put("stations", station_id, ev_charging="auto")
    return station_id


@both
@pytest.mark.requirement("M20-117", "K15")
async def test_an_operator_meets_the_needs_in_his_own_time(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"K117-{version}", version) as station:
        await charge(station, f"tx-117-{version}")
        assert await tell(station, departureTime=in_hours(2)) == "Processing"
        found = await needs_of(api, station)
        assert (found["energy_wh"], found["max_current_a"], found["max_schedule_tuples"]) == (11000, 32, 3)
        assert (found["transaction_id"], found["status"]) == (f"tx-117-{version}", "Processing")
        assert await nothing_comes(station)
        too_fine = {"unit": "A", "periods": [{"start_s": 900 * number, "limit": 8} for number in range(4)]}
        wanted = WANTED | {"evse_id": 1, "purpose": "TxProfile", "schedules": [FLAT, too_fine]}
        response = await ask(api, "PUT", "stations", station.station_id, "charging-profiles", body=wanted)
        assert response.status_code == 422
        assert [one["path"] for one in response.json()["errors"]] == ["schedules[1].periods"]
        schedule = {"unit": "A", "periods": [{"start_s": 0, "limit": 16}, {"start_s": 900, "limit": 8}]}
        sent = await install(
            api, station, evse_id=1, purpose="TxProfile", kind="Relative", schedules=[schedule, schedule, schedule]
        )
        assert [one["id"] for one in sent["chargingProfile"]["chargingSchedule"]] == [1, 2, 3]


@both
@pytest.mark.requirement("M20-117", "K15")
async def test_needs_are_met_at_once_within_the_limits_that_are_known(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, in_auto(api, f"K117A-{version}"), version) as station:
        await install(api, station, purpose="ChargingStationMaxProfile", kind="Absolute")
        await charge(station, f"tx-117A-{version}")
        assert await tell(station, departureTime=in_hours(2)) == "Accepted"
        frame = await receive(station, "SetChargingProfile")
        profile = frame[3]["chargingProfile"]
        assert (frame[3]["evseId"], profile["chargingProfilePurpose"]) == (1, "TxProfile")
        assert profile["transactionId"] == f"tx-117A-{version}"
        rates = [one["chargingSchedulePeriod"][0]["limit"] for one in profile["chargingSchedule"]]
        assert max(rates) <= 6.5, "the station's least within the time"
        assert all(len(one["chargingSchedulePeriod"]) <= 3 for one in profile["chargingSchedule"])
        assert 7000 < profile["chargingSchedule"][0]["duration"] <= 7200
        await answer(api, station, frame)
        assert "accepted" in {one["state"] for one in await profiles(api, station, purpose="TxProfile")}


@both
@pytest.mark.requirement("M20-117", "K15")
async def test_where_nobody_plans_the_ev_is_told_so(system: LocalSystem, api: Api, version: str) -> None:
    api.put("stations", f"K117O-{version}", ev_charging="off")
    async with dial_2x(system, f"K117O-{version}", version) as station:
        await charge(station, f"tx-117O-{version}")
        assert await tell(station) == ("NoChargingProfile" if version == "2.1" else "Rejected")
        assert await nothing_comes(station)


@both
@pytest.mark.requirement("M20-118")
async def test_a_profile_that_came_too_early_is_sent_again_after_the_needs(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"K118-{version}", version) as station:
        await charge(station, f"tx-118-{version}")
        await put(api, station, evse_id=1, purpose="TxProfile")
        first = await receive(station, "SetChargingProfile")
        early = {"status": "Rejected", "statusInfo": {"reasonCode": "InvalidMessageSeq"}}
        await answer(api, station, first, early)
        (kept,) = await profiles(api, station)
        assert (kept["state"], kept["status"]) == ("rejected", "InvalidMessageSeq")
        assert await tell(station) == "Accepted"
        again = await receive(station, "SetChargingProfile")
        assert again[3] == first[3]
        await answer(api, station, again)
        (kept,) = await profiles(api, station)
        assert kept["state"] == "accepted"


async def plans(station: Station, limit: float, **more: Any) -> str:
    """Whether the EV may charge so."""
    schedule = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    told = await station.call("NotifyEVChargingSchedule", timeBase=now(), evseId=1, chargingSchedule=schedule, **more)
    return str(told["status"])


@both
@pytest.mark.requirement("M20-119", "K16")
async def test_a_schedule_beyond_the_limits_is_rejected(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"K119-{version}", version) as station:
        await charge(station, f"tx-119-{version}")
        await tell(station)
        await install(api, station, evse_id=1, purpose="TxProfile", schedules=[FLAT])
        more = {"selectedChargingScheduleId": 1} if version == "2.1" else {}
        assert await plans(station, 6.5, **more) == "Accepted"
        assert await plans(station, 32, **more) == "Rejected"
        found = await needs_of(api, station)
        assert (found["schedule_status"], found["energy_wh"]) == ("Rejected", 11000)
        assert found["schedule"]["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] == 32


@both
@pytest.mark.requirement("M20-120", "M21-035", "K16", "K17", "K20")
async def test_a_change_on_either_side_brings_a_new_profile(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, in_auto(api, f"K120-{version}"), version) as station:
        await charge(station, f"tx-120-{version}")
        await tell(station, departureTime=in_hours(2))
        first = await receive(station, "SetChargingProfile")
        await answer(api, station, first)
        await tell(station, departureTime=in_hours(8))
        second = await receive(station, "SetChargingProfile")
        await answer(api, station, second)
        profile = second[3]["chargingProfile"]
        assert profile["id"] == first[3]["chargingProfile"]["id"]
        assert profile["chargingSchedule"][0]["duration"] > 28_000
        changed = await install(api, station, evse_id=1, purpose="TxProfile", schedules=[FLAT])
        assert changed["chargingProfile"]["id"] == profile["id"]
        assert await plans(station, 6) == "Accepted"


@pytest.mark.requirement("M21-034", "K18", "K19")
@pytest.mark.parametrize(
    ("planning", "status"), [("", "Processing"), ("auto", "Accepted"), ("off", "NoChargingProfile")]
)
async def test_an_ev_under_dynamic_control_gets_a_setpoint(
    system: LocalSystem, api: Api, planning: str, status: str
) -> None:
    api.put("stations", f"K134-{status}", ev_charging=planning)
    async with dial_2x(system, f"K134-{status}", "2.1") as station:
        await charge(station, f"tx-134-{status}")
        dc = {"evMaxCurrent": 200, "evMaxVoltage": 400, "evMaxPower": 50000, "stateOfCharge": 20}
        needs = {"requestedEnergyTransfer": "DC", "controlMode": "DynamicControl", "dcChargingParameters": dc}
        told = await station.call("NotifyEVChargingNeeds", evseId=1, chargingNeeds=needs)
        assert told["status"] == status
        if status != "Accepted":
            assert await nothing_comes(station)
            return
        frame = await receive(station, "SetChargingProfile")
        profile = frame[3]["chargingProfile"]
        assert profile["chargingProfileKind"] == "Dynamic"
        assert profile["chargingSchedule"][0]["chargingSchedulePeriod"] == [
            {"startPeriod": 0, "limit": 50000, "setpoint": 50000, "operationMode": "CentralSetpoint"}
        ]
        await answer(api, station, frame)


@pytest.mark.requirement("E17")
async def test_a_transaction_that_goes_on_after_a_reboot_gets_its_profile_again(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K-E17", "2.1") as station:
        await charge(station, "tx-E17")
        sent = await install(api, station, evse_id=1, purpose="TxProfile", kind="Relative")
        for seq_no in (1, 2):
            at = in_hours(seq_no / 60)
            for _ in range(2):
                await event(station, "tx-E17", "Updated", seq_no, triggerReason="TxResumed", timestamp=at)
            frame = await receive(station, "SetChargingProfile")
            assert frame[3] == sent
            await answer(api, station, frame)
            assert await nothing_comes(station), "the event came twice, and was one"
