"""EVENT items: the history of a station, one item per domain event, never changed once written."""

import datetime as dt
import json
from collections.abc import Iterable
from contextlib import suppress

from shared.domain.events import Event
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

RETENTION = dt.timedelta(days=90)
SECURITY_RETENTION = dt.timedelta(days=400)


def record(event: Event, received_at: dt.datetime, *, published: bool = False) -> None:
    """Keep an event; the same event again (a retry) changes nothing. What is not `published` the stream publishes."""
    with suppress(ConditionFailed):
        table.put(_to_item(event, received_at, published=published), condition="attribute_not_exists(pk)")


def record_all(happened: Iterable[Event], received_at: dt.datetime) -> None:
    """Keep the events of one message in as few requests as can be; the same again are the same items. The stream
    publishes those that are new."""
    table.put_many([_to_item(event, received_at, published=False) for event in happened])


def _to_item(event: Event, received_at: dt.datetime, *, published: bool) -> Item:
    data = json.dumps(event.data, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    kept = SECURITY_RETENTION if event.type.startswith(("security", "certificate", "connection")) else RETENTION
    return {
        **keys.event(event.station_id, event.at, keys.digest(event.type, data))._asdict(),
        "type": event.type,
        "data": data,
        "received_at": keys.stamp(received_at),
        "published": published or None,
        **(_listed(event) if event.type == "connection.refused" else {}),
        "expires_at_s": int((received_at + kept).timestamp()),
    }


def _listed(event: Event) -> Item:
    return {
        "pk1": keys.refused_connections(event.at.date()),
        "sk1": keys.moment(event.at, event.station_id, event.data["reason"]),
    }


def page(station_id: str, after: str | None, limit: int) -> tuple[list[Event], str | None]:
    """A station's history, newest first, and the sort key to go on after."""
    partition = keys.events_of_station(station_id)
    found = table.page(partition, limit, newest_first=True, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def from_item(item: Item) -> Event:
    return Event(
        type=item["type"],
        station_id=keys.entity(item["pk"])[1],
        at=keys.time(item["sk"].partition("#")[0]),
        data=json.loads(item["data"]),
    )
