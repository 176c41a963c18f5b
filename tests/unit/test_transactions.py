import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.transactions import Start, Stop, Transaction, abandon, best_match, end, energy_wh

START = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ACTIVE = Transaction("7", "CP1", 1, 1, "TAG", "active", number=7, started_at=START, meter_start_wh=1000)
STOP = Stop(5000, START + HOUR, "Local", "TAG")


def test_the_same_content_is_the_same_start_whatever_the_letter_case_of_the_token() -> None:
    one = Start("CP1", 1, "tag", "2026-11-23T08:00:00Z", 0)
    assert one.identity == one._replace(id_token="TAG").identity
    for other in (
        one._replace(station_id="CP2"),
        one._replace(evse_id=2),
        one._replace(id_token="tag2"),
        one._replace(timestamp="2026-11-23T08:00:01Z"),
        one._replace(meter_start_wh=1),
    ):
        assert other.identity != one.identity


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_energy_is_the_difference_of_the_readings_or_unknown(start: int, stop: int) -> None:
    assert energy_wh(start, stop) == (stop - start if stop >= start else None)


def test_a_stop_ends_a_transaction() -> None:
    ended = end(ACTIVE, STOP)
    assert (ended.state, ended.energy_wh, ended.meter_stop_wh, ended.stopped_reason) == ("ended", 4000, 5000, "Local")
    assert ended.ended_at == START + HOUR
    assert not ended.flags


@pytest.mark.requirement("M16-061")
@pytest.mark.parametrize(("last_wh", "expected"), [(4200, 3200), (None, None), (900, None)])
def test_a_reading_that_cannot_be_is_kept_raw_and_flagged(last_wh: int | None, expected: int | None) -> None:
    ended = end(ACTIVE, STOP._replace(meter_stop_wh=-1), last_wh)
    assert (ended.meter_stop_wh, ended.energy_wh, ended.flags) == (-1, expected, ("meter_implausible",))


def test_a_late_stop_replaces_what_we_ended_ourselves() -> None:
    given_up = abandon(ACTIVE, START + 2 * HOUR, 3000)
    assert (given_up.state, given_up.energy_wh, given_up.flags) == ("ended", 2000, ("abandoned",))
    ended = end(given_up, STOP)
    assert (ended.energy_wh, ended.ended_at, ended.flags) == (4000, START + HOUR, ())


def test_a_stop_without_an_id_finds_the_transaction_of_its_token() -> None:
    other = ACTIVE._replace(transaction_id="8", id_token="OTHER", started_at=START + HOUR / 2)
    assert best_match([other, ACTIVE], STOP) == ACTIVE
    assert best_match([other], STOP) is None


def test_a_stop_without_id_and_token_finds_the_one_its_reading_can_follow() -> None:
    stop = STOP._replace(id_token=None)
    too_high = ACTIVE._replace(transaction_id="8", meter_start_wh=9000, started_at=START + HOUR / 2)
    assert best_match([too_high, ACTIVE], stop) == ACTIVE


def test_an_active_transaction_is_preferred_to_one_we_gave_up() -> None:
    given_up = abandon(ACTIVE._replace(transaction_id="8", started_at=START + HOUR / 2), START + HOUR, None)
    assert best_match([given_up, ACTIVE], STOP) == ACTIVE
    assert best_match([given_up], STOP) == given_up


def test_a_stop_never_ends_what_began_after_it_or_has_ended_properly() -> None:
    assert best_match([ACTIVE._replace(started_at=START + 2 * HOUR)], STOP) is None
    assert best_match([end(ACTIVE, STOP)], STOP._replace(ended_at=START + 2 * HOUR)) is None
