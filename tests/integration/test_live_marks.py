"""Which events are marked for the live feed: those that happen while somebody watches, whoever comes and goes."""

import datetime as dt
import itertools
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.stream import publish_events
from local.capacity import recording
from local.dynamodb.storage import Store
from shared.aws import bus, gateway
from shared.domain.live import WATCH_LASTS, Console, Watch
from shared.store import dynamodb, keys, live
from shared.store import table as table_of_dynamodb
from tests.integration.live_feed import Feed, connect, disconnect, installed, invoke, now, watch
from tests.integration.station import DirectStation
from tests.integration.stream import Stream

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture(autouse=True)
def feed(monkeypatch: pytest.MonkeyPatch) -> Feed:
    return installed(monkeypatch)


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The entries that were put on the bus."""
    entries: list[dict[str, Any]] = []
    monkeypatch.setattr(bus, "_put", entries.extend)
    return entries


def publish(table: Store, put: list[dict[str, Any]]) -> set[str]:
    """The marks on the events of a station that is made known."""
    stream = Stream(table)
    DirectStation(f"CP{len(list(table.items()))}")
    put.clear()
    assert publish_events.handler({"Records": stream.records}, None) == {"batchItemFailures": []}
    assert put
    return {mark for entry in put for mark in entry.get("Resources", ["none"])}


def test_events_are_marked_while_somebody_watches(table: Store, put: list[dict[str, Any]]) -> None:
    assert publish(table, put) == {"none"}
    connect("c1")
    assert publish(table, put) == {"none"}
    watch("c1")
    assert publish(table, put) == {"idlewatt/live"}
    connect("c2")
    watch("c2")
    disconnect("c1")
    assert publish(table, put) == {"idlewatt/live"}
    disconnect("c2")
    disconnect("c2")
    assert publish(table, put) == {"none"}


def test_a_console_that_only_connects_marks_nothing_when_it_leaves() -> None:
    connect("c1")
    watch("c1")
    connect("c2")
    disconnect("c2")
    assert live.is_watched(now())


def test_marks_end_by_themselves_and_a_ping_renews_them() -> None:
    connect("c1")
    assert json.loads(invoke("ping", "c1", body="{}")["body"]) == {"type": "pong"}
    assert not live.is_watched(now())
    watch("c1")
    assert live.is_watched(now() + WATCH_LASTS - dt.timedelta(seconds=5))
    assert not live.is_watched(now() + WATCH_LASTS)
    table_of_dynamodb.delete(keys.live_watched())
    assert not live.is_watched(now())
    invoke("ping", "c1", body="{}")
    assert live.is_watched(now())


@pytest.mark.parametrize("action", ["ping", "watch"])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_connection_that_is_over_or_unknown_is_told_so_closed_and_forgotten(
    feed: Feed, action: str, is_known: bool
) -> None:
    if is_known:
        live.keep(Console("c1", "ann", now() - dt.timedelta(seconds=1)))
    assert invoke(action, "c1", body="{}") == {"statusCode": 200}
    assert [one["type"] for one in feed.sent["c1"]] == ["error"]
    assert feed.closed == ["c1"]
    assert live.consoles() == []


def test_the_last_console_that_is_over_takes_the_mark_along() -> None:
    connect("c1")
    watch("c1")
    table_of_dynamodb.update(
        keys.live_connection("c1"), "SET #until = :now", {":now": keys.stamp(now())}, names={"#until": "until"}
    )
    assert live.is_watched(now())
    invoke("ping", "c1", body="{}")
    assert not live.is_watched(now())


def test_what_is_over_is_told_so_when_it_cannot_be_closed_or_forgotten(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise EndpointConnectionError(endpoint_url="https://live.example")

    def not_now(*_: object, **__: object) -> None:
        raise dynamodb.Unavailable("ThrottlingException", "not now")

    monkeypatch.setattr(gateway, "close", fail)
    monkeypatch.setattr(table_of_dynamodb, "delete", not_now)
    assert invoke("ping", "c1", body="{}") == {"statusCode": 200}
    assert [one["type"] for one in feed.sent["c1"]] == ["error"]


def test_a_table_that_does_not_answer_costs_no_event(
    table: Store, put: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise dynamodb.Unavailable("ThrottlingException", "not now")

    stream = Stream(table)
    DirectStation()
    monkeypatch.setattr(table_of_dynamodb, "get", fail)
    publish_events.handler({"Records": stream.records}, None)
    assert {tuple(entry["Resources"]) for entry in put} == {("idlewatt/live",)}


def test_a_message_gets_an_answer_when_the_table_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    connect("c1")

    def fail(*_: object, **__: object) -> None:
        raise dynamodb.Unavailable("ThrottlingException", "not now")

    monkeypatch.setattr(table_of_dynamodb, "update", fail)
    assert watch("c1") == {"type": "error", "reason": "Not possible for the moment; try again"}


def test_looking_costs_half_a_read_unit_a_second_and_nothing_is_pushed(
    table: Store, put: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOKED_EVERY_S", 3600.0)
    live.watched_until.cache_clear()
    stream = Stream(table)
    DirectStation()
    batch = {"Records": stream.records}
    with recording() as first:
        publish_events.handler(batch, None)
    with recording() as second:
        publish_events.handler(batch, None)
    assert (first.read_units - second.read_units, second.write_units - first.write_units) == (0.5, 0)
    assert {"Resources"}.isdisjoint(name for entry in put for name in entry)


# ---------------------------------------------------------------------- races


class Turns:
    """Two callers of the store whose operations come in a given order."""

    def __init__(self, order: Iterable[str], call: Callable[..., Any]) -> None:
        self._order = list(order)
        self._call = call
        self._turn = threading.Condition()

    def __call__(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        me = threading.current_thread().name
        with self._turn:
            assert self._turn.wait_for(lambda: not self._order or self._order[0] == me or me not in self._order, 60)
            try:
                found: dict[str, Any] = self._call(operation, parameters)
                return found
            finally:
                if me in self._order:
                    self._order.remove(me)
                self._turn.notify_all()

    def run(self, **work: Callable[[], object]) -> None:
        def then_leave(name: str) -> None:
            work[name]()
            with self._turn:
                self._order = [one for one in self._order if one != name]
                self._turn.notify_all()

        threads = [threading.Thread(target=then_leave, args=(name,), name=name) for name in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)


def merges(one: str, other: str, lengths: tuple[int, int]) -> Iterator[list[str]]:
    """All orders in which the operations of two callers can come."""
    for places in itertools.combinations(range(sum(lengths)), lengths[0]):
        yield [one if number in places else other for number in range(sum(lengths))]


def test_no_order_of_leaving_and_beginning_silences_a_console(monkeypatch: pytest.MonkeyPatch) -> None:
    call_store = dynamodb.call
    for order in merges("leaving", "beginning", (4, 2)):
        for name in ("old", "new"):
            live.keep(Console(name, "ann", now() + dt.timedelta(hours=1)))
        live.watch("old", Watch(), now())
        turns = Turns(order, call_store)
        monkeypatch.setattr(dynamodb, "call", turns)
        turns.run(leaving=lambda: live.forget("old"), beginning=lambda: live.watch("new", Watch(), now()))
        monkeypatch.setattr(dynamodb, "call", call_store)
        assert live.is_watched(now()), order
        live.forget("new")
        assert not live.is_watched(now()), order


def test_no_order_of_leaving_leaves_a_mark_when_all_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    call_store = dynamodb.call
    for order in merges("one", "other", (4, 4)):
        for name in ("one", "other"):
            live.keep(Console(name, "ann", now() + dt.timedelta(hours=1)))
            live.watch(name, Watch(), now())
        turns = Turns(order, call_store)
        monkeypatch.setattr(dynamodb, "call", turns)
        turns.run(one=lambda: live.forget("one"), other=lambda: live.forget("other"))
        monkeypatch.setattr(dynamodb, "call", call_store)
        assert not live.is_watched(now()), order
