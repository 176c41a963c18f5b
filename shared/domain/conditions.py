"""The conditions of prices: whether they hold at a moment of a transaction, and where that may change."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from shared.domain.tariffs import DAYS, Conditions, Tariff

A_DAY = dt.timedelta(days=1)
A_QUARTER = dt.timedelta(minutes=15)
LOOK_AHEAD = dt.timedelta(hours=26)
"""Further than to the next midnight, where a stretch ends in any case."""


class Moment(NamedTuple):
    """A moment of a transaction, with what has been used until then; None: not known, so no condition on it holds."""

    at: dt.datetime
    time_us: int = 0
    energy_uwh: int = 0
    charging_us: int = 0
    idle_us: int = 0
    power_w: int | None = None
    current_a: Decimal | None = None


class Thresholds(NamedTuple):
    """The amounts at which conditions of some tariffs begin or end to hold."""

    energy_uwh: frozenset[int]
    time_us: frozenset[int]
    charging_us: frozenset[int]
    idle_us: frozenset[int]


def holds(conditions: Conditions, time_zone: str, moment: Moment) -> bool:
    """Whether all conditions hold. We do not know of what kind an EVSE is, nor how a fee is paid."""
    if conditions == Conditions():
        return True
    if conditions.evse_kind or conditions.payment_brand or conditions.payment_recognition:
        return False
    return _holds_by_clock(conditions, time_zone, moment.at) and all(
        _is_between(value, least, most)
        for value, least, most in (
            (moment.energy_uwh, _micro(conditions.min_energy_wh), _micro(conditions.max_energy_wh)),
            (moment.time_us, _micro(conditions.min_time_s), _micro(conditions.max_time_s)),
            (moment.charging_us, _micro(conditions.min_charging_time_s), _micro(conditions.max_charging_time_s)),
            (moment.idle_us, _micro(conditions.min_idle_time_s), _micro(conditions.max_idle_time_s)),
            (moment.power_w, conditions.min_power_w, conditions.max_power_w),
            (moment.current_a, conditions.min_current_a, conditions.max_current_a),
        )
    )


def _is_between(value: Decimal | int | None, least: Decimal | int | None, most: Decimal | int | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and (least is None or value >= least) and (most is None or value < most)


def _micro(amount: Decimal | int | None) -> int | None:
    return None if amount is None else int(amount * 1_000_000)


def _holds_by_clock(conditions: Conditions, time_zone: str, at: dt.datetime) -> bool:
    local = at.astimezone(_zone(time_zone))
    if conditions.days and DAYS[local.weekday()] not in conditions.days:
        return False
    if conditions.valid_from_date and local.date() < conditions.valid_from_date:
        return False
    if conditions.valid_to_date and local.date() >= conditions.valid_to_date:
        return False
    begin, end, now = conditions.start_time_of_day, conditions.end_time_of_day, local.time()
    if begin is not None and end is not None and begin >= end:
        return now >= begin or now < end
    return (begin is None or now >= begin) and (end is None or now < end)


def boundaries(tariff: Tariff, after: dt.datetime) -> Iterator[dt.datetime]:
    """The next moments at which a condition on time of day, weekday or date may begin or end to hold."""
    times = _times_of_day(tariff)
    if not times:
        return
    zone = _zone(tariff.time_zone)
    today = after.astimezone(zone).date()
    for day in (today, today + A_DAY):
        for time in times:
            local = dt.datetime.combine(day, time, zone)
            # In the night in which the clock is put back a time comes twice.
            for fold in (0, 1):
                moment = local.replace(fold=fold).astimezone(dt.UTC)
                if moment > after:
                    yield moment
    yield from (one for one in _changes_of_clock(tariff.time_zone, after) if one > after)


def _times_of_day(tariff: Tariff) -> set[dt.time]:
    times: set[dt.time] = set()
    for one in _conditions(tariff):
        times |= {time for time in (one.start_time_of_day, one.end_time_of_day) if time is not None}
        if one.days or one.valid_from_date or one.valid_to_date or one.start_time_of_day or one.end_time_of_day:
            times.add(dt.time())
    return times


def _changes_of_clock(time_zone: str, after: dt.datetime) -> Iterator[dt.datetime]:
    """The full quarters of the next hours at which the clock is put forward or back: time of day jumps there."""
    zone = _zone(time_zone)
    now = after.replace(minute=0, second=0, microsecond=0)
    if now.astimezone(zone).utcoffset() == (now + LOOK_AHEAD).astimezone(zone).utcoffset():
        return
    for _ in range(LOOK_AHEAD // A_QUARTER):
        later = now + A_QUARTER
        if now.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            yield later
        now = later


def thresholds(tariffs: Iterable[Tariff]) -> Thresholds:
    found = [one for tariff in tariffs for one in _conditions(tariff)]

    def amounts(*names: str) -> frozenset[int]:
        given = (getattr(one, name) for one in found for name in names)
        return frozenset(int(amount * 1_000_000) for amount in given if amount is not None)

    return Thresholds(
        amounts("min_energy_wh", "max_energy_wh"),
        amounts("min_time_s", "max_time_s"),
        amounts("min_charging_time_s", "max_charging_time_s"),
        amounts("min_idle_time_s", "max_idle_time_s"),
    )


def _conditions(tariff: Tariff) -> Iterator[Conditions]:
    for part in (tariff.energy, tariff.charging_time, tariff.idle_time):
        if part is not None:
            yield from (price.conditions for price in part.prices)


@cache
def _zone(name: str) -> dt.tzinfo:
    if name == "UTC":
        return dt.UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # most tariffs have no conditions by the clock

    return ZoneInfo(name)
