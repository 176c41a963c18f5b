"""MONITOR items: the monitors of stations of OCPP 2.x, and what their monitoring is set to.

Alarms are in the same partition (shared/store/alarms.py).
"""

import json
from collections.abc import Iterable

from shared.domain.monitoring import Monitor, MonitoringBase, MonitorSettings
from shared.domain.variables import VariableId
from shared.store import keys, table
from shared.store.dynamodb import Item


def find(station_id: str, monitor_id: int) -> Monitor | None:
    item = table.get(keys.monitor(station_id, monitor_id))
    return from_item(item) if item else None


def find_many(station_id: str, monitor_ids: Iterable[int]) -> dict[int, Monitor]:
    """The monitors of these numbers that are known; eventually consistent."""
    found = table.get_many([keys.monitor(station_id, monitor_id) for monitor_id in monitor_ids])
    return {one.monitor_id: one for one in map(from_item, found.values())}


def of_station(station_id: str) -> list[Monitor]:
    """All that is known of a station's monitors, by their numbers."""
    found: list[Monitor] = []
    after: Item | None = None
    while True:
        read = table.query(keys.monitors_of_station(station_id), prefix=keys.MONITORS, after=after, consistent=True)
        found += map(from_item, read.items)
        if (after := read.last) is None:
            return found


def page(station_id: str, after: str | None, limit: int) -> tuple[list[Monitor], str | None]:
    """A station's monitors by their numbers, and the sort key to go on after."""
    partition = keys.monitors_of_station(station_id)
    found = table.page(partition, limit, prefix=keys.MONITORS, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def save(station_id: str, monitors: Iterable[Monitor]) -> None:
    """Keep monitors, each in place of what was known under its number."""
    table.put_many([to_item(station_id, one) for one in monitors])


def remove(station_id: str, monitor_id: int) -> None:
    table.delete(keys.monitor(station_id, monitor_id))


def settings(station_id: str) -> MonitorSettings:
    """What the station's monitoring was last set to."""
    item = table.get(keys.monitoring_settings(station_id)) or {}
    return MonitorSettings(item.get("base"), item.get("level"))


def set_base(station_id: str, base: MonitoringBase) -> None:
    table.update(keys.monitoring_settings(station_id), "SET #base = :base", {":base": base}, names=BASE)


def set_level(station_id: str, level: int) -> None:
    table.update(keys.monitoring_settings(station_id), "SET #level = :level", {":level": level}, names=LEVEL)


BASE, LEVEL = {"#base": "base"}, {"#level": "level"}
"""Reserved words of DynamoDB."""


def to_item(station_id: str, monitor: Monitor) -> Item:
    fields: Item = monitor._asdict()
    del fields["monitor_id"]
    return {
        **keys.monitor(station_id, monitor.monitor_id)._asdict(),
        **fields,
        "variable": monitor.variable._asdict(),
        "value": json.dumps(monitor.value),
        "noted_at": keys.stamp(monitor.noted_at),
    }


def from_item(item: Item) -> Monitor:
    return Monitor(
        monitor_id=int(item["sk"].removeprefix(keys.MONITORS)),
        variable=VariableId(**item["variable"]),
        type=item["type"],
        value=json.loads(item["value"]),
        severity=item["severity"],
        transaction_only=item["transaction_only"],
        kind=item.get("kind"),
        noted_at=keys.time(item["noted_at"]),
        call_id=item.get("call_id"),
    )
