"""The request units that DynamoDB would charge, by the rules AWS publishes for on-demand tables.

moto charges one unit whatever happens. Here a write costs one unit per started KB of the larger of the item before
and after it, every secondary index pays for the change of its own entry, a strongly consistent read costs one unit
per started 4 KB, an eventually consistent one half of that, and a transaction twice as much. A write whose condition
fails is charged as if it had happened to the item that is there.
"""

import base64
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
MAX_ITEM_BYTES = 400 * 1024
_CONTAINER_BYTES = 3
_ELEMENT_BYTES = 1


@dataclass(frozen=True)
class Units:
    """Request units of one operation on one table: of the table itself, and of each secondary index by name."""

    table: float = 0.0
    indexes: Mapping[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return self.table + sum(self.indexes.values())


@dataclass(frozen=True)
class IndexShape:
    """A secondary index: its key attributes, and which attributes of an item it holds (`None`: all of them)."""

    name: str
    key_attributes: tuple[str, ...]
    projected_attributes: frozenset[str] | None

    def entry(self, item: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """What the index holds of an item; `None` when the item lacks one of the index's keys."""
        if item is None or any(name not in item for name in self.key_attributes):
            return None
        if self.projected_attributes is None:
            return dict(item)
        return {name: value for name, value in item.items() if name in self.projected_attributes}


def item_size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Bytes of an item: the UTF-8 length of its attribute names plus the sizes of its values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one attribute value."""
    kind, content = next(iter(value.items()))
    match kind:
        case "S":
            return len(content) if content.isascii() else len(content.encode())
        case "N":
            return _number_size(content)
        case "BOOL" | "NULL":
            return 1
        case "B":
            return len(base64.b64decode(content))
        case "L":
            return _CONTAINER_BYTES + sum(value_size(inner) + _ELEMENT_BYTES for inner in content)
        case "M":
            return _CONTAINER_BYTES + item_size(content) + _ELEMENT_BYTES * len(content)
        case _:
            return sum(value_size({kind[0]: member}) for member in content)


def _number_size(text: str) -> int:
    """One byte per two significant digits, one more, and one for the sign of a negative number."""
    digits = text.lstrip("-").replace(".", "").strip("0")
    return math.ceil(len(digits) / 2) + 1 + text.startswith("-")


def write_units(
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    indexes: Sequence[IndexShape] = (),
    *,
    transactional: bool = False,
    size_bytes: int | None = None,
) -> Units:
    """What it costs to turn the item `old` into `new`; `None` stands for no item, so a deletion has no `new`.

    `size_bytes` is the larger one's, from whom knows it already.
    """
    factor = 2 if transactional else 1
    charged = {index.name: factor * _index_write(index.entry(old), index.entry(new), index) for index in indexes}
    table = _written(old, new) if size_bytes is None else max(1, math.ceil(size_bytes / WRITE_UNIT_BYTES))
    return Units(factor * table, {name: units for name, units in charged.items() if units})


def refused_units(found: Mapping[str, Any] | None, *, transactional: bool = False) -> Units:
    """What a write costs whose condition failed on the item `found`."""
    return Units((2 if transactional else 1) * _written(found, None))


def read_units(size_bytes: int, *, consistent: bool = False, transactional: bool = False) -> float:
    """What it costs to read `size_bytes`: of one item for the Get operations, of a whole page for Query and Scan."""
    units = max(1, math.ceil(size_bytes / READ_UNIT_BYTES))
    if transactional:
        return 2.0 * units
    return float(units) if consistent else units / 2


def _written(*items: Mapping[str, Any] | None) -> int:
    largest = max((item_size(item) for item in items if item is not None), default=0)
    return max(1, math.ceil(largest / WRITE_UNIT_BYTES))


def _index_write(old: dict[str, Any] | None, new: dict[str, Any] | None, index: IndexShape) -> int:
    if old is None or new is None:
        return 0 if old is None and new is None else _written(old, new)
    if any(old[name] != new[name] for name in index.key_attributes):
        return _written(old) + _written(new)
    return 0 if old == new else _written(old, new)


@dataclass(frozen=True)
class Charge:
    """What one operation cost on one table."""

    operation: str
    table: str
    read: Units
    write: Units


@dataclass
class Meter:
    """The operations that ran while a recording was open, and their request units in total."""

    charges: list[Charge] = field(default_factory=list)

    @property
    def write_units(self) -> float:
        return sum(charge.write.total for charge in self.charges)

    @property
    def read_units(self) -> float:
        return sum(charge.read.total for charge in self.charges)

    def add(self, charge: Charge) -> None:
        """Take the cost of one operation."""
        self.charges.append(charge)


_meters: list[Meter] = []


@contextmanager
def recording(meter: Meter | None = None) -> Iterator[Meter]:
    """Count what every DynamoDB operation of this process costs while the block runs, whatever thread it is in."""
    meter = meter or Meter()
    _meters.append(meter)
    try:
        yield meter
    finally:
        _meters.remove(meter)


def is_recording() -> bool:
    """Whether anybody wants to know: units are worked out only then."""
    return bool(_meters)


def record(charge: Charge) -> None:
    """Add the cost of one operation to every open recording."""
    for meter in tuple(_meters):
        meter.add(charge)
