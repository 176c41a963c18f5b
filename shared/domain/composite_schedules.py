"""Composite schedules (block K): the limit that the profiles of a station amount to, at each moment of a time to come.

Within a purpose the highest stack level that says something at the moment counts; a TxProfile goes before a
TxDefaultProfile; the ChargingStationMaxProfile and limits from elsewhere limit the result, to which what is generated
here is added first (rules CP-03 and SCH-09; 1.6 section 3.13.3, use cases K08 and K23).
"""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from shared.domain.charging_profiles import ALL_PHASES, ChargingProfile, Purpose, RateUnit, Schedule

VOLTAGE_V = 230
"""Between a phase and neutral, to compare amperes with watts."""
CYCLES = {"Daily": dt.timedelta(days=1), "Weekly": dt.timedelta(weeks=1)}


class Limit(NamedTuple):
    """A limit at a moment; infinite where a profile counts that sets none, but say a setpoint."""

    value: float
    unit: RateUnit
    phases: int | None = None

    def converted(self, unit: RateUnit) -> "Limit":
        """The same limit in another unit, rounded down to one decimal."""
        if unit == self.unit:
            return self
        one_phase_a_w = VOLTAGE_V * (self.phases or ALL_PHASES)
        value = self.value * one_phase_a_w if unit == "W" else self.value / one_phase_a_w
        if value == math.inf:
            return self._replace(unit=unit)
        return Limit(math.floor(round(value * 10, 6)) / 10, unit, self.phases)


class Forecast(NamedTuple):
    """A limit from a moment on, in seconds after the beginning; None: nothing limits."""

    start_s: float
    limit: Limit | None


class ReportedSchedule(NamedTuple):
    """What a station answered when it was asked for its composite schedule: a forecast of its own."""

    evse_id: int
    asked_at: dt.datetime
    status: str
    """Accepted, Rejected, or the code of its CALLERROR."""
    call_id: str
    start_at: dt.datetime | None = None
    """What its periods count from."""
    schedule: Schedule | None = None


def composite(
    profiles: Sequence[ChargingProfile],
    *,
    evse_id: int,
    begin_at: dt.datetime,
    duration_s: int,
    unit: RateUnit,
    transaction_began_at: dt.datetime | None = None,
    has_priority: bool = False,
) -> list[Forecast]:
    """The limits of an EVSE over a time, each until the next; of EVSE 0 those of the station as a whole.

    Without a transaction the forecast is for one that begins now. `has_priority`: the transaction charges with priority
    (use case K21).
    """
    began_at = transaction_began_at or begin_at
    end_at = begin_at + dt.timedelta(seconds=duration_s)
    moments = {begin_at, *(at for one in profiles for at in _turns(one, began_at, begin_at, end_at))}
    found: list[Forecast] = []
    for at in sorted(moments):
        limit = limit_at(
            profiles, at, evse_id=evse_id, unit=unit, transaction_began_at=began_at, has_priority=has_priority
        )
        if not found or found[-1].limit != limit:
            found.append(Forecast((at - begin_at).total_seconds(), limit))
    return found


def limit_at(
    profiles: Iterable[ChargingProfile],
    at: dt.datetime,
    *,
    evse_id: int,
    unit: RateUnit,
    transaction_began_at: dt.datetime,
    has_priority: bool = False,
) -> Limit | None:
    """What limits an EVSE (0: the station) at a moment."""
    profiles = list(profiles)

    def highest(purpose: Purpose, of_evse: int) -> Limit | None:
        found = _highest(profiles, purpose, of_evse, at, transaction_began_at)
        return found.converted(unit) if found else None

    generated = highest("LocalGeneration", 0)
    outer = [highest("ChargingStationMaxProfile", 0), *_external(profiles, evse_id, at, transaction_began_at)]
    outer = [one.converted(unit) if one else None for one in outer]
    outer = [one._replace(value=one.value + generated.value) if one and generated else one for one in outer]
    inner: Limit | None = None
    if evse_id:
        purposes: tuple[Purpose, ...] = ("TxProfile", "TxDefaultProfile")
        if has_priority:
            purposes = ("PriorityCharging", *purposes)
        inner = next((one for purpose in purposes if (one := highest(purpose, evse_id))), None)
    limits = [one for one in (inner, *outer) if one is not None and one.value != math.inf]
    return min(limits, key=lambda one: one.value, default=None)


def _external(
    profiles: list[ChargingProfile], evse_id: int, at: dt.datetime, began_at: dt.datetime
) -> list[Limit | None]:
    """The limits from elsewhere, which all count, each from its source."""
    purpose: Purpose = "ChargingStationExternalConstraints"
    return [_limit_of(one, at, began_at) for one in profiles if one.purpose == purpose and one.evse_id in (0, evse_id)]


def _highest(
    profiles: list[ChargingProfile], purpose: Purpose, evse_id: int, at: dt.datetime, began_at: dt.datetime
) -> Limit | None:
    """The limit of the highest stack level that has one; on one level a profile of the EVSE goes before one of all."""
    stacked = sorted(
        (one for one in profiles if one.purpose == purpose and one.evse_id in (0, evse_id)),
        key=lambda one: (one.stack_level, one.evse_id != 0),
        reverse=True,
    )
    limits = (_limit_of(one, at, began_at) for one in stacked)
    return next((one for one in limits if one is not None), None)


def _limit_of(profile: ChargingProfile, at: dt.datetime, began_at: dt.datetime) -> Limit | None:
    """What a profile alone says at a moment."""
    if not profile.is_valid(at):
        return None
    elapsed = at - _start(profile, at, began_at)
    schedule = profile.schedule
    if elapsed < dt.timedelta() or (schedule.duration_s is not None and elapsed >= _seconds(schedule.duration_s)):
        return None
    begun = [period for period in schedule.periods if _seconds(period.start_s) <= elapsed]
    if not begun:
        return None
    limit = begun[-1].limit
    return Limit(math.inf if limit is None else limit, schedule.unit, begun[-1].phases)


def _start(profile: ChargingProfile, at: dt.datetime, began_at: dt.datetime) -> dt.datetime:
    """From when the periods of a profile count at a moment; perhaps only later."""
    start_at = profile.schedule.start_at
    if profile.kind == "Relative" or start_at is None:
        return began_at
    if profile.kind == "Recurring" and profile.recurrency and at > start_at:
        cycle = CYCLES[profile.recurrency]
        return start_at + (at - start_at) // cycle * cycle
    return start_at


def _turns(
    profile: ChargingProfile, began_at: dt.datetime, begin_at: dt.datetime, end_at: dt.datetime
) -> Iterator[dt.datetime]:
    """The moments within a time at which what a profile says may change."""
    schedule = profile.schedule
    marks_s = [period.start_s for period in schedule.periods]
    if schedule.duration_s is not None:
        marks_s.append(schedule.duration_s)
    starts = [_start(profile, begin_at, began_at)]
    if profile.kind == "Recurring" and profile.recurrency and schedule.start_at:
        while starts[-1] < end_at:
            starts.append(starts[-1] + CYCLES[profile.recurrency])
    turns = [profile.valid_from, profile.valid_to, *starts]
    for start in starts:
        turns += [start + _seconds(mark_s) for mark_s in marks_s if _seconds(mark_s) <= end_at - start]
    return (at for at in turns if at is not None and begin_at < at < end_at)


def _seconds(number: int) -> dt.timedelta:
    return dt.timedelta(seconds=min(number, LONGEST_S))


LONGEST_S = 100 * 366 * 86_400
"""A century: no schedule of a station is longer, and a duration of more seconds need not be one of the calendar."""
