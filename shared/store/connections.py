"""CONNECTION items: one per station, for its newest WebSocket connection; and CLOSING: connections to be closed."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal, TypeGuard

from shared.domain.stations import Connection
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

CLOSING_KEPT = dt.timedelta(days=1)


def connect(connection: Connection) -> bool:
    """Make a connection the station's own, in place of any before. False if a newer one already is.

    The stream sees whom it replaces and closes that socket.
    """
    sets = {
        "pk1": keys.online(connection.station_id),
        "sk1": connection.station_id,
        "connection_id": connection.connection_id,
        "connected_at": keys.stamp(connection.connected_at),
        "last_seen_at": keys.stamp(connection.last_seen_at),
        "ocpp_version": connection.ocpp_version,
        "registration": connection.registration,
        "remote_address": connection.remote_address or "",
    }
    try:
        # An update and no put: the station's outbox stands in the same item and goes on.
        table.update(
            keys.connection(connection.station_id),
            f"SET {', '.join(f'{name} = :{name}' for name in sets)} REMOVE disconnected_at, beat, close_due",
            {f":{name}": value for name, value in sets.items()},
            condition="attribute_not_exists(connected_at) OR connected_at <= :connected_at",
        )
    except ConditionFailed:
        return False
    return True


def disconnect(station_id: str, connection_id: str, at: dt.datetime) -> bool:
    """End a connection, unless another has taken its place: then nothing changes and the answer is False."""
    return end(station_id, connection_id, at) == "ended"


def end(station_id: str, connection_id: str, at: dt.datetime) -> Literal["ended", "replaced", "known"]:
    """End a connection. replaced: another has taken its place; known: it was ended before. Then nothing changes."""
    try:
        table.update(
            keys.connection(station_id),
            "SET disconnected_at = :at, ended = :own REMOVE connection_id, pk1, sk1, beat, close_due",
            {":at": keys.stamp(at), ":own": connection_id},
            condition="connection_id = :own",
        )
    except ConditionFailed as failed:
        if failed.item.get("ended") != connection_id:
            return "replaced"
        # A write whose answer was lost was tried again and met itself.
        return "ended" if failed.item.get("disconnected_at") == keys.stamp(at) else "known"
    return "ended"


def heartbeat(station_id: str, connection_id: str, at: dt.datetime, *, close_due: bool) -> bool:
    """Note a sign of life; `close_due` asks the stream for the planned reconnect. False if the connection was replaced.

    `beat` lets the stream's filters pass over these writes, the most frequent of all.
    """
    try:
        table.update(
            keys.connection(station_id),
            f"SET last_seen_at = :at, beat = :true{', close_due = :true' if close_due else ''}",
            {":at": keys.stamp(at), ":true": True, ":own": connection_id},
            condition="connection_id = :own",
        )
    except ConditionFailed:
        return False
    return True


def close_later(connection_id: str, at: dt.datetime) -> None:
    """Ask for a connection to be closed once it stands: inside $connect API Gateway does not know it yet."""
    expires = at + CLOSING_KEPT
    table.put({**keys.closing(connection_id)._asdict(), "expires_at_s": int(expires.timestamp())})


def find(station_id: str) -> Connection | None:
    item = table.get(keys.connection(station_id))
    return from_item(item) if is_one(item) else None


def online_page(
    after: str | None, limit: int, *, prefix: str = "", descending: bool = False
) -> tuple[list[str], str | None]:
    """Ids of stations with a connection, of all or those with a prefix, in order or the other way round, and the id to
    go on after.

    A query of each shard of the list, half a unit at least; whoever needs no order reads `online_in_any_order`.
    """
    found: set[str] = set()  # two shards have a connection that has moved in between
    for shard in keys.ONLINE:
        last = {**keys.connection(after)._asdict(), "pk1": shard, "sk1": after} if after is not None else None
        listed = table.query(
            shard, prefix=prefix, index="by_list", newest_first=descending, limit=limit + 1, after=last
        )
        found.update(item["sk1"] for item in listed.items)
    station_ids = sorted(found, reverse=descending)
    return station_ids[:limit], station_ids[limit - 1] if len(station_ids) > limit else None


def online_between(first: str, last: str) -> set[str]:
    """Ids of the stations with a connection from one id to another, both of them included: by keys alone."""
    return {item["sk1"] for shard in keys.ONLINE for item in table.every(shard, index="by_list", between=(first, last))}


def online_in_any_order(limit: int) -> Iterator[list[str]]:
    """Ids of all stations with a connection, at most so many at a time: in no order, but each key is read only once."""
    for shard in keys.ONLINE:
        last = None
        while True:
            listed = table.query(shard, index="by_list", limit=limit, after=last)
            if listed.items:
                yield [item["sk1"] for item in listed.items]
            last = listed.last
            if last is None:
                break


def find_many(station_ids: list[str]) -> dict[str, Connection]:
    """The connections of some stations, by station id; stations that never connected are missing."""
    return {station_id: from_item(item) for station_id, item in find_items(station_ids).items()}


def find_items(station_ids: list[str]) -> dict[str, Item]:
    """The items of the connections of some stations, by station id, for who also wants the outbox that is in them."""
    items = table.get_many([keys.connection(station_id) for station_id in station_ids])
    return {keys.entity(item["pk"])[1]: item for item in items.values() if is_one(item)}


def is_one(item: Item | None) -> TypeGuard[Item]:
    """Whether the station was ever connected: calls may wait for one that never was."""
    return item is not None and "connected_at" in item


def from_item(item: Item) -> Connection:
    return Connection(
        station_id=keys.entity(item["pk"])[1],
        connection_id=item.get("connection_id"),
        connected_at=keys.time(item["connected_at"]),
        last_seen_at=keys.time(item["last_seen_at"]),
        ocpp_version=item["ocpp_version"],
        disconnected_at=keys.time(item["disconnected_at"]) if "disconnected_at" in item else None,
        remote_address=item.get("remote_address") or None,
        registration=item.get("registration", "Accepted"),
    )
