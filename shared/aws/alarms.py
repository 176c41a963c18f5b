"""Alarms as domain events."""

import datetime as dt
from collections.abc import Iterator

from shared.domain.events import Event
from shared.domain.monitoring import Alarm, alarm_shape
from shared.store import alarms
from shared.store.dynamodb import Item


def events_of(old: Item, new: Item) -> Iterator[Event]:
    """What a change of a MONITOR item amounts to: an alarm that is raised or over, or nothing."""
    before, now = (alarms.from_item(item) if item else None for item in (old, new))
    if now and not before:
        yield Event("alarm.raised", now.station_id, now.raised_at, alarm_shape(now))
    elif before and not now:
        last = before._replace(event=alarms.event_from(new)) if new else before
        yield Event("alarm.cleared", before.station_id, _over_at(last, new), alarm_shape(last))


def _over_at(last: Alarm, new: Item) -> dt.datetime:
    """Of one whose monitor is gone, when we learned that."""
    return last.event.at if new else dt.datetime.now(dt.UTC)
