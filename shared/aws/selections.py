"""Which stations are selected: the list of all stations, or of those online, is read page by page."""

import datetime as dt

from shared.domain.jobs import Selection
from shared.store import connections, stations

READS = 40
"""How many times some stations are read in search of enough that are selected."""
STATIONS_PER_READ = 25


def choose(selection: Selection, after: str | None, enough: int) -> tuple[list[str], str | None]:
    """The next stations that are selected, after one, in the order of their ids: about `enough`, or fewer if they are
    rare. And the station to go on after; None: there are no more."""
    found: list[str] = []
    for _ in range(READS):
        fitting, after = _read(selection, after)
        found += fitting
        if after is None or len(found) >= enough:
            break
    return found, after


def _read(selection: Selection, after: str | None) -> tuple[list[str], str | None]:
    prefix = selection.station_id_prefix or ""
    if selection.online:
        station_ids, rest = connections.online_page(after, STATIONS_PER_READ, prefix=prefix)
        listed = stations.find_many(station_ids)
    else:
        listed, rest = stations.page(after, STATIONS_PER_READ, prefix=prefix)
    online = _online([one.station_id for one in listed]) if selection.online is not None else frozenset[str]()
    return [one.station_id for one in listed if selection.takes(one, is_online=one.station_id in online)], rest


def _online(station_ids: list[str]) -> frozenset[str]:
    now = dt.datetime.now(dt.UTC)
    return frozenset(one for one, connection in connections.find_many(station_ids).items() if connection.is_online(now))
