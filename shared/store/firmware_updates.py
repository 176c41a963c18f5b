"""UPDATE items: the firmware updates of each station, newest last, kept for 400 days."""

import datetime as dt

from shared.domain.firmware_updates import Entry, Update
from shared.store import keys, table
from shared.store.dynamodb import Item

RETENTION = dt.timedelta(days=400)
TIMES = tuple(name for name in Update._fields if name.endswith("_at"))


def find(station_id: str, update_id: str) -> Update | None:
    item = table.get(keys.update(station_id, update_id))
    return from_item(item) if item else None


def latest_of_station(station_id: str, limit: int) -> list[Update]:
    """A station's latest updates, newest first; none that was written before is missing."""
    partition = keys.updates_of_station(station_id)
    found = table.query(partition, newest_first=True, limit=limit, consistent=True)
    return [from_item(item) for item in found.items]


def page(station_id: str, after: str | None, limit: int) -> tuple[list[Update], str | None]:
    """A station's updates, newest first, and the id to go on after."""
    partition = keys.updates_of_station(station_id)
    found = table.page(partition, limit, newest_first=True, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def to_item(update: Update) -> Item:
    fields: Item = update._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    fields["history"] = [
        {"at": keys.stamp(entry.at), "event": entry.event, "detail": entry.detail or None} for entry in update.history
    ]
    del fields["station_id"], fields["update_id"]
    queue = {"pk1": keys.updates_of_campaign(update.campaign_id)}
    if update.place:
        queue["sk1"] = keys.in_queue(update.place, update.number)
    return {
        **keys.update(update.station_id, update.update_id)._asdict(),
        "pk2": keys.updates_of_campaign(update.campaign_id),
        "sk2": update.station_id,
        **(queue if update.place else {}),
        "expires_at_s": int((update.created_at + RETENTION).timestamp()),
        **fields,
    }


def from_item(item: Item) -> Update:
    fields: Item = {name: item[name] for name in Update._fields if name in item}
    for name in TIMES:
        if name in fields:
            fields[name] = keys.time(fields[name])
    fields["place"] = item.get("place")
    fields["history"] = tuple(
        Entry(keys.time(one["at"]), one["event"], one.get("detail", "")) for one in item.get("history", [])
    )
    fields |= {"update_id": item["sk"], "station_id": keys.entity(item["pk"])[1]}
    return Update(**fields)
