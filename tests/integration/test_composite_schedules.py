"""Composite schedules: what a station answers, and what we make of the profiles that we know; on a table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.domain.errors import Invalid
from shared.store import composite_schedules
from tests.integration.api import call as ask
from tests.integration.api import get
from tests.integration.called_station import CalledStation
from tests.integration.profile_calls import ACCEPTED, install, put
from tests.integration.sessions import began


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


SCHEDULE = {
    "chargingRateUnit": "W",
    "duration": 3600,
    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 11000}, {"startPeriod": 900, "limit": 4140.5}],
}


def reported(station: CalledStation, **answer: Any) -> Any:
    made = station.order("GetCompositeSchedule", {"connectorId": 1, "duration": 3600})
    station.answer(made.call_id, ACCEPTED | answer)
    (found,) = get("/stations/CP1/composite-schedules")["items"]
    return found


def test_a_composite_schedule_counts_from_its_start(station: CalledStation) -> None:
    found = reported(station, connectorId=1, scheduleStart="2026-11-23T08:00:00Z", chargingSchedule=SCHEDULE)
    assert (found["evse_id"], found["unit"], found["duration_s"]) == (1, "W", 3600)
    assert [(one["start_at"], one["limit"]) for one in found["periods"]] == [
        ("2026-11-23T08:00:00Z", 11000),
        ("2026-11-23T08:15:00Z", 4140.5),
    ]


def test_one_without_a_start_counts_from_its_own_or_from_the_call(station: CalledStation) -> None:
    found = reported(station, chargingSchedule=SCHEDULE | {"startSchedule": "2026-11-23T09:00:00Z"})
    assert found["start_at"] == "2026-11-23T09:00:00Z"
    found = reported(station, chargingSchedule=SCHEDULE)
    assert found["asked_at"] <= found["start_at"]


def test_the_latest_answer_counts_a_refusal_too(station: CalledStation) -> None:
    made = station.order("GetCompositeSchedule", {"connectorId": 1, "duration": 60})
    reported_before = station.call(made.call_id).created_at
    station.answer(made.call_id, {"status": "Rejected"})
    (found,) = get("/stations/CP1/composite-schedules")["items"]
    assert (found["status"], found["periods"], found["start_at"]) == ("Rejected", [], None)
    made = station.order("GetCompositeSchedule", {"connectorId": 0, "duration": 60, "chargingRateUnit": "A"})
    station.refuse(made.call_id, "NotSupported")
    found = get("/stations/CP1/composite-schedules")["items"]
    assert [(one["evse_id"], one["status"]) for one in found] == [(0, "NotSupported"), (1, "Rejected")]
    latest = composite_schedules.of_station("CP1")[1]
    assert not composite_schedules.report("CP1", latest._replace(asked_at=reported_before - timedelta(seconds=1)))
    assert ask("GET", "/stations/CP2/composite-schedules").status == 404


@pytest.mark.parametrize(("field", "value"), [("connectorId", -1), ("duration", 0)])
def test_an_impossible_question_is_not_asked(station: CalledStation, field: str, value: int) -> None:
    with pytest.raises(Invalid) as refused:
        station.order("GetCompositeSchedule", {"connectorId": 1, "duration": 60} | {field: value})
    assert refused.value.fields["path"] == f"payload.{field}"


def test_a_forecast_is_made_of_what_is_installed(station: CalledStation) -> None:
    path = "/stations/CP1/composite-schedule"
    install(station)
    put(evse_id=1, stack_level=9)
    found = get(path, evse_id=1, duration_s=7200)
    assert [(one["start_s"], one["limit"], one["phases"]) for one in found["periods"]] == [
        (0, 16, None),
        (3600, 6.5, 1),
    ]
    assert (found["unit"], found["transaction_id"]) == ("A", None)
    running = began(datetime.now(UTC) - timedelta(hours=2))
    found = get(path, evse_id=1, duration_s=7200, unit="W")
    assert [(one["start_s"], one["limit"]) for one in found["periods"]] == [(0, 1495)]
    assert found["transaction_id"] == running.transaction_id
    assert get(path)["periods"][0]["limit"] is None
    assert ask("GET", "/stations/CP2/composite-schedule").status == 404
