"""RESERVATION items: one per reservation of a station; those that are open stand in an index by their expiry."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from shared.domain.reservations import OPEN, Reservation
from shared.store import keys, steps, table
from shared.store.dynamodb import ConditionFailed, Item

RETENTION_S = 90 * 86_400
AFTER_ALL_TIMES = "~"
"""Sorts after every time, those of the year 9999 among them."""
TIMES = ("expires_at", "requested_at", "ended_at")

Step = Callable[[Reservation | None], Reservation | None]


def next_id(station_id: str) -> int:
    """An id that we have not given at the station before."""
    item = table.update(keys.last_reservation(station_id), "ADD last_id :one", {":one": 1}, returns="UPDATED_NEW")
    last_id: int = item["last_id"]
    return last_id


def request(asked: Reservation, now: dt.datetime) -> bool:
    """Keep a reservation that the station is going to be asked for. False if an open one has its id: that one stays
    until the station has answered."""
    try:
        table.put(
            to_item(asked),
            condition="attribute_not_exists(pk) OR call_id = :call OR NOT #state IN (:pending, :accepted)"
            " OR expires_at <= :now",
            values={":call": asked.call_id, ":pending": OPEN[0], ":accepted": OPEN[1], ":now": keys.stamp(now)},
            names={"#state": "state"},
        )
    except ConditionFailed:
        return False
    return True


def find(station_id: str, reservation_id: int) -> Reservation | None:
    item = table.get(keys.reservation(station_id, reservation_id))
    return from_item(item) if item else None


def page(station_id: str, after: str | None, limit: int) -> tuple[list[Reservation], str | None]:
    """The reservations of a station by their ids, the highest first, and the position to go on after."""
    partition, prefix = keys.reservations_of_station(station_id), keys.RESERVATIONS
    last = keys.after(partition, prefix + after) if after is not None else None
    found = table.page(partition, limit, prefix=prefix, newest_first=True, after=last)
    rest = found.last["sk"].removeprefix(prefix) if found.last else None
    return [from_item(item) for item in found.items], rest


def open_at(station_id: str, at: dt.datetime) -> list[Reservation]:
    """The reservations that were open at a moment as far as we know now. From an index: one that was made this moment
    may be missing."""
    partition = keys.reservations_of_station(station_id)
    found: list[Item] = []
    after: Item | None = None
    while True:
        part = table.query(partition, index="by_station", between=(keys.stamp(at), AFTER_ALL_TIMES), after=after)
        found += part.items
        if (after := part.last) is None:
            break
    items = table.get_many([keys.Key(item["pk"], item["sk"]) for item in found])
    return [from_item(item) for item in items.values()]


def open_page(after: str | None, limit: int, at: dt.datetime) -> tuple[list[Reservation], str | None]:
    """The reservations of all stations that are open at a moment, the first to expire first, and the position to go on
    after."""
    since = max(keys.stamp(at), f"{after}{AFTER_ALL_TIMES}" if after else "")
    found = table.query(
        keys.OPEN_RESERVATIONS, index="by_list", between=(since, AFTER_ALL_TIMES), limit=limit + 1
    ).items
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found[:limit]]
    items = table.get_many(wanted)
    return [from_item(items[key]) for key in wanted if key in items], (
        found[limit - 1]["sk1"] if len(found) > limit else None
    )


def change(station_id: str, reservation_id: int, step: Step) -> Reservation | None:
    """Take a step with what stands under an id, on its newest state. None if the step changes nothing."""
    name = f"The reservation {reservation_id}"
    return steps.take(name, lambda: find(station_id, reservation_id), step, to_item, from_item)


def to_item(reservation: Reservation) -> Item:
    fields: dict[str, Any] = reservation._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    del fields["station_id"], fields["reservation_id"]
    is_open = reservation.state in OPEN
    ends_at = reservation.ended_at or reservation.expires_at
    return {
        **keys.reservation(reservation.station_id, reservation.reservation_id)._asdict(),
        "pk1": keys.OPEN_RESERVATIONS if is_open else None,
        "sk1": keys.moment(reservation.expires_at, reservation.station_id, reservation.reservation_id)
        if is_open
        else None,
        "pk2": keys.reservations_of_station(reservation.station_id) if is_open else None,
        "sk2": f"{keys.stamp(reservation.expires_at)}#{reservation.reservation_id}" if is_open else None,
        "expires_at_s": int(ends_at.timestamp()) + RETENTION_S,
        **fields,
    }


def from_item(item: Item) -> Reservation:
    fields: Item = {name: item[name] for name in Reservation._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    return Reservation(
        station_id=keys.entity(item["pk"])[1],
        reservation_id=int(item["sk"].removeprefix(keys.RESERVATIONS)),
        **fields,
    )
