"""After a station has come back, it is asked after the transactions that we count as running (use case E14, TX-14)."""

import datetime as dt

from shared.aws import timers
from shared.aws.timers import Timer
from shared.domain.calls import Call, Entry, first_id_at, follow_up_id
from shared.domain.stations import Connection
from shared.domain.transactions import Transaction
from shared.store import calls, outbox, stations, transactions
from shared.store.outbox import OutboxFull

VERSIONS = ("2.0.1", "2.1")
ASK_AFTER = dt.timedelta(seconds=1)
"""A station that has just connected has more urgent things to say."""
GOOD_FOR = dt.timedelta(hours=1)
DEFAULT_TIMEOUT_S = 30


def ask_after(station_id: str, ocpp_version: str | None) -> None:
    """Put a GetTransactionStatus for each open transaction into the outbox, from which a timer sends it. May be done
    twice for the same connection."""
    if ocpp_version not in VERSIONS:
        return
    running = [one for one in transactions.recent_of_station(station_id) if one.state == "active" and one.folded]
    if not running:
        return
    station, connection = stations.find_with_connection(station_id)
    if station is None or connection is None or not connection.online:
        return
    timeout_s = station.call_timeout_s or DEFAULT_TIMEOUT_S
    made = [calls.create(_call(one, connection, timeout_s)) for one in running]
    waiting = [one for one in made if one.state == "queued"]
    if not waiting:
        return
    try:
        outbox.enter(waiting)
    except OutboxFull:  # it will be asked when it comes back the next time
        return
    timers.set(Timer(station_id, None, dt.datetime.now(dt.UTC) + ASK_AFTER))


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
