"""DER_CONTROL items: the DER controls of stations, and their alarms."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

from shared.domain.der_controls import DerAlarm, DerControl
from shared.store import keys, steps, table
from shared.store.dynamodb import ConditionFailed, Item

RETENTION = dt.timedelta(days=90)
TIMES = ("as_of", "reported_at", "running_changed_at", "raised_at", "ended_at", "changed_at")

Step = Callable[[DerControl | None], DerControl | None]


def find(station_id: str, control_id: str) -> DerControl | None:
    item = table.get(keys.der_control(station_id, control_id))
    return from_item(item) if item else None


def of_station(station_id: str) -> list[DerControl]:
    """All that is known of a station's controls, by their ids."""
    return [from_item(item) for item in _items(station_id, keys.DER_CONTROLS)]


def page(station_id: str, after: str | None, limit: int) -> tuple[list[DerControl], str | None]:
    """Those controls in the same order, and the sort key to go on after."""
    found = _page(station_id, keys.DER_CONTROLS, after, limit)
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def change(station_id: str, control_id: str, step: Step) -> DerControl | None:
    """Take a step with what is known of a control, on its newest state. None if the step changes nothing."""
    name = f"The control {control_id}"
    return steps.take(name, lambda: find(station_id, control_id), step, lambda one: to_item(station_id, one), from_item)


def note_alarm(station_id: str, alarm: DerAlarm) -> bool:
    """Keep an alarm, or its end. False if something later is known."""
    changed_at = keys.stamp(alarm.changed_at or alarm.raised_at)
    try:
        table.put(
            {
                **keys.der_alarm(station_id, alarm.control_type, alarm.fault)._asdict(),
                **_fields(alarm),
                "changed_at": changed_at,
                "expires_at_s": None if alarm.is_active else int((alarm.raised_at + RETENTION).timestamp()),
            },
            condition="attribute_not_exists(pk) OR changed_at <= :changed_at",
            values={":changed_at": changed_at},
        )
    except ConditionFailed:
        return False
    return True


def alarms(station_id: str) -> list[DerAlarm]:
    """A station's alarms, by what they are of, with those that have ended lately."""
    return [_alarm(item) for item in _items(station_id, keys.DER_ALARMS)]


def page_of_alarms(station_id: str, after: str | None, limit: int) -> tuple[list[DerAlarm], str | None]:
    """Those alarms in the same order, and the sort key to go on after."""
    found = _page(station_id, keys.DER_ALARMS, after, limit)
    return [_alarm(item) for item in found.items], found.last["sk"] if found.last else None


def _page(station_id: str, prefix: str, after: str | None, limit: int) -> table.Page:
    partition = keys.der_controls_of_station(station_id)
    return table.page(partition, limit, prefix=prefix, after=keys.after(partition, after))


def _items(station_id: str, prefix: str) -> Iterator[Item]:
    after: Item | None = None
    while True:
        found = table.query(keys.der_controls_of_station(station_id), prefix=prefix, after=after, consistent=True)
        yield from found.items
        if (after := found.last) is None:
            return


def to_item(station_id: str, control: DerControl) -> Item:
    ends_at = control.as_of + RETENTION
    return {
        **keys.der_control(station_id, control.control_id)._asdict(),
        **_fields(control),
        "control": json.dumps(control.control, separators=(",", ":"), ensure_ascii=False),
        "expires_at_s": None if control.state == "accepted" else int(ends_at.timestamp()),
    }


def from_item(item: Item) -> DerControl:
    fields = {name: _read(name, item[name]) for name in DerControl._fields if name in item}
    return DerControl(**fields | {"control": json.loads(item["control"])})


def _alarm(item: Item) -> DerAlarm:
    return DerAlarm(**{name: _read(name, item[name]) for name in DerAlarm._fields if name in item})


def _fields(one: DerControl | DerAlarm) -> Item:
    return {
        name: keys.stamp(value) if isinstance(value, dt.datetime) else value
        for name, value in one._asdict().items()
        if value is not None
    }


def _read(name: str, value: Any) -> Any:
    return keys.time(value) if name in TIMES else value
