"""Pages of a list while it changes: what stood there all along comes exactly once and in order, nothing comes twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Literal, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.dynamodb.storage import Store
from shared.domain.authorization import Group, IdToken
from shared.domain.calls import Call
from shared.domain.jobs import Job, Row
from shared.domain.stations import Connection, Station
from shared.store import calls, connections, groups, jobs, stations, tokens, transaction_lists, transactions
from tests.integration.api import get
from tests.integration.sessions import began, ended

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
JOB = "01a20755-6767-72c0-8228-5cceb4d42d0e"
Step = list[tuple[Literal["insert", "remove", "change"], int]]


def at(number: int) -> datetime:
    return NOON + timedelta(hours=number)


class Listing(NamedTuple):
    """A list, and how its things come and go. Each has a number, by which they are in order, and an id."""

    path: str
    identity: str
    insert: Callable[[int], str]
    query: dict[str, str] = {}  # noqa: RUF012  # never changed in place
    remove: Callable[[str], object] | None = None
    change: Callable[[str], object] | None = None
    prepare: Callable[[], object] = lambda: None
    descending: bool = False


def insert_station(number: int) -> str:
    return stations.create(Station(f"CP{number:03}", "Accepted", NOON)).station_id


def insert_online(number: int) -> str:
    station_id = insert_station(number)
    reconnect(station_id)
    return station_id


def reconnect(station_id: str) -> None:
    now = datetime.now(UTC)
    connections.connect(Connection(station_id, "c", now, now, "1.6"))


def go_offline(station_id: str) -> None:
    connections.disconnect(station_id, "c", datetime.now(UTC))


def insert_token(number: int) -> str:
    return tokens.save(IdToken(f"TAG{number:03}", group_id="FLEET")).id_token


def insert_group(number: int) -> str:
    return groups.save(Group(f"G{number:03}")).group_id


def insert_call(number: int) -> str:
    return calls.create(Call(f"{number:03}", "CP1", "Reset", "1.6", {}, NOON, at(24))).call_id


def insert_job(number: int) -> str:
    return jobs.create(Job(f"{number:03}", "Reset", {}, NOON, at(24), ended_at=NOON), {}, []).job_id


def insert_row(number: int) -> str:
    jobs.refuse(JOB, Row(f"CP{number:03}", "not_made", NOON))
    return f"CP{number:03}"


def prepare_rows() -> None:
    jobs.create(Job(JOB, "Reset", {}, NOON, at(24), total=99), {}, [])


def insert_transaction(number: int) -> str:
    return began(at(number), station_id="CP1", id_token="TAG").transaction_id


def end_transaction(transaction_id: str) -> None:
    """It moves to another partition of the list, and stays in it."""
    found = transactions.find(transaction_id)
    if found is not None and found.state == "active":
        ended(found)


TOKENS = Listing("/id-tokens", "id_token", insert_token, remove=tokens.delete)
TRANSACTIONS = Listing("/transactions", "transaction_id", insert_transaction, change=end_transaction, descending=True)
LISTINGS = [
    Listing("/stations", "station_id", insert_station, remove=stations.delete),
    Listing("/stations", "station_id", insert_online, {"online": "true"}, remove=go_offline, change=reconnect),
    TOKENS,
    TOKENS._replace(query={"group_id": "FLEET"}),
    TOKENS._replace(path="/groups/FLEET/id-tokens", prepare=lambda: groups.save(Group("FLEET"))),
    Listing("/groups", "group_id", insert_group, remove=groups.delete),
    Listing(
        "/stations/CP1/calls",
        "call_id",
        insert_call,
        prepare=lambda: stations.create(Station("CP1", "Accepted", NOON)),
        descending=True,
    ),
    Listing("/jobs", "job_id", insert_job, descending=True),
    Listing(f"/jobs/{JOB}/calls", "station_id", insert_row, prepare=prepare_rows),
    TRANSACTIONS,
    TRANSACTIONS._replace(query={"station_id": "CP1"}),
    TRANSACTIONS._replace(query={"id_token": "TAG"}),
]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: f"{one.path} {' '.join(one.query)}")
@given(
    standing=st.sets(st.integers(0, 30), max_size=12),
    steps=st.lists(
        st.lists(st.tuples(st.sampled_from(["insert", "remove", "change"]), st.integers(0, 30)), max_size=4), max_size=6
    ),
    limit=st.integers(1, 4),
)
@settings(max_examples=25)
def test_what_changes_between_two_pages_moves_nothing(
    table: Store, listing: Listing, standing: set[int], steps: list[Step], limit: int
) -> None:
    for row in list(table.table.scan(None)):
        table.replace(row, None)
    transaction_lists.list_day.cache_clear()
    listing.prepare()
    ids = {number: listing.insert(number) for number in standing}
    number_of = {id: number for number, id in ids.items()}
    all_along = set(standing)
    read: list[int] = []
    query: dict[str, str] = dict(listing.query)
    for step in chain(steps, repeat(Step())):
        page = get(listing.path, limit=limit, **query)
        read += [number_of[item[listing.identity]] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
        for what, number in step:
            if what == "insert" and number not in ids:
                ids[number] = listing.insert(number)
                number_of[ids[number]] = number
            elif what == "remove" and number in ids and listing.remove:
                listing.remove(ids.pop(number))
                all_along.discard(number)
            elif what == "change" and number in ids and listing.change:
                listing.change(ids[number])
    assert read == sorted(set(read), reverse=listing.descending)
    assert all_along <= set(read)
