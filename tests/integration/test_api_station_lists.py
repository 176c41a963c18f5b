"""Lists of stations in the operator API by how they are and what they are called: what is in them, and what they read.

A page reads the items of the stations that it shows; whatever else decides is read from keys, some hundred to a unit.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.capacity import Meter, recording
from local.dynamodb.storage import Store
from shared.domain.events import Event
from shared.domain.stations import Connection, Station
from shared.store import connections, faults, station_lists, stations, transactions
from tests.integration import many
from tests.integration.api import call, get, pages, wrong_fields
from tests.integration.sessions import began, ended

pytestmark = pytest.mark.usefixtures("table")

NOW = datetime.now(UTC)
FLEET = [f"CP{number:02}" for number in range(24)]
ONLINE, CHARGING, FAULTED = set(FLEET[::2]), set(FLEET[::3]), set(FLEET[::8])
NAMED = {"CP01": "Café Straße 7", "CP05": "Town hall", "CP16": "Town square", "CP20": "cp01's neighbour"}
RIGHT = {
    "online": ONLINE,
    "offline": set(FLEET) - ONLINE,
    "charging": CHARGING,
    "faulted": FAULTED,
}


def connect(station_id: str) -> None:
    connections.connect(Connection(station_id, f"c-{station_id}", NOW, NOW, "1.6"))


def raise_fault(station_id: str, connector_id: int = 1) -> None:
    told = {"evse_id": 1, "connector_id": connector_id, "status": "Faulted", "error_code": "GroundFailure"}
    optional = dict.fromkeys(faults.TOLD) | told
    faults.follow(Event("fault.raised", station_id, NOW, optional))


def make(station_id: str, **fields: Any) -> None:
    stations.create(Station(station_id, "Accepted", NOW, **fields))


@pytest.fixture
def fleet() -> None:
    """Two dozen stations; and in each list one that was removed."""
    for station_id in FLEET:
        make(station_id, name=NAMED.get(station_id))
    for station_id in [*ONLINE, "CP00-removed"]:
        connect(station_id)
    for station_id in [*CHARGING, "CP03-removed"]:
        began(NOW, station_id=station_id)
    ended(began(NOW - timedelta(hours=3), station_id="CP01"))
    for station_id in [*FAULTED, "CP08-removed"]:
        raise_fault(station_id)


def listed(**query: object) -> list[list[str]]:
    return [[one["station_id"] for one in page] for page in pages("/stations", **query)]


@pytest.mark.parametrize("status", list(RIGHT))
@pytest.mark.parametrize("limit", [1, 5, 50])
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.usefixtures("fleet")
def test_stations_are_listed_by_how_they_are_in_full_pages(status: str, limit: int, order: str) -> None:
    found = listed(status=status, limit=limit, order=order)
    assert [one for page in found for one in page] == sorted(RIGHT[status], reverse=order == "desc")
    assert all(len(page) == limit for page in found[:-1])


@pytest.mark.usefixtures("fleet")
def test_all_stations_come_in_either_order() -> None:
    assert listed(limit=10, order="desc") == [FLEET[:13:-1], FLEET[13:3:-1], FLEET[3::-1]]
    assert listed(limit=10, order="asc") == listed(limit=10)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("cp01", ["CP01", "CP20"]),
        ("2", ["CP02", "CP12", "CP20", "CP21", "CP22", "CP23"]),
        ("TOWN", ["CP05", "CP16"]),
        ("STRASSE", ["CP01"]),
        ("caf\N{LATIN SMALL LETTER E WITH ACUTE}", ["CP01"]),
        ("nowhere", []),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.usefixtures("fleet")
def test_a_part_of_an_id_or_a_name_finds_a_station_in_any_case(search: str, found: list[str], limit: int) -> None:
    assert [one for page in listed(search=search, limit=limit) for one in page] == found


@pytest.mark.parametrize("status", list(RIGHT))
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.usefixtures("fleet")
def test_status_and_search_are_combined(status: str, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station_lists, "KEYS_AT_ONCE", 5)
    wanted = {one for one in RIGHT[status] if "1" in one or "1" in NAMED.get(one, "")}
    found = [one for page in listed(status=status, search="1", limit=2, order=order) for one in page]
    assert found == sorted(wanted, reverse=order == "desc")


@pytest.mark.usefixtures("fleet")
def test_a_search_goes_on_by_the_cursor_where_it_has_looked_through_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station_lists, "KEYS_AT_ONCE", 2)
    monkeypatch.setattr(station_lists, "PARTS", 3)
    first = get("/stations", search="CP20", limit=1)
    assert first["items"] == []
    assert first["next_cursor"]
    assert [one for page in listed(search="CP20", limit=1) for one in page] == ["CP20"]


@pytest.mark.usefixtures("fleet")
def test_online_is_another_word_for_a_status() -> None:
    assert listed(online="true") == listed(status="online")
    assert listed(online="false", limit=5) == listed(status="offline", limit=5)
    assert listed(online="true", status="online") == listed(status="online")
    for query in ({"online": "false", "status": "online"}, {"online": "true", "status": "charging"}):
        answer = call("GET", "/stations", query=query)
        assert answer.status == 422
        assert wrong_fields(answer) == ["query online"]


@pytest.mark.parametrize(("name", "value"), [("status", "idle"), ("order", "up"), ("search", "x" * 101)])
def test_an_unknown_status_or_order_is_refused(name: str, value: str) -> None:
    answer = call("GET", "/stations", query={name: value})
    assert answer.status == 422
    assert wrong_fields(answer) == [f"query {name}"]


@given(
    ids=st.sets(st.text(st.sampled_from("AB1 é#%~"), min_size=1, max_size=3).filter(str.isprintable), max_size=12),
    limit=st.integers(1, 4),
    at_once=st.integers(1, 4),
)
@settings(max_examples=40)
def test_whatever_stations_are_called_a_search_finds_each_once(
    table: Store, monkeypatch: pytest.MonkeyPatch, ids: set[str], limit: int, at_once: int
) -> None:
    for row in list(table.table.scan(None)):
        table.replace(row, None)
    monkeypatch.setattr(station_lists, "KEYS_AT_ONCE", at_once)
    for number, one in enumerate(sorted(ids)):
        make(one, name="Here" if number % 2 else None, latitude=number * 1.0, longitude=-0.5)
        if number % 3:
            connect(one)
    assert [one for page in listed(search="here", limit=limit) for one in page] == sorted(ids)[1::2]
    offline = [one for page in listed(status="offline", limit=limit) for one in page]
    assert offline == sorted(ids)[::3]
    located = [one["station_id"] for page in pages("/station-positions", limit=limit) for one in page]
    assert located == sorted(ids)


# --- what a page reads

PAGE = 50


def fill(table: Store, number: int) -> None:
    """Stations with names, every second online, every twentieth charging."""
    ids = [f"STATION-{one:05}" for one in range(number)]
    named = (Station(one, "Accepted", NOW, revision=1, name=f"Site {one}") for one in ids)
    many.put(table, map(stations.to_item, named))
    for one in ids[::2]:
        connect(one)
    running = next(many.sessions(1))._replace(state="active", ended_at=None)
    active = (running._replace(station_id=one, transaction_id=f"T-{one}") for one in ids[::20])
    many.put(table, map(transactions.to_item, active))


def reading(**query: object) -> Meter:
    with recording() as meter:
        assert len(get("/stations", limit=PAGE, **query)["items"]) == PAGE
    return meter


def test_a_page_reads_the_items_of_the_stations_it_shows_and_keys(table: Store) -> None:
    fill(table, 2_000)
    keys_of: dict[tuple[tuple[str, str], ...], float] = {
        (("status", "online"),): 8,
        (("status", "offline"),): 60,
        (("status", "charging"),): 4,
        (("search", "station-01"),): 60,
        (
            ("search", "site"),
            ("status", "charging"),
        ): 40,
    }
    for query, at_most in keys_of.items():
        meter = reading(**dict(query))
        items = sum(charge.read.total for charge in meter.charges if charge.operation == "BatchGetItem")
        assert items <= 3 * PAGE / 2, (query, "stations, connections, connectors")
        assert meter.read_units - items <= at_most, query


def test_a_page_does_not_read_more_where_there_are_more_stations(table: Store) -> None:
    fill(table, 3_000)
    few = {status: reading(status=status).read_units for status in ("online", "offline")}
    all_of_them = reading().read_units
    fill(table, 5_000)
    assert all(reading(status=status).read_units <= few[status] + 1 for status in few)
    assert reading().read_units == all_of_them
