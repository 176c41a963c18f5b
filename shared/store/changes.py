"""Records of the table's stream, read back as changes of entities."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from shared.store.dynamodb import Item, decode_item
from shared.store.keys import entity


class Change(NamedTuple):
    """One item before and after a write; None where there was none. `sequence` identifies the record in its batch."""

    entity: str
    id: str
    old: Item | None
    new: Item | None
    sequence: str


def changes(event: dict[str, Any]) -> Iterator[Change]:
    """The changes in a stream event, in order."""
    for record in event["Records"]:
        stream = record["dynamodb"]
        name, identity = entity(decode_item(stream["Keys"])["pk"])
        old, new = (decode_item(stream[image]) if image in stream else None for image in ("OldImage", "NewImage"))
        yield Change(name, identity, old, new, stream["SequenceNumber"])
