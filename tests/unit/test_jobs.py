"""Bulk jobs as values: pages, counts, ends, and which stations a selection takes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calls import new_call_id
from shared.domain.jobs import ROW_STATES, STATIONS_PER_PAGE, Job, Row, RowState, Selection, have_ended, pages, tally
from shared.domain.stations import Station

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def rows(*states: RowState) -> list[Row]:
    return [Row(f"CP{number}", state, NOW) for number, state in enumerate(states)]


@given(st.lists(st.integers(0, 90).map(str), max_size=120))
def test_pages_hold_each_station_once_in_order(named: list[str]) -> None:
    made = pages(named)
    assert [one for page in made for one in page.stations] == list(dict.fromkeys(named))
    assert [page.number for page in made] == list(range(len(made)))
    assert [page.goes_on for page in made] == [True] * (len(made) - 1) + [False] * bool(made)
    assert all(0 < len(page.stations) <= STATIONS_PER_PAGE for page in made)
    assert all(page.end == following.before for page, following in pairwise(made))


def test_every_state_is_counted_and_those_without_a_row_wait() -> None:
    counted = tally(5, rows("sent", "answered", "answered"))
    assert set(counted) == {"waiting", *ROW_STATES}
    assert {state: number for state, number in counted.items() if number} == {"waiting": 2, "sent": 1, "answered": 2}
    assert tally(None, rows("sent"))["waiting"] == 0, "nobody knows yet how many there are"


@pytest.mark.parametrize(
    ("total", "states", "ended"),
    [
        (2, ("answered", "not_made"), True),
        (2, ("answered", "sent"), False),
        (2, ("answered", "queued"), False),
        (3, ("answered", "expired"), False),
        (None, ("answered", "cancelled"), False),
        (0, (), True),
    ],
)
def test_a_job_has_ended_when_it_has_at_every_station(
    total: int | None, states: tuple[RowState, ...], ended: bool
) -> None:
    assert have_ended(total, rows(*states)) == ended


def test_a_job_calls_each_station_under_an_id_of_its_own_that_is_always_the_same() -> None:
    job = Job(new_call_id(NOW), "Reset", {}, NOW, NOW + timedelta(hours=1))
    ids = {job.call_id(station_id) for station_id in ("CP1", "CP2", "1", "cp1")}
    assert len(ids) == 4
    assert job.call_id("CP1") in ids
    assert job._replace(job_id=new_call_id(NOW)).call_id("CP1") not in ids
    assert all(one[:13] == job.job_id[:13] for one in ids), "it sorts where the job does"


@pytest.mark.parametrize(
    ("selection", "takes"),
    [
        (Selection(online=True), True),
        (Selection(online=False), False),
        (Selection(vendor="Volt", model="One"), True),
        (Selection(vendor="Volt", model="Two"), False),
        (Selection(firmware_version="1.0"), False),
        (Selection(registration="Accepted", station_id_prefix="CP"), True),
        (Selection(station_id_prefix="cp"), False),
    ],
)
def test_a_selection_takes_a_station_that_is_all_it_says(selection: Selection, takes: bool) -> None:
    station = Station("CP1", "Accepted", NOW, vendor="Volt", model="One")
    assert selection.takes(station, is_online=True) == takes
