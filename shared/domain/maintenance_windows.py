"""Maintenance windows: the hours, by the clock of a place, in which stations may be disturbed."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)

A_DAY = dt.timedelta(days=1)
LOOK_AHEAD_DAYS = 15
"""A window that opens once a week opens within them, even if a change of the clock takes one opening away."""


class Window(NamedTuple):
    """From one time of day to another, which may be on the next day; the same time means a whole day.

    Summer time moves it with the clock: an hour that a night leaves out is missing, one that it has twice counts twice.
    """

    opens: dt.time
    closes: dt.time
    time_zone: str
    """A name of the IANA time zone database: `Europe/Berlin`."""
    days: tuple[Day, ...] = DAYS
    """The days on which it opens."""

    def is_open(self, at: dt.datetime) -> bool:
        local = at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)
        return any(opens <= local < closes for opens, closes in self._spans(local.date() - A_DAY, 2))

    def next_opening(self, at: dt.datetime) -> dt.datetime | None:
        """When it next opens after a time, in UTC. None: it does not in the next two weeks."""
        zone = ZoneInfo(self.time_zone)
        today = at.astimezone(zone).date()
        for opens, _closes in self._spans(today - A_DAY, LOOK_AHEAD_DAYS + 2):
            opening = opens.replace(tzinfo=zone).astimezone(dt.UTC)
            if opening > at and self.is_open(opening):
                return opening
        return None

    def _spans(self, first: dt.date, days: int) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """The windows that open on some days, by the clock on the wall."""
        for number in range(days):
            day = first + number * A_DAY
            if DAYS[day.weekday()] in self.days:
                until = day if self.opens < self.closes else day + A_DAY
                yield dt.datetime.combine(day, self.opens), dt.datetime.combine(until, self.closes)
