"""CHARGING_PROFILE items L#: the limits on charging that others have set at stations, by EVSE and source."""

from shared.domain.charging_limits import ChargingLimit
from shared.store import keys, table
from shared.store.charging_profiles import items
from shared.store.dynamodb import ConditionFailed, Item
from shared.store.schedules import pack, unpack


def note(station_id: str, limit: ChargingLimit) -> bool:
    """Keep a limit, in the place of the one before. False if a later one is known."""
    try:
        table.put(
            {
                **keys.charging_limit(station_id, limit.evse_id, limit.source)._asdict(),
                "noted_at": keys.stamp(limit.noted_at),
                "is_grid_critical": limit.is_grid_critical,
                "is_local_generation": limit.is_local_generation,
                "schedules": pack(limit.schedules),
            },
            condition="attribute_not_exists(pk) OR noted_at <= :noted_at",
            values={":noted_at": keys.stamp(limit.noted_at)},
        )
    except ConditionFailed:
        return False
    return True


def remove(station_id: str, source: str, evse_id: int | None) -> list[ChargingLimit]:
    """A source has taken back its limit of an EVSE, or all that it had set; returns what has gone."""
    gone = [one for one in of_station(station_id) if one.source == source and evse_id in (None, one.evse_id)]
    for one in gone:
        table.delete(keys.charging_limit(station_id, one.evse_id, source))
    return gone


def of_station(station_id: str) -> list[ChargingLimit]:
    """The limits from elsewhere that stand, those of the station as a whole first."""
    return [from_item(item) for item in items(station_id, keys.LIMITS)]


def page(station_id: str, after: str | None, limit: int) -> tuple[list[ChargingLimit], str | None]:
    """Those limits in the same order, and the sort key to go on after."""
    partition = keys.charging_profiles_of_station(station_id)
    found = table.page(partition, limit, prefix=keys.LIMITS, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def from_item(item: Item) -> ChargingLimit:
    evse_id, _, source = item["sk"].removeprefix(keys.LIMITS).partition("#")
    return ChargingLimit(
        evse_id=int(evse_id),
        source=source,
        noted_at=keys.time(item["noted_at"]),
        is_grid_critical=item.get("is_grid_critical"),
        is_local_generation=item.get("is_local_generation"),
        schedules=unpack(item["schedules"]),
    )
