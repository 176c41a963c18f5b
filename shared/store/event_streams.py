"""EVENT_STREAM items: the periodic event streams of stations of OCPP 2.1, and beside them the values that they brought.

A message is one item, so that it costs one write however many values it has; what a stream brought last is read from
there.
"""

import datetime as dt
import json
import zlib

from shared.domain.event_streams import EventStream, StreamedValue, StreamedValues
from shared.store import keys, table
from shared.store.dynamodb import Item

RETENTION = dt.timedelta(days=30)
CLOSED_RETENTION = dt.timedelta(days=90)
PACK_FROM_BYTES = 600


def of_station(station_id: str) -> list[EventStream]:
    """A station's streams by their numbers; those that are closed for a while."""
    found: list[EventStream] = []
    after: Item | None = None
    while True:
        read = table.query(keys.event_streams_of_station(station_id), prefix=keys.STREAMS, after=after, consistent=True)
        found += map(from_item, read.items)
        if (after := read.last) is None:
            return found


def find(station_id: str, stream_id: int) -> EventStream | None:
    item = table.get(keys.event_stream(station_id, stream_id))
    return from_item(item) if item else None


def page(station_id: str, after: str | None, limit: int) -> tuple[list[EventStream], str | None]:
    """A station's streams by their numbers, and the sort key to go on after."""
    partition = keys.event_streams_of_station(station_id)
    found = table.page(partition, limit, prefix=keys.STREAMS, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def save(station_id: str, stream: EventStream) -> None:
    """Keep a stream in place of what was known under its number."""
    table.put(to_item(station_id, stream))


def record(station_id: str, brought: StreamedValues) -> None:
    """Keep the values of a message. The same again replaces itself."""
    packed = _pack(brought.values)
    at = brought.values[0].at
    table.put(
        {
            **keys.values_of_stream_at(station_id, brought.stream_id, at, keys.digest(packed))._asdict(),
            "pending": brought.pending,
            "values": packed,
            "received_at": keys.stamp(brought.received_at),
            "expires_at_s": int((brought.received_at + RETENTION).timestamp()),
        }
    )


def latest(station_id: str, stream_id: int) -> StreamedValues | None:
    """What the stream brought last."""
    prefix = keys.values_of_stream(stream_id)
    found = table.query(keys.event_streams_of_station(station_id), prefix=prefix, newest_first=True, limit=1)
    return values_from_item(found.items[0]) if found.items else None


def page_of_values(
    station_id: str, stream_id: int, after: str | None, limit: int
) -> tuple[list[StreamedValues], str | None]:
    """What a stream brought, message by message, the newest first, and the sort key to go on after."""
    partition = keys.event_streams_of_station(station_id)
    prefix = keys.values_of_stream(stream_id)
    found = table.page(partition, limit, prefix=prefix, newest_first=True, after=keys.after(partition, after))
    return [values_from_item(item) for item in found.items], found.last["sk"] if found.last else None


def to_item(station_id: str, stream: EventStream) -> Item:
    ends_at = stream.changed_at + CLOSED_RETENTION
    fields: Item = stream._asdict()
    del fields["stream_id"]
    return {
        **keys.event_stream(station_id, stream.stream_id)._asdict(),
        **fields,
        "changed_at": keys.stamp(stream.changed_at),
        "opened_at": keys.stamp(stream.opened_at) if stream.opened_at else None,
        "expires_at_s": int(ends_at.timestamp()) if stream.state == "closed" else None,
    }


def from_item(item: Item) -> EventStream:
    return EventStream(
        stream_id=int(item["sk"].removeprefix(keys.STREAMS)),
        monitor_id=item["monitor_id"],
        interval_s=item.get("interval_s"),
        values=item.get("values"),
        state=item["state"],
        changed_at=keys.time(item["changed_at"]),
        opened_at=keys.time(item["opened_at"]) if "opened_at" in item else None,
    )


def values_from_item(item: Item) -> StreamedValues:
    packed: bytes = item["values"]
    rows = json.loads(packed if packed[:1] == b"[" else zlib.decompress(packed))
    return StreamedValues(
        stream_id=int(item["sk"].removeprefix(keys.DATA).partition("#")[0]),
        received_at=keys.time(item["received_at"]),
        pending=item["pending"],
        values=tuple(StreamedValue(keys.time(at), value) for at, value in rows),
    )


def _pack(values: tuple[StreamedValue, ...]) -> bytes:
    rows = [(keys.stamp(one.at), one.value) for one in values]
    text = json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()
    return zlib.compress(text) if len(text) > PACK_FROM_BYTES else text
