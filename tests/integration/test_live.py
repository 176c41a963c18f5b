"""The functions of the live feed: who is let in, and who is told what."""

import datetime as dt
import json
import threading

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.bus import push_live
from local.capacity import recording
from local.dynamodb.storage import Store
from shared.aws import gateway
from shared.domain.live import Console, ticket_hash
from shared.settings import settings
from shared.store import keys, live, table
from tests.integration.api import ADMIN, call
from tests.integration.live_feed import Feed, connect, installed, invoke, now, push, ticket, watch

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture(autouse=True)
def feed(monkeypatch: pytest.MonkeyPatch) -> Feed:
    return installed(monkeypatch)


# ---------------------------------------------------------------------- who is let in


def test_a_ticket_lets_one_connection_in_and_the_table_does_not_know_it(table: Store) -> None:
    bought = ticket()
    assert bought not in json.dumps(list(table.items()), default=str)
    assert ticket_hash(bought) in json.dumps(list(table.items()), default=str)
    assert connect("c1", bought) == 200
    assert connect("c2", bought) == 401
    assert [console.connection_id for console in live.consoles()] == ["c1"]


def test_tickets_are_of_256_bits_and_never_the_same() -> None:
    bought = {ticket() for _ in range(20)}
    assert len(bought) == 20
    assert {len(one) for one in bought} == {43}


def test_without_a_ticket_that_is_good_nobody_comes_in() -> None:
    at = now()
    live.issue("old", "ann", until=at + dt.timedelta(hours=1), expires_at=at)
    assert live.redeem("old", "c1", at) is None
    live.issue("over", "ann", until=at, expires_at=at + dt.timedelta(minutes=1))
    assert live.redeem("over", "c1", at) is None
    assert invoke("connect", "c1", "CONNECT") == {"statusCode": 401}
    assert connect("c1", "nonsense") == 401
    assert live.consoles() == []


def test_who_does_not_come_through_the_front_door_keeps_his_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    bought = ticket()
    monkeypatch.setenv("ORIGIN_SECRET", "secret")
    settings.cache_clear()
    assert connect("c1", bought) == 403
    answer = invoke(
        "connect",
        "c1",
        "CONNECT",
        queryStringParameters={"ticket": bought},
        headers={"X-Idlewatt-Origin": "secret"},
    )
    assert answer == {"statusCode": 200}


def test_a_message_cannot_pass_for_an_event_of_the_connection() -> None:
    connect("c1")
    watch("c1")
    assert invoke("disconnect", "c1") == {"statusCode": 200}
    assert invoke("connect", "c2", queryStringParameters={"ticket": ticket()}) == {"statusCode": 200}
    assert [console.connection_id for console in live.consoles()] == ["c1"]


def test_the_api_says_who_asks() -> None:
    exp = int(now().timestamp()) + 3600
    answer = call("GET", "/me", claims={**ADMIN, "username": "ann@example.com", "exp": str(exp)})
    expires_at = dt.datetime.fromtimestamp(exp, dt.UTC).isoformat().replace("+00:00", "Z")
    assert answer.json == {"username": "ann@example.com", "role": "admin", "expires_at": expires_at}


# ---------------------------------------------------------------------- what is pushed


def test_each_console_gets_what_it_watches(feed: Feed) -> None:
    for connection_id in ("all", "one", "typed", "silent"):
        connect(connection_id)
    watch("all")
    watch("one", station_ids=["CP1"])
    watch("typed", types=["call.ended"])
    push()
    push("call.ended", "CP2")
    push("firmware_campaign.changed", None)
    got = {name: [(one["event"]["type"], one["event"]["station_id"]) for one in feed.sent[name]] for name in feed.sent}
    everything = [("status.changed", "CP1"), ("call.ended", "CP2"), ("firmware_campaign.changed", None)]
    assert got == {"all": everything, "one": everything[:1], "typed": everything[1:2]}
    watch("one", station_ids=["CP2"])
    push()
    assert len(feed.sent["one"]) == 1


@pytest.mark.parametrize("outcome", ["gone", "throttled", "unknown"])
def test_a_console_in_trouble_costs_no_other_one_its_events(feed: Feed, outcome: str) -> None:
    names = [f"c{number}" for number in range(15)]
    for name in names:
        connect(name)
        watch(name)
    feed.outcomes = {"c3": outcome}
    push()
    push()
    assert {name: len(feed.sent[name]) for name in feed.sent} == dict.fromkeys(set(names) - {"c3"}, 2)
    assert ("c3" in [console.connection_id for console in live.consoles()]) is (outcome != "gone")


def test_slow_consoles_are_not_waited_for_in_turn(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"c{number}" for number in range(push_live.AT_ONCE)]
    together = threading.Barrier(len(names), timeout=30)

    def send(connection_id: str, text: str, *, url: str) -> str:
        together.wait()
        return feed.send(connection_id, text, url=url)

    monkeypatch.setattr(gateway, "send", send)
    for name in names:
        connect(name)
        watch(name)
    push()
    assert set(feed.sent) == set(names)


def test_a_console_whose_token_has_expired_is_closed_and_told_nothing(feed: Feed) -> None:
    connect("c1")
    watch("c1")
    live.keep(Console("c2", "ann", now() - dt.timedelta(seconds=1), None))
    push()
    assert feed.closed == ["c2"]
    assert set(feed.sent) == {"c1"}
    assert [console.connection_id for console in live.consoles()] == ["c1"]


@pytest.mark.parametrize("name", ["ping", "watch"])
def test_a_console_whose_token_has_expired_is_forgotten_by_whatever_it_says(feed: Feed, name: str) -> None:
    """Also where API Gateway is late to tell, or never tells, that it has closed the connection."""
    connect("c1")
    watch("c1")
    over = keys.stamp(now() - dt.timedelta(seconds=1))
    table.update(keys.live_connection("c1"), "SET #until = :over", {":over": over}, names={"#until": "until"})
    assert invoke(name, "c1", body=json.dumps({"action": name})) == {"statusCode": 200}
    assert [one["type"] for one in feed.sent["c1"]] == ["error"]
    assert feed.closed == ["c1"]
    assert live.consoles() == []
    assert not live.is_watched(now())


def test_what_cannot_be_closed_is_closed_with_the_next_event(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise EndpointConnectionError(endpoint_url="https://live.example")

    live.keep(Console("c1", "ann", now() - dt.timedelta(seconds=1)))
    with monkeypatch.context() as patch:
        patch.setattr(gateway, "close", fail)
        push()
    push()
    assert feed.closed == ["c1"]
    assert live.consoles() == []


def test_consoles_are_read_once_a_second_however_many_events_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    connect("c1")
    watch("c1")
    monkeypatch.setattr(live, "LOOKED_EVERY_S", 3600.0)
    live.consoles.cache_clear()
    with recording() as meter:
        for _ in range(20):
            push()
    assert (meter.read_units, meter.write_units) == (0.5, 0)
