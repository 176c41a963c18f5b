"""Schedules for what EVs need: within the limits, enough if that can be; and what is beyond a profile."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.charging_needs import VOLTAGE_V, ChargingNeeds, is_beyond, plan
from shared.domain.charging_profiles import ChargingProfile, Period, Schedule
from shared.domain.charging_rules import Bounds, complaints

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
AC = ChargingNeeds(1, AT, "AC_three_phase", "Accepted", "tx", min_current_a=6, max_current_a=32)


def told(fields: dict[str, Any]) -> ChargingNeeds:
    return AC._replace(**fields)


needs = st.fixed_dictionaries(
    {
        "energy_transfer": st.sampled_from(["AC_single_phase", "AC_three_phase", "DC", "DC_BPT"]),
        "departure_at": st.none() | st.integers(-60, 10**6).map(lambda seconds: AT + timedelta(seconds=seconds)),
        "energy_wh": st.none() | st.integers(0, 10**6),
        "min_current_a": st.none() | st.integers(0, 10),
        "max_current_a": st.none() | st.integers(6, 500),
        "max_voltage_v": st.none() | st.integers(200, 1000),
        "max_power_w": st.none() | st.integers(1000, 400_000),
        "control_mode": st.sampled_from([None, "ScheduledControl", "DynamicControl"]),
    }
).map(told)


@given(needs, st.none() | st.integers(0, 400_000), st.sampled_from(["A", "W"]))
def test_whatever_is_planned_a_station_takes_and_no_limit_is_broken(
    wanted: ChargingNeeds, limit: int | None, unit: str
) -> None:
    made = plan(wanted, limit, unit, AT)  # type: ignore[arg-type]  # one of two texts
    profile = ChargingProfile(1, 1, "TxProfile", made.kind, 0, made.schedules)
    assert complaints(profile, Bounds(has_tenths=True)) == []
    assert 1 <= len(made.schedules) <= 3
    rates = [one.periods[0].limit or 0 for one in made.schedules]
    assert all(limit is None or rate <= limit for rate in rates)
    assert rates == sorted(rates, reverse=True), "the fastest first"


def test_the_slowest_alternative_is_just_enough() -> None:
    wanted = AC._replace(energy_wh=11_040, departure_at=AT + timedelta(hours=2))
    made = plan(wanted, 16, "A", AT)
    assert [one.periods[0].limit for one in made.schedules] == [16, 12, 8]
    assert made.schedules[0].duration_s == 7200
    assert wanted.energy_wh == 8 * 3 * VOLTAGE_V * 2
    assert [one.periods[0].limit for one in plan(AC, 16, "A", AT).schedules] == [16]


def test_an_ev_may_keep_to_any_schedule_or_to_the_one_that_it_names() -> None:
    high, low = Schedule("A", (Period(0, 16),), schedule_id=1), Schedule("A", (Period(0, 8),), schedule_id=2)
    profile = ChargingProfile(1, 1, "TxProfile", "Absolute", 0, (high, low))
    wanted = Schedule("W", (Period(0, 11_000),))
    assert not is_beyond(wanted, AT, profile)
    assert is_beyond(wanted, AT, profile, chosen_id=2)
    assert is_beyond(Schedule("W", (Period(0, 11_042),)), AT, profile)


def test_a_schedule_is_held_to_what_counts_at_each_moment() -> None:
    offered = Schedule("A", (Period(0, 16), Period(3600, 8)))
    profile = ChargingProfile(1, 1, "TxProfile", "Relative", 0, (offered,))
    wanted = Schedule("A", (Period(0, 16),), duration_s=3600)
    assert not is_beyond(wanted, AT, profile)
    assert is_beyond(wanted, AT, profile, began_at=AT - timedelta(minutes=30))
    assert is_beyond(wanted._replace(duration_s=None), AT, profile)
