"""Lists of what happened, newest first, that have a partition of by_list for each day (UTC)."""

import datetime as dt
from collections.abc import Callable, Iterator

from shared.store import keys, table
from shared.store.dynamodb import Item

DAYS = 30
"""How far back such a list goes. A day costs a query of its own, half a unit where nothing is in it."""

Partition = Callable[[dt.date], str]
"""The name of the partition of a day."""


def page(
    partition: Partition, after: str | None, limit: int, *, of: str | None = None
) -> tuple[list[keys.Key], str | None]:
    """The keys of a page, and the position to go on after: of all, or of those in the table's partition `of`, which are
    picked out by their keys. Raises Invalid for a position that is none."""
    found: list[tuple[str, keys.Key]] = []
    for day in _days(after):
        found += _of_day(partition(day), after or keys.END_OF_TIME, limit + 1 - len(found), of)
        if len(found) > limit:
            break
    return [key for _, key in found[:limit]], found[limit - 1][0] if len(found) > limit else None


def _of_day(partition: str, before: str, wanted: int, of: str | None) -> list[tuple[str, keys.Key]]:
    found: list[tuple[str, keys.Key]] = []
    last: Item | None = None
    while True:
        part = table.query(
            partition,
            index="by_list",
            newest_first=True,
            before=before,
            limit=wanted if of is None else None,
            after=last,
        )
        found += [(item["sk1"], keys.Key(item["pk"], item["sk"])) for item in part.items if of in (None, item["pk"])]
        last = part.last
        if last is None or len(found) >= wanted:
            return found[:wanted]


def count_since(partition: Partition, since: dt.datetime) -> int:
    """How many things have happened since a moment; only keys are read."""
    days = (dt.datetime.now(dt.UTC).date() - since.date()).days
    each = (since.date() + dt.timedelta(days=number) for number in range(days + 1))
    return sum(table.count(partition(day), "by_list", since=keys.stamp(since)) for day in each)


def _days(after: str | None) -> Iterator[dt.date]:
    """The days of a list from a position on, the latest first."""
    today = dt.datetime.now(dt.UTC).date()
    oldest = today - dt.timedelta(days=DAYS - 1)
    try:
        day = min(dt.date.fromisoformat(after[:10]), today) if after else today
    except ValueError as error:
        raise table.no_position() from error
    while day >= oldest:
        yield day
        day -= dt.timedelta(days=1)
