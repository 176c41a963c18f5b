"""Stations in the operator API: how they are, alone and in lists."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.capacity import recording
from shared.domain.availability import ConnectorStatus
from shared.domain.stations import Connection, Station
from shared.store import connections, connectors, stations
from tests.integration.api import call, get, pages, wrong_fields
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

NOW = datetime.now(UTC)


def connect(station_id: str, *, connected_at: datetime = NOW) -> None:
    connections.connect(Connection(station_id, f"c-{station_id}", connected_at, connected_at, "1.6", None, "192.0.2.7"))


def status(evse_id: int, received_at: datetime, word: str = "Available") -> ConnectorStatus:
    kind = "Occupied" if word == "Charging" else word
    return ConnectorStatus(evse_id, min(evse_id, 1), kind, word, "NoError", received_at, received_at)  # type: ignore[arg-type]  # of these words


@pytest.mark.requirement("M16-031")
def test_a_boot_is_answered_and_every_field_of_it_is_shown() -> None:
    said = {
        "chargePointVendor": "Volt",
        "chargePointModel": "One",
        "chargePointSerialNumber": "S-1",
        "chargeBoxSerialNumber": "B-1",
        "firmwareVersion": "1.2.3",
        "iccid": "8949",
        "imsi": "262",
        "meterType": "Eichrecht",
        "meterSerialNumber": "M-1",
    }
    answer = DirectStation("CP1").send("BootNotification", **said)
    assert answer["status"] == "Accepted"
    assert answer["interval"] > 0
    assert answer["currentTime"].endswith("Z")
    assert abs(datetime.fromisoformat(answer["currentTime"]) - datetime.now(UTC)) < timedelta(seconds=2)
    station = get("/stations/CP1")
    # Why it has started it tells in 2.x only.
    assert {station[name] for name in stations.BOOT_FIELDS} == {*said.values(), None}
    assert station["boot_reason"] is None
    assert station["booted_at"] is not None


@pytest.mark.requirement("M16-037")
def test_a_heartbeat_is_a_sign_of_life() -> None:
    station = DirectStation("CP1")
    station.now += timedelta(minutes=4)
    assert "currentTime" in station.send("Heartbeat")
    assert datetime.fromisoformat(get("/stations/CP1")["last_seen_at"]) - station.now < timedelta(seconds=1)
    assert datetime.fromisoformat(get("/stations/CP1")["last_seen_at"]) > station.now - timedelta(seconds=1)


def test_connection_and_connectors_are_shown() -> None:
    call("PUT", "/stations/CP1", body={})
    connect("CP1")
    later = NOW + timedelta(seconds=30)
    for one in (status(0, NOW), status(2, NOW, "Charging"), status(1, later)):
        connectors.report("CP1", one)
    station = get("/stations/CP1")
    assert station["online"] is True
    assert station["ocpp_version"] == "1.6"
    assert station["remote_address"] == "192.0.2.7"
    assert datetime.fromisoformat(station["connected_at"]) == NOW
    assert datetime.fromisoformat(station["last_seen_at"]) == later
    assert station["availability"]["status"] == "Available"
    assert [(evse["evse_id"], evse["connectors"][0]["connector_id"]) for evse in station["evses"]] == [(1, 1), (2, 1)]
    charging = station["evses"][1]["connectors"][0]
    assert (charging["status"], charging["reported_status"]) == ("Occupied", "Charging")


def test_a_connection_older_than_one_can_get_is_over_though_nobody_told_us() -> None:
    call("PUT", "/stations/CP1", body={})
    connect("CP1", connected_at=NOW - timedelta(hours=2, minutes=6))
    assert get("/stations/CP1")["online"] is False
    assert get("/stations", online="true")["items"] == []
    connections.disconnect("CP1", "c-CP1", NOW)
    assert len(get("/stations", online="false")["items"]) == 1, "once a sweep has noted it"


def test_a_connection_that_ended_is_shown_with_its_end() -> None:
    call("PUT", "/stations/CP1", body={})
    connect("CP1")
    connections.disconnect("CP1", "c-CP1", NOW + timedelta(minutes=1))
    station = get("/stations/CP1")
    assert (station["online"], station["ocpp_version"]) == (False, "1.6")
    assert datetime.fromisoformat(station["disconnected_at"]) == NOW + timedelta(minutes=1)


# --- lists


@pytest.fixture
def fleet() -> list[str]:
    """Twelve stations, of which every third is connected; and a connection of a station that was removed."""
    names = [f"CP{number:02}" for number in range(12)]
    for name in names:
        stations.create(Station(name, "Accepted", NOW))
    for name in [*names[::3], "removed"]:
        connect(name)
    return names


def ids(listed: list[list[Any]]) -> list[list[str]]:
    return [[item["station_id"] for item in page] for page in listed]


def test_stations_come_in_pages_in_order(fleet: list[str]) -> None:
    assert ids(pages("/stations", limit=5)) == [fleet[:5], fleet[5:10], fleet[10:]]
    assert ids(pages("/stations", limit=6)) == [fleet[:6], fleet[6:]], "a full last page is known to be the last"


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_connected_ones_can_be_listed_alone(fleet: list[str], limit: int) -> None:
    assert [one for page in ids(pages("/stations", online="true", limit=limit)) for one in page] == fleet[::3]


@pytest.mark.parametrize("limit", [1, 2, 5, 50])
def test_those_not_connected_can_be_listed_alone(fleet: list[str], limit: int) -> None:
    listed = [one for page in ids(pages("/stations", online="false", limit=limit)) for one in page]
    assert listed == [one for one in fleet if one not in fleet[::3]]


def test_a_page_costs_four_reads_however_many_stations_it_has(fleet: list[str]) -> None:

    with recording() as meter:
        assert len(get("/stations")["items"]) == len(fleet)
    assert [charge.operation for charge in meter.charges] == ["Query", "BatchGetItem", "BatchGetItem", "BatchGetItem"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"limit": 0}, "query limit"),
        ({"limit": 201}, "query limit"),
        ({"limit": "many"}, "query limit"),
        ({"online": "perhaps"}, "query online"),
        ({"cursor": "no cursor"}, "query cursor"),
        ({"cursor": ""}, "query cursor"),
        ({"onlin": "true"}, "query onlin"),
    ],
)
def test_a_wrong_or_unknown_parameter_is_refused(query: dict[str, object], wrong: str) -> None:
    answer = call("GET", "/stations", query=query)
    assert answer.status == 422
    assert wrong_fields(answer) == [wrong]
