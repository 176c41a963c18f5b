"""What stations did, through the operator API, on a table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.api import station_history
from shared.domain.events import Event
from shared.domain.findings import Finding
from shared.domain.firmware_updates import Entry, Update
from shared.domain.stations import Station
from shared.store import events, findings, firmware_updates, stations, table
from tests.integration.api import call, get, pages
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HISTORIES = ("findings", "events", "meter-values", "firmware-updates")


@pytest.mark.parametrize("history", HISTORIES)
def test_a_station_that_did_nothing_has_an_empty_history(history: str) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    assert get(f"/stations/CP1/{history}") == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("history", HISTORIES)
def test_an_unknown_station_has_no_history(history: str) -> None:
    assert call("GET", f"/stations/nobody/{history}").status == 404


def test_a_station_that_was_refused_has_a_history_though_it_does_not_exist() -> None:
    events.record(Event("connection.refused", "stranger", NOW, {"reason": "unknown station"}), NOW)
    assert get("/stations/stranger/events")["items"] == [
        {"type": "connection.refused", "at": "2026-11-23T08:00:00Z", "data": {"reason": "unknown station"}}
    ]


def test_findings_are_shown_with_their_count() -> None:
    wrong = Finding("Q-07", "meterValue[3].timestamp", "read as UTC", "2026-11-23 08:00")
    findings.note("CP1", "MeterValues", [wrong], NOW)
    findings.note("CP1", "MeterValues", [wrong], NOW + timedelta(minutes=2))
    assert get("/stations/CP1/findings")["items"] == [
        {
            "code": "Q-07",
            "action": "MeterValues",
            "path": "meterValue[].timestamp",
            "text": "read as UTC",
            "raw": "2026-11-23 08:00",
            "count": 2,
            "first_at": "2026-11-23T08:00:00Z",
            "last_at": "2026-11-23T08:02:00Z",
        }
    ]


def test_findings_come_in_pages() -> None:
    found = [Finding(f"Q-{number:02}", "a b/c", "text") for number in range(5)]
    findings.note("CP1", "StatusNotification", found, NOW)
    listed = pages("/stations/CP1/findings", limit=2)
    assert [[item["code"] for item in page] for page in listed] == [["Q-00", "Q-01"], ["Q-02", "Q-03"], ["Q-04"]]


@pytest.fixture
def busy(table: Any) -> None:
    """Thirty events, a minute apart; every tenth is a fault."""
    for number in range(30):
        kind: Any = "fault.raised" if number % 10 == 0 else "status.changed"
        events.record(Event(kind, "CP1", NOW + timedelta(minutes=number), {"number": number}), NOW)


@pytest.mark.usefixtures("busy")
def test_events_come_newest_first_in_pages() -> None:
    listed = pages("/stations/CP1/events", limit=12)
    assert [len(page) for page in listed] == [12, 12, 6]
    assert [item["data"]["number"] for page in listed for item in page] == list(range(29, -1, -1))


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("limit", [1, 2, 7, 50])
def test_events_of_one_type_can_be_picked_out(limit: int) -> None:
    listed = pages("/stations/CP1/events", type="fault.raised", limit=limit)
    assert [item["data"]["number"] for page in listed for item in page] == [20, 10, 0]


@pytest.mark.usefixtures("busy")
def test_a_type_that_no_event_has_is_refused() -> None:
    assert call("GET", "/stations/CP1/events", query={"type": "fault.rised"}).status == 422


SAMPLE = {"value": "1500", "measurand": "Energy.Active.Import.Register", "unit": "Wh"}


def send_meter_values(station: DirectStation, **where: int) -> None:
    values = [{"timestamp": "2026-11-23T08:00:00Z", "sampledValue": [SAMPLE]}]
    assert station.send("MeterValues", meterValue=values, **where) == {}


@pytest.mark.requirement("M16-051")
def test_meter_values_outside_transactions_are_the_stations() -> None:
    station = DirectStation("CP1")
    send_meter_values(station, connectorId=0)
    send_meter_values(station, connectorId=2)
    shown = get("/stations/CP1/meter-values")["items"]
    assert [(item["evse_id"], item["transaction_number"]) for item in shown] == [(0, None), (2, None)]
    value = shown[0]["meter_values"][0]
    assert (value["timestamp"], value["inferred"]) == ("2026-11-23T08:00:00Z", False)
    (sampled,) = value["sampled_values"]
    named = {**SAMPLE, "context": "Sample.Periodic", "location": "Outlet", "phase": None, "format": "Raw"}
    assert sampled.items() >= named.items()


def test_meter_values_of_a_transaction_that_nobody_knows_are_shown_under_its_number() -> None:
    station = DirectStation("CP1")
    send_meter_values(station, connectorId=1, transactionId=4711)
    (shown,) = get("/stations/CP1/meter-values")["items"]
    assert (shown["evse_id"], shown["transaction_number"]) == (1, 4711)


def test_meter_values_come_in_pages() -> None:
    station = DirectStation("CP1")
    for evse_id in range(1, 6):
        send_meter_values(station, connectorId=evse_id)
    listed = pages("/stations/CP1/meter-values", limit=2)
    assert [[item["evse_id"] for item in page] for page in listed] == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize(("room", "sizes"), [(10_000, [5]), (500, [2, 2, 1]), (1, [1, 1, 1, 1, 1])])
def test_a_page_of_meter_values_is_no_bigger_than_a_function_may_answer(
    monkeypatch: pytest.MonkeyPatch, room: int, sizes: list[int]
) -> None:
    monkeypatch.setattr(station_history, "MAX_PAGE_BYTES", room)
    station = DirectStation("CP1")
    for evse_id in range(1, 6):
        send_meter_values(station, connectorId=evse_id)
    listed = pages("/stations/CP1/meter-values", limit=8)
    assert [len(page) for page in listed] == sizes
    assert [item["evse_id"] for page in listed for item in page] == [1, 2, 3, 4, 5]


def test_firmware_updates_are_shown_newest_first_with_what_happened() -> None:
    entry = Entry(NOW, "status", "Downloading")
    for number in range(3):
        made = Update(f"update-{number}", "CP1", "campaign", "2.0.0", NOW, history=(entry,))
        table.put(firmware_updates.to_item(made))
    shown = [one for page in pages("/stations/CP1/firmware-updates", limit=2) for one in page]
    assert [one["update_id"] for one in shown] == ["update-2", "update-1", "update-0"]
    assert (shown[0]["state"], shown[0]["reason"], shown[0]["attempt"]) == ("queued", None, 0)
    assert shown[0]["history"] == [{"at": "2026-11-23T08:00:00Z", "event": "status", "detail": "Downloading"}]
