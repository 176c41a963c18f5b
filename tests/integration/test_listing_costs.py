"""What a page of a list costs, however long the list: by the request units that DynamoDB would charge.

A unit reads one item; of items that need not be the very latest, two.
"""

from datetime import UTC, datetime, timedelta

from local.capacity import Meter, recording
from local.dynamodb.storage import Store
from shared.domain.authorization import Group, IdToken
from shared.domain.calls import Call
from shared.domain.jobs import Job
from shared.domain.stations import Connection, Station
from shared.store import calls, connections, groups, jobs, keys, stations, tokens, transactions
from tests.integration import many
from tests.integration.api import get

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGE = 50
MANY = 2_000
KEYS = 1
"""What it costs to read the keys of a page in an index."""


def cost_of(path: str, query: dict[str, str]) -> Meter:
    """What the second page of a list costs."""
    first = get(path, **query, limit=PAGE)
    with recording() as meter:
        second = get(path, **query, limit=PAGE, cursor=first["next_cursor"])
    assert len(first["items"]) == len(second["items"]) == PAGE
    assert second["next_cursor"]
    assert {charge.operation for charge in meter.charges} <= {"Query", "BatchGetItem", "GetItem"}
    return meter


def test_fifty_of_a_hundred_thousand_transactions_cost_no_more_than_fifty_items(table: Store) -> None:
    many.fill_with_transactions(table, 100_000)
    assert table.count > 100_000
    queries: list[dict[str, str]] = [
        {},
        {"state": "active"},
        {"state": "ended"},
        {"station_id": "STATION-0007"},
        {"to": "2026-06-01T00:00:00Z"},
        {"from": "2026-02-01T00:00:00Z", "to": "2026-02-20T00:00:00Z"},
    ]
    for query in queries:
        meter = cost_of("/transactions", query)
        loaded = [charge for charge in meter.charges if charge.operation == "BatchGetItem"]
        assert sum(charge.read.total for charge in loaded) == PAGE / 2, query
        assert meter.read_units <= PAGE / 2 + 3 * KEYS, query


def test_filters_that_are_combined_load_no_transaction_that_is_not_shown(table: Store) -> None:
    many.fill_with_transactions(table, 20_000)
    of_one_token = [one._replace(id_token="POOL") for one in many.sessions(400)]
    many.put(table, map(transactions.to_item, of_one_token))
    for one in of_one_token:
        tokens.record_use(one)
    queries: list[tuple[dict[str, str], float]] = [
        ({"station_id": "STATION-0000", "state": "active"}, 10 * KEYS),
        ({"id_token": "POOL", "state": "active"}, 12 * KEYS),
        ({"id_token": "POOL", "station_id": "STATION-0007"}, 12 * KEYS),
        ({"id_token": "POOL", "station_id": "STATION-0000", "state": "active"}, 12 * KEYS),
    ]
    for query, keys_read in queries:
        with recording() as meter:
            found = get("/transactions", **query, limit=PAGE)["items"]
        loaded = sum(charge.read.total for charge in meter.charges if charge.operation == "BatchGetItem")
        assert found, query
        assert loaded == len(found) / 2, query
        assert meter.read_units <= loaded + keys_read, query


def test_a_page_of_any_other_list_costs_what_its_items_cost(table: Store) -> None:
    ids = [f"{number:06}" for number in range(MANY)]
    station = Station("", "Accepted", NOW, vendor="Volt", model="One", serial_number="1", firmware_version="1.0")
    many.put(table, (stations.to_item(station._replace(station_id=one, revision=1)) for one in ids))
    many.put(table, ({**tokens.to_item(IdToken(one, group_id="FLEET")), "revision": 1} for one in ids))
    many.put(table, ({**groups.to_item(Group(one)), "revision": 1} for one in ids))
    call = Call("", "000001", "Reset", "1.6", {"type": "Soft"}, NOW, NOW + timedelta(days=1))
    many.put(table, (calls.to_item(call._replace(call_id=one)) for one in ids))
    job = Job("", "Reset", {"type": "Soft"}, NOW, NOW + timedelta(days=1), ended_at=NOW, by_state={"answered": 1})
    many.put(table, (jobs.to_item(job._replace(job_id=one)) for one in ids))
    lists: list[tuple[str, dict[str, str], int]] = [
        ("/stations", {}, 3),
        ("/id-tokens", {}, 1),
        ("/id-tokens", {"group_id": "fleet"}, 1),
        ("/groups/FLEET/id-tokens", {}, 1),
        ("/groups", {}, 1),
        ("/jobs", {}, 1),
    ]
    for path, query, each in lists:
        assert cost_of(path, query).read_units <= each * PAGE / 2 + KEYS, path
    connected_at = datetime.now(UTC)
    for number in range(2 * PAGE + 1):
        connections.connect(Connection(f"{number:06}", "c", connected_at, connected_at, "1.6"))
    listed = len(keys.ONLINE) / 2
    assert cost_of("/stations", {"online": "true"}).read_units <= 3 * PAGE / 2 + listed, "half a unit of each shard"
    assert cost_of("/stations/000001/calls", {}).read_units <= PAGE / 4, "they stand together, several in a unit"
