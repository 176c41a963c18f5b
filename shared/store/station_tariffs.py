"""TARIFF items of stations: the tariffs that a station of OCPP 2.1 has, as far as its answers have told."""

import datetime as dt

from shared.domain.tariffs import StationTariff
from shared.store import keys, table
from shared.store.dynamodb import Item


def of_station(station_id: str) -> list[StationTariff]:
    """By EVSE, those of the whole station first."""
    found: list[StationTariff] = []
    after: Item | None = None
    while True:
        read = table.query(keys.tariffs_at_station(station_id), prefix=keys.ASSIGNMENTS, after=after, consistent=True)
        found += map(from_item, read.items)
        if (after := read.last) is None:
            return found


def page(station_id: str, after: str | None, limit: int) -> tuple[list[StationTariff], str | None]:
    """The tariffs of a station by EVSE, and the sort key to go on after."""
    partition = keys.tariffs_at_station(station_id)
    found = table.page(partition, limit, prefix=keys.ASSIGNMENTS, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def save(station_id: str, *assigned: StationTariff) -> None:
    table.put_many([to_item(station_id, one) for one in assigned])


def remove(station_id: str, *removed: StationTariff) -> None:
    for one in removed:
        table.delete(keys.tariff_assignment(station_id, one.evse_id, one.kind, one.wire_id))


def to_item(station_id: str, one: StationTariff) -> Item:
    return {
        **keys.tariff_assignment(station_id, one.evse_id, one.kind, one.wire_id)._asdict(),
        "evse_id": one.evse_id,
        "kind": one.kind,
        "wire_id": one.wire_id,
        "valid_from": keys.stamp(one.valid_from) if one.valid_from else None,
        "id_tokens": list(one.id_tokens) or None,
        "noted_at": keys.stamp(one.noted_at),
        "call_id": one.call_id,
    }


def from_item(item: Item) -> StationTariff:
    valid_from: dt.datetime | None = keys.time(item["valid_from"]) if "valid_from" in item else None
    return StationTariff(
        wire_id=item["wire_id"],
        kind=item["kind"],
        evse_id=item["evse_id"],
        noted_at=keys.time(item["noted_at"]),
        valid_from=valid_from,
        id_tokens=tuple(item.get("id_tokens", ())),
        call_id=item.get("call_id"),
    )
