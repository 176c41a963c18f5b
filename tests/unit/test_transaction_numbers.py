"""Numbers of transactions in OCPP 1.6: which station they are of, and which of those that come are looked up."""

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.transaction_numbers import (
    DOUBTED_ONE_IN,
    SEEDS_OF_STATION,
    drawn,
    is_doubtful,
    may_be_of,
    of_no_station,
)

STATIONS = st.text(min_size=1, max_size=48)
IDENTITIES = st.text(max_size=40)


@given(STATIONS, IDENTITIES, st.integers(0, 100))
def test_a_number_is_positive_and_has_31_bits(station_id: str, identity: str, seed: int) -> None:
    assert 0 < drawn(station_id, identity, seed) < 2**31
    assert 0 < of_no_station(identity) < 2**31


@given(STATIONS, IDENTITIES, st.integers(0, SEEDS_OF_STATION - 1))
def test_a_number_tells_its_station(station_id: str, identity: str, seed: int) -> None:
    assert may_be_of(station_id, drawn(station_id, identity, seed))


@given(STATIONS, st.integers(-(2**63), 0) | st.integers(2**31, 2**63))
def test_what_was_never_a_number_is_of_no_station(station_id: str, number: int) -> None:
    assert not may_be_of(station_id, number)


def test_one_of_4096_numbers_of_others_could_be_of_a_station() -> None:
    others = (drawn(f"station-{place}", "start", 0) for place in range(40_960))
    assert 0 < sum(may_be_of("CP1", number) for number in others) < 25
    assert 0 < sum(may_be_of("CP1", of_no_station(str(place))) for place in range(40_960)) < 25


def test_a_station_that_has_used_up_its_numbers_gets_any() -> None:
    last = [drawn("CP1", "start", seed) for seed in range(SEEDS_OF_STATION, SEEDS_OF_STATION + 8)]
    assert len(set(last)) == 8
    assert not any(may_be_of("CP1", number) for number in last)


def test_the_numbers_of_a_station_are_spread_over_all_it_has() -> None:
    assert len({drawn("CP1", f"start {place}", 0) for place in range(1000)}) > 990


@given(STATIONS, IDENTITIES, st.text())
def test_a_number_that_cannot_be_of_the_station_is_always_looked_up(station_id: str, identity: str, key: str) -> None:
    number = drawn(station_id, identity, 0)
    assert is_doubtful(station_id, -number, key)
    assert is_doubtful(station_id, number, key) == is_doubtful(station_id, number, key)


def test_one_in_eight_of_the_others_is() -> None:
    number = drawn("CP1", "start", 0)
    doubted = sum(is_doubtful("CP1", number, f"T#{number}#{second}") for second in range(8000))
    assert 0.9 < doubted * DOUBTED_ONE_IN / 8000 < 1.1
