"""CONFIGURATION items: what is known of every configuration key of a station, and what the operator wishes of it.

Answers may come late, after those of calls that were made later. So each item keeps in `as_of` when the call was made
whose answer it is from, and an older answer changes nothing.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from shared.domain.configuration import Variable, normal
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

LONGEST_KEY = 255
"""The standard has 50 characters; what is longer than this is no key of anybody's."""
TIMES = ("read_at", "changed_at", "wished_at")
NOT_OVERTAKEN = "attribute_not_exists(as_of) OR as_of <= :as_of"


def find(station_id: str, key: str) -> Variable | None:
    """What is known of a key. Eventually consistent."""
    item = table.get(_key(station_id, key), consistent=False) if _is_one(key) else None
    return from_item(item) if item else None


def find_many(station_id: str, names: Iterable[str]) -> dict[str, Variable]:
    """What is known of some keys, by the key in normal form; eventually consistent."""
    items = table.get_many([_key(station_id, key) for key in names if _is_one(key)])
    return {key.sk: from_item(item) for key, item in items.items()}


def values(station_id: str, *names: str) -> dict[str, str]:
    """The values of some keys, as last known, by the names asked for; what is not known is left out."""
    found = find_many(station_id, names)
    known = ((name, found[normal(name)].value) for name in names if normal(name) in found)
    return {name: value for name, value in known if value is not None}


def page(station_id: str, after: str | None, limit: int) -> tuple[list[Variable], str | None]:
    """A station's keys in the order of their names, and the name to go on after."""
    partition = keys.configuration_of_station(station_id)
    found = table.page(partition, limit, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def number(station_id: str, key: str) -> int | None:
    """The whole number that a key holds; None: not known, or it holds none."""
    variable = find(station_id, key)
    try:
        return int(variable.value) if variable and variable.value is not None else None
    except ValueError:
        return None


def note_read(station_id: str, said: Variable, as_of: dt.datetime) -> None:
    """Keep what a station says of a key: its value and whether it is read-only, or that it does not know it."""
    fields: Item = {
        "key": said.key,
        "value": said.value,
        "readonly": said.readonly,
        "is_known": said.is_known,
        "is_secret": said.is_secret or None,
        "read_at": keys.stamp(said.read_at) if said.read_at else None,
    }
    _write(station_id, said.key, fields, as_of)


def note_change(station_id: str, accepted: Variable, as_of: dt.datetime) -> None:
    """Keep a value that a station has accepted. It is what the operator wishes, unless that was wished since."""
    fields: Item = {
        "key": accepted.key,
        "value": accepted.value,
        "is_known": True,
        "is_secret": accepted.is_secret or None,
        "read_at": keys.stamp(accepted.read_at) if accepted.read_at else None,
        "changed_at": keys.stamp(accepted.changed_at) if accepted.changed_at else None,
    }
    _write(station_id, accepted.key, fields, as_of)
    if accepted.value is not None:
        wish(station_id, accepted.key, accepted.value, as_of)


def wish(station_id: str, key: str, value: str, at: dt.datetime) -> None:
    """Keep the value that a key should have, unless another was wished since."""
    try:
        table.update(
            _key(station_id, key),
            "SET wished = :wished, wished_at = :at, #key = if_not_exists(#key, :key)",
            {":wished": value, ":at": keys.stamp(at), ":key": key},
            condition="attribute_not_exists(wished_at) OR wished_at <= :at",
            names={"#key": "key"},
        )
    except ConditionFailed:
        return


def wish_nothing(station_id: str, key: str, at: dt.datetime) -> None:
    """Forget which value a key should have."""
    try:
        table.update(
            _key(station_id, key),
            "SET wished_at = :at REMOVE wished",
            {":at": keys.stamp(at)},
            condition="attribute_exists(wished)",
        )
    except ConditionFailed:
        return


def _write(station_id: str, key: str, fields: Item, as_of: dt.datetime) -> None:
    """Set these attributes, and remove those that are None; the others stay."""
    if not _is_one(key):
        return
    given = {name: value for name, value in fields.items() if value is not None}
    gone = [f"#{name}" for name in fields if name not in given]
    sets = ["as_of = :as_of", *(f"#{name} = :{name}" for name in given)]
    try:
        table.update(
            _key(station_id, key),
            f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(gone)}" if gone else ""),
            {":as_of": keys.stamp(as_of)} | {f":{name}": value for name, value in given.items()},
            condition=NOT_OVERTAKEN,
            names={f"#{name}": name for name in fields},
        )
    except ConditionFailed:
        return


def _key(station_id: str, key: str) -> keys.Key:
    return keys.configuration(station_id, normal(key))


def _is_one(key: str) -> bool:
    return 0 < len(key) <= LONGEST_KEY


def from_item(item: Item) -> Variable:
    fields: dict[str, Any] = {name: item[name] for name in Variable._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    return Variable(**fields)
