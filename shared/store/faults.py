"""FAULT items: the latest fault of a connector, listed while it stands.

They follow the CONNECTOR items by the table's stream. One that is over stays a while, so that a change which the stream
delivers again, late, does not raise it anew. The list is one partition, which takes 1,000 changes a second: should more
stations than that fail at once, it is the functions behind the stream that wait, never a station.
"""

import datetime as dt
from collections import Counter
from contextlib import suppress

from shared.domain.events import Event
from shared.domain.faults import Fault
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

KEPT_AFTERWARDS = dt.timedelta(days=15)
"""As long as the dead letters of the stream are kept, which may be delivered again."""
TOLD = ("status", "error_code", "info", "vendor_id", "vendor_error_code")


def follow(event: Event) -> None:
    """Keep what `fault.raised` or `fault.cleared` says, unless the station has told something later of the place."""
    place = keys.fault(event.station_id, event.data["evse_id"], event.data["connector_id"])
    if event.type == "fault.raised":
        _raise(place, event)
    else:
        _clear(place, event)


def _raise(place: keys.Key, event: Event) -> None:
    told = {name: event.data[name] for name in TOLD if event.data[name] is not None}
    gone = [f"#{name}" for name in TOLD if name not in told]
    sets = ", ".join(f"#{name} = :{name}" for name in told)
    with suppress(ConditionFailed):
        table.update(
            place,
            "SET since = if_not_exists(since, :at), pk1 = :all, sk1 = if_not_exists(sk1, :sort), changed_at = :at,"
            f" {sets} REMOVE {', '.join(['expires_at_s', *gone])}",
            {
                ":at": keys.stamp(event.at),
                ":all": keys.ALL_FAULTS,
                ":sort": keys.moment(event.at, *place),
                **{f":{name}": value for name, value in told.items()},
            },
            condition="attribute_not_exists(pk) OR changed_at <= :at",
            names={f"#{name}": name for name in TOLD},
        )


def _clear(place: keys.Key, event: Event) -> None:
    kept_until = max(event.at, dt.datetime.now(dt.UTC)) + KEPT_AFTERWARDS
    with suppress(ConditionFailed):
        table.update(
            place,
            "SET changed_at = :at, expires_at_s = :expires REMOVE since, pk1, sk1",
            {":at": keys.stamp(event.at), ":expires": int(kept_until.timestamp())},
            condition="attribute_not_exists(pk) OR changed_at <= :at",
        )


def forget(station_id: str) -> None:
    """Remove the faults of a station that is there no more."""
    for item in table.query(keys.faults_of_station(station_id)).items:
        table.delete(keys.Key(item["pk"], item["sk"]))


def page(after: str | None, limit: int) -> tuple[list[Fault], str | None]:
    """The faults that stand anywhere, the latest first, and the position to go on after."""
    found = table.query(
        keys.ALL_FAULTS, index="by_list", newest_first=True, before=after or keys.END_OF_TIME, limit=limit + 1
    )
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items[:limit]]
    items = table.get_many(wanted)
    standing = (from_item(items[key]) for key in wanted if key in items)
    rest = found.items[limit - 1]["sk1"] if len(found.items) > limit else None
    return [one for one in standing if one], rest


def stations() -> Counter[str]:
    """How many faults stand at each station that has any; only keys are read."""
    found: Counter[str] = Counter()
    after: Item | None = None
    while True:
        part = table.query(keys.ALL_FAULTS, index="by_list", after=after)
        found.update(keys.entity(item["pk"])[1] for item in part.items)
        if (after := part.last) is None:
            return found


def from_item(item: Item) -> Fault | None:
    """The fault; None if it is over."""
    if "since" not in item:
        return None
    evse_id, _, connector_id = item["sk"].partition("#")
    told: Item = {name: item.get(name) for name in TOLD}
    return Fault(
        station_id=keys.entity(item["pk"])[1],
        evse_id=int(evse_id),
        connector_id=int(connector_id),
        since=keys.time(item["since"]),
        changed_at=keys.time(item["changed_at"]),
        **told,
    )
