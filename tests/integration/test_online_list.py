"""The list of stations online, which stands in several partitions: read as if it were one, whatever comes and goes."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, count, repeat
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.capacity import recording
from local.dynamodb.storage import Store
from shared.domain.stations import Connection
from shared.store import connections, keys
from shared.store import table as items
from tests.integration import many

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNDIVIDED = "CONNECTION#online"
"""The list's only partition, before it had shards."""
WITHOUT_RESET = settings(max_examples=60)

Change = tuple[Literal["connect", "end"], str]
Pages = list[tuple[list[str], str | None]]

station_ids = st.text(st.sampled_from("AB1é#%�😀"), min_size=1, max_size=3)
changes = st.lists(st.tuples(st.sampled_from(["connect", "end"]), station_ids), max_size=4)


class Fleet:
    """Stations that connect and lose their connections, and which of them the list should have."""

    def __init__(self, table: Store) -> None:
        for row in list(table.table.scan(None)):
            table.replace(row, None)
        self.online: set[str] = set()
        self.all_along: set[str] = set()
        self._numbers = count()

    def stand(self, station_id: str, *, listed_before: bool = False) -> None:
        """Connected before anybody reads; perhaps since the list had no shards."""
        self.apply(("connect", station_id))
        self.all_along.add(station_id)
        if listed_before:
            items.update(keys.connection(station_id), "SET pk1 = :old", {":old": UNDIVIDED})

    def apply(self, change: Change) -> None:
        what, station_id = change
        number = next(self._numbers)
        if what == "connect":
            at = NOON + timedelta(seconds=number)
            assert connections.connect(Connection(station_id, f"{number}", at, at, "1.6"))
            self.online.add(station_id)
            return
        found = connections.find(station_id)
        if found is not None and found.connection_id is not None:
            assert connections.disconnect(station_id, found.connection_id, NOON)
        self.online.discard(station_id)
        self.all_along.discard(station_id)


def read(limit: int, prefix: str = "", between: Callable[[], object] = lambda: None) -> Pages:
    pages: Pages = []
    after = None
    while True:
        pages.append(connections.online_page(after, limit, prefix=prefix))
        after = pages[-1][1]
        if after is None:
            return pages
        between()


def test_a_station_stays_in_one_shard_and_the_fleet_is_spread_over_all() -> None:
    for name in ("CP{:05}", "DE*ABC*E{:06}", "{:016x}", "urn:x:{}"):
        found = Counter(keys.online(name.format(number)) for number in range(8_000))
        assert set(found) == set(keys.ONLINE)
        assert max(found.values()) < 1.25 * min(found.values()), name
    assert keys.online("CP00001") == keys.online("CP00001")


def test_the_undivided_list_is_the_first_shard_and_rights_go_by_the_entity() -> None:
    assert keys.ONLINE[0] == UNDIVIDED
    assert all(one.startswith("CONNECTION#") for one in keys.ONLINE)


@given(
    online=st.sets(station_ids, max_size=30),
    listed_before=st.sets(station_ids, max_size=10),
    limit=st.integers(1, 12),
    prefix=st.sampled_from(["", "A", "é", "😀"]),
)
@WITHOUT_RESET
def test_pages_are_those_of_one_sorted_list(
    table: Store, online: set[str], listed_before: set[str], limit: int, prefix: str
) -> None:
    fleet = Fleet(table)
    for station_id in online | listed_before:
        fleet.stand(station_id, listed_before=station_id in listed_before)
    expected = sorted(one for one in fleet.online if one.startswith(prefix))
    found = read(limit, prefix)
    parts = [expected[place : place + limit] for place in range(0, len(expected), limit)]
    assert [page for page, _ in found] == (parts or [[]])
    assert [after for _, after in found[:-1]] == [page[-1] for page, _ in found[:-1]]
    assert sorted(chain.from_iterable(connections.online_in_any_order(limit))) == sorted(fleet.online)
    assert all(len(part) <= limit for part in connections.online_in_any_order(limit))


@given(
    standing=st.sets(station_ids, max_size=20),
    listed_before=st.sets(station_ids, max_size=10),
    steps=st.lists(changes, max_size=12),
    limit=st.integers(1, 5),
    every_query=st.booleans(),
)
@WITHOUT_RESET
def test_what_changes_between_pages_and_between_the_queries_of_one_moves_nothing(
    table: Store,
    standing: set[str],
    listed_before: set[str],
    steps: list[list[Change]],
    limit: int,
    every_query: bool,
) -> None:
    """A connection of the undivided list that is made anew moves to its shard, and is there all along."""
    fleet = Fleet(table)
    for station_id in standing | listed_before:
        fleet.stand(station_id, listed_before=station_id in listed_before)
    seen = set(fleet.online)
    coming: Iterator[list[Change]] = chain(steps, repeat([]))

    def change() -> None:
        for one in next(coming):
            fleet.apply(one)
        seen.update(fleet.online)

    query = items.query

    def changing_query(*arguments: Any, **options: Any) -> items.Page:
        found = query(*arguments, **options)
        change()
        return found

    with pytest.MonkeyPatch.context() as patch:
        if every_query:
            patch.setattr(items, "query", changing_query)
        pages = read(limit, between=change)
    found = [station_id for page, _ in pages for station_id in page]
    assert found == sorted(set(found))
    assert fleet.all_along <= set(found) <= seen
    assert all(len(page) == limit for page, _ in pages[:-1])


@given(
    standing=st.sets(station_ids, max_size=20),
    listed_before=st.sets(station_ids, max_size=10),
    steps=st.lists(changes, max_size=12),
    limit=st.integers(1, 5),
)
@WITHOUT_RESET
def test_who_reads_without_order_misses_none_that_is_there_all_along(
    table: Store, standing: set[str], listed_before: set[str], steps: list[list[Change]], limit: int
) -> None:
    fleet = Fleet(table)
    for station_id in standing | listed_before:
        fleet.stand(station_id, listed_before=station_id in listed_before)
    coming = chain(steps, repeat([]))
    found: list[str] = []
    for part in connections.online_in_any_order(limit):
        found += part
        for one in next(coming):
            fleet.apply(one)
    assert fleet.all_along <= set(found)


def test_a_connection_of_the_undivided_list_is_in_its_shard_once_it_is_made_anew_and_gone_when_it_ends(
    table: Store,
) -> None:
    fleet = Fleet(table)
    names = [f"CP{number}" for number in range(20)]
    for name in names:
        fleet.stand(name, listed_before=True)
        fleet.apply(("connect", name))
    listed = {(item["pk1"]["S"], item["sk1"]["S"]) for item in table.items()}
    assert listed == {(keys.online(name), name) for name in names}
    for name in names:
        items.update(keys.connection(name), "SET pk1 = :old", {":old": UNDIVIDED})
        fleet.apply(("end", name))
    assert read(50) == [([], None)]


def test_a_page_costs_a_query_of_each_shard_and_no_order_the_keys_once(table: Store) -> None:
    at = {name: keys.stamp(NOON) for name in ("connected_at", "last_seen_at")}
    names = [f"STATION-{number:05}" for number in range(4_000)]
    many.put(
        table,
        ({**keys.connection(one)._asdict(), "pk1": keys.online(one), "sk1": one, **at} for one in names),
    )
    with recording() as small:
        connections.online_page(None, 1)
    assert [charge.operation for charge in small.charges] == ["Query"] * len(keys.ONLINE)
    assert small.read_units == len(keys.ONLINE) / 2
    with recording() as page:
        found, after = connections.online_page(names[1999], 50)
    assert (found, after) == (names[2000:2050], names[2049])
    assert page.read_units <= len(keys.ONLINE)
    with recording() as unordered:
        assert sum(map(len, connections.online_in_any_order(200))) == len(names)
    with recording() as merged:
        assert sum(len(page) for page, _ in read(200)) == len(names)
    assert 4 * unordered.read_units < merged.read_units
