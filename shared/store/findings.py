"""FINDING items: per station, how often each repair was needed (docs/quirks.md)."""

import datetime as dt
from typing import NamedTuple

from shared.domain.findings import Finding
from shared.store import keys, table
from shared.store.dynamodb import Item

FLUSH_AFTER_S = 60


class CountedFinding(NamedTuple):
    """A finding of a station, with the action in which it occurs, when and how often."""

    finding: Finding
    action: str
    seen: int
    first_at: dt.datetime
    last_at: dt.datetime


class _Waiting(NamedTuple):
    seen: int
    written_at: dt.datetime


_waiting: dict[keys.Key, _Waiting] = {}


def note(station_id: str, action: str, found: list[Finding], at: dt.datetime) -> None:
    """Count findings. One is written at once when it is new here and then at most once a minute with its count.

    A station repeats its quirk in every message; without this each message would cost a write per finding. What an
    environment counted in its last minute is lost with it, so a count is a lower bound.
    """
    for finding in found:
        path = finding.field
        key = keys.finding(station_id, finding.code, action, path)
        waiting = _waiting.get(key)
        if waiting and (at - waiting.written_at).total_seconds() < FLUSH_AFTER_S:
            _waiting[key] = waiting._replace(seen=waiting.seen + 1)
            continue
        _write(key, finding._replace(path=path), (waiting.seen if waiting else 0) + 1, at)
        _waiting[key] = _Waiting(0, at)


def _write(key: keys.Key, finding: Finding, seen: int, at: dt.datetime) -> None:
    table.update(
        key,
        "SET first_at = if_not_exists(first_at, :at), last_at = :at, #text = :text, #raw = :raw ADD seen :seen",
        {":at": keys.stamp(at), ":text": finding.text, ":raw": finding.raw, ":seen": seen},
        names={"#text": "text", "#raw": "raw"},
    )


def page(station_id: str, after: str | None, limit: int) -> tuple[list[CountedFinding], str | None]:
    """The findings of a station by code, and the sort key to go on after."""
    partition = keys.findings_of_station(station_id)
    found = table.page(partition, limit, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def from_item(item: Item) -> CountedFinding:
    code, action, path = item["sk"].split("#", 2)
    return CountedFinding(
        finding=Finding(code, path, item["text"], item["raw"]),
        action=action,
        seen=item["seen"],
        first_at=keys.time(item["first_at"]),
        last_at=keys.time(item["last_at"]),
    )
