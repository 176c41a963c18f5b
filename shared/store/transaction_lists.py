"""Transactions in lists, newest first: of a station, of an id token, of all. A list is read in parts.

A position is a transaction's start and id (`2026-11-23T08:00:00.000000Z#4711`): it is unique and sorts by time, so a
part goes on exactly below the one before, whatever has begun or ended meanwhile. Lists come from indexes and from the
stream, so what happened this moment may be missing.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from shared.domain.authorization import normalize
from shared.domain.transactions import State, Transaction
from shared.store import keys, table
from shared.store.dynamodb import Item
from shared.store.transactions import day, keys_in_list

DAYS_AT_ONCE = 40
"""A day costs a query of its own; this many take a fraction of a second."""
USES_AT_ONCE = 400
"""Uses of a token are small: a unit reads forty."""
PARTS = 5
"""How often uses are read in search of some."""


class Window(NamedTuple):
    """The positions of interest: those below `before`, down to `not_before`."""

    before: str = keys.END_OF_TIME
    not_before: str = ""


def window(start: dt.datetime | None, end: dt.datetime | None, below: str | None) -> Window:
    """The positions of a time, from its start up to but not at its end, and of them those below one."""
    before = keys.stamp(end) if end else keys.END_OF_TIME
    return Window(min(before, below or before), keys.stamp(start) if start else "")


class Part(NamedTuple):
    """Keys of transactions by position, newest first; the list goes on below `rest`, which is None at its end."""

    found: dict[str, keys.Key]
    rest: str | None


Source = Callable[[Window, int], Part]
"""A list: how to read its part in a window, of a number of transactions at most."""


def of_station(station_id: str) -> Source:
    """The transactions of a station."""

    def read(window: Window, limit: int) -> Part:
        partition = keys.transactions_of_station(station_id)
        items = table.query(
            partition, index="by_station", before=window.before, newest_first=True, limit=limit + 1
        ).items
        return _part([(item["sk2"], keys.Key(item["pk"], item["sk"])) for item in items], window, limit)

    return read


def active_of_station(station_id: str) -> Source:
    """The transactions that run at a station, picked by their keys out of all that run."""

    def read(window: Window, limit: int) -> Part:
        listed = table.every(keys.ACTIVE_TRANSACTIONS, index="by_list")
        placed = ((*keys.position_and_station(item["sk1"]), keys.Key(item["pk"], item["sk"])) for item in listed)
        found = [(place, key) for place, at, key in placed if at == station_id and place < window.before]
        return _part(found[::-1], window, limit)

    return read


def of_token(id_token: str, station_id: str | None = None, state: State | None = None) -> Source:
    """The transactions that began with an id token, all, or those at a station or in one state: the token's uses tell
    which, and no other transaction is read."""
    partition = keys.token(normalize(id_token)).pk
    is_picked = station_id is not None or state is not None

    def fits(use: Item) -> bool:
        return station_id in (None, use["station_id"]) and (state is None or use["active"] == (state == "active"))

    def read(window: Window, limit: int) -> Part:
        found: list[tuple[str, keys.Key]] = []
        at_once = max(USES_AT_ONCE, limit + 1) if is_picked else limit + 1
        before = window.before
        for _ in range(PARTS):
            uses = table.query(partition, before=keys.USES + before, newest_first=True, limit=at_once).items
            places = [use["sk"].removeprefix(keys.USES) for use in uses]
            fitting = [place for place, use in zip(places, uses, strict=True) if fits(use)]
            found += [(one, keys.transaction(one.partition("#")[2])) for one in fitting]
            if len(found) > limit or len(uses) < at_once or places[-1] < window.not_before:
                return _part(found, window, limit)
            before = places[-1]
        part = _part(found, window, limit)
        return part._replace(rest=part.rest or before)

    return read


def of_all(state: State | None) -> Source:
    """All transactions, or those in one state."""

    def read(window: Window, limit: int) -> Part:
        # The active ones first: one that ends in between is then found twice rather than not at all.
        active = _active(window, limit) if state != "ended" else Part({}, None)
        ended = _ended(window, limit) if state != "active" else Part({}, None)
        # Where one of the two goes on below, nothing older than that may come yet.
        known_down_to = max(active.rest or "", ended.rest or "")
        both = sorted((active.found | ended.found).items(), reverse=True)
        part = _part(both, window._replace(not_before=max(known_down_to, window.not_before)), limit)
        return part if part.rest else part._replace(rest=known_down_to or None)

    return read


def _active(window: Window, limit: int) -> Part:
    return _part(keys_in_list("active", before=window.before, limit=limit + 1), window, limit)


def _ended(window: Window, limit: int) -> Part:
    found: list[tuple[str, keys.Key]] = []
    days = _days(window)
    for one in days:
        found += keys_in_list(one, before=window.before, limit=limit + 1 - len(found))
        if len(found) > limit:
            break
    part = _part(found, window, limit)
    more_days = len(days) == DAYS_AT_ONCE and part.rest is None
    return part._replace(rest=days[-1].isoformat()) if more_days else part


def _part(found: list[tuple[str, keys.Key]], window: Window, limit: int) -> Part:
    """What lies in the window; one more than the limit tells that the list goes on."""
    inside = [(position, key) for position, key in found if position >= window.not_before]
    kept = inside[:limit]
    return Part(dict(kept), kept[-1][0] if len(inside) > limit else None)


def begun_on(day: dt.date) -> int:
    """How many transactions began on a day (UTC), by the list of those that run and the list of the day."""
    partitions = (keys.ACTIVE_TRANSACTIONS, keys.transactions_of_day(day))
    return sum(table.count(partition, "by_list", prefix=day.isoformat()) for partition in partitions)


def note_day(transaction: Transaction) -> None:
    """List the day of a transaction that has ended, so that it is looked at when somebody looks back."""
    list_day(day(transaction))


@cache
def list_day(listed: dt.date) -> None:
    """List a day, once for each environment."""
    table.put(keys.day_of_transactions(listed)._asdict())


def _days(window: Window) -> list[dt.date]:
    """The latest days in the window with ended transactions, latest first. The last two count in any case, because
    the list of days follows a moment later."""
    latest = window.before[:10]
    items = table.query(keys.days_of_transactions(), before=f"{latest}~", newest_first=True, limit=DAYS_AT_ONCE).items
    today = dt.datetime.now(dt.UTC).date()
    days = {item["sk"] for item in items} | {today.isoformat(), (today - dt.timedelta(days=1)).isoformat()}
    wanted = sorted((one for one in days if window.not_before[:10] <= one <= latest), reverse=True)
    return [dt.date.fromisoformat(one) for one in wanted[:DAYS_AT_ONCE]]
