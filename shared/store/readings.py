"""The latest meter values of a transaction, wherever its OCPP version keeps them: half a unit for each transaction."""

import datetime as dt
from typing import NamedTuple

from shared.domain.metering import MeterValue
from shared.domain.transactions import Transaction
from shared.store import keys, meter_values, table, transaction_events

LAST_REPORTS = 2
"""Messages of 1.6: the power between two readings can be told by them."""
LAST_EVENTS = 4
"""Of 2.x: not each has readings."""


class Readings(NamedTuple):
    """Meter values in the order of their messages, and when the last of these came."""

    values: list[MeterValue]
    received_at: dt.datetime | None


def latest(transaction: Transaction) -> Readings:
    """The latest meter values of a transaction; eventually consistent."""
    if transaction.folded is not None:
        return _of_events(transaction)
    if transaction.number is None:
        return Readings([], None)
    found = table.query(
        keys.meter_values_of_station(transaction.station_id),
        prefix=keys.of_transaction(transaction.number),
        newest_first=True,
        limit=LAST_REPORTS,
    )
    reports = [meter_values.from_item(item) for item in reversed(found.items)]
    return Readings(
        [value for report in reports for value in report.values],
        max((report.received_at for report in reports), default=None),
    )


def _of_events(transaction: Transaction) -> Readings:
    assert transaction.folded is not None  # noqa: S101  # it is made of events
    found = table.query(
        keys.transaction(transaction_events.partition_of(transaction)).pk,
        prefix=keys.transaction_events(transaction.folded.generation),
        newest_first=True,
        limit=LAST_EVENTS,
    )
    packed = [item["event"] for item in reversed(found.items)]
    if transaction.folded.founding and len(packed) < LAST_EVENTS:
        packed.insert(0, transaction.folded.founding)
    telling = [event for event in map(transaction_events.unpack_event, packed) if event.meter_values]
    return Readings(
        [value for event in telling for value in event.meter_values],
        max((event.received_at for event in telling if event.received_at), default=None),
    )
