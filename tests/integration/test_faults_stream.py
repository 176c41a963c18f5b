"""Records of the table's stream that are given up, come twice, or come late: what is wrong meanwhile, what heals it,
and what redriving them does.

Changes of one item come in order. Those of different items come in any order, and one that was given up comes after all
later ones.
"""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from functions.actions import heartbeat
from functions.stream import follow_up, publish_events
from local.dynamodb.storage import Store
from shared.aws import gateway, outbox, timers
from shared.aws.timers import Timer
from shared.domain.authorization import IdToken
from shared.domain.calls import Call
from shared.store import calls, events, tokens, transactions
from shared.store import outbox as outbox_store
from shared.store.dynamodb import decode_item, encode_item
from tests.integration import api
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

Record = dict[str, Any]
START = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture
def timers_set(monkeypatch: pytest.MonkeyPatch) -> list[Timer]:
    made: list[Timer] = []
    monkeypatch.setattr(timers, "set", made.append)
    monkeypatch.setattr(gateway, "send", lambda _connection_id, _text: "sent")
    return made


@pytest.fixture
def station(stream: Stream) -> DirectStation:
    tokens.save(IdToken("TAG", concurrent=False))
    station = DirectStation(now=datetime.now(UTC) - timedelta(hours=1))
    stream.flow()
    stream.published.clear()
    return station


def taken(stream: Stream, entity: str) -> list[Record]:
    """The records of an entity that wait, which are given up now."""
    gone = [one for one in stream.records if one["dynamodb"]["Keys"]["pk"]["S"].startswith(f"{entity}#")]
    stream.records = [one for one in stream.records if one not in gone]
    return gone


def redrive(stream: Stream, records: list[Record]) -> None:
    for handler in (publish_events.handler, follow_up.handler):
        assert handler({"Records": records, "redriven": True}, None) == {"batchItemFailures": []}
    stream.flow()


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def begin(station: DirectStation, minutes: int = 0) -> int:
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": at(minutes)}
    return int(station.send("StartTransaction", **start)["transactionId"])


def stop(station: DirectStation, number: int, minutes: int = 9) -> None:
    station.send("StopTransaction", transactionId=number, meterStop=2000, timestamp=at(minutes))


def in_use(token: str = "TAG") -> list[bool]:
    return [use.active for use in tokens.find_with_uses(token)[1]]


def history(station: DirectStation, kind: str) -> list[Any]:
    return [one.data for one in events.page(station.station_id, None, 100)[0] if one.type == kind]


# ---------------------------------------------------------------------- given up, and redriven


def test_a_change_of_status_that_was_given_up_is_in_the_history_once_it_is_redriven(
    stream: Stream, station: DirectStation
) -> None:
    for minute, status in enumerate(("Available", "Charging", "Available")):
        station.send("StatusNotification", connectorId=1, status=status, errorCode="NoError", timestamp=at(minute))
        if status == "Charging":
            gone = taken(stream, "CONNECTOR")
        stream.flow()
    assert len(history(station, "status.changed")) == 2
    redrive(stream, gone)
    assert len(history(station, "status.changed")) == 3
    assert stream.types().count("status.changed") == 3
    evse = api.get(f"/stations/{station.station_id}")["evses"][0]
    assert evse["connectors"][0]["status"] == "Available"


def test_a_start_that_was_given_up_and_is_redriven_after_the_stop_does_not_block_its_token(
    stream: Stream, station: DirectStation
) -> None:
    number = begin(station)
    gone = taken(stream, "TRANSACTION")
    stop(station, number)
    stream.flow()
    redrive(stream, gone)
    assert in_use() == [False]
    assert station.send("Authorize", idTag="TAG")["idTagInfo"]["status"] == "Accepted"


def test_a_stop_that_was_given_up_blocks_its_token_until_it_is_redriven(stream: Stream, station: DirectStation) -> None:
    number = begin(station)
    stream.flow()
    stop(station, number)
    gone = taken(stream, "TRANSACTION")
    assert in_use() == [True]
    redrive(stream, gone)
    assert in_use() == [False]


def test_a_cost_that_was_given_up_and_is_redriven_late_takes_from_the_balance_what_is_due_now(
    stream: Stream, station: DirectStation
) -> None:
    tariff = {"currency": "EUR", "energy": {"prices": [{"price": 0.5}]}}
    assert api.call("PUT", "/tariffs/T", body=tariff).status == 201
    tokens.save(IdToken("TAG", balance=Decimal(20), tariff_id="T"))
    number = begin(station)
    stream.flow()
    stop(station, number)
    stream.flow()
    stood = tokens.find("TAG")
    known = transactions.find(str(number))
    assert stood is not None
    assert known is not None
    assert known.total_cost
    assert stood.balance == Decimal(20) - known.total_cost
    # A cost that was told before, of which the record was given up.
    earlier = known._replace(total_cost=known.total_cost / 2, revision=known.revision - 1)
    item = encode_item(transactions.to_item(earlier))
    told = {"Keys": {name: item[name] for name in ("pk", "sk")}, "SequenceNumber": "1", "NewImage": item}
    redrive(stream, [{"dynamodb": told}])
    assert tokens.find("TAG").balance == stood.balance  # type: ignore[union-attr]  # it is there


def test_a_socket_that_was_replaced_is_closed_once_the_record_is_redriven(
    stream: Stream, station: DirectStation
) -> None:
    """Meanwhile it may send, and is answered; API Gateway ends it after ten silent minutes, or two hours."""
    before = station.connection_id
    old_event = station.event('[2,"1","Heartbeat",{}]')
    station.reconnect()
    gone = taken(stream, "CONNECTION")
    stream.flow()
    assert stream.closed == []
    assert heartbeat.handler(old_event, None)["statusCode"] == 200
    redrive(stream, gone)
    assert stream.closed == [before]


def test_a_call_whose_time_out_was_given_up_ends_when_the_station_connects_again(
    stream: Stream, station: DirectStation, timers_set: list[Timer]
) -> None:
    now = datetime.now(UTC)
    call = outbox.submit(Call("c1", "CP1", "ClearCache", "1.6", {}, now, now + timedelta(hours=1)))
    gone = taken(stream, "CONNECTION")
    stream.flow()
    station.now += timedelta(minutes=1)
    station.reconnect()
    stream.flow()
    assert Timer("CP1", None, timers_set[-1].at) == timers_set[-1]
    timers_set.clear()
    redrive(stream, gone)
    assert call.call_id in [one.call_id for one in timers_set]
    assert outbox_store.find("CP1").holds("c1")


def test_the_expiry_of_a_call_that_was_given_up_is_watched_once_it_is_redriven(
    stream: Stream, timers_set: list[Timer], table: Store
) -> None:
    now = datetime.now(UTC)
    DirectStation(now=now)
    stream.flow()
    timers_set.clear()
    calls.create(Call("c1", "CP1", "ClearCache", "1.6", {}, now, now + timedelta(hours=1)))
    gone = taken(stream, "CALL")
    stream.flow()
    assert timers_set == []
    redrive(stream, gone)
    assert [one.call_id for one in timers_set] == ["c1"]


# ---------------------------------------------------------------------- twice, and in another order


def session(stream: Stream, station: DirectStation) -> list[Record]:
    """Records of a session, of several items, with all that follows from them."""
    every: list[Record] = []

    def note() -> None:
        every.extend(stream.records)
        stream.flow()

    station.send("StatusNotification", connectorId=1, status="Charging", errorCode="NoError", timestamp=at(0))
    note()
    number = begin(station)
    note()
    for minute in (1, 2):
        value = {"timestamp": at(minute), "sampledValue": [{"value": str(1000 + 100 * minute)}]}
        station.send("MeterValues", connectorId=1, transactionId=number, meterValue=[value])
    stop(station, number)
    station.send("StatusNotification", connectorId=1, status="Available", errorCode="NoError", timestamp=at(10))
    note()
    return every


def books(table: Store) -> dict[tuple[str, str], Any]:
    """All that is in the table, but for counts of revisions."""
    rows = [decode_item(row.item) for row in table.table.scan(None)]
    return {(row["pk"], row["sk"]): {k: v for k, v in row.items() if k != "revision"} for row in rows}


def test_all_that_follows_twice_comes_to_the_same(stream: Stream, station: DirectStation, table: Store) -> None:
    every = session(stream, station)
    once = books(table)
    for handler in (publish_events.handler, follow_up.handler):
        assert handler({"Records": every}, None) == {"batchItemFailures": []}
    stream.flow()
    assert books(table) == once


def interleavings(records: list[Record]) -> Iterator[list[Record]]:
    """Orders in which the records of several items can come: those of one item in theirs."""
    by_item: dict[str, list[Record]] = {}
    for one in records:
        by_item.setdefault(str(one["dynamodb"]["Keys"]), []).append(one)
    for order in itertools.islice(itertools.permutations(by_item.values()), 24):
        yield [one for part in order for one in part]


def test_the_order_in_which_items_come_does_not_matter(stream: Stream, station: DirectStation, table: Store) -> None:
    every = session(stream, station)
    once = books(table)
    seen = 0
    for order in interleavings(every):
        for handler in (publish_events.handler, follow_up.handler):
            assert handler({"Records": order}, None) == {"batchItemFailures": []}
        stream.flow()
        assert books(table) == once
        seen += 1
    assert seen > 1


@pytest.mark.parametrize("entity", follow_up.FOLLOWED_AS_IT_IS)
def test_what_is_gone_by_now_is_not_followed(stream: Stream, entity: str) -> None:
    item = encode_item({"pk": f"{entity}#X", "sk": "X"})
    record = {"dynamodb": {"Keys": item, "NewImage": item, "SequenceNumber": "1"}}
    assert follow_up.handler({"Records": [record], "redriven": True}, None) == {"batchItemFailures": []}
    assert stream.records == []
