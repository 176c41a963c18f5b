"""The items of one table, ordered by its key and by the keys of its indexes.

Every change goes through `Store.replace`, which keeps all orders and tells whoever watches (the table's stream). So a
query costs what its page costs, whatever else is in the table.
"""

import marshal
import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from local.capacity import MAX_ITEM_BYTES, IndexShape, item_size
from local.dynamodb.errors import invalid
from local.dynamodb.values import Item, Sortable, kind, sortable

Position = tuple[Sortable, ...]
"""Where an item stands within a partition: its range key, if there is one; in an index then the table's own keys."""

_MAX_HASH_BYTES = 2048
_MAX_RANGE_BYTES = 1024
_TOO_LONG = {
    _MAX_HASH_BYTES: "Size of hashkey has exceeded the maximum size limit of2048 bytes",
    _MAX_RANGE_BYTES: "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
}


class KeySchema(NamedTuple):
    """The key attributes of a table or an index: the hash attribute and, where there is one, the range attribute."""

    hash: str
    range: str | None = None

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.hash,) if self.range is None else (self.hash, self.range)


class Row:
    """A stored item, its size in bytes and when its time to live is over.

    An item of some hundred bytes is some thousand as dictionaries of dictionaries, and each of them more work for the
    garbage collector. So a row is packed while it is at rest, and every look at it makes the item anew.
    """

    __slots__ = ("_item", "_packed", "expires_s", "size_bytes")

    def __init__(self, item: Item, size_bytes: int, expires_s: float = math.inf) -> None:
        self._item: Item | None = item
        self._packed = b""
        self.size_bytes = size_bytes
        self.expires_s = expires_s

    @property
    def item(self) -> Item:
        if self._item is not None:
            return self._item
        item: Item = marshal.loads(self._packed)  # noqa: S302  # our own bytes, from this very process
        return item

    def pack(self) -> None:
        """It is stored: nobody works on the item any more."""
        if self._item is not None:
            self._packed, self._item = marshal.dumps(self._item), None


class RangeCondition(NamedTuple):
    """What a query asks of the range key: `=`, `<`, `<=`, `>`, `>=`, `begins_with` or `BETWEEN` with its bounds."""

    operator: str
    bounds: tuple[Any, ...]


class Partition:
    """The rows that share a hash key, in the order of their positions."""

    __slots__ = ("positions", "rows")

    def __init__(self) -> None:
        self.positions: list[Position] = []
        self.rows: dict[Position, Row] = {}

    def put(self, position: Position, row: Row) -> None:
        if position not in self.rows:
            insort(self.positions, position)
        self.rows[position] = row

    def remove(self, position: Position) -> None:
        del self.rows[position]
        del self.positions[bisect_left(self.positions, position)]

    def between(self, condition: RangeCondition | None) -> tuple[int, int]:
        """The slice of positions whose range key meets the condition."""
        positions, end = self.positions, len(self.positions)
        if condition is None:
            return 0, end
        operator, bounds = condition
        if operator == "begins_with":
            prefix = bounds[0]

            def beginning(position: Position) -> Any:
                return position[0][: len(prefix)]  # type: ignore[index]  # text or bytes

            return bisect_left(positions, prefix, key=beginning), bisect_right(positions, prefix, key=beginning)
        low = {"=": bounds[0], ">=": bounds[0], "BETWEEN": bounds[0]}.get(operator)
        high = {"=": bounds[0], "<=": bounds[0], "BETWEEN": bounds[-1]}.get(operator)
        start = 0 if low is None else bisect_left(positions, low, key=_range_key)
        stop = end if high is None else bisect_right(positions, high, key=_range_key)
        if operator == ">":
            start = bisect_right(positions, bounds[0], key=_range_key)
        elif operator == "<":
            stop = bisect_left(positions, bounds[0], key=_range_key)
        return start, stop


def _range_key(position: Position) -> Any:
    return position[0]


class Order:
    """The items of a table in one order: of the table's own key, or of an index that holds some of them."""

    def __init__(self, schema: KeySchema, table: KeySchema, shape: IndexShape | None) -> None:
        self.schema = schema
        self.shape = shape
        # In an index many items may share a key; the table's key tells them apart.
        self.tie_breakers = () if shape is None else table.attributes
        self.partitions: dict[Sortable, Partition] = {}

    @property
    def key_attributes(self) -> tuple[str, ...]:
        """The attributes of a LastEvaluatedKey."""
        return tuple(dict.fromkeys((*self.schema.attributes, *self.tie_breakers)))

    def place(self, item: Item) -> tuple[Sortable, Position] | None:
        """Partition and position of an item; `None` when it lacks a key of this order."""
        if any(name not in item for name in self.schema.attributes):
            return None
        within = (*self.schema.attributes[1:], *self.tie_breakers)
        return sortable(item[self.schema.hash]), tuple(sortable(item[name]) for name in within)

    def replace(self, old: Item | None, new: Item | None, row: Row | None) -> None:
        """Put a row, which holds the item `new`, where the item `old` was."""
        before = self.place(old) if old else None
        after = self.place(new) if new else None
        if before is not None and before != after:
            partition = self.partitions[before[0]]
            partition.remove(before[1])
            if not partition.rows:
                del self.partitions[before[0]]
        if row is not None and after is not None:
            self.partitions.setdefault(after[0], Partition()).put(after[1], row)

    def query(
        self, hash_key: Sortable, condition: RangeCondition | None, after: Position | None, *, forward: bool
    ) -> Iterator[Row]:
        """The rows of one partition that meet the range condition, beyond the position `after`."""
        partition = self.partitions.get(hash_key)
        if partition is None:
            return
        start, stop = partition.between(condition)
        if after is not None and forward:
            start = max(start, bisect_right(partition.positions, after))
        elif after is not None:
            stop = min(stop, bisect_left(partition.positions, after))
        for index in range(start, stop) if forward else range(stop - 1, start - 1, -1):
            yield partition.rows[partition.positions[index]]

    def scan(self, after: tuple[Sortable, Position] | None) -> Iterator[Row]:
        """All rows, beyond a place if one is given."""
        hashes: list[Any] = sorted(self.partitions)
        for hash_key in hashes if after is None else hashes[bisect_left(hashes, after[0]) :]:
            beyond = after[1] if after is not None and hash_key == after[0] else None
            yield from self.query(hash_key, None, beyond, forward=True)


class Watcher(Protocol):
    """Who is told of every change of a store, in order."""

    def __call__(self, old: Item | None, new: Item | None, *, expired: bool) -> None: ...


class Store:
    """One table: its items, their orders and what may be said about their keys."""

    def __init__(
        self, name: str, schema: KeySchema, types: dict[str, str], indexes: dict[str, tuple[KeySchema, IndexShape]]
    ) -> None:
        self.name = name
        self.schema = schema
        self.types = types
        self.shapes = [shape for _, shape in indexes.values()]
        self.table = Order(schema, schema, None)
        self.indexes = {name: Order(index_schema, schema, shape) for name, (index_schema, shape) in indexes.items()}
        self.watchers: list[Watcher] = []
        self._expires_by = ""
        """The attribute that says when an item's time to live is over, once somebody has asked for those."""
        self.count = 0
        self.size_bytes = 0

    def find(self, key: Item) -> Row | None:
        """The row with exactly these key attributes; a key that is not the table's is refused."""
        if key.keys() != set(self.schema.attributes):
            raise invalid("The provided key element does not match the schema")
        for name in self.schema.attributes:
            self._check_key(name, key[name], "The provided key element does not match the schema")
        return self._row(key)

    def _row(self, item: Item) -> Row | None:
        place = self.table.place(item)
        partition = self.table.partitions.get(place[0]) if place else None
        return partition.rows.get(place[1]) if partition and place else None

    def row_for(self, item: Item) -> tuple[Row | None, Row]:
        """The row that an item would replace and the row it would be; an item that cannot be stored is refused."""
        for name in self.schema.attributes:
            if name not in item:
                raise invalid(f"One or more parameter values were invalid: Missing the key {name} in the item")
            wrong = (
                f"One or more parameter values were invalid: Type mismatch for key {name} expected: "
                f"{self.types[name]} actual: {kind(item[name])}"
            )
            self._check_key(name, item[name], wrong)
        for shape in self.shapes:
            for name in shape.key_attributes:
                self._check_index_key(shape.name, name, item)
        size = item_size(item)
        if size > MAX_ITEM_BYTES:
            raise invalid("Item size has exceeded the maximum allowed size")
        return self._row(item), Row(item, size, self._expires_s(item))

    def _check_key(self, name: str, value: dict[str, Any], wrong_type: str) -> None:
        if kind(value) != self.types[name]:
            raise invalid(wrong_type)
        key = sortable(value)
        if key in ("", b""):
            raise invalid(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                f"empty string value. Key: {name}"
            )
        limit = _MAX_HASH_BYTES if name == self.schema.hash else _MAX_RANGE_BYTES
        if isinstance(key, str | bytes) and len(key.encode() if isinstance(key, str) else key) > limit:
            raise invalid(f"One or more parameter values were invalid: {_TOO_LONG[limit]}")

    def _check_index_key(self, index: str, name: str, item: Item) -> None:
        value = item.get(name)
        if value is None:
            return
        if kind(value) != self.types[name]:
            raise invalid(
                f"One or more parameter values were invalid: Type mismatch for Index Key {name} Expected: "
                f"{self.types[name]} Actual: {kind(value)} IndexName: {index}"
            )
        if sortable(value) in ("", b""):
            raise invalid(
                "One or more parameter values are not valid. A value specified for a secondary index key is not "
                "supported. The AttributeValue for a key attribute cannot contain an empty string value. "
                f"IndexName: {index}, IndexKey: {name}"
            )

    def replace(self, old: Row | None, new: Row | None, *, silent: bool = False, expired: bool = False) -> None:
        """Put `new` where `old` was; either may be nothing. `expired` tells the watchers that a TTL was over."""
        before, after = old.item if old else None, new.item if new else None
        self.table.replace(before, after, new)
        for index in self.indexes.values():
            index.replace(before, after, new)
        self.count += (new is not None) - (old is not None)
        self.size_bytes += (new.size_bytes if new else 0) - (old.size_bytes if old else 0)
        # As in AWS, a write that leaves an item as it was makes no stream record.
        if before != after and not silent:
            for watcher in self.watchers:
                watcher(before, after, expired=expired)
        if new is not None:
            new.pack()

    # ------------------------------------------------------------------ time to live

    def expired(self, attribute: str, now_s: float) -> list[Row]:
        """The rows whose time to live, which is in an attribute, is over; in the order of a scan."""
        if attribute != self._expires_by:
            self._expires_by = attribute
            for row in self.table.scan(None):
                row.expires_s = self._expires_s(row.item)
        partitions = self.table.partitions.values()
        if not any(row.expires_s <= now_s for partition in partitions for row in partition.rows.values()):
            return []
        return [row for row in self.table.scan(None) if row.expires_s <= now_s]

    def _expires_s(self, item: Item) -> float:
        value = item.get(self._expires_by, {}).get("N") if self._expires_by else None
        return math.inf if value is None else float(value)

    def items(self) -> Iterator[Item]:
        """Every item, in the order of a scan."""
        return (row.item for row in self.table.scan(None))
