"""The stream of a table: a record per change, in order, for whoever subscribes and for the GetRecords API."""

import marshal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.dynamodb.models import table as moto_table

from local.capacity import item_size
from local.dynamodb.values import Item
from local.identity import random_bits

StreamRecord = dict[str, Any]
"""A record as a Lambda function receives it, without its eventSourceARN."""

KEPT_RECORDS = 1_000
"""AWS keeps records for a day; one machine keeps the newest."""

_EXPIRY = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


class StreamShard(moto_table.StreamShard):
    """moto's shard with records of ours: every table has one shard, so the order holds for the whole table."""

    def __init__(self, account_id: str, table: moto_table.Table) -> None:
        super().__init__(account_id, table)
        self.subscribers: list[Callable[[StreamRecord], None]] = []
        self._next_number = self.starting_sequence_number

    def record(self, old: Item | None, new: Item | None, *, expired: bool) -> None:
        """Add the change from `old` to `new`; `expired` marks an item that its TTL removed."""
        record = self._record(old, new)
        if expired:
            record["userIdentity"] = _EXPIRY
        self.items.append(_Kept(record))
        if len(self.items) > 2 * KEPT_RECORDS:
            self.starting_sequence_number += len(self.items) - KEPT_RECORDS
            del self.items[:-KEPT_RECORDS]
        for subscriber in self.subscribers:
            subscriber(record)

    def _record(self, old: Item | None, new: Item | None) -> StreamRecord:
        specification = self.table.stream_specification or {}
        view = specification["StreamViewType"]
        either = new if old is None else old
        change: dict[str, Any] = {
            "ApproximateCreationDateTime": float(int(time.time())),
            "Keys": {name: (either or {})[name] for name in self.table.table_key_attrs},
            "SequenceNumber": str(self._next_number),
            "SizeBytes": sum(item_size(image) for image in (old, new) if image is not None),
            "StreamViewType": view,
        }
        if new is not None and view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["NewImage"] = new
        if old is not None and view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["OldImage"] = old
        self._next_number += 1
        return {
            "eventID": f"{random_bits(128):032x}",
            "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.table.region_name,
            "dynamodb": change,
        }


class _Kept(moto_table.StreamRecord):
    """A record as moto's GetRecords wants it, packed as rows are."""

    __slots__ = ("_packed",)

    def __new__(cls, _record: StreamRecord) -> "_Kept":
        # moto's models remember each that was ever made, for its dashboard.
        return object.__new__(cls)

    def __init__(self, record: StreamRecord) -> None:
        self._packed = marshal.dumps(record)

    def to_json(self) -> dict[str, Any]:
        record: StreamRecord = marshal.loads(self._packed)  # noqa: S302  # our own bytes, from this very process
        change = record["dynamodb"]
        created_at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
        kept = {**record, "dynamodb": {**change, "ApproximateCreationDateTime": created_at}}
        if identity := record.get("userIdentity"):
            # The API spells these two members with capitals, the event for a function does not.
            kept["userIdentity"] = {"Type": identity["type"], "PrincipalId": identity["principalId"]}
        return kept
