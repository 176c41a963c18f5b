"""CALL items: every call to a station with its payload, its answer and its history, kept for 90 days."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from shared.domain.calls import FAILED, OPEN, Call, CallError, CallState, Entry, Json, first_id_at
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

RETENTION = dt.timedelta(days=90)
MOST_ENTRIES = 100
"""A history that long repeats itself; what comes after is left out."""
AS_JSON = ("payload", "answer", "late_answer", "notes")
TIMES = ("created_at", "expires_at", "sent_at", "ended_at")


def create(call: Call) -> Call:
    """Keep a new call, or return the one that has its id."""
    try:
        table.put(to_item(call), condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return from_item(failed.item)
    return call


def find(station_id: str, call_id: str) -> Call | None:
    item = table.get(keys.call(station_id, call_id))
    return from_item(item) if item else None


def find_many(ids: Sequence[tuple[str, str]]) -> list[Call]:
    """The calls of these stations and ids that exist, in their order; eventually consistent."""
    wanted = [keys.call(station_id, call_id) for station_id, call_id in ids]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items]


def page(station_id: str, after: str | None, limit: int) -> tuple[list[Call], str | None]:
    """The calls to a station, newest first, and the id to go on after."""
    partition = keys.calls_of_station(station_id)
    found = table.page(partition, limit, newest_first=True, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def made_since(station_id: str, at: dt.datetime, limit: int) -> list[Call]:
    """The latest calls to a station since a moment, newest first; no write that was made before is missing."""
    partition = keys.calls_of_station(station_id)
    between = (first_id_at(at), keys.END_OF_CALLS)
    found = table.query(partition, between=between, newest_first=True, limit=limit, consistent=True)
    return [from_item(item) for item in found.items]


def mark_sent(call: Call, at: dt.datetime, payload: Json | None) -> Call:
    """Note that a call went out; `payload` is what is kept of it (None: all). Returns it as it stands: its end may have
    come."""
    sets, kept = ("", {}) if payload is None else (", payload = :payload", {":payload": _json(payload)})
    changed = _update(
        call,
        f"#state = :sent, sent_at = :at{sets}",
        {":sent": "sent", ":at": keys.stamp(at)} | kept,
        Entry(at, "sent"),
        ("queued",),
    )
    if changed:
        return changed
    # The answer was faster. What is kept of the payload must be this all the same: it may have held a password.
    item = table.update(
        keys.call(call.station_id, call.call_id),
        f"SET sent_at = if_not_exists(sent_at, :at){sets}, history = list_append(history, :entry)",
        {":at": keys.stamp(at), ":entry": [_entry(Entry(at, "sent"))]} | kept,
        condition="attribute_exists(pk)",
        returns="ALL_NEW",
    )
    return from_item(item)


def end(
    call: Call,
    state: CallState,
    at: dt.datetime,
    *,
    answer: Json | None = None,
    error: CallError | None = None,
    outcome: Json | None = None,
    payload: Json | None = None,
    detail: str = "",
) -> Call | None:
    """Bring a call to its end. None if it has come to one already. `payload` replaces what is kept of the request."""
    sets = "#state = :state, ended_at = :at"
    values: Item = {":state": state, ":at": keys.stamp(at)}
    if state in FAILED:
        sets += ", pk1 = :failed, sk1 = :sort"
        values |= {":failed": keys.failed_calls(at.date()), ":sort": keys.moment(at, call.call_id)}
    if answer is not None:
        sets += ", answer = :answer"
        values[":answer"] = _json(answer)
    if error is not None:
        sets += ", #error = :error"
        values[":error"] = _json(error._asdict())
    if payload is not None:
        sets += ", payload = :payload"
        values[":payload"] = _json(payload)
    if outcome is not None:  # what follows may have been seen before the answer
        sets += ", outcome = if_not_exists(outcome, :outcome)"
        values[":outcome"] = outcome
    names = {"#error": "error"} if error is not None else {}
    return _update(call, sets, values, Entry(at, state, detail), OPEN, names=names)


def add_late_answer(call: Call, late_answer: Json, at: dt.datetime) -> Call | None:
    """Keep what came after the end of a call that had no answer. None if there is one already."""
    return _update(
        call,
        "late_answer = :late",
        {":late": _json(late_answer)},
        Entry(at, "late answer"),
        ("timed_out", "expired", "cancelled"),
        condition=" AND attribute_not_exists(late_answer)",
    )


def note(call: Call, entry: Entry) -> None:
    """Add to a call's history."""
    try:
        table.update(
            keys.call(call.station_id, call.call_id),
            "SET history = list_append(history, :entry)",
            {":entry": [_entry(entry)], ":one": _entry(entry), ":most": MOST_ENTRIES},
            condition="attribute_exists(pk) AND size(history) < :most AND NOT contains(history, :one)",
        )
    except ConditionFailed:
        return


def set_outcome(call: Call, outcome: Json) -> bool:
    """Keep what followed at the station, once. False if something else is known. Values are texts and integers."""
    try:
        table.update(
            keys.call(call.station_id, call.call_id),
            "SET outcome = :outcome",
            {":outcome": outcome, ":pending": "pending"},
            condition="attribute_exists(pk) AND (attribute_not_exists(outcome) OR outcome.#state = :pending)",
            names={"#state": "state"},
        )
    except ConditionFailed as failed:
        return bool(failed.item.get("outcome") == outcome)  # a write whose answer was lost meets itself
    return True


def keep_payload(call: Call, payload: Json) -> None:
    """Keep this of a call's payload: without what nobody needs any more."""
    with suppress(ConditionFailed):
        table.update(
            keys.call(call.station_id, call.call_id),
            "SET payload = :payload",
            {":payload": _json(payload)},
            condition="attribute_exists(pk)",
        )


def set_task_token(call: Call, task_token: str) -> Call:
    """Keep by which token the state machine goes on that waits for a call; returns the call as it stands then."""
    item = table.update(
        keys.call(call.station_id, call.call_id),
        "SET task_token = :token",
        {":token": task_token},
        condition="attribute_exists(pk)",
        returns="ALL_NEW",
    )
    return from_item(item)


def set_fallback(call: Call, fallback_id: str) -> None:
    """Name the call that stands in for one the station does not know."""
    table.update(
        keys.call(call.station_id, call.call_id),
        "SET fallback_id = :fallback",
        {":fallback": fallback_id},
        condition="attribute_exists(pk)",
    )


def _update(
    call: Call,
    sets: str,
    values: Item,
    entry: Entry,
    only_in: Sequence[CallState],
    *,
    names: Mapping[str, str] = MappingProxyType({}),
    condition: str = "",
) -> Call | None:
    """Change a call that is in one of these states, and its history. None if it is in another."""
    states = {f":in{number}": state for number, state in enumerate(only_in)}
    try:
        item = table.update(
            keys.call(call.station_id, call.call_id),
            f"SET {sets}, history = list_append(history, :entry)",
            {":entry": [_entry(entry)]} | values | states,
            condition=f"#state IN ({', '.join(states)}){condition}",
            names={"#state": "state", **names},
            returns="ALL_NEW",
        )
    except ConditionFailed as failed:
        # A write whose answer was lost was tried again and met itself.
        met_itself = _entry(entry) in failed.item.get("history", [])
        return from_item(failed.item) if met_itself else None
    return from_item(item)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _entry(entry: Entry) -> Item:
    return {"at": keys.stamp(entry.at), "event": entry.event, **({"detail": entry.detail} if entry.detail else {})}


def to_item(call: Call) -> Item:
    fields: dict[str, Any] = call._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    for name in AS_JSON:
        fields[name] = _json(fields[name]) if fields[name] else None
    fields["error"] = _json(call.error._asdict()) if call.error else None
    fields["history"] = [_entry(entry) for entry in call.history]
    fields["parts"] = list(call.parts) or None
    fields["logged"] = call.logged or None
    fields["has_fallback"] = call.has_fallback or None
    del fields["call_id"], fields["station_id"]
    return {
        **keys.call(call.station_id, call.call_id)._asdict(),
        "expires_at_s": int((call.created_at + RETENTION).timestamp()),
        **fields,
    }


def from_item(item: Item) -> Call:
    fields: Item = {name: item[name] for name in Call._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    for name in AS_JSON:
        if name in fields:
            fields[name] = json.loads(fields[name])
    if "error" in fields:
        fields["error"] = CallError(**json.loads(fields["error"]))
    # Written in the order of the writes, which may not be that of the events.
    history = sorted(item.get("history", []), key=lambda one: one["at"])
    fields["history"] = tuple(Entry(keys.time(one["at"]), one["event"], one.get("detail", "")) for one in history)
    fields["parts"] = tuple(fields.get("parts", ()))
    fields |= {"call_id": item["sk"], "station_id": keys.entity(item["pk"])[1], "payload": fields.get("payload", {})}
    return Call(**fields)
