"""Where stations stand, in the operator API: their settings, and the list that a map is drawn of."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.capacity import recording
from local.dynamodb.storage import Store
from shared.domain.events import Event
from shared.domain.stations import Connection, Station
from shared.store import connections, faults, stations
from tests.integration import many
from tests.integration.api import call, get, pages, wrong_fields
from tests.integration.sessions import began

pytestmark = pytest.mark.usefixtures("table")

NOW = datetime.now(UTC)
PLACE = {"latitude": 52.520008, "longitude": 13.404954}


def put(station_id: str, **settings: Any) -> None:
    assert call("PUT", f"/stations/{station_id}", body=settings).status == 201


def connect(station_id: str) -> None:
    connections.connect(Connection(station_id, f"c-{station_id}", NOW, NOW, "1.6"))


def positions(**query: object) -> dict[str, Any]:
    return {one.pop("station_id"): one for one in get("/station-positions", **query)["items"]}


def test_a_station_with_a_place_is_on_the_map_and_one_without_is_not() -> None:
    put("CP1", name="Town hall", **PLACE)
    put("CP2", name="Somewhere")
    put("CP3", **PLACE)
    put("CP4")
    assert positions() == {
        "CP1": {"name": "Town hall", **PLACE, "status": "offline"},
        "CP3": {"name": None, **PLACE, "status": "offline"},
    }


def test_a_station_moves_is_renamed_and_leaves_the_map() -> None:
    put("CP1", name="Old", **PLACE)
    assert call("PATCH", "/stations/CP1", body={"name": "New", "latitude": -90, "longitude": 180}).status == 200
    assert positions()["CP1"] == {"name": "New", "latitude": -90, "longitude": 180, "status": "offline"}
    assert call("PATCH", "/stations/CP1", body={"latitude": None, "longitude": None}).status == 200
    assert positions() == {}
    assert get("/stations/CP1")["name"] == "New"
    assert [one["station_id"] for one in get("/stations", search="new")["items"]] == ["CP1"]
    assert call("PATCH", "/stations/CP1", body={"name": None}).status == 200
    assert get("/stations", search="new")["items"] == []
    put("CP2", **PLACE)
    assert call("DELETE", "/stations/CP2").status == 204
    assert positions() == {}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"latitude": 1}, "body "),
        ({"longitude": None}, "body "),
        ({"latitude": None, "longitude": 1}, "body "),
        ({"latitude": 90.1, "longitude": 1}, "body latitude"),
        ({"latitude": 1, "longitude": -180.5}, "body longitude"),
        ({"latitude": "1", "longitude": 1}, "body latitude"),
        ({"name": ""}, "body name"),
        ({"name": "  "}, "body name"),
        ({"name": "x" * 101}, "body name"),
        ({"name": "a\u0007b"}, "body name"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_half_a_place_and_a_bad_name_are_refused(method: str, body: dict[str, Any], wrong: str) -> None:
    put("CP1")
    answer = call(method, "/stations/CP1", body=body)
    assert answer.status == 422
    assert wrong_fields(answer) == [wrong]


def test_a_boot_leaves_name_and_place_as_they_are() -> None:
    put("CP1", name="Town hall", **PLACE)
    stations.boot("CP1", {"vendor": "Volt"}, NOW)
    assert {"name": "Town hall", **PLACE, "vendor": "Volt"}.items() <= get("/stations/CP1").items()
    etag = call("GET", "/stations/CP1").headers["ETag"]
    assert call("PATCH", "/stations/CP1", body={"name": " Town hall ", **PLACE}).headers["ETag"] == etag


def test_the_status_is_the_first_that_is_true() -> None:
    for station_id in ("off", "idle", "busy", "broken"):
        put(station_id, **PLACE)
    for station_id in ("idle", "busy", "broken"):
        connect(station_id)
    for station_id in ("off", "busy", "broken"):
        began(NOW, station_id=station_id)
    for station_id in ("off", "broken"):
        told = dict.fromkeys(faults.TOLD) | {"evse_id": 1, "connector_id": 1, "status": "Faulted", "error_code": "X"}
        faults.follow(Event("fault.raised", station_id, NOW, told))
    assert {name: one["status"] for name, one in positions().items()} == {
        "off": "offline",
        "idle": "available",
        "busy": "charging",
        "broken": "faulted",
    }


def test_positions_come_in_pages_by_keys_alone(table: Store) -> None:
    ids = [f"CP{number:04}" for number in range(3_000)]
    placed = (
        Station(one, "Accepted", NOW, revision=1, name="n", latitude=1.5, longitude=2.5)
        if number % 2
        else Station(one, "Accepted", NOW, revision=1, name="only a name")
        for number, one in enumerate(ids)
    )
    many.put(table, map(stations.to_item, placed))
    with recording() as meter:
        page = get("/station-positions")
    assert len(page["items"]) == 1_000
    assert {charge.operation for charge in meter.charges} == {"Query"}
    assert meter.read_units <= 40
    listed = [[one["station_id"] for one in part] for part in pages("/station-positions", limit=600)]
    assert list(map(len, listed)) == [600, 600, 300]
    assert [one for part in listed for one in part] == ids[1::2]


def test_more_than_two_thousand_at_once_are_refused() -> None:
    answer = call("GET", "/station-positions", query={"limit": 2_001})
    assert answer.status == 422
