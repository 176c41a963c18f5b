"""The events of transactions in OCPP 2.x: each kept once, and the record of the transaction kept true to them.

An event is written first, then the TRANSACTION item is advanced to the fold of all events by one conditional write. Who
dies between the two loses nothing: the event comes again, or a later one has all of them folded anew. The events that a
record begins and ends with stand in the record itself, so that its beginning and its end are one write each.
"""

import datetime as dt
import json
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, Protocol

from shared.domain.clocks import believed, is_credible
from shared.domain.transaction_events import (
    TransactionEvent,
    draft,
    fold,
    in_order,
    is_another_transaction,
    is_folded,
    is_minor,
    may_be_folded_on_top,
    refold,
)
from shared.domain.transactions import Folded, Transaction
from shared.store import keys, table, transactions
from shared.store.dynamodb import ConditionFailed, Item
from shared.store.packing import limit_as_text, limit_from_text, rows_of, values_of

ATTEMPTS = 12
"""Only writers of the same transaction compete; each round one of them wins."""
LARGEST_INSIDE_BYTES = 400
"""What is larger would make every later write of the record dearer."""
EVENT_TIMES = ("at", "received_at", "token_expires_at")

EVENT_WORDS = (
    b'"preconditioning_status""time_spent_charging_s""number_of_phases""cable_max_current_a""operation_mode"'
    b'"additional_info""transaction_limit""tariff_id""cost_details""custom_data""evse_sleep":true"offline":true'
    b'"remote_start_id":"reservation_id":"stopped_reason":"EVDisconnected"Remote"DeAuthorized"Local'
    b'"Energy.Active.Import.Register""Power.Active.Import""Current.Import""Voltage""SoC""kWh""Wh""Outlet""Raw""L1"L2"L3'
    b'"Transaction.Begin"Transaction.End"Sample.Clock"Sample.Periodic"Unknown"Invalid"Blocked'
    b'"id_token":"","id_token_type":"NoAuthorization"eMAID"Central"ISO15693"ISO14443",'
    b'"event_type":"Started"Ended"Updated","seq_no":1,"at":"2026-01-01T00:00:00.000000Z",'
    b'"trigger_reason":"StopAuthorized"RemoteStart"Authorized"EVDeparted"ChargingStateChanged"CablePluggedIn"'
    b'MeterValueClock"MeterValuePeriodic","charging_state":"Idle"SuspendedEVSE"SuspendedEV"EVConnected"Charging",'
    b'"evse_id":1,"connector_id":1,"meter_values":[["2026-01-01T00:00:00.000000Z",["0"]]],'
    b'"group_id":"","token_expires_at":"2026-01-01T00:00:00.000000Z","verdict":"Accepted",'
    b'"received_at":"2026-01-01T00:00:00.000000Z"'
)
"""What events are mostly made of, known to both sides of the compression. It must never change: what is stored could
not be read any more."""


class Price(Protocol):
    """Works out what a transaction costs once an event is folded into it. `events` reads all that it has; `before` is
    the record as it was, None if there was none; `on_top`: the event comes after all others."""

    def __call__(
        self,
        transaction: Transaction,
        event: TransactionEvent,
        events: Callable[[], Sequence[TransactionEvent]],
        *,
        before: Transaction | None,
        on_top: bool,
    ) -> Transaction: ...


class Kept(NamedTuple):
    """A transaction with an event of it, as both are kept; `is_new` unless the event had come before."""

    transaction: Transaction
    event: TransactionEvent
    is_new: bool


def locate(station_id: str, transaction_id: str) -> Transaction | None:
    """The transaction that a station calls so, the latest if it has used the id more than once."""
    return _named(station_id, transaction_id)[1]


def standing(station_id: str, transaction_id: str, event: TransactionEvent) -> Transaction:
    """The transaction that an event is of; of revision -1 if the event begins it."""
    name, found = _named(station_id, transaction_id)
    if found is None:
        return draft(name, station_id, event, own_id=transaction_id if name != transaction_id else None)
    return _of_its_generation(found, event)


def _named(station_id: str, transaction_id: str) -> tuple[str, Transaction | None]:
    """Our name for a station's transaction, and the transaction if there is one.

    The id is the station's own. Where it is another station's already, or a number of OCPP 1.6, the station's name is
    put behind it.
    """
    name = transaction_id
    while True:
        found = transactions.find(name)
        if found is None or _is_called(found, station_id, transaction_id):
            return name, found
        name = f"{name}@{station_id}"


def _is_called(found: Transaction, station_id: str, transaction_id: str) -> bool:
    is_latest = found.folded is not None and "reused" not in found.flags
    return is_latest and (found.station_id, found.own_id) == (station_id, transaction_id)


def _of_its_generation(found: Transaction, event: TransactionEvent) -> Transaction:
    """The transaction of an id that a station has used more than once: the latest, unless the event is older."""
    generation, meant = _folded(found).generation, found
    while generation and meant.started_at and believed(event).at < meant.started_at:
        generation -= 1
        older = transactions.find(_archived_name(found.transaction_id, generation))
        if older is None:
            return meant
        meant = older
    return meant


def _archived_name(transaction_id: str, generation: int) -> str:
    return f"{transaction_id}~{generation}"


def begin(station_id: str, transaction_id: str, event: TransactionEvent, price: Price) -> Kept | None:
    """Keep a Started event as the first of its transaction, without a look whether there is one: None if there is, or
    if the event is large. Then `keep` takes it."""
    begun = _begin(draft(transaction_id, station_id, event), event, price)
    return Kept(begun, event, is_new=True) if begun else None


def keep(transaction: Transaction, transaction_id: str, event: TransactionEvent, price: Price) -> Kept:
    """Keep an event of a transaction (as `standing` gave it) exactly once, and fold it into the record.

    `transaction_id` is the station's name of it. An event that is kept already comes back as it was kept.
    """
    for _ in range(ATTEMPTS):
        if transaction.revision < 0 or _begins_another(transaction, event):
            begun = _begin(transaction, event, price)
            if begun:
                return Kept(begun, event, is_new=True)
        elif known := _all_with_end(transaction, event):
            if closed := _close(transaction, event, known, price):
                return Kept(closed, event, is_new=True)
            # Somebody else has changed the record, perhaps by this very event: it must be read again.
        else:
            kept, is_new, is_alone = _keep_event(transaction, event)
            if is_alone and not is_new and is_folded(transaction, kept):
                return Kept(transaction, kept, is_new=False)
            on_top = is_alone and is_new and may_be_folded_on_top(transaction, kept)
            known = [] if on_top else events_of(transaction)
            changed = fold(transaction, kept) if on_top else refold(transaction, known)
            changed = price(changed, kept, partial(_all_of, transaction, known), before=transaction, on_top=on_top)
            if written := transactions.replace(changed, minor=is_minor(transaction, changed)):
                return Kept(written, kept, is_new)
        transaction = standing(transaction.station_id, transaction_id, event)
    raise TimeoutError(f"transaction {transaction_id} of {transaction.station_id} kept changing")


def _all_of(transaction: Transaction, known: list[TransactionEvent]) -> list[TransactionEvent]:
    return known or events_of(transaction)


def _begins_another(transaction: Transaction, event: TransactionEvent) -> bool:
    if "reused" in transaction.flags or not is_another_transaction(transaction, event):
        return False
    # Where the time is that of the receipt, only its content tells whether the event has come before.
    return is_credible(event) or all(one.content != event.content for one in events_of(transaction))


def _begin(before: Transaction, event: TransactionEvent, price: Price) -> Transaction | None:
    """Begin a record with its first event: where there was none, or in the place of one that has ended, which is put
    aside. None if somebody else was faster, or if the event is large and still to be kept, in what is now its record's
    partition for certain."""
    is_first = before.revision < 0
    generation = 0 if is_first else _folded(before).generation + 1
    if not is_first:
        _put_aside(before)
    packed = pack_event(event)
    begun = fold(draft(before.transaction_id, before.station_id, event, generation, _folded(before).own_id), event)
    begun = price(begun, event, lambda: [event], before=None, on_top=False)
    is_inside = len(packed) <= LARGEST_INSIDE_BYTES
    if is_inside:
        begun = begun._replace(folded=_folded(begun)._replace(founding=packed))
    begun = begun._replace(revision=before.revision + 1)
    try:
        if is_first:
            table.put(transactions.to_item(begun), condition="attribute_not_exists(pk)")
        else:
            table.put(transactions.to_item(begun), condition="revision = :was", values={":was": before.revision})
    except ConditionFailed:
        return None
    return begun if is_inside else None


def _put_aside(before: Transaction) -> None:
    """Keep a transaction whose id is used again under another name. It may have changed since somebody tried before who
    did not come to the end."""
    aside = before._replace(
        transaction_id=_archived_name(before.transaction_id, _folded(before).generation),
        folded=_folded(before)._replace(own_id=before.own_id),
    )
    condition = "attribute_not_exists(pk) OR (contains(flags, :reused) AND revision < :was)"
    with suppress(ConditionFailed):
        table.put(
            transactions.to_item(aside.flagged("reused")),
            condition=condition,
            values={":reused": "reused", ":was": before.revision},
        )


def _all_with_end(transaction: Transaction, event: TransactionEvent) -> list[TransactionEvent] | None:
    """All events of a running record with the one that ends it, if that can be kept in the record: it is an Ended event
    which is neither repeated nor large."""
    if event.event_type != "Ended" or transaction.state == "ended" or len(pack_event(event)) > LARGEST_INSIDE_BYTES:
        return None
    events = events_of(transaction)
    if _folded(transaction).closing or any(one.content == event.content for one in events):
        return None
    return [*events, event]


def _close(
    transaction: Transaction, event: TransactionEvent, known: list[TransactionEvent], price: Price
) -> Transaction | None:
    """End a running record by its Ended event, in one write. None if somebody else has changed the record."""
    ended = price(refold(transaction, known), event, lambda: known, before=transaction, on_top=False)
    return transactions.replace(ended._replace(folded=_folded(ended)._replace(closing=pack_event(event))))


def _keep_event(transaction: Transaction, event: TransactionEvent) -> tuple[TransactionEvent, bool, bool]:
    """Keep an event; whether it is new, as one that is there already comes back as it was kept; and whether it was the
    first with its seqNo: another one stands beside that, and whether either is folded cannot be told by the number."""
    of_its_number = [one for one in _inside(transaction) if one.seq_no == event.seq_no]
    for one in of_its_number:
        if one.content == event.content:
            return one, False, True
    if of_its_number:
        return *_put(transaction, event, content=event.content), False
    kept, is_new = _put(transaction, event, content=None)
    if is_new or kept.content == event.content:
        return kept, is_new, True
    return *_put(transaction, event, content=event.content), False


def _put(transaction: Transaction, event: TransactionEvent, *, content: str | None) -> tuple[TransactionEvent, bool]:
    generation = _folded(transaction).generation
    key = keys.transaction_event(partition_of(transaction), generation, event.seq_no, content)
    try:
        item = {**key._asdict(), "event": pack_event(event), "minor": True}
        table.put(item, condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return unpack_event(failed.item["event"]), False
    return event, True


def partition_of(transaction: Transaction) -> str:
    """Under which name the events are: one that was put aside left them where they were."""
    if "reused" not in transaction.flags:
        return transaction.transaction_id
    return transaction.transaction_id.removesuffix(f"~{_folded(transaction).generation}")


def _folded(transaction: Transaction) -> Folded:
    assert transaction.folded is not None  # noqa: S101  # only transactions of 2.x have events
    return transaction.folded


def _inside(transaction: Transaction) -> list[TransactionEvent]:
    """The events that are kept in the record itself."""
    folded = _folded(transaction)
    return [unpack_event(packed) for packed in (folded.founding, folded.closing) if packed]


def has_begun_since(transaction: Transaction, at: dt.datetime) -> bool:
    """Whether what we first heard of a transaction came after a moment, by our own clock; False if it is not known."""
    founding = _folded(transaction).founding
    heard_at = unpack_event(founding).received_at if founding else None
    return heard_at is not None and heard_at > at


def events_of(transaction: Transaction) -> list[TransactionEvent]:
    """All events of a transaction, in order."""
    found = _inside(transaction)
    partition = keys.transaction(partition_of(transaction)).pk
    prefix = keys.transaction_events(_folded(transaction).generation)
    after: Item | None = None
    while True:
        page = table.query(partition, prefix=prefix, after=after, consistent=True)
        found += [unpack_event(item["event"]) for item in page.items]
        if (after := page.last) is None:
            return sorted(found, key=in_order)


def pack_event(event: TransactionEvent) -> bytes:
    """A TransactionEvent, defaults left out."""
    defaults = TransactionEvent._field_defaults
    fields: dict[str, Any] = {
        name: value for name, value in event._asdict().items() if name not in defaults or value != defaults[name]
    }
    for name in EVENT_TIMES:
        if name in fields:
            fields[name] = keys.stamp(fields[name])
    if event.meter_values:
        fields["meter_values"] = rows_of(event.meter_values)
    if event.transaction_limit:
        fields["transaction_limit"] = limit_as_text(event.transaction_limit)
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
    packing = zlib.compressobj(9, wbits=-15, zdict=EVENT_WORDS)
    return packing.compress(text) + packing.flush()


def unpack_event(packed: bytes) -> TransactionEvent:
    """The event that `pack_event` packed."""
    unpacking = zlib.decompressobj(wbits=-15, zdict=EVENT_WORDS)
    fields: dict[str, Any] = json.loads(unpacking.decompress(packed) + unpacking.flush())
    for name in EVENT_TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    fields["meter_values"] = tuple(values_of(fields.get("meter_values", [])))
    fields["additional_info"] = tuple((text, kind) for text, kind in fields.get("additional_info", []))
    if "transaction_limit" in fields:
        fields["transaction_limit"] = limit_from_text(fields["transaction_limit"])
    return TransactionEvent(**fields)
