"""The times stations send: RFC 3339 with a zone, and what stands in the field instead of it."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

TRUSTED_YEARS = range(2015, 2100)
"""OCPP 1.6 is of 2015: a clock that shows another year has not been set (1970), or has been set at random."""

AHEAD_TOLERANCE = timedelta(seconds=60)
"""How far a station's time may be ahead of its receipt before we say so: messages travel, clocks drift."""

LONGEST_FRACTION = 6

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.([0-9]+))?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)

# Compiled when first needed: most stations never send such a time.
_ODD = r"""(?aix)\s*
    (?P<year>\d{4})
    (?: (?P<dash>[-/.]) (?P<month>\d{1,2}) (?P=dash) (?P<day>\d{1,2}) | (?P<month_day>\d{4}) )
    (?: [T_] | \s+ )
    (?: (?P<hour>\d{1,2}) : (?P<minute>\d{1,2}) (?: : (?P<second>\d{1,2}) )? | (?P<compact>\d{6}) )
    (?: [.,] (?P<fraction>\d*) )? \s*
    (?P<zone> (?:Z|UTC|GMT)? \s* (?: (?P<sign>[+-]) (?P<zone_hours>\d{1,2}) :? (?P<zone_minutes>\d{2})? )? Z? )\s*
"""


class Told(NamedTuple):
    """The moment a station means, and what had to be done to understand it.

    `code` names the quirk (empty: the time keeps to the standard), `text` says in words what was done. If the time
    cannot be told (`known` is false), `at` is the time of receipt.
    """

    at: datetime
    code: str = ""
    text: str = ""
    known: bool = True


def parse_time(value: object, received_at: datetime, utc_offset_min: int = 0) -> Told:
    """The moment that the JSON value of a time field means. Never raises.

    `received_at` is aware and stands in for a time that cannot be told; `utc_offset_min` is the zone, in minutes east
    of UTC, of a time that names none.
    """
    try:
        told = _standard(value) or _odd(value, utc_offset_min) if isinstance(value, str) else _since_1970(value)
    except ValueError:
        return Told(received_at, "Q-04", "there is no such date: the time of receipt stands in", known=False)
    if told is None:
        return Told(received_at, "Q-02", "no time can be read here: the time of receipt stands in", known=False)
    if told.at.year not in TRUSTED_YEARS:
        return Told(received_at, "Q-05", "the clock was not set: the time of receipt stands in", known=False)
    return told


def format_time(at: datetime) -> str:
    """RFC 3339 in UTC, with a fraction only if there is one: `2024-03-01T12:00:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _standard(text: str) -> Told | None:
    match = _RFC_3339.fullmatch(text)
    if match is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if match[1] and len(match[1]) > LONGEST_FRACTION:
        return Told(at, "Q-07", "the fraction of a second was cut to microseconds")
    return Told(at)


def _odd(text: str, utc_offset_min: int) -> Told | None:
    """A time in another ISO 8601 form, or one that merely resembles it. ValueError: there is no such date or hour."""
    match = re.fullmatch(_ODD, text)
    if match is None:
        return None
    if match["zone"].strip():
        offset = timedelta(hours=int(match["zone_hours"] or 0), minutes=int(match["zone_minutes"] or 0))
        zone = timezone(-offset if match["sign"] == "-" else offset)
        return Told(_moment(match, zone), "Q-02", "an odd form of a time, written anew")
    zone = timezone(timedelta(minutes=utc_offset_min))
    return Told(_moment(match, zone), "Q-01", f"no zone: read as {zone.tzname(None)}")


def _moment(match: re.Match[str], zone: timezone) -> datetime:
    month_day, compact = match["month_day"] or "", match["compact"] or ""
    month, day = match["month"] or month_day[:2], match["day"] or month_day[2:]
    hour, minute = int(match["hour"] or compact[:2]), int(match["minute"] or compact[2:4])
    second = int(match["second"] or compact[4:] or 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(match[0])
    microsecond = int((match["fraction"] or "")[:LONGEST_FRACTION].ljust(LONGEST_FRACTION, "0"))
    # The sum takes 24:00 into the next day and the leap second 60 into the next minute.
    return datetime(int(match["year"]), int(month), int(day), tzinfo=zone) + timedelta(
        hours=hour, minutes=minute, seconds=second, microseconds=microsecond
    )


def _since_1970(value: object) -> Told | None:
    """Seconds or milliseconds since 1970, as a JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e13:
        return None
    seconds = value / 1000 if value >= 1e11 else value
    return Told(datetime.fromtimestamp(seconds, UTC), "Q-02", "seconds since 1970, written anew")
