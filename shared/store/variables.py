"""VARIABLE items: the device model of stations of OCPP 2.x, and what the operator wishes of it.

An item is a variable with all that is known of it. Whoever changes one reads it first and writes it if nobody else has
meanwhile, so answers and reports that meet keep what each of them brought.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from shared.domain.variables import ATTRIBUTE_TYPES, Attribute, Characteristics, Variable, VariableId, missing
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

Change = Callable[[Variable], Variable]

ATTEMPTS = 8
"""Only messages of one station compete; each round one of them wins."""
READ_AT_ONCE = 500
TIMES = ("answered_at", "read_at", "changed_at", "previous_at", "wished_at", "as_of")
LIMITS = ("min_limit", "max_limit")


# ---------------------------------------------------------------------- what a function needs to know of a station


def text(station_id: str, variable: VariableId) -> str | None:
    """The actual value of a variable, as last known; eventually consistent."""
    found = find(station_id, variable)
    return found.actual.value if found else None


def number(station_id: str, variable: VariableId) -> int | None:
    """The whole number that is a variable's actual value; None: not known, or it is none."""
    value = text(station_id, variable)
    try:
        return int(value) if value is not None else None
    except ValueError:
        return None


def flag(station_id: str, variable: VariableId) -> bool | None:
    """The truth value that is a variable's actual value; None: not known, or it is none."""
    value = (text(station_id, variable) or "").strip().lower()
    return {"true": True, "false": False}.get(value)


def values(station_id: str, *wanted: VariableId) -> dict[VariableId, str]:
    """The actual values of some variables, as last known, by the ids asked for; what is not known is left out."""
    found = find_many(station_id, wanted)
    known = ((one, found[one.normal].actual.value) for one in wanted if one.normal in found)
    return {one: value for one, value in known if value is not None}


# ---------------------------------------------------------------------- variables


def find(station_id: str, variable: VariableId) -> Variable | None:
    """What is known of a variable; eventually consistent."""
    item = table.get(_key(station_id, variable), consistent=False)
    return from_item(item) if item else None


def find_many(station_id: str, wanted: Iterable[VariableId]) -> dict[VariableId, Variable]:
    """What is known of some variables, by their ids in normal form; eventually consistent."""
    items = table.get_many([_key(station_id, one) for one in wanted])
    found = (from_item(item) for item in items.values())
    return {one.id.normal: one for one in found}


def page(
    station_id: str, after: str | None, limit: int, *, component: str | None = None
) -> tuple[list[Variable], str | None]:
    """A station's variables, or those of its components of a name, in order, and the sort key to go on after."""
    partition = keys.variables_of_station(station_id)
    prefix = keys.variables_of_component(component.lower()) if component else ""
    found = table.page(partition, limit, prefix=prefix, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def change(station_id: str, changes: Mapping[VariableId, Change]) -> None:
    """Change what is known of some variables, whoever else does at the same time. Ids that are equal are one."""
    wanted = {one.normal: (one, make) for one, make in changes.items()}
    known = table.get_many([_key(station_id, one) for one in wanted])
    for one, make in wanted.values():
        _change(_key(station_id, one), one, make, known.get(_key(station_id, one)))


def remove_unnamed(station_id: str, since: dt.datetime) -> None:
    """Forget the variables of which the station has said nothing since a moment. What is wished of them stays."""
    for item in list(_items(station_id)):
        known = from_item(item)
        if known.told_at is not None and known.told_at >= since:
            continue
        left = missing(known)
        try:
            if left is None:
                table.delete(keys.Key(item["pk"], item["sk"]), condition="revision = :was", values=_was(item))
            elif left != known:
                table.put(
                    to_item(station_id, left, item["revision"] + 1), condition="revision = :was", values=_was(item)
                )
        except ConditionFailed:  # somebody knows more of it by now
            continue


def _change(key: keys.Key, variable: VariableId, make: Change, item: Item | None) -> None:
    for _ in range(ATTEMPTS):
        known = from_item(item) if item else Variable(variable)
        changed = make(known)
        if item and changed == known:
            return
        new = to_item(keys.entity(key.pk)[1], changed, item["revision"] + 1 if item else 1)
        try:
            if item:
                table.put(new, condition="revision = :was", values=_was(item))
            else:
                table.put(new, condition="attribute_not_exists(pk)")
        except ConditionFailed as failed:
            if failed.item and from_item(failed.item) == changed:
                return
            item = failed.item or None
        else:
            return
    raise TimeoutError(f"{variable} kept changing")


def _was(item: Item) -> Item:
    return {":was": item["revision"]}


def _items(station_id: str) -> Iterator[Item]:
    last: Item | None = None
    while True:
        found = table.query(keys.variables_of_station(station_id), limit=READ_AT_ONCE, after=last, consistent=True)
        yield from found.items
        last = found.last
        if last is None:
            return


def _key(station_id: str, variable: VariableId) -> keys.Key:
    return keys.variable(station_id, variable.normal)


# ---------------------------------------------------------------------- as items


def to_item(station_id: str, variable: Variable, revision: int) -> Item:
    return {
        **_key(station_id, variable.id)._asdict(),
        "id": _given(variable.id._asdict()),
        "attributes": {which: _attribute_item(one) for which, one in variable.attributes.items()},
        "characteristics": _characteristics_item(variable.characteristics) if variable.characteristics else None,
        "named_at": keys.stamp(variable.named_at) if variable.named_at else None,
        "revision": revision,
    }


def _attribute_item(attribute: Attribute) -> Item:
    fields = _given(attribute._asdict())
    return fields | {name: keys.stamp(fields[name]) for name in TIMES if name in fields}


def _characteristics_item(characteristics: Characteristics) -> Item:
    fields = _given(characteristics._asdict())
    return fields | {name: json.dumps(fields[name]) for name in LIMITS if name in fields}


def _given(fields: dict[str, Any]) -> Item:
    return {name: value for name, value in fields.items() if value is not None}


def from_item(item: Item) -> Variable:
    attributes = item["attributes"]
    return Variable(
        VariableId(**item["id"]),
        {which: _attribute(attributes[which]) for which in ATTRIBUTE_TYPES if which in attributes},
        _characteristics(item["characteristics"]) if "characteristics" in item else None,
        keys.time(item["named_at"]) if "named_at" in item else None,
    )


def _attribute(fields: Item) -> Attribute:
    return Attribute(**fields | {name: keys.time(fields[name]) for name in TIMES if name in fields})


def _characteristics(fields: Item) -> Characteristics:
    return Characteristics(**fields | {name: json.loads(fields[name]) for name in LIMITS if name in fields})
