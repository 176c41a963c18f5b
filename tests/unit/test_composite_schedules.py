"""Composite schedules: at every moment what the stacking rules say, and at no moment above a limit."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.charging_profiles import ChargingProfile, Kind, Period, Purpose, Schedule
from shared.domain.composite_schedules import VOLTAGE_V, Forecast, Limit, composite, limit_at

BEGIN = datetime(2026, 11, 20, 8, tzinfo=UTC)
WINDOW_S = 2 * 86_400


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


times = st.integers(-WINDOW_S, 2 * WINDOW_S).map(at)
periods = st.tuples(st.integers(0, 32), st.dictionaries(st.integers(1, 40_000), st.integers(0, 32), max_size=4)).map(
    lambda drawn: (Period(0, drawn[0]), *(Period(*one) for one in sorted(drawn[1].items())))
)


@st.composite
def profiles(draw: st.DrawFn) -> ChargingProfile:
    kind = draw(st.sampled_from(get_args(Kind)))
    purpose = draw(st.sampled_from(get_args(Purpose)))
    evse_id = {"ChargingStationMaxProfile": 0, "TxProfile": 1}.get(purpose)
    start_at = None if kind == "Relative" else draw(times if kind == "Recurring" else st.none() | times)
    return ChargingProfile(
        profile_id=draw(st.integers(1, 5)),
        evse_id=draw(st.integers(0, 2)) if evse_id is None else evse_id,
        purpose=purpose,
        kind=kind,
        stack_level=draw(st.integers(0, 2)),
        schedules=(Schedule("A", draw(periods), draw(st.none() | st.integers(1, 50_000)), start_at),),
        recurrency=draw(st.sampled_from(["Daily", "Weekly"])) if kind == "Recurring" else None,
        valid_from=draw(st.none() | times),
        valid_to=draw(st.none() | times),
    )


def value_at(forecast: list[Forecast], seconds: float) -> Limit | None:
    return [one for one in forecast if one.start_s <= seconds][-1].limit


@given(st.lists(profiles(), max_size=5), st.integers(0, 2), st.integers(0, WINDOW_S - 1), st.none() | times)
def test_a_forecast_says_at_each_moment_what_counts_then(
    installed: list[ChargingProfile], evse_id: int, moment_s: int, began_at: datetime | None
) -> None:
    forecast = composite(
        installed, evse_id=evse_id, begin_at=BEGIN, duration_s=WINDOW_S, unit="A", transaction_began_at=began_at
    )
    assert forecast[0].start_s == 0
    starts = [one.start_s for one in forecast]
    assert starts == sorted(set(starts))
    assert all(one.limit != other.limit for one, other in itertools.pairwise(forecast))
    expected = limit_at(installed, at(moment_s), evse_id=evse_id, unit="A", transaction_began_at=began_at or BEGIN)
    assert value_at(forecast, moment_s) == expected


@given(st.lists(profiles(), max_size=5), st.integers(0, WINDOW_S))
def test_the_station_is_never_above_its_limit(installed: list[ChargingProfile], moment_s: int) -> None:
    def limit(evse_id: int) -> Limit | None:
        return limit_at(installed, at(moment_s), evse_id=evse_id, unit="A", transaction_began_at=BEGIN)

    station = limit(0)
    if station:
        assert all(one is not None and one.value <= station.value for one in (limit(1), limit(2)))


@given(st.lists(profiles(), max_size=5), profiles(), st.integers(0, WINDOW_S))
def test_what_is_stacked_higher_covers_what_is_below(
    installed: list[ChargingProfile], top: ChargingProfile, moment_s: int
) -> None:
    """Where the highest profile of a purpose says something, the others of that purpose do not matter."""
    top = top._replace(purpose="TxProfile", evse_id=1, stack_level=9)
    moment = at(moment_s)
    others = [one for one in installed if not one.purpose.startswith("Tx")]

    def limit(of: list[ChargingProfile]) -> Limit | None:
        return limit_at(of, moment, evse_id=1, unit="A", transaction_began_at=BEGIN)

    if limit([top]) is not None:
        assert limit([*installed, top]) == limit([*others, top])


def profile(limit: float, **changed: object) -> ChargingProfile:
    fields = {"purpose": "TxDefaultProfile", "evse_id": 0, "kind": "Relative", "stack_level": 0, **changed}
    return ChargingProfile(profile_id=1, schedules=(Schedule("A", (Period(0, limit),)),), **fields)  # type: ignore[arg-type]  # of a test


def now(*installed: ChargingProfile, evse_id: int = 1) -> float | None:
    found = limit_at(installed, BEGIN, evse_id=evse_id, unit="A", transaction_began_at=BEGIN)
    return found.value if found else None


def test_the_rules_by_name() -> None:
    default, own = profile(16), profile(10, evse_id=1)
    station = profile(12, purpose="ChargingStationMaxProfile", kind="Absolute")
    of_transaction = profile(14, purpose="TxProfile", evse_id=1)
    assert now() is None
    assert now(default) == 16
    assert now(default, own) == 10, "one of the EVSE goes before one of all"
    assert now(default._replace(stack_level=1), own) == 16, "the level goes before that"
    assert now(default, own, of_transaction) == 14
    assert now(default, own, of_transaction, station) == 12
    assert now(default, station, evse_id=0) == 12
    assert now(default, own, evse_id=2) == 16


def test_units_are_compared_by_the_power_they_allow() -> None:
    assert Limit(16, "A").converted("W") == Limit(16 * 3 * VOLTAGE_V, "W")
    assert Limit(16, "A", 1).converted("W") == Limit(16 * VOLTAGE_V, "W", 1)
    assert Limit(11_000, "W").converted("A") == Limit(15.9, "A")
    assert Limit(6.5, "A").converted("A") == Limit(6.5, "A")


def test_a_recurring_profile_begins_anew_each_day() -> None:
    schedule = Schedule("A", (Period(0, 6), Period(3600, 32)), duration_s=7200, start_at=at(1800 - 86_400))
    daily = ChargingProfile(1, 0, "TxDefaultProfile", "Recurring", 0, (schedule,), "Daily")
    found = composite([daily], evse_id=1, begin_at=BEGIN, duration_s=86_400 + 3600, unit="A")
    assert [(one.start_s, one.limit.value if one.limit else None) for one in found] == [
        (0, None),
        (1800, 6),
        (5400, 32),
        (9000, None),
        (88_200, 6),
    ]
