"""Which stations a list has, by keys alone: by how they are, and by a part of their id or name, in the order of ids.

Nothing is read of a station here but its keys in the indexes: those of all stations, of the connections that stand, of
the transactions that run, of the faults that stand, and of the names. Lists come from indexes, so what happened this
moment may be missing, and a station that was removed may still be in one of those by how it is.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from shared.store import connections, faults, keys, stations, table, transactions
from shared.store.dynamodb import Item

Status = Literal["online", "offline", "charging", "faulted"]

KEYS_AT_ONCE = 2_500
"""How many ids are looked at together in search of some: a third of what one query may read."""
PARTS = 2
"""In so many parts at most one request looks: through 5,000 ids."""


class Asked(NamedTuple):
    """Which stations are asked for."""

    status: Status | None = None
    """charging: a transaction runs there. faulted: a fault of a connector stands. Whether the station is online counts
    only for the other two."""
    search: str = ""
    """A part of the id or of the name, in any case of letters."""
    descending: bool = False


Part = tuple[list[str], str | None]
"""Ids in the order asked for, and the one to go on after; None: there are no more."""


def page(asked: Asked, after: str | None, limit: int) -> Part:
    """The next ids, fewer than `limit` only if there are no more or if enough has been looked through."""
    found: list[str] = []
    for part, rest in _parts(asked, after, limit):
        found += part
        after = rest
        if len(found) >= limit:
            break
    if len(found) > limit:
        return found[:limit], found[limit - 1]
    return found, after


class Located(NamedTuple):
    """A station with a place, in degrees."""

    station_id: str
    name: str | None
    latitude: float
    longitude: float


def located_page(after: str | None, limit: int) -> tuple[list[Located], str | None]:
    """Stations with a place in the order of their ids, and the id to go on after. A page is shorter only if there are
    no more, or if very many have a name and no place."""
    found: list[Located] = []
    for _ in range(PARTS):
        listed = table.page(keys.DESCRIBED_STATIONS, limit, index="by_station", after=_just_after(after))
        for item in listed.items:
            if len(found) == limit:
                return found, after
            after = keys.entity(item["pk"])[1]
            name, latitude, longitude = keys.described(item["sk2"])
            if latitude is not None and longitude is not None:
                found.append(Located(after, name, latitude, longitude))
        if listed.last is None:
            return found, None
        if len(found) == limit:
            break
    return found, after


def _just_after(station_id: str | None) -> Item | None:
    if station_id is None:
        return None
    _, end = keys.descriptions(station_id, station_id)
    return {**keys.station(station_id)._asdict(), "pk2": keys.DESCRIBED_STATIONS, "sk2": end}


def _parts(asked: Asked, after: str | None, limit: int) -> Iterator[Part]:
    """Ids of the status asked for, part by part, as far as one request goes."""
    if asked.status in ("charging", "faulted"):
        station_ids = transactions.stations_charging() if asked.status == "charging" else set(faults.stations())
        yield _matching(_beyond(station_ids, after, descending=asked.descending), asked.search), None
        return
    for _ in range(PARTS):
        if asked.status == "online" and not asked.search:
            part, after = connections.online_page(after, limit, descending=asked.descending)
        else:
            is_picked = asked.status is not None or asked.search
            at_once = KEYS_AT_ONCE if is_picked else limit
            part, after = stations.ids_page(after, at_once, descending=asked.descending)
            part = _of_status(_matching(part, asked.search), asked.status)
        yield part, after
        if after is None:
            return


def _beyond(station_ids: set[str], after: str | None, *, descending: bool) -> list[str]:
    if after is not None:
        station_ids = {one for one in station_ids if (one < after if descending else one > after)}
    return sorted(station_ids, reverse=descending)


def _of_status(part: list[str], status: Status | None) -> list[str]:
    if not part or status is None:
        return part
    online = connections.online_between(min(part), max(part))
    return [one for one in part if (one in online) == (status == "online")]


def _matching(part: list[str], search: str) -> list[str]:
    """Those whose id or name has the text in it."""
    if not part or not search:
        return part
    wanted = search.casefold()
    between = keys.descriptions(min(part), max(part))
    named = {
        keys.entity(item["pk"])[1]
        for item in table.every(keys.DESCRIBED_STATIONS, index="by_station", between=between)
        if wanted in (keys.described(item["sk2"])[0] or "").casefold()
    }
    return [one for one in part if one in named or wanted in one.casefold()]
