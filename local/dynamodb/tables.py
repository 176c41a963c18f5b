"""moto's tables with a store of ours in each: moto answers what concerns a whole table, the store holds the items."""

from typing import Any

from moto.dynamodb.models.table import SecondaryIndex
from moto.dynamodb.models.table import Table as MotoTable

from local.capacity import IndexShape
from local.dynamodb.errors import invalid
from local.dynamodb.storage import KeySchema, Store
from local.dynamodb.streams import StreamShard
from local.dynamodb.values import Item


class Table(MotoTable):
    """A table whose items are in `store`; moto's own storage of items stays empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in self.attr}
        schema = _key_schema(self.schema)
        if self.indexes:
            raise invalid("The local table knows global secondary indexes only")
        indexes = {index.name: _index(index, schema) for index in self.global_indexes}
        self.store = Store(self.name, schema, types, indexes)
        self.store.watchers.append(self._record)

    def set_stream_specification(self, streams: dict[str, Any] | None) -> None:
        super().set_stream_specification(streams)
        if self.stream_shard is not None:
            self.stream_shard = StreamShard(self.account_id, self)

    def _record(self, old: Item | None, new: Item | None, *, expired: bool) -> None:
        if isinstance(self.stream_shard, StreamShard):
            self.stream_shard.record(old, new, expired=expired)

    def describe(self, base_key: str = "TableDescription") -> dict[str, Any]:
        description: dict[str, Any] = super().describe(base_key)
        description[base_key]["TableSizeBytes"] = self.store.size_bytes
        return description

    def __len__(self) -> int:
        return self.store.count

    def load(self, items: list[Item]) -> None:
        """Put items as they are, without telling the stream: they come from an earlier run."""
        for item in items:
            self.store.replace(*self.store.row_for(item), silent=True)

    def remove_expired(self, now_s: float) -> int:
        """Remove the items whose time to live is over, as the service does some time after; returns how many."""
        attribute = self.ttl.get("AttributeName")
        if self.ttl["TimeToLiveStatus"] != "ENABLED" or attribute is None:
            return 0
        expired = self.store.expired(attribute, now_s)
        for row in expired:
            self.store.replace(row, None, expired=True)
        return len(expired)


def _key_schema(schema: list[dict[str, str]]) -> KeySchema:
    by_type: dict[str, list[str]] = {"HASH": [], "RANGE": []}
    for element in schema:
        by_type[element["KeyType"]].append(element["AttributeName"])
    if len(by_type["HASH"]) != 1 or len(by_type["RANGE"]) > 1:
        raise invalid("The local table knows keys of one hash attribute and at most one range attribute")
    return KeySchema(by_type["HASH"][0], next(iter(by_type["RANGE"]), None))


def _index(index: SecondaryIndex, table: KeySchema) -> tuple[KeySchema, IndexShape]:
    schema = _key_schema(index.schema)
    projected: frozenset[str] | None = None
    if index.projection["ProjectionType"] != "ALL":
        more = index.projection.get("NonKeyAttributes", [])
        projected = frozenset({*table.attributes, *schema.attributes, *more})
    return schema, IndexShape(index.name, schema.attributes, projected)
