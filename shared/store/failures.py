"""What went wrong lately, of all stations: calls that failed, and connections that were refused."""

import datetime as dt

from shared.domain.calls import Call
from shared.domain.events import Event
from shared.store import calls, day_lists, events, keys, table


def failed_calls(after: str | None, limit: int) -> tuple[list[Call], str | None]:
    """The calls that were refused, timed out or expired, the latest first, and the position to go on after."""
    wanted, rest = day_lists.page(keys.failed_calls, after, limit)
    items = table.get_many(wanted)
    return [calls.from_item(items[key]) for key in wanted if key in items], rest


def refused_connections(after: str | None, limit: int, station_id: str | None = None) -> tuple[list[Event], str | None]:
    """The connections that were refused, of all stations or of one, the latest first, and the position to go on
    after."""
    of = keys.events_of_station(station_id) if station_id is not None else None
    wanted, rest = day_lists.page(keys.refused_connections, after, limit, of=of)
    items = table.get_many(wanted)
    return [events.from_item(items[key]) for key in wanted if key in items], rest


def failed_calls_since(at: dt.datetime) -> int:
    return day_lists.count_since(keys.failed_calls, at)


def refused_connections_since(at: dt.datetime) -> int:
    return day_lists.count_since(keys.refused_connections, at)
