"""FLEET items: a small one for each sample of all stations, kept for eight days."""

import datetime as dt

from shared.domain.fleet_samples import FleetSample
from shared.store import keys, table
from shared.store.dynamodb import Item

RETENTION = dt.timedelta(days=8)


def record(sample: FleetSample) -> None:
    """Keep a sample."""
    table.put(
        {
            **keys.fleet_sample(sample.at)._asdict(),
            **sample._replace(at=keys.stamp(sample.at))._asdict(),  # type: ignore[arg-type]  # as text in the item
            "estimated": sample.estimated or None,
            "expires_at_s": int((sample.at + RETENTION).timestamp()),
        }
    )


def latest() -> FleetSample | None:
    """The last sample."""
    found = table.query(keys.FLEET_SAMPLES, newest_first=True, limit=1).items
    return from_item(found[0]) if found else None


def since(at: dt.datetime) -> list[FleetSample]:
    """The samples from a moment on, in order of time."""
    found: list[FleetSample] = []
    after: Item | None = None
    while True:
        part = table.query(keys.FLEET_SAMPLES, between=(keys.stamp(at), keys.END_OF_TIME), after=after)
        found += [from_item(item) for item in part.items]
        if (after := part.last) is None:
            return found


def from_item(item: Item) -> FleetSample:
    fields: Item = {name: item[name] for name in FleetSample._fields if name in item}
    return FleetSample(**(fields | {"at": keys.time(item["sk"])}))
