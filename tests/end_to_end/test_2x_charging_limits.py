"""Limits on charging that others have set (use cases K11 to K14): kept per EVSE and source, and reckoned with."""

from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import seen
from tests.end_to_end.charging_2x import charge, install, now
from tests.end_to_end.clients import Api, Station, dial_2x

both = pytest.mark.parametrize("version", V2X)
SCHEDULE = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}]}


async def limits(api: Api, station: Station) -> Any:
    return (await seen(api, "stations", station.station_id, "charging-limits"))["items"]


async def forecast(api: Api, station: Station, evse_id: int) -> float | None:
    path = ("stations", station.station_id, "composite-schedule")
    found: float | None = (await seen(api, *path, evse_id=evse_id, duration_s=60))["periods"][0]["limit"]
    return found


@both
@pytest.mark.requirement("M20-114", "K11", "K12", "K14", "K23", "K25")
@pytest.mark.parametrize("is_charging", [True, False], ids=["charging", "idle"])
async def test_a_limit_from_elsewhere_is_kept_and_reckoned_with(
    system: LocalSystem, api: Api, version: str, *, is_charging: bool
) -> None:
    async with dial_2x(system, f"K114-{version}-{is_charging}", version) as station:
        await install(api, station)
        if is_charging:
            await charge(station, f"tx-114-{version}")
        said = {"chargingLimitSource": "EMS", "isGridCritical": True}
        schedules = [SCHEDULE | {"startSchedule": now()}]
        assert await station.call("NotifyChargingLimit", chargingLimit=said, chargingSchedule=schedules, evseId=1) == {}
        assert await station.call("NotifyChargingLimit", chargingLimit={"chargingLimitSource": "SO"}) == {}
        station_wide, of_evse = await limits(api, station)
        assert (station_wide["evse_id"], station_wide["source"], station_wide["schedules"]) == (0, "SO", [])
        assert (of_evse["evse_id"], of_evse["source"], of_evse["is_grid_critical"]) == (1, "EMS", True)
        assert of_evse["schedules"][0]["periods"][0]["limit"] == 10
        assert (await forecast(api, station, 1), await forecast(api, station, 2)) == (10, 16)
        types = [one["type"] for one in (await seen(api, "stations", station.station_id, "events"))["items"]]
        assert types.count("charging_limit.changed") == 2


@both
@pytest.mark.requirement("M20-115", "K13", "K26")
async def test_a_limit_that_is_taken_back_is_gone(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"K115-{version}", version) as station:
        for source, evse_id in (("EMS", 1), ("EMS", 2), ("SO", 1)):
            said = {"chargingLimitSource": source}
            await station.call("NotifyChargingLimit", chargingLimit=said, chargingSchedule=[SCHEDULE], evseId=evse_id)
        assert await station.call("ClearedChargingLimit", chargingLimitSource="EMS", evseId=1) == {}
        left = [(one["evse_id"], one["source"]) for one in await limits(api, station)]
        assert left == [(1, "SO"), (2, "EMS")]
        assert await station.call("ClearedChargingLimit", chargingLimitSource="EMS") == {}
        assert [(one["evse_id"], one["source"]) for one in await limits(api, station)] == [(1, "SO")]
        assert await station.call("ClearedChargingLimit", chargingLimitSource="Other") == {}


@pytest.mark.requirement("K24", "K26")
async def test_what_is_generated_on_the_spot_is_added_to_the_limit(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "K23", "2.1") as station:
        await install(api, station, purpose="ChargingStationMaxProfile", kind="Absolute")
        said = {"chargingLimitSource": "EMS", "isLocalGeneration": True}
        await station.call("NotifyChargingLimit", chargingLimit=said, chargingSchedule=[SCHEDULE])
        assert await forecast(api, station, 0) == 26
        (kept,) = await limits(api, station)
        assert kept["is_local_generation"] is True
        await station.call("ClearedChargingLimit", chargingLimitSource="EMS")
        assert await forecast(api, station, 0) == 16
