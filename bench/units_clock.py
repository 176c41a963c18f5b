"""A clock that stands still, so that what is written at it is the same in every run, to the byte."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_RunningTime = dt.datetime


class _TimeOfAnyKind(type):
    """Makes every time an instance, also those that were made before the clock stood still or by a library."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _RunningTime)


@contextmanager
def standing_at(moment: dt.datetime) -> Iterator[None]:
    """While this runs, `dt.datetime.now` is this moment for every module that has `import datetime as dt`, as those of
    the functions have. Clocks that only measure how long something takes go on."""

    class Standing(_RunningTime, metaclass=_TimeOfAnyKind):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return moment.astimezone(tz) if tz else moment.replace(tzinfo=None)

    dt.datetime = Standing  # type: ignore[misc]  # that is what it is for
    try:
        yield
    finally:
        dt.datetime = _RunningTime  # type: ignore[misc]  # see above
