"""CHARGING_PROFILE items N#: what the EV at an EVSE has told of its needs last."""

import datetime as dt
import json
from typing import Any

from shared.domain.charging_needs import ChargingNeeds
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

RETENTION = dt.timedelta(days=90)
TIMES = ("noted_at", "departure_at", "told_at", "schedule_at")
AS_JSON = (
    *("available_energy_transfers", "details", "schedule"),
    *("min_current_a", "max_current_a", "max_voltage_v", "max_power_w"),
)


def note(station_id: str, needs: ChargingNeeds) -> bool:
    """Keep what an EV needs, in the place of what was known of its EVSE. False if something later is known."""
    try:
        table.put(
            to_item(station_id, needs),
            condition="attribute_not_exists(pk) OR noted_at <= :noted_at",
            values={":noted_at": keys.stamp(needs.noted_at)},
        )
    except ConditionFailed:
        return False
    return True


def find(station_id: str, evse_id: int) -> ChargingNeeds | None:
    item = table.get(keys.charging_needs(station_id, evse_id))
    return from_item(item) if item else None


def page(station_id: str, after: str | None, limit: int) -> tuple[list[ChargingNeeds], str | None]:
    """What the EVs at a station need, by EVSE, and the sort key to go on after."""
    partition = keys.charging_profiles_of_station(station_id)
    found = table.page(partition, limit, prefix=keys.NEEDS, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def to_item(station_id: str, needs: ChargingNeeds) -> Item:
    fields = {name: value for name, value in needs._asdict().items() if value is not None and name != "evse_id"}
    return {
        **keys.charging_needs(station_id, needs.evse_id)._asdict(),
        **fields,
        **{name: keys.stamp(fields[name]) for name in TIMES if name in fields},
        **{name: _text(fields[name]) for name in AS_JSON if name in fields},
        "expires_at_s": int((needs.noted_at + RETENTION).timestamp()),
    }


def from_item(item: Item) -> ChargingNeeds:
    fields = {name: item[name] for name in ChargingNeeds._fields if name in item}
    read = {name: json.loads(fields[name]) for name in AS_JSON if name in fields}
    return ChargingNeeds(
        **fields
        | {name: keys.time(fields[name]) for name in TIMES if name in fields}
        | read
        | {"available_energy_transfers": tuple(read.get("available_energy_transfers", ()))}
        | {"evse_id": int(item["sk"].removeprefix(keys.NEEDS))}
    )


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
