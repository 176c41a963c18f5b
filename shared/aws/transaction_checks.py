"""After a station has come back, it is asked after the transactions that we count as running (use case E14, TX-14)."""

import datetime as dt

from shared.aws import timers
from shared.aws.timers import Timer
from shared.domain.calls import Call, Entry, first_id_at, follow_up_id
from shared.domain.stations import Connection
from shared.domain.transactions import Transaction
from shared.store import calls, outbox, stations, transaction_events, transactions
from shared.store.outbox import OutboxFull

VERSIONS = ("2.0.1", "2.1")
ASK_AFTER = dt.timedelta(seconds=1)
"""A station that has just connected has more urgent things to say."""
GOOD_FOR = dt.timedelta(hours=1)
DEFAULT_TIMEOUT_S = 30
LATEST_CALLS = 100


def ask_after(station_id: str, ocpp_version: str | None) -> None:
    """Put a GetTransactionStatus for each transaction that was open before into the outbox, from which a timer sends
    it. May be done twice for the same connection; what still waits from an earlier one is not asked again."""
    if ocpp_version not in VERSIONS:
        return
    running = [one for one in transactions.recent_of_station(station_id) if one.state == "active" and one.folded]
    if not running:
        return
    station, connection = stations.find_with_connection(station_id)
    if station is None or connection is None or not connection.online:
        return
    timeout_s = station.call_timeout_s or DEFAULT_TIMEOUT_S
    from_before = [one for one in running if not transaction_events.has_begun_since(one, connection.connected_at)]
    wanted = [_call(one, connection, timeout_s) for one in from_before]
    made = [calls.create(one) for one in _not_asked(station_id, wanted)]
    waiting = [one for one in made if one.state == "queued"]
    if not waiting:
        return
    try:
        outbox.enter(waiting)
    except OutboxFull:  # it will be asked when it comes back the next time
        return
    timers.set(Timer(station_id, None, dt.datetime.now(dt.UTC) + ASK_AFTER))


def _not_asked(station_id: str, wanted: list[Call]) -> list[Call]:
    """Those calls for which no other one waits that asks the same: a station that comes and goes is asked once."""
    if not wanted:
        return []
    latest = calls.made_since(station_id, dt.datetime.now(dt.UTC) - GOOD_FOR, LATEST_CALLS)
    queued = [one for one in latest if one.action == "GetTransactionStatus" and one.state == "queued"]
    return [one for one in wanted if not any(_asks_the_same(other, one) for other in queued)]


def _asks_the_same(other: Call, one: Call) -> bool:
    return other.payload == one.payload and other.call_id != one.call_id


def _call(transaction: Transaction, connection: Connection, timeout_s: int) -> Call:
    now = dt.datetime.now(dt.UTC)
    base = f"{first_id_at(connection.connected_at)}-7000-8000-000000000000"
    return Call(
        call_id=follow_up_id(base, f"{connection.connection_id}#{transaction.transaction_id}"),
        station_id=transaction.station_id,
        action="GetTransactionStatus",
        ocpp_version=connection.ocpp_version,
        payload={"transactionId": transaction.own_id},
        created_at=now,
        expires_at=now + GOOD_FOR,
        timeout_s=timeout_s,
        history=(Entry(now, "created", "the station is back"),),
    )
