"""Samples of all stations: the energy between two of them, and how they are thinned out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.fleet_samples import FleetSample, energy_between, energy_since, thinned

START = datetime(2026, 11, 23, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def sample(minute: float, *, power_w: int = 0, energy_wh: int = 0) -> FleetSample:
    return FleetSample(START + timedelta(minutes=minute), 10, 8, 3, 1, 4, power_w, energy_wh)


def test_the_energy_between_two_samples_is_by_the_mean_of_their_powers() -> None:
    assert energy_between(sample(0, power_w=6000), 18_000, START + FIVE) == 1000


def test_after_a_gap_nobody_knows_what_flowed() -> None:
    assert energy_between(sample(0, power_w=6000), 6000, START + timedelta(hours=1)) == 0
    assert energy_between(None, 6000, START) == 0
    assert energy_between(sample(5, power_w=6000), 6000, START) == 0, "a clock that was set back"


def test_energy_is_that_of_the_samples_after_a_moment() -> None:
    samples = [sample(minute, energy_wh=10) for minute in range(10)]
    assert energy_since(samples, START + timedelta(minutes=6)) == 30


@given(st.lists(st.integers(0, 24 * 60), unique=True, max_size=60).map(sorted), st.integers(0, 60))
def test_thinning_keeps_the_energy_the_order_and_the_last(minutes: list[int], most: int) -> None:
    samples = [sample(minute, energy_wh=minute) for minute in minutes]
    kept = thinned(samples, FIVE, most)
    assert sum(one.energy_wh for one in kept) == sum(minutes)
    assert [one.at for one in kept] == sorted(one.at for one in kept)
    assert [one.at for one in kept[-1:]] == [one.at for one in samples[-1:]]
    assert len(kept) <= max(most, 24 * 12 + 1)
    if len(samples) <= most:
        assert kept == samples
