"""What is known of the charging profiles at a station (block K), and what becomes of that when something happens.

It is a shadow: only the station's answers and reports tell, and a profile outlives reboots, but a TxProfile ends with
its transaction.
"""

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Literal, NamedTuple

from shared.domain.charging_profiles import OURS, ChargingProfile, Setpoints, Source

ProfileState = Literal["sent", "accepted", "rejected", "cleared"]
"""sent: the station has not answered. accepted: it is installed. rejected: it is not. cleared: it was, or it was taken
back before it was sent."""


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
    source: Source = OURS
    reported_at: dt.datetime | None = None
    """When the station last reported it."""
    reported: ChargingProfile | None = None
    """What it reported under this id, if that is not what was installed."""
    setpoints: Setpoints | None = None
    """Of a Dynamic profile what is to hold now, until the station has taken it."""
    setpoints_call_id: str | None = None
    """The call that tells it so."""
    revision: int = 0


def number_for(profile: ChargingProfile, known: Iterable[KnownProfile], least: int) -> int:
    """The number of the profile whose place this one takes, or the lowest that is free."""
    there = [one for one in known if one.state in ("sent", "accepted")]
    ours = [one.profile for one in there if one.source == OURS and one.profile.place == profile.place]
    same = [one.profile_id for one in ours if one.profile_id >= least]
    taken = {one.profile.profile_id for one in there}
    return same[0] if same else next(number for number in itertools.count(least) if number not in taken)


def are_too_many(profile: ChargingProfile, installed: Iterable[ChargingProfile], most: int | None) -> bool:
    """Whether a station that has these profiles, and takes so many, has no room for one more."""
    if most is None:
        return False
    staying = [one for one in installed if not profile.takes_the_place_of(one)]
    return len(staying) + 1 > most


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


def observe(
    standing: KnownProfile | None, profile: ChargingProfile, source: Source, at: dt.datetime
) -> KnownProfile | None:
    """The station has reported that a profile is installed. One that is on its way to it waits for its answer."""
    if standing is None:
        return KnownProfile(profile, "accepted", at, changed_at=at, source=source, reported_at=at)
    if standing.reported_at is not None and standing.reported_at > at:
        return None
    seen = standing._replace(source=source, reported_at=at, reported=None)
    if standing.state in ("rejected", "cleared"):
        return seen._replace(profile=profile, state="accepted", as_of=at, changed_at=at)
    return seen if is_same(standing.profile, profile) else seen._replace(reported=profile)


def is_same(one: ChargingProfile, other: ChargingProfile) -> bool:
    """Whether two say the same, however the station numbers the schedules and dates the update of a Dynamic one."""
    return _content(one) == _content(other)


def _content(profile: ChargingProfile) -> ChargingProfile:
    schedules = tuple(one._replace(schedule_id=None, prices=()) for one in profile.schedules)
    return profile._replace(schedules=schedules, dyn_update_at=None)


# The setpoint of a Dynamic profile (use case K28).


class SetpointOrder(NamedTuple):
    """What is to hold now in a profile."""

    profile_id: int
    setpoints: Setpoints


def wish(standing: KnownProfile | None, wished: Setpoints, call_id: str) -> KnownProfile | None:
    """Setpoints are to hold from now on: the station is told by a call, or asks before that. What it has not taken yet
    of those before holds as well, where these say nothing else."""
    if standing is None:
        return None
    before = standing.setpoints.given() if standing.setpoints else {}
    return standing._replace(setpoints=Setpoints(**before | wished.given()), setpoints_call_id=call_id)


def settle(standing: KnownProfile | None, told: Setpoints, call_id: str, *, accepted: bool) -> KnownProfile | None:
    """The station has answered a call that told it these setpoints; others may be on their way to it by now."""
    if standing is None or standing.setpoints is None:
        return None
    profile = _with(standing.profile, told) if accepted else standing.profile
    if standing.setpoints_call_id != call_id:
        return standing._replace(profile=profile) if accepted else None
    return standing._replace(profile=profile, setpoints=None, setpoints_call_id=None)


def current(known: KnownProfile) -> ChargingProfile:
    """The profile as it is to hold now."""
    return known.profile if known.setpoints is None else _with(known.profile, known.setpoints)


def _with(profile: ChargingProfile, setpoints: Setpoints) -> ChargingProfile:
    schedule = profile.schedule
    period = schedule.periods[0]._replace(**setpoints.given())
    return profile._replace(schedules=(schedule._replace(periods=(period, *schedule.periods[1:])),))


def setpoints_of(known: KnownProfile) -> Setpoints:
    """What a station that asks is told: everything that its one period sets."""
    period = current(known).schedule.periods[0]
    return Setpoints(*(getattr(period, name) for name in Setpoints._fields))
