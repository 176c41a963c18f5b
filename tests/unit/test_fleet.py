"""What a fleet's size demands of its stations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.schedule.sweep_connections import SILENT
from infra.settings import SILENT_S, STAGES
from shared.domain.stations import MAX_CONNECTION_AGE, PLANNED_AGE_MIN, PLANNED_AGE_SPREAD_MIN
from shared.fleet import (
    CONNECTIONS_PER_S,
    HEARTBEAT_INTERVAL_S,
    LONGEST_RANGE_S,
    SHORTEST_RANGE_S,
    RetrySettings,
    retry_settings,
)

NEW_CONNECTIONS_PER_S = 500
SIZES = st.integers(1, 10_000_000)


@pytest.mark.parametrize(
    ("stations", "settings"),
    [
        (1, RetrySettings(10, 10, 3)),
        (1_000, RetrySettings(10, 10, 3)),
        (10_000, RetrySettings(10, 25, 3)),
        (100_000, RetrySettings(10, 250, 3)),
        (1_000_000, RetrySettings(10, 2500, 3)),
        (10_000_000, RetrySettings(10, LONGEST_RANGE_S, 3)),
    ],
)
def test_the_range_grows_with_the_fleet(stations: int, settings: RetrySettings) -> None:
    assert retry_settings(stations) == settings


def test_a_fleet_of_no_size_is_told_nothing() -> None:
    assert retry_settings(0) is None


@given(SIZES)
def test_all_that_come_back_at_once_are_fewer_than_are_admitted(stations: int) -> None:
    settings = retry_settings(stations)
    assert settings is not None
    assert SHORTEST_RANGE_S <= settings.random_range_s <= LONGEST_RANGE_S
    if settings.random_range_s < LONGEST_RANGE_S:
        assert stations / settings.random_range_s <= CONNECTIONS_PER_S < NEW_CONNECTIONS_PER_S


def test_a_heartbeat_comes_before_silence_ends_the_connection() -> None:
    assert SILENT_S - HEARTBEAT_INTERVAL_S >= 120
    assert SILENT.total_seconds() == SILENT_S


@pytest.mark.parametrize("interval_s", [HEARTBEAT_INTERVAL_S, SILENT_S - 1])
def test_a_heartbeat_comes_in_time_for_the_planned_end(interval_s: int) -> None:
    """With the interval that is shipped, and with the longest that a stage may set."""
    latest_s = (PLANNED_AGE_MIN + PLANNED_AGE_SPREAD_MIN) * 60 + interval_s
    assert latest_s < MAX_CONNECTION_AGE.total_seconds()


@given(SIZES, SIZES)
def test_a_larger_fleet_is_never_told_to_come_back_sooner(one: int, other: int) -> None:
    small, large = (retry_settings(size) for size in sorted((one, other)))
    assert small is not None
    assert large is not None
    assert small.random_range_s <= large.random_range_s


def test_every_stage_has_a_size() -> None:
    assert {stage.expected_stations for stage in STAGES.values()} == {1_000}
