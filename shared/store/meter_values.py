"""METER_VALUES items: what one MeterValues message brought, packed; one write per message."""

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.domain.metering import MeterValue, last_register_wh
from shared.domain.transaction_numbers import is_doubtful
from shared.store import keys, table
from shared.store.dynamodb import Item
from shared.store.packing import pack, unpack

if TYPE_CHECKING:  # a station's MeterValues are kept without looking at the transaction
    from shared.domain.transactions import Transaction

RETENTION = dt.timedelta(days=400)


class MeterReport(NamedTuple):
    """The meter values of one message. `number` is the transaction it names, as it came; None if it names none.

    `inferred` marks a copy that we filed under another transaction than the message named (rules S-14, Q-23).
    """

    station_id: str
    evse_id: int
    number: int | None
    values: list[MeterValue]
    received_at: dt.datetime
    inferred: bool = False


def record(report: MeterReport) -> None:
    """Keep meter values. The same content again (a retry) replaces itself.

    Those whose number is in doubt are marked: they are looked at again (functions/stream/follow_up.py).
    """
    packed = pack(report.values)
    place = _key(report, packed)
    is_to_look_up = (
        report.number is not None and not report.inferred and is_doubtful(report.station_id, report.number, place.sk)
    )
    table.put(
        {
            **place._asdict(),
            "evse_id": report.evse_id,
            "transaction_number": report.number,
            "received_at": keys.stamp(report.received_at),
            "meter_values": packed,
            "inferred": report.inferred or None,
            "doubtful": is_to_look_up or None,
            "expires_at_s": int((report.received_at + RETENTION).timestamp()),
        }
    )


def key(report: MeterReport) -> keys.Key:
    """Where meter values stand: the same for the same content."""
    return _key(report, pack(report.values))


def _key(report: MeterReport, packed: bytes) -> keys.Key:
    series = keys.of_evse(report.evse_id) if report.number is None else keys.of_transaction(report.number)
    return keys.meter_values(report.station_id, series, begin(report), keys.digest(report.evse_id, packed))


def begin(report: MeterReport) -> dt.datetime:
    """The time of the first of the meter values."""
    return report.values[0].at if report.values else report.received_at


def of_transaction(station_id: str, number: int | str, since: dt.datetime | None = None) -> list[MeterReport]:
    """The meter values that name a transaction or were filed under it, in order of time; from a time on, if one is
    given."""
    series = keys.of_transaction(number)
    if since is None:
        return _all(station_id, prefix=series)
    return _all(station_id, between=(series + keys.stamp(since), f"{series}{keys.END_OF_TIME}~"))


def of_evse(station_id: str, evse_id: int, start: dt.datetime, end: dt.datetime | None) -> list[MeterReport]:
    """The meter values of an EVSE in a time that name no transaction."""
    series = keys.of_evse(evse_id)
    until = keys.stamp(end) if end else keys.END_OF_TIME
    return _all(station_id, between=(series + keys.stamp(start), f"{series}{until}~"))


def latest_of_transaction(station_id: str, number: int | str) -> MeterReport | None:
    """The meter values of a transaction with the latest time."""
    found = table.query(
        keys.meter_values_of_station(station_id),
        prefix=keys.of_transaction(number),
        newest_first=True,
        limit=1,
    )
    return from_item(found.items[0]) if found.items else None


def last_wh_of(transaction: "Transaction") -> int | None:
    """The last reading of a transaction's register that is known."""
    if transaction.folded is not None:
        return transaction.folded.last_register_wh
    if transaction.number is None:
        return None
    latest = latest_of_transaction(transaction.station_id, transaction.number)
    return last_register_wh(latest.values) if latest else None


def page(station_id: str, after: str | None, limit: int) -> tuple[list[MeterReport], str | None]:
    """All meter values of a station, by EVSE or transaction and time, and the sort key to go on after."""
    partition = keys.meter_values_of_station(station_id)
    found = table.page(partition, limit, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def _all(station_id: str, **where: Any) -> list[MeterReport]:
    reports: list[MeterReport] = []
    after: Item | None = None
    while True:
        found = table.query(keys.meter_values_of_station(station_id), after=after, **where)
        reports += [from_item(item) for item in found.items]
        if (after := found.last) is None:
            return reports


def from_item(item: Item) -> MeterReport:
    return MeterReport(
        station_id=keys.entity(item["pk"])[1],
        evse_id=item["evse_id"],
        number=item.get("transaction_number"),
        values=unpack(item["meter_values"]),
        received_at=keys.time(item["received_at"]),
        inferred=item.get("inferred", False),
    )
