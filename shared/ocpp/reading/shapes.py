"""Objects and lists in OCPP messages: their fields, and what becomes of a field that is missing or cannot be read."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared.ocpp.reading.kinds import DROPPED, UNREADABLE, Kind, plain
from shared.ocpp.reading.repairs import Repairs, inside, text_of, well_formed

Instead = Callable[[str], Any]
"""What stands in for something that is missing or cannot be read, given the text of the time of receipt."""

Settle = Callable[[dict[str, Any], str, Repairs], dict[str, Any]]
"""What depends on several fields of an object: takes the object, its path and the repairs, returns the object."""

LONGEST_NAME = 50
MOST_STRANGERS = 20
"""A finding may cost a write, so an object with more unknown properties than this gets one finding for the rest."""


class Field(NamedTuple):
    """A property of an object. A required one without `instead` cannot be made up: the schema then refuses it."""

    kind: Kind
    required: bool
    instead: Instead | None = None
    code: str = ""
    """The quirk that it is if the property is missing or unreadable; the kind's own if empty."""


def need(kind: Kind, code: str = "", instead: Instead | None = None) -> Field:
    return Field(kind, True, instead, code or kind.code)


def may(kind: Kind, code: str = "") -> Field:
    return Field(kind, False, None, code or kind.code)


class Shape:
    """A JSON object with these properties and no others. `settle` is for what depends on several of them."""

    def __init__(self, fields: Mapping[str, Field], settle: Settle | None = None) -> None:
        self.fields = fields
        self.made_up = tuple(name for name, field in fields.items() if field.instead)
        self.settle = settle

    def read(self, value: dict[str, Any], path: str, repairs: Repairs) -> dict[str, Any]:
        """The object with its repairs: `value` itself if it needed none, else a copy."""
        given = value
        if None in value.values() or not value.keys() <= self.fields.keys():
            given = self._named(value, path, repairs)
        result = given
        for name, item in given.items():
            field = self.fields[name]
            if field.kind.fits(item):
                continue
            place = inside(path, name)
            read = field.kind.read(item, place, repairs)
            if read is UNREADABLE:
                read = _without(field, item, place, repairs)
            if read is item:
                continue
            if result is given:
                result = dict(given)
            if read is DROPPED:
                del result[name]
            else:
                result[name] = read
        for name in self.made_up:
            if name not in result:
                result = {**result, name: _without(self.fields[name], None, inside(path, name), repairs)}
        return self.settle(result, path, repairs) if self.settle else result

    def _named(self, value: dict[str, Any], path: str, repairs: Repairs) -> dict[str, Any]:
        """The object without nulls and without what the standard does not have, but with what is merely misspelled."""
        known = {name: item for name, item in value.items() if name in self.fields and item is not None}
        for name, item in value.items():
            if item is None and name in self.fields and name not in self.made_up:
                repairs.found("Q-07", inside(path, name), "null, taken as absent", item)
        meanings = {plain(name): name for name in self.fields}
        left_out = 0
        for name in [name for name in value if name not in self.fields]:
            item, place = value[name], inside(path, well_formed(name[:LONGEST_NAME]))
            meant = meanings.get(plain(name))
            if meant and meant not in known and item is not None:
                repairs.found("Q-52", place, f"read as {meant}", item)
                known[meant] = item
                continue
            left_out += 1
            if left_out <= MOST_STRANGERS:
                repairs.found("Q-52", place, "not in the standard, left out", item)
        if left_out > MOST_STRANGERS:
            repairs.found("Q-52", path, f"{left_out - MOST_STRANGERS} more properties not in the standard, left out")
        return known


class ListOf:
    """A list of objects. `filled`: it must not be empty. `nothing` stands in for an item that is no object."""

    code = "Q-13"

    def __init__(self, item: Shape, nothing: Instead, *, filled: bool = False) -> None:
        self.item = item
        self.nothing = nothing
        self.filled = filled

    def fits(self, _value: object) -> bool:
        return False

    def read(self, value: Any, path: str, repairs: Repairs) -> Any:
        if isinstance(value, dict):
            repairs.found(self.code, path, "an object, read as a list of one", value)
            value = [value]
        if not isinstance(value, list) or (self.filled and not value):
            return UNREADABLE
        result = value
        for index, item in enumerate(value):
            place = f"{path}[{index}]"
            if isinstance(item, dict):
                read = self.item.read(item, place, repairs)
            else:
                repairs.found(self.code, place, "not an object, nothing is read from it", item)
                repairs.keep(place, item)
                read = self.nothing(repairs.receipt)
            if read is not item:
                if result is value:
                    result = list(value)
                result[index] = read
        return result


def _without(field: Field, item: Any, path: str, repairs: Repairs) -> Any:
    """What the payload gets for a property that is missing (`item` is None) or cannot be read."""
    if field.required and field.instead is None:
        return item
    blank = item == [] or (isinstance(item, str) and not item.strip())
    problem = "missing" if item is None else "empty" if blank else "unreadable"
    if not blank:
        repairs.keep(path, item)
    if field.instead is None:
        repairs.found(field.code, path, f"{problem}, left out", item)
        return DROPPED
    value = field.instead(repairs.receipt)
    repairs.found(field.code, path, f"{problem}, taken as {text_of(value) or 'empty'}", item)
    return value
