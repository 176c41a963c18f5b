"""Smart charging that is asked of the wrong station, or told in odd ways: clear errors, and nothing is lost."""

from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, call, made, nothing_comes, receive, seen
from tests.end_to_end.charging_2x import WANTED, charge, install, now, profile_2x, report_page, states
from tests.end_to_end.clients import Api, Station, dial, dial_2x

both = pytest.mark.parametrize("version", V2X)
FLAT = {"start_s": 0, "limit": 16}
HUGE = 10**15


def scheduled(**fields: Any) -> dict[str, Any]:
    return {"schedules": [WANTED["schedules"][0] | fields]}


def with_period(**fields: Any) -> dict[str, Any]:
    return scheduled(periods=[FLAT | fields])


PRICE_LEVELS = {
    "timeAnchor": "2026-11-23T22:00:00Z",
    "priceScheduleId": 1,
    "numberOfPriceLevels": 1,
    "priceLevelScheduleEntries": [{"duration": 60, "priceLevel": 0}],
}
PERIOD, SCHEDULE = "schedules[0].periods[0]", "schedules[0]"
ONLY_IN_21: list[tuple[dict[str, Any], str]] = [
    ({"purpose": "PriorityCharging", "evse_id": 1}, "purpose"),
    ({"purpose": "LocalGeneration", "kind": "Absolute"}, "purpose"),
    ({"kind": "Dynamic"} | with_period(), "kind"),
    ({"max_offline_duration_s": 60}, "max_offline_duration_s"),
    ({"invalid_after_offline_duration": False}, "invalid_after_offline_duration"),
    ({"price_schedule_signature": "c2ln"}, "price_schedule_signature"),
    (scheduled(use_local_time=False), f"{SCHEDULE}.use_local_time"),
    (scheduled(randomized_delay_s=5), f"{SCHEDULE}.randomized_delay_s"),
    (scheduled(limit_at_soc={"soc_percent": 80, "limit": 8}), f"{SCHEDULE}.limit_at_soc"),
    (scheduled(power_tolerance=100), f"{SCHEDULE}.power_tolerance"),
    (scheduled(signature_id=1), f"{SCHEDULE}.signature_id"),
    (scheduled(digest_value="ZGln"), f"{SCHEDULE}.digest_value"),
    (scheduled(price_level_schedule=PRICE_LEVELS), f"{SCHEDULE}.price_level_schedule"),
    (with_period(operation_mode="ChargingOnly"), f"{PERIOD}.operation_mode"),
    (with_period(limit_l2=6), f"{PERIOD}.limit_l2"),
    (with_period(preconditioning_request=True), f"{PERIOD}.preconditioning_request"),
    (with_period(evse_sleep=True), f"{PERIOD}.evse_sleep"),
    (with_period(v2x_baseline=0), f"{PERIOD}.v2x_baseline"),
    (with_period(v2x_signal_watt_curve=[{"at": 1, "power_w": 2}]), f"{PERIOD}.v2x_signal_watt_curve"),
]


async def wrong(api: Api, station: Station, changed: dict[str, Any]) -> list[str]:
    """The fields of a profile that are refused."""
    path = ("stations", station.station_id, "charging-profiles")
    response = await ask(api, "PUT", *path, body=WANTED | changed)
    assert response.status_code == 422, response.text
    return [one["path"] for one in response.json()["errors"]]


@pytest.mark.requirement("M21-030")
async def test_a_station_of_2_0_1_is_sent_nothing_that_only_2_1_has(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "ODD-201", "2.0.1") as station:
        for changed, path in ONLY_IN_21:
            assert await wrong(api, station, changed) == [path]
        assert await nothing_comes(station)


async def test_a_station_of_1_6_is_sent_nothing_that_only_2_x_has(system: LocalSystem, api: Api) -> None:
    async with dial(system, "ODD-16") as station:
        for changed, wrong_path in ONLY_IN_21:
            assert wrong_path in await wrong(api, station, changed)
        of_2x = [
            (scheduled(schedule_id=1), f"{SCHEDULE}.schedule_id"),
            (with_period(phases=1, phase_to_use=1), f"{PERIOD}.phase_to_use"),
            (scheduled(sales_tariff={"id": 1}), f"{SCHEDULE}.sales_tariff"),
            ({"schedules": WANTED["schedules"] * 2}, "schedules"),
        ]
        for changed, wrong_path in of_2x:
            assert wrong_path in await wrong(api, station, changed)
        base = ("stations", "ODD-16")
        control = {"control_type": "FixedVar", "is_default": True, "control": {}}
        for method, path, body in (
            ("POST", ("charging-profiles", "report"), {"stack_level": 0}),
            ("PUT", ("der-controls", "x"), control),
            ("POST", ("der-controls", "refresh"), {}),
        ):
            response = await ask(api, method, *base, *path, body=body)
            assert (response.status_code, response.json()["errors"][0]["path"]) == (422, "station_id")
        for listed in ("charging-limits", "charging-needs", "der-controls", "der-alarms"):
            assert (await seen(api, *base, listed))["items"] == []
        assert await nothing_comes(station)


@pytest.mark.requirement("M21-030")
async def test_what_is_wrong_deep_in_a_profile_is_named_in_our_words(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "ODD-21", "2.1") as station:
        signals = {"v2x_signal_watt_curve": [{"at": 1, "power_w": 2}, {"at": 0.5, "power_w": 2}]}
        assert await wrong(api, station, with_period(**signals)) == [f"{PERIOD}.v2x_signal_watt_curve[1].at"]
        tariff = {"id": 1, "salesTariffEntry": [{"relativeTimeInterval": {}}]}
        path = f"{SCHEDULE}.sales_tariff.salesTariffEntry[0].relativeTimeInterval.start"
        assert await wrong(api, station, scheduled(sales_tariff=tariff)) == [path]
        assert await nothing_comes(station)


@both
@pytest.mark.requirement("M20-113", "K09")
async def test_a_profile_of_a_page_that_may_be_lost_is_not_taken_for_gone(
    system: LocalSystem, api: Api, version: str
) -> None:
    name = f"ODD-LOST-{version}"
    path = ("stations", name, "charging-profiles", "report")
    async with dial_2x(system, name, version) as station:
        await install(api, station, profile_id=1, evse_id=1)
        await install(api, station, profile_id=2, evse_id=2)
        await made(api, "POST", *path, body={"purpose": "TxDefaultProfile"})
        asked = await receive(station, "GetChargingProfiles")
        await answer(api, station, asked)
    async with dial(system, name, subprotocols=(f"ocpp{version}",)) as station:
        await report_page(station, asked[3]["requestId"], profile_2x(1), evseId=1)
        assert await states(api, station) == {1: "accepted", 2: "accepted"}
        await made(api, "POST", *path, body={"purpose": "TxDefaultProfile"})
        asked = await receive(station, "GetChargingProfiles")
        await answer(api, station, asked)
        await report_page(station, asked[3]["requestId"], profile_2x(1), evseId=1)
        assert await states(api, station) == {1: "accepted", 2: "cleared"}


@both
@pytest.mark.requirement("M20-114", "M20-117", "M20-119")
async def test_numbers_beyond_all_measure_are_answered(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"ODD-HUGE-{version}", version) as station:
        await charge(station, f"tx-huge-{version}")
        await install(api, station, evse_id=1, purpose="TxProfile")
        periods = [{"startPeriod": 0, "limit": 5}, {"startPeriod": HUGE, "limit": 1e300}]
        schedule = {"id": 1, "chargingRateUnit": "A", "duration": HUGE, "chargingSchedulePeriod": periods}
        far = schedule | {"startSchedule": "9999-12-31T23:59:59Z"}
        planned = {"evseId": 1, "timeBase": now(), "chargingSchedule": schedule}
        limit = {"chargingLimit": {"chargingLimitSource": "EMS"}, "chargingSchedule": [schedule, far], "evseId": 1}
        ac = {"energyAmount": 1e300, "evMinCurrent": 6, "evMaxCurrent": 1e300, "evMaxVoltage": 1e300}
        needs = {"requestedEnergyTransfer": "AC_three_phase", "acChargingParameters": ac}
        needs["departureTime"] = "9999-12-31T23:59:59Z"
        for action, payload in (
            ("NotifyEVChargingNeeds", {"evseId": 1, "chargingNeeds": needs, "maxScheduleTuples": 10**40}),
            ("NotifyEVChargingSchedule", planned),
            ("NotifyChargingLimit", limit),
        ):
            frame = await station.frame(action, payload)
            assert frame[0] == 3, (action, frame)
        (kept,) = (await seen(api, "stations", station.station_id, "charging-needs"))["items"]
        assert kept["departure_at"] == "9999-12-31T23:59:59Z"
        assert len((await seen(api, "stations", station.station_id, "charging-limits"))["items"]) == 1
        path = ("stations", station.station_id, "composite-schedule")
        assert (await seen(api, *path, evse_id=1))["periods"][0]["limit"] == 5


@pytest.mark.requirement("M20-112", "K08")
async def test_a_composite_schedule_of_2_1_is_shown_with_all_that_it_says(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "ODD-K08", "2.1") as station:
        await call(api, station, "GetCompositeSchedule", {"evseId": 1, "duration": 3600})
        period = {"startPeriod": 0, "setpoint": -5000, "dischargeLimit": -6000, "operationMode": "CentralSetpoint"}
        schedule = {
            "evseId": 1,
            "duration": 3600,
            "scheduleStart": "2026-11-23T08:00:00Z",
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": [period],
        }
        said = {"status": "Accepted", "schedule": schedule}
        await answer(api, station, await receive(station, "GetCompositeSchedule"), said)
        (shown,) = (await seen(api, "stations", "ODD-K08", "composite-schedules"))["items"]
        (shown,) = shown["periods"]
        assert (shown["limit"], shown["setpoint"], shown["discharge_limit"]) == (None, -5000, -6000)
        assert (shown["operation_mode"], shown["start_at"]) == ("CentralSetpoint", "2026-11-23T08:00:00Z")
