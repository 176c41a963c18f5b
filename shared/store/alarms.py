"""MONITOR items that are alarms: the last event of a monitor or variable, while it stands and for a while after.

One that is over stays, so that an event from before, which comes late, does not raise it again.
"""

import datetime as dt
import json
from typing import Any

from shared.domain.monitoring import Alarm, VariableEvent
from shared.domain.variables import VariableId
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

RETENTION = dt.timedelta(days=90)
"""How long one that is over is kept; stations tell of nothing older."""
NOT_OVERTAKEN = "attribute_not_exists(pk) OR changed_at <= :at"


def note(station_id: str, event: VariableEvent, *, stands: bool) -> bool:
    """Keep what an event says of the alarm of its subject. False if a later event has told already."""
    values: Item = {":at": keys.stamp(event.at), ":event": _packed(event)}
    if stands:
        expression = (
            "SET raised_at = if_not_exists(raised_at, :at), pk1 = :active, sk1 = if_not_exists(sk1, :sort),"
            " changed_at = :at, event = :event REMOVE expires_at_s"
        )
        values |= {":active": keys.ACTIVE_ALARMS, ":sort": keys.raised(event.at, station_id, _subject(event))}
    else:
        expression = "SET changed_at = :at, event = :event, expires_at_s = :expires REMOVE raised_at, pk1, sk1"
        values[":expires"] = int((max(event.at, dt.datetime.now(dt.UTC)) + RETENTION).timestamp())
    try:
        table.update(keys.alarm(station_id, _subject(event)), expression, values, condition=NOT_OVERTAKEN)
    except ConditionFailed:
        return False
    return True


def drop(station_id: str, monitor_id: int) -> None:
    """Forget the alarm of a monitor that is gone: nothing will tell that it is over."""
    table.delete(keys.alarm(station_id, f"M{monitor_id}"))


def page(station_id: str, after: str | None, limit: int) -> tuple[list[Alarm], str | None]:
    """The alarms that stand at a station, and the sort key to go on after. Those that are over are read, not given."""
    partition = keys.monitors_of_station(station_id)
    found = table.page(partition, limit, prefix=keys.ALARMS, after=keys.after(partition, after))
    standing = (from_item(item) for item in found.items)
    return [one for one in standing if one], found.last["sk"] if found.last else None


def page_of_all(after: str | None, limit: int) -> tuple[list[Alarm], str | None]:
    """The alarms that stand anywhere, the latest raised first, and the position to go on after."""
    last = {**keys.alarm_raised(after)._asdict(), "pk1": keys.ACTIVE_ALARMS, "sk1": after} if after else None
    found = table.page(keys.ACTIVE_ALARMS, limit, index="by_list", newest_first=True, after=last)
    wanted = [keys.Key(item["pk"], item["sk"]) for item in found.items]
    items = table.get_many(wanted)
    standing = (from_item(items[key]) for key in wanted if key in items)
    return [one for one in standing if one], found.last["sk1"] if found.last else None


def from_item(item: Item) -> Alarm | None:
    """The alarm; None if it is over."""
    if "raised_at" not in item:
        return None
    return Alarm(keys.entity(item["pk"])[1], event_from(item), keys.time(item["raised_at"]))


def event_from(item: Item) -> VariableEvent:
    """The last event of the item's subject."""
    fields: dict[str, Any] = json.loads(item["event"])
    variable = VariableId(*fields.pop("variable"))
    return VariableEvent(at=keys.time(item["changed_at"]), variable=variable, **fields)


def _packed(event: VariableEvent) -> str:
    fields = {name: value for name, value in event._asdict().items() if value is not None and name != "at"}
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False)


def _subject(event: VariableEvent) -> str:
    """As it stands in a key. Names of components and variables are longer than one may be."""
    return event.subject if event.monitor_id is not None else f"V{keys.digest(event.subject)}"
