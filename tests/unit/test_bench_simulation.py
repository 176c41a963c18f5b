"""The simulation of storms: as exact as an event at a time, and true to what it is given."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.simulation.fleets import BOOT, FUNCTIONS, SHARDS, STATUS, Fleet, home
from bench.simulation.quotas import Bucket, Quotas, default_quotas
from bench.simulation.retries import Retry, drawn, of_fleet
from bench.simulation.storm import Case, simulate
from shared.fleet import RetrySettings, retry_settings
from tests.unit.simulation_reference import Reference

QUOTAS = default_quotas()
EVERYTHING_WARM = dict.fromkeys(FUNCTIONS, 10_000)
FIXED = Retry("fixed", 10.0)
SPREAD = of_fleet(RetrySettings(10, 25, 3))


def case_of(stations: int = 1000, retry: Retry = SPREAD, quotas: Quotas = QUOTAS, **more: object) -> Case:
    fleet = Fleet(stations, home(300), (BOOT, STATUS, STATUS), queued=3)
    return Case(fleet, [(1.0, retry)], quotas, **more)  # type: ignore[arg-type]  # as Case has them


TIGHT = {
    "connections": QUOTAS._replace(connections_per_s=30, connections_burst=20),
    "requests": QUOTAS._replace(requests_per_s=90, requests_burst=40),
    "table": QUOTAS._replace(table_writes_per_s=120),
    "index": QUOTAS._replace(partition_writes_per_s=50 / SHARDS),
}


@pytest.mark.parametrize("retry", [FIXED, SPREAD, of_fleet(RetrySettings(5, 5, 2))], ids=lambda one: one.name)
@pytest.mark.parametrize("tight", [*TIGHT, "none"])
def test_each_station_is_back_at_the_same_moment_as_one_event_after_the_other(tight: str, retry: Retry) -> None:
    quotas = TIGHT.get(tight, QUOTAS)._replace(concurrency=100_000)
    case = case_of(retry=retry, quotas=quotas, warm=EVERYTHING_WARM)
    found, exact = simulate(case), Reference(case).run()
    np.testing.assert_allclose(found.connected_at, exact.connected_at, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.done_at, exact.done_at, rtol=0, atol=1e-6)
    assert found.attempts.tolist() == exact.attempts.tolist()
    assert (found.refused, found.throttled_messages) == (exact.refused, exact.throttled_messages)
    assert (found.ends_noted, found.ends_lost) == (exact.ends_noted, exact.ends_lost)
    assert tight == "none" or found.refused[tight] + found.throttled_messages + found.ends_lost


@pytest.mark.parametrize("concurrency", [100, 1000])
@pytest.mark.parametrize(("stations", "retry"), [(1000, FIXED), (5_000, FIXED), (10_000, SPREAD)])
def test_environments_come_near_to_one_event_after_the_other(stations: int, retry: Retry, concurrency: int) -> None:
    """Where stations dial in step, one of them more or less that is served moves the last by one wait. Which functions
    get the environments, where all that the account may have are busy, is decided once in a step and not at each event.
    """
    case = case_of(stations, retry, QUOTAS._replace(concurrency=concurrency))
    found, exact = simulate(case), Reference(case).run()
    for share in (0.5, 0.99, 1.0):
        expected = exact.back_within_s(share)
        assert found.back_within_s(share) == pytest.approx(expected, abs=max(0.05 * expected, retry.wait_s + 1))
    assert found.attempts_per_station == pytest.approx(exact.attempts_per_station, rel=0.2)
    assert found.peak_concurrency == pytest.approx(exact.peak_concurrency, rel=0.1, abs=5)
    if exact.peak_concurrency < concurrency:
        for name, count in exact.environments.items():
            assert found.environments[name] == pytest.approx(count, rel=0.2, abs=6)


def test_a_storm_during_an_outage_is_the_same_too() -> None:
    case = case_of(warm=EVERYTHING_WARM, service_back_at_s=120.0, quotas=QUOTAS._replace(concurrency=100_000))
    found, exact = simulate(case), Reference(case).run()
    np.testing.assert_allclose(found.connected_at, exact.connected_at, rtol=0, atol=1e-6)
    assert found.refused == exact.refused
    assert found.connected_at.min() >= 120


@pytest.mark.parametrize("retry", [FIXED, SPREAD], ids=lambda one: one.name)
@pytest.mark.parametrize("tight", [*TIGHT, "none"])
def test_every_station_is_back_once_and_no_more_come_than_are_let_in(tight: str, retry: Retry) -> None:
    quotas = TIGHT.get(tight, QUOTAS)
    case = case_of(2000, retry, quotas)
    found = simulate(case)
    assert not np.isnan(found.done_at).any()
    assert (found.done_at > found.connected_at).all()
    assert found.attempts.sum() == case.fleet.stations + sum(found.refused.values())
    assert found.seconds["connects"].sum() == case.fleet.stations
    assert found.ends_noted + found.ends_lost == case.fleet.stations
    times = np.sort(found.connected_at)
    for width_s in (1, 10):
        most = max(int(np.searchsorted(times, at + width_s)) - place for place, at in enumerate(times))
        assert most <= quotas.connections_per_s * width_s + quotas.connections_burst
    assert found.peak_concurrency <= quotas.concurrency


def test_the_same_seed_gives_the_same_storm_and_another_one_another() -> None:
    first, again, other = (simulate(case_of(seed=seed)) for seed in (1, 1, 2))
    assert first.connected_at.tolist() == again.connected_at.tolist()
    assert first.connected_at.tolist() != other.connected_at.tolist()


@pytest.mark.parametrize(
    "name", ["connections_per_s", "requests_per_s", "table_writes_per_s", "partition_writes_per_s"]
)
def test_more_of_a_quota_is_never_slower(name: str) -> None:
    times = [
        simulate(case_of(3000, quotas=Quotas(**QUOTAS._asdict() | {name: value}))).back_within_s(0.99)
        for value in (50.0, 100.0, 400.0, 4000.0)
    ]
    assert times == sorted(times, reverse=True)


def test_in_a_mixed_fleet_each_dials_in_its_own_way() -> None:
    slow = Retry("fixed", 60.0)
    found = simulate(case_of()._replace(retries=[(0.3, slow), (0.7, SPREAD)]))
    assert found.connected_at[:300].min() >= 60
    assert found.connected_at[300:].max() < 60


@settings(max_examples=60)
@given(
    st.lists(st.floats(0, 20), min_size=1, max_size=80),
    st.floats(0.1, 10),
    st.integers(1, 10),
    st.lists(st.sampled_from([1.0, 2.0]), min_size=80, max_size=80),
    st.booleans(),
)
def test_a_bucket_gives_many_what_it_would_give_each(
    times: list[float],
    rate: float,
    burst: int,
    weights: list[float],
    is_weighted: bool,
) -> None:
    when = np.array(sorted(times))
    asked = np.array(weights[: len(times)]) if is_weighted else np.ones(len(times))
    one, many = Bucket(rate, burst), Bucket(rate, burst)
    expected = [one.take(at, weight) for at, weight in zip(when.tolist(), asked.tolist(), strict=True)]
    halves = np.array_split(np.arange(len(when)), 2)
    found = [many.take_many(when[half], asked[half] if is_weighted else None) for half in halves]
    assert np.concatenate(found).tolist() == expected


def test_draws_are_spread_evenly_and_of_no_relation() -> None:
    stations = np.arange(20_000)
    first, second = drawn(1, stations, 0), drawn(1, stations, 1)
    assert np.histogram(first, 10, (0, 1))[0].min() > 1850
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.02
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.02


def test_the_settings_that_are_shipped_need_one_attempt_where_the_service_stands() -> None:
    shipped = retry_settings(10_000)
    assert shipped is not None
    found = simulate(case_of(10_000, of_fleet(shipped)))
    assert found.attempts_per_station == 1.0
    assert found.throttled_messages == 0
