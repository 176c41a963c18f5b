"""TRANSACTION items: begun exactly once by content, ended once, found by id, by station and by time."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any, Literal

from shared.domain import transaction_numbers
from shared.domain.bills import Bill
from shared.domain.metering import MeterValue
from shared.domain.transactions import Folded, Start, Stop, Transaction
from shared.store import bills, keys, packing, table
from shared.store.dynamodb import ConditionFailed, Item

SEEDS = 64
RECENT = 25
VALUES_PER_ITEM = 200
TIMES = ("started_at", "ended_at", "token_expires_at", "messages_in_queue_at")
NOT_IN_ITEM = ("transaction_id", "folded", "transaction_limit", "total_cost", "station_cost", "bill")
"""Fields that the item has in another form."""


class NumbersExhausted(RuntimeError):
    """No free transaction number was found: impossible short of a fault, since a billion are free."""


def begin(start: Start, draft: Transaction) -> Transaction:
    """Record a 1.6 transaction with a number of its own, or return the one that the same start made before.

    The number follows from the content, so a retry from any socket finds the record that the first one made; one
    conditional write decides. A start without a time of its own (`start.timestamp` empty) cannot be told from an
    earlier session of the same driver and reading: then only an active transaction counts as the same.
    """
    for seed in range(SEEDS):
        number = transaction_numbers.drawn(start.station_id, start.identity, seed)
        drawn = draft._replace(transaction_id=str(number), number=number, identity=start.identity)
        try:
            table.put(to_item(drawn), condition="attribute_not_exists(pk)")
        except ConditionFailed as failed:
            standing = from_item(failed.item)
            if standing.identity == start.identity and (start.timestamp or standing.state == "active"):
                return standing
        else:
            return drawn
    raise NumbersExhausted(start.identity)


def find(transaction_id: str) -> Transaction | None:
    item = table.get(keys.transaction(transaction_id))
    return from_item(item) if item else None


def replace(changed: Transaction, *, minor: bool = False) -> Transaction | None:
    """Write a changed transaction, or return None if somebody else changed it since it was read: read it again."""
    item = to_item(changed._replace(revision=changed.revision + 1), minor=minor)
    try:
        table.put(item, condition="revision = :was", values={":was": changed.revision})
    except ConditionFailed as failed:
        # A write whose answer was lost was tried again and met itself.
        if failed.item != {name: value for name, value in item.items() if value is not None}:
            return None
    return changed._replace(revision=changed.revision + 1)


def note_remote_call(transaction_id: str, call_id: str) -> None:
    """Name the call of ours that a transaction began with, once."""
    with suppress(ConditionFailed):
        table.update(
            keys.transaction(transaction_id),
            "SET remote_call_id = :call ADD revision :one",
            {":call": call_id, ":one": 1},
            condition="attribute_exists(pk) AND attribute_not_exists(remote_call_id)",
        )


def note_bill(transaction_id: str, bill: Bill) -> None:
    """Fix the tariff that a transaction is billed by, once."""
    with suppress(ConditionFailed):
        table.update(
            keys.transaction(transaction_id),
            "SET bill = :bill ADD revision :one",
            {":bill": bills.as_text(bill), ":one": 1},
            condition="attribute_exists(pk) AND attribute_not_exists(bill)",
        )


def record_orphan(station_id: str, number: int, stop: Stop, draft: Transaction) -> Transaction:
    """Keep a stop whose start we do not know (rule S-06); the same stop is the same record."""
    identity = keys.digest(station_id, number, stop.meter_stop_wh, keys.stamp(stop.ended_at), stop.id_token)
    orphan = draft._replace(transaction_id=f"orphan-{identity}", identity=identity)
    try:
        table.put(to_item(orphan), condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return from_item(failed.item)
    return orphan


def delete(transaction: Transaction) -> None:
    """Remove an orphan whose stop has found its transaction."""
    table.delete(keys.transaction(transaction.transaction_id))


def recent_of_station(station_id: str) -> list[Transaction]:
    """A station's latest transactions, newest first. From an index: one that began this moment may be missing."""
    found = table.query(keys.transactions_of_station(station_id), index="by_station", newest_first=True, limit=RECENT)
    return _load(found.items)


def keys_in_list(
    partition: Literal["active"] | dt.date, *, before: str, limit: int, not_before: str = ""
) -> list[tuple[str, keys.Key]]:
    """Sort position and key of transactions in one partition of the list, newest first, below a position."""
    name = keys.ACTIVE_TRANSACTIONS if partition == "active" else keys.transactions_of_day(partition)
    found = table.query(name, index="by_list", before=before, newest_first=True, limit=limit)
    listed = ((keys.position_and_station(item["sk1"])[0], keys.Key(item["pk"], item["sk"])) for item in found.items)
    return [(place, key) for place, key in listed if place >= not_before]


def stations_charging() -> set[str]:
    """The ids of the stations where a transaction runs, by the keys of all that do."""
    listed = table.every(keys.ACTIVE_TRANSACTIONS, index="by_list")
    return {keys.position_and_station(item["sk1"])[1] for item in listed} - {""}


def active() -> Iterator[Transaction]:
    """All active transactions, newest first."""
    before = keys.END_OF_TIME
    while found := keys_in_list("active", before=before, limit=100):
        yield from load([key for _, key in found])
        before = found[-1][0]


def load(wanted: list[keys.Key]) -> list[Transaction]:
    """The transactions of these keys, in their order."""
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items]


def add_data(transaction_id: str, values: list[MeterValue]) -> None:
    """Keep the transactionData of a stop beside its transaction; the same data again replaces itself."""
    parts = [values[first : first + VALUES_PER_ITEM] for first in range(0, len(values), VALUES_PER_ITEM)]
    table.put_many(
        [
            {**keys.transaction_data(transaction_id, number)._asdict(), "meter_values": packing.pack(part)}
            for number, part in enumerate(parts)
        ]
    )


def data(transaction_id: str) -> list[MeterValue]:
    """The transactionData of the stop, if there was any."""
    values: list[MeterValue] = []
    after: Item | None = None
    while True:
        found = table.query(keys.transaction(transaction_id).pk, prefix=keys.DATA, after=after)
        values += [value for item in found.items for value in packing.unpack(item["meter_values"])]
        if (after := found.last) is None:
            return values


def _load(found: list[Item]) -> list[Transaction]:
    return load([keys.Key(item["pk"], item["sk"]) for item in found])


def position(transaction: Transaction) -> str:
    """Where a transaction stands in lists by time: its start, or else the first thing that is known of it."""
    known_since = transaction.folded.first_at if transaction.folded else transaction.ended_at
    at = transaction.started_at or known_since
    return f"{keys.stamp(at) if at else ''}#{transaction.transaction_id}"


def day(transaction: Transaction) -> dt.date:
    """The day (UTC) under which a transaction is listed once it has ended."""
    return dt.date.fromisoformat(position(transaction)[:10])


def to_item(transaction: Transaction, *, minor: bool = False) -> Item:
    """The item of a transaction. A `minor` change is marked as one from which nothing follows: the stream's filters
    drop it."""
    fields: dict[str, Any] = transaction._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    fields["flags"] = list(transaction.flags) or None
    for name in NOT_IN_ITEM:
        del fields[name]
    place = position(transaction)
    active = transaction.state == "active"
    limit = transaction.transaction_limit
    return {
        **keys.transaction(transaction.transaction_id)._asdict(),
        "pk1": keys.ACTIVE_TRANSACTIONS if active else keys.transactions_of_day(day(transaction)),
        "sk1": keys.active_transaction(place, transaction.station_id) if active else place,
        "pk2": keys.transactions_of_station(transaction.station_id),
        "sk2": place,
        **fields,
        "identity": transaction.identity or None,
        "transaction_limit": packing.limit_as_text(limit) if limit else None,
        "total_cost": str(transaction.total_cost) if transaction.total_cost is not None else None,
        "station_cost": str(transaction.station_cost) if transaction.station_cost is not None else None,
        "bill": bills.as_text(transaction.bill) if transaction.bill else None,
        "folded": _folded_as_text(transaction.folded) if transaction.folded else None,
        "founding": transaction.folded.founding if transaction.folded else None,
        "closing": transaction.folded.closing if transaction.folded else None,
        "minor": minor or None,
    }


def from_item(item: Item) -> Transaction:
    fields: Item = {name: item[name] for name in Transaction._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    fields["flags"] = tuple(fields.get("flags", ()))
    if "transaction_limit" in fields:
        fields["transaction_limit"] = packing.limit_from_text(fields["transaction_limit"])
    for name in ("total_cost", "station_cost"):
        if name in fields:
            fields[name] = Decimal(fields[name])
    if "bill" in fields:
        fields["bill"] = bills.from_text(fields["bill"])
    if "folded" in fields:
        folded = _folded_from_text(fields["folded"])
        fields["folded"] = folded._replace(founding=item.get("founding"), closing=item.get("closing"))
    absent: Item = dict.fromkeys(("evse_id", "connector_id", "id_token"))
    return Transaction(**(absent | fields | {"transaction_id": keys.entity(item["pk"])[1]}))


def _folded_as_text(folded: Folded) -> str:
    """What a record has been made of, but for the events that are kept in it."""
    row: list[Any] = [keys.stamp(folded.first_at), keys.stamp(folded.last_at), *folded[2:-2]]
    while row[-1] is None or row[-1] is False:
        row.pop()
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False)


def _folded_from_text(text: str) -> Folded:
    first_at, last_at, *others = json.loads(text)
    seq_nos = tuple((first, last) for first, last in others[0]) if others else ()
    return Folded(keys.time(first_at), keys.time(last_at), seq_nos, *others[1:])
