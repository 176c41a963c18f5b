"""The faults of all stations: listed while they stand, by what the table's stream tells."""

import copy
from datetime import UTC, datetime, timedelta

import pytest

from functions.stream import publish_events
from local.capacity import recording
from local.dynamodb.storage import Store
from shared.store import stations
from tests.integration.api import get, pages
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture
def station(stream: Stream) -> DirectStation:
    return DirectStation(now=datetime.now(UTC))


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def report(station: DirectStation, minute: int, error: str = "NoError", connector: int = 1, **more: str) -> None:
    status = "Available" if error == "NoError" else "Faulted"
    station.send(
        "StatusNotification", connectorId=connector, status=status, errorCode=error, timestamp=at(minute), **more
    )


def test_a_fault_is_listed_while_it_stands(stream: Stream, station: DirectStation) -> None:
    report(station, 0)
    report(station, 1, "GroundFailure", info="wet", vendorId="Acme", vendorErrorCode="E7")
    stream.flow()
    assert get("/faults")["items"] == [
        {
            "station_id": "CP1",
            "evse_id": 1,
            "connector_id": 1,
            "since": at(1),
            "changed_at": at(1),
            "status": "Faulted",
            "error_code": "GroundFailure",
            "info": "wet",
            "vendor_id": "Acme",
            "vendor_error_code": "E7",
        }
    ]
    report(station, 2)
    stream.flow()
    assert get("/faults")["items"] == []


def test_another_error_of_the_same_connector_goes_on_from_when_the_first_began(
    stream: Stream, station: DirectStation
) -> None:
    report(station, 1, "GroundFailure", info="wet")
    report(station, 2, "OverVoltage")
    stream.flow()
    (fault,) = get("/faults")["items"]
    assert (fault["since"], fault["changed_at"], fault["error_code"], fault["info"]) == (
        at(1),
        at(2),
        "OverVoltage",
        None,
    )
    report(station, 3)
    report(station, 4, "GroundFailure")
    stream.flow()
    (fault,) = get("/faults")["items"]
    assert fault["since"] == at(4), "a new one"


def test_an_error_without_the_status_faulted_is_a_fault(stream: Stream, station: DirectStation) -> None:
    station.send("StatusNotification", connectorId=0, status="Available", errorCode="WeakSignal", timestamp=at(1))
    stream.flow()
    (fault,) = get("/faults")["items"]
    assert (fault["evse_id"], fault["connector_id"], fault["status"]) == (0, 0, "Available")


def test_a_station_of_2x_is_listed_by_its_status_alone(stream: Stream, table: Store) -> None:
    station = DirectStation("CP2", version="2.0.1", now=datetime.now(UTC))
    station.send("StatusNotification", timestamp=at(1), connectorStatus="Faulted", evseId=2, connectorId=1)
    stream.flow()
    (fault,) = get("/faults")["items"]
    assert (fault["station_id"], fault["evse_id"], fault["error_code"]) == ("CP2", 2, "NoError")


def test_changes_that_the_stream_brings_again_raise_nothing_anew(stream: Stream, station: DirectStation) -> None:
    report(station, 1, "GroundFailure")
    report(station, 2)
    report(station, 3, "OverVoltage")
    report(station, 4)
    again = copy.deepcopy(stream.records)
    stream.flow()
    for first in range(len(again)):
        assert publish_events.handler({"Records": again[first : first + 1]}, None) == {"batchItemFailures": []}
        assert get("/faults")["items"] == []


def test_the_latest_fault_comes_first_and_pages_go_on_below(stream: Stream, station: DirectStation) -> None:
    for minute in range(1, 6):
        report(station, minute, "GroundFailure", connector=minute)
    stream.flow()
    found = pages("/faults", limit=2)
    assert [[one["evse_id"] for one in page] for page in found] == [[5, 4], [3, 2], [1]]


def test_with_a_station_its_faults_go(stream: Stream, station: DirectStation) -> None:
    report(station, 1, "GroundFailure")
    report(station, 1, "GroundFailure", connector=2)
    stream.flow()
    stations.delete("CP1")
    stream.flow()
    assert get("/faults")["items"] == []


def test_a_fault_costs_two_units_and_any_other_change_of_status_nothing(stream: Stream, station: DirectStation) -> None:
    report(station, 1, "GroundFailure")
    with recording() as meter:
        stream.flow()
    raised = [charge for charge in meter.charges if charge.operation == "UpdateItem"]
    assert sum(charge.write.total for charge in raised) == 2, "the item, and its place in the list"
    report(station, 2)
    stream.flow()
    station.send("StatusNotification", connectorId=1, status="Preparing", errorCode="NoError", timestamp=at(3))
    with recording() as meter:
        stream.flow()
    assert not [charge for charge in meter.charges if charge.operation == "UpdateItem"]
