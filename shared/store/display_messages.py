"""DISPLAY_MESSAGE items: the messages that stations of OCPP 2.x have to show, as far as their answers have told."""

import datetime as dt
import json
from typing import Any

from shared.domain.display_messages import Display, DisplayMessage, KnownMessage, MessageContent
from shared.store import keys, table
from shared.store.dynamodb import Item

RETENTION = dt.timedelta(days=90)
"""How long a message is kept that says itself when it ends, or belongs to a transaction."""


def find(station_id: str, message_id: int) -> KnownMessage | None:
    item = table.get(keys.display_message(station_id, message_id))
    return from_item(item) if item else None


def of_station(station_id: str) -> list[KnownMessage]:
    """All that is known of the messages at a station, by their numbers."""
    found: list[KnownMessage] = []
    after: Item | None = None
    while True:
        read = table.query(
            keys.display_messages_of_station(station_id), prefix=keys.MESSAGES, after=after, consistent=True
        )
        found += map(from_item, read.items)
        if (after := read.last) is None:
            return found


def page(station_id: str, after: str | None, limit: int) -> tuple[list[KnownMessage], str | None]:
    """The messages at a station by their numbers, and the sort key to go on after."""
    partition = keys.display_messages_of_station(station_id)
    found = table.page(partition, limit, prefix=keys.MESSAGES, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def new_number(station_id: str) -> int:
    """A number that no message at the station is known to have, and no other one is given."""
    while True:
        counted = table.update(
            keys.last_display_message(station_id), "ADD message_id :one", {":one": 1}, returns="UPDATED_NEW"
        )
        number: int = counted["message_id"]
        if find(station_id, number) is None:
            return number


def save(station_id: str, *messages: KnownMessage) -> None:
    """Keep messages, each in place of what was known under its number."""
    table.put_many([to_item(station_id, one) for one in messages])


def remove(station_id: str, message_id: int) -> None:
    table.delete(keys.display_message(station_id, message_id))


def to_item(station_id: str, known: KnownMessage) -> Item:
    message = known.message
    ends_at = message.end_at or (known.noted_at + RETENTION if message.transaction_id else None)
    fields: dict[str, Any] = message._asdict()
    for name in ("message_id", "start_at", "end_at"):
        del fields[name]
    return {
        **keys.display_message(station_id, message.message_id)._asdict(),
        "message": json.dumps(fields, separators=(",", ":"), ensure_ascii=False),
        "start_at": keys.stamp(message.start_at) if message.start_at else None,
        "end_at": keys.stamp(message.end_at) if message.end_at else None,
        "noted_at": keys.stamp(known.noted_at),
        "call_id": known.call_id,
        "expires_at_s": int(ends_at.timestamp()) if ends_at else None,
    }


def from_item(item: Item) -> KnownMessage:
    fields: dict[str, Any] = json.loads(item["message"])
    message = DisplayMessage(
        message_id=int(item["sk"].removeprefix(keys.MESSAGES)),
        priority=fields["priority"],
        content=MessageContent(*fields["content"]),
        state=fields["state"],
        start_at=keys.time(item["start_at"]) if "start_at" in item else None,
        end_at=keys.time(item["end_at"]) if "end_at" in item else None,
        transaction_id=fields["transaction_id"],
        display=Display(*fields["display"]) if fields["display"] else None,
        extra=tuple(MessageContent(*one) for one in fields["extra"]),
    )
    return KnownMessage(message, keys.time(item["noted_at"]), item.get("call_id"))
