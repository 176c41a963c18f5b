"""Simulated stations: their time, their cars, their limits, and which there are."""

import asyncio
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulation import fleet
from local.simulation.clock import Bell, Clock, ClockStopped
from local.simulation.odd_vendor import odd
from local.simulation.profiles import Profiles
from local.simulation.vehicles import VEHICLES, Charge, Outlet, Vehicle
from shared.domain.stations import Options
from shared.ocpp.reader import read

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
OUTLETS = (Outlet(phases=1, current_a=32), Outlet(phases=3, current_a=16), Outlet(dc_power_w=150_000))
DEADLINE_S = 60


# ---------------------------------------------------------------------- time


def test_a_clock_runs_fast_until_it_has_caught_up_with_the_present() -> None:
    present = NOW
    clock = Clock(60, NOW - timedelta(minutes=59), lambda: present)
    assert clock.text() == "2026-11-01T11:01:00Z"
    present = NOW + timedelta(seconds=30)
    assert clock.now() == NOW - timedelta(minutes=29)
    present = NOW + timedelta(seconds=60)
    assert clock.now() == present
    present = NOW + timedelta(hours=5)
    assert clock.now() == present


async def test_a_fast_clock_makes_short_work_of_an_hour() -> None:
    clock = Clock(360_000, datetime.now(UTC) - timedelta(days=365))
    before = clock.now()
    await asyncio.wait_for(clock.sleep(3600), DEADLINE_S)
    assert clock.now() - before >= timedelta(hours=1)


async def test_a_stopped_clock_wakes_all_who_wait_on_it() -> None:
    clock = Clock(1, datetime.now(UTC))
    waiting = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.stop()
    with pytest.raises(ClockStopped):
        await asyncio.wait_for(waiting, DEADLINE_S)
    with pytest.raises(ClockStopped):
        await clock.sleep(0)


async def test_a_bell_wakes_one_who_sleeps_before_the_time() -> None:
    clock, bell = Clock(1, datetime.now(UTC)), Bell()
    waiting = asyncio.create_task(clock.sleep(3600, bell))
    await asyncio.sleep(0)
    bell.ring()
    await asyncio.wait_for(waiting, DEADLINE_S)


@pytest.mark.parametrize("steps", range(4))
async def test_who_is_cancelled_just_as_the_bell_rings_is_cancelled(steps: int) -> None:
    clock, bell = Clock(1, datetime.now(UTC)), Bell()
    sleeper = asyncio.create_task(clock.sleep(3600, bell))
    for _ in range(4):
        await asyncio.sleep(0)
    bell.ring()
    for _ in range(steps):
        await asyncio.sleep(0)
    was_awake = sleeper.done()
    sleeper.cancel()
    await asyncio.wait({sleeper})
    assert sleeper.cancelled() != was_awake


# ---------------------------------------------------------------------- cars


@given(
    st.sampled_from(VEHICLES),
    st.sampled_from(OUTLETS),
    st.floats(0, 0.9),
    st.lists(st.integers(1, 3600), min_size=1, max_size=30),
)
def test_a_charge_never_gives_more_than_the_outlet_can_and_the_battery_needs(
    vehicle: Vehicle, outlet: Outlet, soc: float, steps_s: list[int]
) -> None:
    charge = Charge(vehicle, outlet, soc=soc, target_soc=1.0, began_at=NOW)
    at, energy_wh = NOW, 0.0
    most_w = outlet.dc_power_w or outlet.current_a * outlet.phases * 230
    for step_s in steps_s:
        at += timedelta(seconds=step_s)
        reading = charge.read(at)
        assert 0 <= reading.energy_wh - energy_wh <= most_w * step_s / 3600 + 1e-6
        assert 0 <= reading.power_w <= most_w
        assert soc <= reading.soc <= 1
        assert sum(reading.currents_a) * 230 == pytest.approx(reading.power_w if outlet.phases else 0)
        energy_wh = reading.energy_wh
    assert energy_wh <= (1 - soc) * vehicle.battery_wh / 0.9 + 1


@given(st.sampled_from(VEHICLES), st.sampled_from(OUTLETS), st.integers(1, 240))
def test_looking_often_changes_nothing_of_a_charge(vehicle: Vehicle, outlet: Outlet, minutes: int) -> None:
    often = Charge(vehicle, outlet, soc=0.3, target_soc=0.8, began_at=NOW)
    once = Charge(vehicle, outlet, soc=0.3, target_soc=0.8, began_at=NOW)
    for minute in range(1, minutes + 1):
        seen = often.read(NOW + timedelta(minutes=minute))
    assert seen.energy_wh == pytest.approx(once.read(NOW + timedelta(minutes=minutes)).energy_wh, rel=0.01)


def test_power_rises_fades_and_ends_with_the_battery() -> None:
    charge = Charge(VEHICLES[2], OUTLETS[2], soc=0.2, target_soc=0.9, began_at=NOW)
    watts = [charge.read(NOW + timedelta(seconds=seconds)).power_w for seconds in (0, 60, 300, 1500, 7200)]
    assert watts[0] == 0
    assert watts[1] == watts[2] == 120_000
    assert 0 < watts[3] < 60_000
    assert watts[4] == 0
    assert charge.is_full


# ---------------------------------------------------------------------- profiles


def profile(
    number: int, limit: float, *, purpose: str = "TxDefaultProfile", level: int = 0, **more: Any
) -> dict[str, Any]:
    """As 2.x writes it."""
    schedule = {"id": 1, "chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    return {
        "id": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        **more,
        "chargingSchedule": [schedule | more.get("chargingSchedule", {})],
    }


def limit_w(profiles: Profiles, at: datetime = NOW, charged_s: float = 60) -> float:
    return profiles.limit_w(1, OUTLETS[1], at, charged_s)


def test_of_one_purpose_the_highest_level_counts_and_of_purposes_the_lowest_limit() -> None:
    profiles = Profiles()
    assert limit_w(profiles) == math.inf
    profiles.keep(0, profile(1, 7000))
    profiles.keep(1, profile(2, 9000, level=1))
    assert limit_w(profiles) == 9000
    profiles.keep(0, profile(3, 8000, purpose="ChargingStationMaxProfile"))
    assert limit_w(profiles) == 8000
    profiles.keep(1, profile(4, 5000, purpose="TxProfile"))
    assert limit_w(profiles) == 5000
    profiles.end_of_transaction(1)
    assert limit_w(profiles) == 8000
    assert profiles.clear(3, None, None, None)
    assert not profiles.clear(3, None, None, None)
    assert limit_w(profiles) == 9000


def test_a_profile_says_something_only_of_its_place_and_its_time() -> None:
    profiles = Profiles()
    profiles.keep(2, profile(1, 1000))
    profiles.keep(1, profile(2, 2000, validFrom="2026-11-02T00:00:00Z"))
    assert limit_w(profiles) == math.inf
    assert limit_w(profiles, NOW + timedelta(days=1)) == 2000
    periods = [{"startPeriod": 0, "limit": 6}, {"startPeriod": 3600, "limit": 0}]
    daily = {"startSchedule": "2026-10-01T11:30:00Z", "duration": 7200, "chargingRateUnit": "A"}
    schedule = {**daily, "chargingSchedulePeriod": periods}
    profiles.keep(1, profile(2, 0, chargingProfileKind="Recurring", recurrencyKind="Daily", chargingSchedule=schedule))
    assert limit_w(profiles) == 6 * 3 * 230
    assert limit_w(profiles, NOW + timedelta(hours=1)) == 0
    assert limit_w(profiles, NOW + timedelta(hours=2)) == math.inf


def test_a_limited_charge_takes_no_more_and_takes_longer() -> None:
    charge = Charge(VEHICLES[1], OUTLETS[1], soc=0.2, target_soc=0.8, began_at=NOW)
    charge.limit(3000, NOW)
    assert charge.read(NOW + timedelta(hours=1)).power_w == 3000
    charge.limit(math.inf, NOW + timedelta(hours=1))
    reading = charge.read(NOW + timedelta(hours=1, minutes=1))
    assert reading.energy_wh == pytest.approx(3000 + reading.power_w / 60, rel=0.02)
    assert reading.power_w == 16 * 3 * 230


# ---------------------------------------------------------------------- the odd vendor


def test_what_the_odd_vendor_sends_is_understood() -> None:
    sample = {"value": "16.5", "unit": "A", "measurand": "Current.Import", "phase": "L1"}
    plain = {"connectorId": 1, "meterValue": [{"timestamp": "2026-11-01T12:00:00Z", "sampledValue": [sample]}]}
    reading = read("MeterValues", "1.6", odd("MeterValues", plain), received_at=NOW, options=Options())
    assert reading.payload == plain
    assert {one.code for one in reading.findings} == {"Q-01", "Q-12", "Q-15", "Q-44"}

    status = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
    reading = read("StatusNotification", "1.6", odd("StatusNotification", status), received_at=NOW, options=Options())
    assert reading.payload == status
    assert {one.code for one in reading.findings} == {"Q-16"}


# ---------------------------------------------------------------------- the fleet


def test_every_connector_of_the_fleet_has_drivers_of_its_own() -> None:
    cards = fleet.cards(8)
    assert len({card.id_token for card in cards}) == len(cards) == 12 * fleet.DRIVERS + 1
    assert [card.id_token for card in cards if card.status == "Blocked"] == [fleet.BLOCKED_CARD]
    assert all(len(card.id_token) <= 20 and len(card.group_id or "") <= 20 for card in cards)


def test_three_stations_already_speak_three_versions() -> None:
    clock = Clock(1, NOW)
    made = fleet.stations(3, "ws://localhost/", clock, seed=1)
    assert [one.model.version for one in made] == ["2.0.1", "2.1", "1.6"]
