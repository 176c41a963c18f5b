"""LOCAL_LIST items: what we know of the local authorization list at a station, and beside it what it should be.

Entries are kept as compressed JSON: a list of thousands fits into an item, and one write replaces it.
"""

import datetime as dt
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from shared.domain.local_list import Entries, Entry, LocalList, Wish, listed
from shared.store import keys, steps, table
from shared.store.dynamodb import ConditionFailed, Item

Step = Callable[[LocalList], LocalList | None]


def find(station_id: str) -> LocalList:
    """What is known; of a station that was never asked, nothing."""
    item = table.get(keys.local_list(station_id))
    return from_item(item) if item else LocalList(station_id)


def change(station_id: str, step: Step) -> LocalList | None:
    """Take a step with what is known, on its newest state. None if the step changes nothing."""
    name = f"The local list of {station_id}"
    return steps.take(name, lambda: find(station_id), step, to_item, from_item)


def wish(station_id: str) -> Wish | None:
    """What the list should be; None: nobody has said."""
    item = table.get(keys.wished_local_list(station_id))
    if item is None:
        return None
    entries = _unpack(item["entries"]) if "entries" in item else None
    return Wish(item["version"], entries, keys.time(item["wished_at"]))


def set_wish(station_id: str, wished: Wish) -> None:
    """Keep what the list should be, unless a later version of it is kept."""
    with suppress(ConditionFailed):
        table.put(
            {
                **keys.wished_local_list(station_id)._asdict(),
                "version": wished.version,
                "entries": None if wished.entries is None else _pack(wished.entries),
                "wished_at": keys.stamp(wished.wished_at),
            },
            condition="attribute_not_exists(pk) OR version <= :version",
            values={":version": wished.version},
        )


def to_item(known: LocalList) -> Item:
    fields: dict[str, Any] = known._asdict()
    fields["entries"] = None if known.entries is None else _pack(known.entries)
    fields["as_of"] = keys.stamp(known.as_of) if known.as_of else None
    del fields["station_id"]
    return {**keys.local_list(known.station_id)._asdict(), **fields}


def from_item(item: Item) -> LocalList:
    fields: Item = {name: item[name] for name in LocalList._fields if name in item}
    if "entries" in fields:
        fields["entries"] = _unpack(fields["entries"])
    if "as_of" in fields:
        fields["as_of"] = keys.time(fields["as_of"])
    return LocalList(**fields, station_id=keys.entity(item["pk"])[1])


def _pack(entries: Entries) -> bytes:
    rows = [(*one[:2], keys.stamp(one.expires_at) if one.expires_at else None, *one[3:]) for one in entries.values()]
    return zlib.compress(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode())


def _unpack(packed: bytes) -> Entries:
    return listed(
        Entry(id_token, status, dt.datetime.fromisoformat(expires_at) if expires_at else None, *others)
        for id_token, status, expires_at, *others in json.loads(zlib.decompress(packed))
    )
