"""The outbox of a station, kept in its CONNECTION item: which call is outstanding, and which wait for their turn.

Every step is one conditional write of that item, so whoever comes second sees that it did. A step returns the outbox
as it left it, or None if it did not apply. The mark `beat` goes with every step, so that the stream shows it.

Attributes: `outstanding` (call id) with `outstanding_…` beside it; `call.{priority}.{call id}` with its place for each
call that waits; `waits`, how many those are; `places`, the next place. A call leaves the queue and becomes
outstanding in one write, and comes back in one, to the place it had.
"""

import datetime as dt
import secrets
from collections.abc import Sequence

from shared.domain.calls import Call, Outbox, Outstanding, Waiting, registrations
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

FIELDS = ("", "_on", "_at", "_s", "_priority", "_place", "_turn")
NO_LONGER_OUTSTANDING = ", ".join(f"outstanding{field}" for field in FIELDS)
TAKE_TURN = (
    "outstanding = :call, outstanding_on = connection_id, outstanding_at = :at, outstanding_s = :timeout_s,"
    " outstanding_priority = :priority, outstanding_turn = :turn"
)
TAKE_PLACE = "places = if_not_exists(places, :zero) + :one"
LONGEST = 100
"""How many calls may wait: each adds some 60 bytes to an item that heartbeats write."""


class OutboxFull(Exception):
    """As many calls wait for the station as may."""


def find(station_id: str) -> Outbox:
    return from_item(station_id, table.get(keys.connection(station_id)) or {})


def open_at_once(call: Call, at: dt.datetime) -> Outbox | None:
    """Make a call outstanding without a wait: only if the station is online and may be sent it, and nothing is
    outstanding or waits."""
    allowed = {f":in{number}": one for number, one in enumerate(registrations(call.action))}
    return _open(
        call,
        at,
        f"SET {TAKE_TURN}, outstanding_place = if_not_exists(places, :zero), {TAKE_PLACE} REMOVE beat",
        {":zero": 0, ":one": 1} | allowed,
        condition="attribute_exists(connection_id) AND attribute_not_exists(outstanding)"
        " AND (attribute_not_exists(waits) OR waits = :zero)"
        f" AND (attribute_not_exists(registration) OR registration IN ({', '.join(allowed)}))",
    )


def enter(calls: Sequence[Call]) -> Outbox:
    """Queue calls to one station behind those of their priority, all in one step. Raises OutboxFull."""
    station_id = calls[0].station_id
    places = {f"#call{number}": attribute(call.priority, call.call_id) for number, call in enumerate(calls)}
    ids = {f":call{number}": call.call_id for number, call in enumerate(calls)}
    numbers = {f":n{number}": number for number in range(len(calls))}
    sets = [f"{name} = if_not_exists(places, :n0) + :n{number}" for number, name in enumerate(places)]
    try:
        item = table.update(
            keys.connection(station_id),
            f"SET {', '.join(sets)}, places = if_not_exists(places, :n0) + :count,"
            " waits = if_not_exists(waits, :n0) + :count REMOVE beat",
            {**numbers, **ids, ":count": len(calls), ":most": LONGEST - len(calls)},
            condition=f"{' AND '.join(f'attribute_not_exists({name})' for name in places)}"
            f" AND (attribute_not_exists(outstanding) OR NOT (outstanding IN ({', '.join(ids)})))"
            " AND (attribute_not_exists(waits) OR waits <= :most)",
            names=places,
            returns="ALL_NEW",
        )
    except ConditionFailed as failed:
        standing = from_item(station_id, failed.item)
        others = [call for call in calls if not standing.holds(call.call_id)]
        if others and len(standing.waiting) + len(others) > LONGEST:
            raise OutboxFull(f"{len(standing.waiting)} calls wait for {station_id}") from failed
        # Some stand there already: a repeated request. All, or none any more: a write whose answer was lost.
        return enter(others) if 0 < len(others) < len(calls) else standing
    return from_item(station_id, item)


def open_next(outbox: Outbox, waiting: Waiting, call: Call, at: dt.datetime) -> Outbox | None:
    """Make a waiting call outstanding, if the outbox still stands as it was read."""
    return _open(
        call,
        at,
        f"SET {TAKE_TURN}, outstanding_place = :place, waits = waits - :one REMOVE #call, beat",
        {":place": waiting.place, ":one": 1, ":connection": outbox.connection_id},
        condition="connection_id = :connection AND attribute_not_exists(outstanding) AND attribute_exists(#call)",
        names={"#call": attribute(waiting.priority, waiting.call_id)},
    )


def _open(
    call: Call, at: dt.datetime, expression: str, values: Item, *, condition: str, names: dict[str, str] | None = None
) -> Outbox | None:
    turn = secrets.token_hex(8)
    taken = {
        ":call": call.call_id,
        ":at": keys.stamp(at),
        ":timeout_s": call.timeout_s,
        ":priority": call.priority,
        ":turn": turn,
    }
    try:
        item = table.update(
            keys.connection(call.station_id),
            expression,
            taken | values,
            condition=condition,
            names=names,
            returns="ALL_NEW",
        )
    except ConditionFailed as failed:
        # A write whose answer was lost was tried again and met itself.
        return from_item(call.station_id, failed.item) if failed.item.get("outstanding_turn") == turn else None
    return from_item(call.station_id, item)


def close(station_id: str, call_id: str) -> Outbox | None:
    """End a call's turn. If none has one, it has ended before, perhaps by this write, whose answer was lost: then the
    outbox as it stands, since the next call may not have been sent."""
    try:
        return _change(station_id, f"REMOVE {NO_LONGER_OUTSTANDING}, beat", call_id)
    except ConditionFailed as failed:
        return None if "outstanding" in failed.item else from_item(station_id, failed.item)


def put_back(outbox: Outbox) -> Outbox | None:
    """Queue the outstanding call again, in the place it had: it has certainly not been sent."""
    one = outbox.outstanding
    if one is None:
        return None
    try:
        return _change(
            outbox.station_id,
            f"SET #call = :place, waits = if_not_exists(waits, :zero) + :one REMOVE {NO_LONGER_OUTSTANDING}, beat",
            one.call_id,
            {":place": one.place, ":zero": 0, ":one": 1},
            {"#call": attribute(one.priority, one.call_id)},
        )
    except ConditionFailed as failed:
        standing = from_item(outbox.station_id, failed.item)
        # A write whose answer was lost was tried again and met itself.
        return standing if Waiting(one.priority, one.place, one.call_id) in standing.waiting else None


def _change(
    station_id: str, expression: str, call_id: str, values: Item | None = None, names: dict[str, str] | None = None
) -> Outbox:
    """A step that the outstanding call takes. Raises ConditionFailed with the item if it is not outstanding."""
    item = table.update(
        keys.connection(station_id),
        expression,
        {":call": call_id, **(values or {})},
        condition="outstanding = :call",
        names=names,
        returns="ALL_NEW",
    )
    return from_item(station_id, item)


def leave(station_id: str, waiting: Waiting) -> Outbox | None:
    """Take a waiting call out of the queue. The outbox as it stands too if the call has left it before, perhaps by this
    write, whose answer was lost; None if it is its turn now."""
    try:
        item = table.update(
            keys.connection(station_id),
            "SET waits = waits - :one REMOVE #call, beat",
            {":one": 1},
            condition="attribute_exists(#call)",
            names={"#call": attribute(waiting.priority, waiting.call_id)},
            returns="ALL_NEW",
        )
    except ConditionFailed as failed:
        is_its_turn = failed.item.get("outstanding") == waiting.call_id
        return None if is_its_turn else from_item(station_id, failed.item)
    return from_item(station_id, item)


def attribute(priority: int, call_id: str) -> str:
    return f"call.{priority}.{call_id}"


def from_item(station_id: str, item: Item) -> Outbox:
    """The outbox in a CONNECTION item, which may be empty."""
    waiting = [
        Waiting(int(name.split(".", 2)[1]), place, name.split(".", 2)[2])
        for name, place in item.items()
        if name.startswith("call.")
    ]
    return Outbox(
        station_id=station_id,
        connection_id=item.get("connection_id"),
        connected_at=keys.time(item["connected_at"]) if "connected_at" in item else None,
        registration=item.get("registration", "Accepted"),
        outstanding=_outstanding(item) if "outstanding" in item else None,
        waiting=tuple(sorted(waiting)),
    )


def _outstanding(item: Item) -> Outstanding:
    return Outstanding(
        call_id=item["outstanding"],
        connection_id=item["outstanding_on"],
        opened_at=keys.time(item["outstanding_at"]),
        timeout_s=item["outstanding_s"],
        priority=item["outstanding_priority"],
        place=item["outstanding_place"],
    )
