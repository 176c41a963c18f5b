"""DIAGNOSTICS items: collections of logs, kept for 400 days. Their stations are RETRIEVAL items."""

import datetime as dt

from shared.domain.diagnostics import Diagnostics
from shared.domain.log_retrievals import Terms
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item
from shared.store.retrievals import RETENTION

TIMES = ("created_at", "oldest_at", "latest_at", "cancelled_at", "ended_at")


def create(diagnostics: Diagnostics) -> Diagnostics:
    """Keep a new collection, or return the one that has its id."""
    try:
        table.put(to_item(diagnostics), condition="attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return from_item(failed.item)
    return diagnostics


def find(diagnostics_id: str) -> Diagnostics | None:
    item = table.get(keys.diagnostics(diagnostics_id))
    return from_item(item) if item else None


def page(after: str | None, limit: int) -> tuple[list[Diagnostics], str | None]:
    """Collections, newest first, and the id to go on after."""
    last = None
    if after is not None:
        last = {**keys.diagnostics(after)._asdict(), "pk1": keys.ALL_DIAGNOSTICS, "sk1": after}
    found = table.page(keys.ALL_DIAGNOSTICS, limit, index="by_list", newest_first=True, after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], found.last["sk1"] if found.last else None


def cancel(diagnostics_id: str, at: dt.datetime) -> Diagnostics | None:
    """Note that nothing more of a collection is to be sent. None if it has ended, or is gone."""
    try:
        item = table.update(
            keys.diagnostics(diagnostics_id),
            "SET cancelled_at = if_not_exists(cancelled_at, :at) ADD revision :one",
            {":at": keys.stamp(at), ":one": 1},
            condition="attribute_exists(pk) AND attribute_not_exists(ended_at)",
            returns="ALL_NEW",
        )
    except ConditionFailed:
        return None
    return from_item(item)


def end(diagnostics: Diagnostics, at: dt.datetime, by_state: dict[str, int]) -> Diagnostics:
    """Note that a collection has come to its end at every station."""
    try:
        item = table.update(
            keys.diagnostics(diagnostics.diagnostics_id),
            "SET ended_at = :at, by_state = :by_state",
            {":at": keys.stamp(at), ":by_state": by_state},
            condition="attribute_exists(pk) AND attribute_not_exists(ended_at)",
            returns="ALL_NEW",
        )
    except ConditionFailed as failed:
        return from_item(failed.item) if failed.item else diagnostics
    return from_item(item)


def recount(diagnostics_id: str) -> None:
    """Have a collection that has ended counted again: a file came late."""
    try:
        table.update(
            keys.diagnostics(diagnostics_id), "REMOVE ended_at, by_state", condition="attribute_exists(ended_at)"
        )
    except ConditionFailed:
        return


def to_item(diagnostics: Diagnostics) -> Item:
    fields: Item = diagnostics._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    fields["terms"] = diagnostics.terms._asdict()
    fields["by_state"] = diagnostics.by_state or None
    del fields["diagnostics_id"]
    return {
        **keys.diagnostics(diagnostics.diagnostics_id)._asdict(),
        "pk1": keys.ALL_DIAGNOSTICS,
        "sk1": diagnostics.diagnostics_id,
        "expires_at_s": int((diagnostics.created_at + RETENTION).timestamp()),
        **fields,
    }


def from_item(item: Item) -> Diagnostics:
    fields: Item = {name: item[name] for name in Diagnostics._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    fields["terms"] = Terms(**fields["terms"])
    return Diagnostics(**fields, diagnostics_id=keys.entity(item["pk"])[1])
