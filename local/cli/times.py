"""Times and spans as people type them: `2026-11-01`, `2026-11-01T08:00`, `10m`, `7d`."""

import datetime as dt
import re

from local.cli.errors import UsageError

UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
SPAN = re.compile(r"(?P<count>\d{1,9})(?P<unit>[smhdw]?)")


def span_s(text: str) -> int:
    """A span in seconds: `90`, `90s`, `10m`, `2h`, `7d`, `1w`. Raises UsageError."""
    found = SPAN.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no span of time such as 90s, 10m, 2h or 7d")
    return int(found["count"]) * UNITS_S[found["unit"]]


def past(text: str, now: dt.datetime) -> dt.datetime:
    """A moment, or so long ago. Raises UsageError."""
    return _moment(text, now, -1)


def future(text: str, now: dt.datetime) -> dt.datetime:
    """A moment, or so far ahead. Raises UsageError."""
    return _moment(text, now, 1)


def _moment(text: str, now: dt.datetime, direction: int) -> dt.datetime:
    """A moment of ISO 8601, or one that lies a span away. Without a zone it is in UTC; a day is its midnight."""
    try:
        if SPAN.fullmatch(text):
            return now + direction * dt.timedelta(seconds=span_s(text))
        at = dt.datetime.fromisoformat(text)
        return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        reason = "is neither a time such as 2026-11-01T08:00Z nor a span such as 10m or 7d"
        raise UsageError(f"{text!r} {reason}") from error


def written(at: dt.datetime) -> str:
    """As the API reads it."""
    return at.isoformat().replace("+00:00", "Z")
