"""Alarms as they are kept: by the station's time, until they are over, wherever they are looked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.monitoring import Alarm, VariableEvent
from shared.domain.variables import VariableId
from shared.store import alarms

pytestmark = pytest.mark.usefixtures("table")

BEGIN = datetime(2026, 11, 23, 8, tzinfo=UTC)
TEMPERATURE = VariableId("EVSE", "Temperature", evse_id=1)


def event(minute: int, **fields: Any) -> VariableEvent:
    at = BEGIN + timedelta(minutes=minute)
    return VariableEvent(minute, at, "Alerting", TEMPERATURE, "81", "CustomMonitor", **{"monitor_id": 7, **fields})


def standing(station_id: str = "CP1") -> list[Alarm]:
    return alarms.page(station_id, None, 50)[0]


def test_an_alarm_stands_since_its_first_event() -> None:
    assert alarms.note("CP1", event(1), stands=True)
    assert alarms.note("CP1", event(3, tech_code="T"), stands=True)
    assert standing() == [Alarm("CP1", event(3, tech_code="T"), event(1).at)]


def test_one_that_is_over_may_be_raised_again() -> None:
    alarms.note("CP1", event(1), stands=True)
    alarms.note("CP1", event(2), stands=False)
    assert standing() == []
    alarms.note("CP1", event(3), stands=True)
    assert [one.raised_at for one in standing()] == [event(3).at]


@pytest.mark.parametrize("late", [True, False])
def test_what_comes_late_changes_nothing(late: bool) -> None:
    alarms.note("CP1", event(5), stands=not late)
    assert not alarms.note("CP1", event(4), stands=late)
    assert [one.event for one in standing()] == ([] if late else [event(5)])


def test_monitors_and_variables_have_alarms_of_their_own() -> None:
    alarms.note("CP1", event(1), stands=True)
    alarms.note("CP1", event(1, monitor_id=None), stands=True)
    alarms.note("CP1", event(1, monitor_id=8), stands=True)
    alarms.drop("CP1", 8)
    alarms.drop("CP1", 9)
    assert {one.event.monitor_id for one in standing()} == {7, None}


def test_the_latest_alarms_of_all_stations_come_first_page_by_page() -> None:
    names = ["CP1", "a station #2", "CP3"]
    for minute, station_id in enumerate(names):
        alarms.note(station_id, event(minute), stands=True)
        alarms.note(station_id, event(minute, monitor_id=8), stands=True)
        alarms.note(station_id, event(minute + 9, monitor_id=8), stands=False)
    found: list[str] = []
    after: str | None = None
    while True:
        page, after = alarms.page_of_all(after, 1)
        found += [one.station_id for one in page]
        if after is None:
            break
    assert found == names[::-1]
