"""Charging profiles (block K): limits that we install at a station, which of them are there, and what they must be.

In OCPP 2.0.1's words. What we know of a station's profiles is a shadow: only its answers tell, and a profile outlives
reboots, but a TxProfile ends with its transaction.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

Purpose = Literal["ChargingStationMaxProfile", "TxDefaultProfile", "TxProfile"]
"""ChargingStationMaxProfile limits the station as a whole, TxDefaultProfile each transaction that has no TxProfile,
TxProfile one transaction."""
Kind = Literal["Absolute", "Recurring", "Relative"]
"""Absolute: the schedule begins at its start. Recurring: it begins anew each day or week. Relative: it begins with the
transaction."""
Recurrency = Literal["Daily", "Weekly"]
RateUnit = Literal["A", "W"]
"""A: per phase. W: of all phases together."""

ProfileState = Literal["sent", "accepted", "rejected", "cleared"]
"""sent: the station has not answered. accepted: it is installed. rejected: it is not. cleared: it was, or it was taken
back before it was sent."""

LARGEST = 2**31 - 1
"""Stations read numbers into 32 bits."""


class Period(NamedTuple):
    """A limit from a moment of the schedule until the next period, in the schedule's unit."""

    start_s: int
    limit: float
    phases: int | None = None
    """How many phases may be used; None: three."""


class Schedule(NamedTuple):
    """Limits over time."""

    unit: RateUnit
    periods: tuple[Period, ...]
    duration_s: int | None = None
    """None: the last period goes on."""
    start_at: dt.datetime | None = None
    min_rate: float | None = None
    """Below it charging is inefficient; in the schedule's unit."""


class ChargingProfile(NamedTuple):
    """A charging profile for an EVSE; EVSE 0 is the station as a whole, or each of its EVSEs."""

    profile_id: int
    evse_id: int
    purpose: Purpose
    kind: Kind
    stack_level: int
    """Of the profiles of one purpose that are valid, the highest counts."""
    schedule: Schedule
    recurrency: Recurrency | None = None
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None
    transaction_id: str | None = None

    def is_valid(self, at: dt.datetime) -> bool:
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at < self.valid_to)

    def takes_the_place_of(self, other: "ChargingProfile") -> bool:
        """Whether installing this one removes the other: it has its id, or its purpose, level and EVSE (rule CP-03)."""
        return self.profile_id == other.profile_id or self.place == other.place

    @property
    def place(self) -> tuple[str, int, int]:
        """What two profiles at a station cannot share."""
        return self.purpose, self.stack_level, self.evse_id


class KnownProfile(NamedTuple):
    """What we know of a profile at a station."""

    profile: ChargingProfile
    """What is installed; while nothing is, what was sent last."""
    state: ProfileState
    as_of: dt.datetime
    """When the call was made whose answer brought the state; what an earlier call tells changes nothing any more."""
    call_id: str | None = None
    """The latest call that sent a profile of this id."""
    status: str | None = None
    """The answer to it in the station's word, or the code of its CALLERROR; None: there is none."""
    changed_at: dt.datetime | None = None
    revision: int = 0


class Bounds(NamedTuple):
    """What a station says it can take; None: we do not know."""

    max_stack_level: int | None = None
    max_periods: int | None = None
    max_installed: int | None = None
    units: tuple[RateUnit, ...] | None = None


class Criteria(NamedTuple):
    """Which profiles to clear: the one of an id, else those that fit everything that is given; nothing: all."""

    profile_id: int | None = None
    evse_id: int | None = None
    purpose: Purpose | None = None
    stack_level: int | None = None

    def fit(self, profile: ChargingProfile) -> bool:
        if self.profile_id is not None:
            return profile.profile_id == self.profile_id
        wanted = (self.evse_id, self.purpose, self.stack_level)
        return all(
            one in (None, its)
            for one, its in zip(wanted, (profile.evse_id, profile.purpose, profile.stack_level), strict=True)
        )


Complaint = tuple[str, str]
"""Where a profile is wrong, as a path in our words (`schedule.periods[1].start_s`), and how."""


def complaints(profile: ChargingProfile, bounds: Bounds = Bounds()) -> list[Complaint]:  # noqa: B008  # immutable
    """What the station would refuse in a profile (rules CP-02, CP-04 to CP-06)."""
    return [
        *_in_numbers(profile),
        *_in_profile(profile, bounds),
        *_in_schedule(profile, bounds),
        *_in_periods(profile.schedule, bounds),
    ]


def _in_numbers(profile: ChargingProfile) -> Iterator[Complaint]:
    numbers = {
        "profile_id": profile.profile_id,
        "evse_id": profile.evse_id,
        "stack_level": profile.stack_level,
        "schedule.duration_s": profile.schedule.duration_s or 0,
        **{f"schedule.periods[{number}].start_s": one.start_s for number, one in enumerate(profile.schedule.periods)},
    }
    for path, number in numbers.items():
        if number > LARGEST:
            yield path, "is larger than a station can read"
        elif number < 0:
            yield path, "must not be negative"


def _in_profile(profile: ChargingProfile, bounds: Bounds) -> Iterator[Complaint]:
    if profile.purpose == "ChargingStationMaxProfile" and profile.evse_id:
        yield "evse_id", "must be 0: this purpose is for the station as a whole"
    elif profile.purpose == "TxProfile" and not profile.evse_id:
        yield "evse_id", "must not be 0: this purpose is for the transaction at one EVSE"
    if profile.transaction_id is not None and profile.purpose != "TxProfile":
        yield "transaction_id", "is only for a profile of one transaction"
    if bounds.max_stack_level is not None and profile.stack_level > bounds.max_stack_level:
        yield "stack_level", f"is above the station's highest, {bounds.max_stack_level}"
    if profile.valid_from and profile.valid_to and profile.valid_to <= profile.valid_from:
        yield "valid_to", "must be later than the time from which the profile is valid"
    if profile.kind == "Recurring" and profile.recurrency is None:
        yield "recurrency", "is missing: a recurring profile is daily or weekly"
    elif profile.kind != "Recurring" and profile.recurrency is not None:
        yield "recurrency", "is only for a recurring profile"


def _in_schedule(profile: ChargingProfile, bounds: Bounds) -> Iterator[Complaint]:
    schedule = profile.schedule
    if profile.kind == "Recurring" and schedule.start_at is None:
        yield "schedule.start_at", "is missing: a recurring profile needs the time at which it begins"
    elif profile.kind == "Relative" and schedule.start_at is not None:
        yield "schedule.start_at", "must be left out: a relative profile begins with the transaction"
    if schedule.duration_s == 0:
        yield "schedule.duration_s", "must be positive"
    if schedule.min_rate is not None and not 0 <= schedule.min_rate <= LARGEST:
        yield "schedule.min_rate", f"must be a number from 0 to {LARGEST}"
    if bounds.units is not None and schedule.unit not in bounds.units:
        yield "schedule.unit", f"is not among the station's, {', '.join(bounds.units)}"


def _in_periods(schedule: Schedule, bounds: Bounds) -> Iterator[Complaint]:
    periods = schedule.periods
    if not periods:
        yield "schedule.periods", "needs at least one period"
    if bounds.max_periods is not None and len(periods) > bounds.max_periods:
        yield "schedule.periods", f"has more than the {bounds.max_periods} periods that the station takes"
    last_s = -1
    for number, period in enumerate(periods):
        path = f"schedule.periods[{number}]"
        if number == 0 and period.start_s != 0:
            yield f"{path}.start_s", "must be 0 in the first period"
        elif period.start_s <= last_s:
            yield f"{path}.start_s", "must be later than that of the period before"
        if not 0 <= period.limit <= LARGEST or round(period.limit, 1) != period.limit:
            yield f"{path}.limit", f"must be a number from 0 to {LARGEST} with at most one decimal"
        if period.phases not in (None, 1, 2, 3):
            yield f"{path}.phases", "must be 1, 2 or 3"
        last_s = period.start_s


def are_too_many(profile: ChargingProfile, installed: Iterable[ChargingProfile], bounds: Bounds) -> bool:
    """Whether a station that has these profiles has no room for one more."""
    if bounds.max_installed is None:
        return False
    staying = [one for one in installed if not profile.takes_the_place_of(one)]
    return len(staying) + 1 > bounds.max_installed


# What is known of a profile after something happened to it; None: nothing changes.


def send(standing: KnownProfile | None, profile: ChargingProfile, call_id: str, at: dt.datetime) -> KnownProfile:
    """A profile is put into the outbox: what is installed under its id stays until the station takes the new one."""
    if standing is not None and standing.state == "accepted":
        return standing._replace(call_id=call_id, status=None)
    return KnownProfile(profile, "sent", at, call_id, changed_at=at)


def accept(
    standing: KnownProfile | None, profile: ChargingProfile, call_id: str, made_at: dt.datetime
) -> KnownProfile | None:
    """The station has installed a profile, which a call made at `made_at` brought."""
    if standing is not None and standing.as_of > made_at:
        return None
    return KnownProfile(profile, "accepted", made_at, call_id, "Accepted", changed_at=made_at)


def reject(standing: KnownProfile | None, call_id: str, status: str) -> KnownProfile | None:
    """The station has not taken what a call brought; what it had before under this id stays."""
    if standing is None or standing.call_id != call_id or standing.status is not None:
        return None
    return standing._replace(state="rejected" if standing.state == "sent" else standing.state, status=status)


def clear(standing: KnownProfile | None, at: dt.datetime) -> KnownProfile | None:
    """The station does not have a profile any more, as of a call made at `at` or of an event then."""
    if standing is None or standing.state not in ("sent", "accepted") or standing.as_of > at:
        return None
    return standing._replace(state="cleared", as_of=at, changed_at=at)
