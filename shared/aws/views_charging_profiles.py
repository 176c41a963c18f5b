"""The shapes of charging profiles in the operator API."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import MAX_INTEGER, OptionalTime, Printable
from shared.aws.views import View
from shared.aws.views_calls import Call
from shared.aws.views_charging_schedules import Given, Schedule, Seconds, Setpoints, schedule_view
from shared.domain import charging_profiles as domain
from shared.domain.calls import Json
from shared.domain.charging_profiles import Kind, Purpose, Recurrency
from shared.domain.known_profiles import KnownProfile, ProfileState, current

Id = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
SourceName = Annotated[str, Field(min_length=1, max_length=20), Printable]


class ProfileSettings(Given):
    """A charging profile to be installed."""

    profile_id: Id | None = None
    """Its number at the station: the profile that has it is replaced. Left out, that of the profile of the same
    purpose, stack level and EVSE, or a new one."""
    evse_id: Id
    """0: the station as a whole, or with TxDefaultProfile each of its EVSEs."""
    purpose: Purpose
    """ChargingStationMaxProfile limits the station as a whole, TxDefaultProfile each transaction that has no TxProfile,
    TxProfile one transaction. 2.1: PriorityCharging counts while a transaction charges with priority, LocalGeneration
    is what is generated on the spot."""
    kind: Kind
    """Absolute: the schedule begins at its start. Recurring: it begins anew each day or week. Relative: it begins with
    the transaction. Dynamic (2.1): its one period holds until the setpoint is changed."""
    stack_level: Id = 0
    """Of the profiles of one purpose that are valid, the highest counts."""
    schedules: Annotated[list[Schedule], Field(min_length=1, max_length=3)]
    """One; with TxProfile from 2.0.1 on up to three, of which the EV chooses."""
    recurrency: Recurrency | None = None
    """Only of a recurring profile."""
    valid_from: OptionalTime = None
    valid_to: OptionalTime = None
    transaction_id: Annotated[str, Field(min_length=1, max_length=255), Printable] | None = None
    """Only of a TxProfile; left out, the transaction that is active at the EVSE."""
    max_offline_duration_s: Seconds | None = None
    """2.1: how long it holds while the station is offline."""
    invalid_after_offline_duration: bool | None = None
    """2.1: whether it is gone after that, and not only until the station is online again."""
    dyn_update_interval_s: Seconds | None = None
    """How often the station asks for the setpoint of a Dynamic profile; null: it waits to be told."""
    price_schedule_signature: Annotated[str, Field(max_length=256)] | None = None

    def in_domain(self, profile_id: int) -> domain.ChargingProfile:
        not_given = ("dyn_update_at", "schedules", "profile_id")
        fields = {name: getattr(self, name) for name in domain.ChargingProfile._fields if name not in not_given}
        schedules = tuple(one.in_domain() for one in self.schedules)
        return domain.ChargingProfile(**fields | {"profile_id": profile_id, "schedules": schedules})


class ReportedProfile(View):
    """A charging profile in a station's own words."""

    profile_id: int
    evse_id: int
    purpose: Purpose
    kind: Kind
    stack_level: int
    schedules: list[Schedule]
    recurrency: Recurrency | None
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    transaction_id: str | None
    max_offline_duration_s: int | None
    invalid_after_offline_duration: bool | None
    dyn_update_interval_s: int | None
    dyn_update_at: dt.datetime | None
    price_schedule_signature: str | None


class ChargingProfile(ReportedProfile):
    """A charging profile of a station, as far as its answers and reports have told."""

    state: ProfileState
    """sent: the station has not answered. accepted: it is installed. rejected: it is not. cleared: it was and is not
    any more, or it was taken back before it was sent."""
    status: str | None
    """The answer to what was sent last under this number: Accepted, Rejected or NotSupported, InvalidMessageSeq (it
    waits for the EV's needs), or the code of a CALLERROR. What was installed before stays if that was refused. null:
    there is no answer."""
    call_id: str | None
    """The call that sent it; null: it was not sent by us."""
    changed_at: dt.datetime | None
    source: str
    """Who has set it: CSO is us, EMS an energy management system, SO the grid's operator, Other another one."""
    reported_at: dt.datetime | None
    """When the station last reported it."""
    reported: ReportedProfile | None
    """What it reported under this number, if that is something else."""


class ChargingProfileWithCall(ChargingProfile):
    """A charging profile, and the call that was made for it just now."""

    call: Call


class ChargingProfileList(View):
    """A page of charging profiles, by their numbers."""

    items: list[ChargingProfile]
    next_cursor: NextCursor


class ProfileSelection(Given):
    """Which charging profiles a station is to report: those of some numbers, or those that fit all that is given."""

    evse_id: Id | None = None
    """0: the station as a whole; null: everywhere."""
    profile_ids: list[Id] = Field(default=[], max_length=100)
    purpose: Purpose | None = None
    stack_level: Id | None = None
    sources: list[SourceName] = Field(default=[], max_length=4)
    """Who has set them: CSO, EMS, SO, Other."""

    def in_domain(self) -> domain.Selection:
        return domain.Selection(
            self.evse_id, tuple(self.profile_ids), self.purpose, self.stack_level, tuple(self.sources)
        )


class SetpointUpdate(Setpoints):
    """What is to hold now in a Dynamic profile; what is left out stays as it is."""

    def in_domain(self) -> domain.Setpoints:
        return domain.Setpoints(*(getattr(self, name) for name in domain.Setpoints._fields))


def profile_view(known: KnownProfile) -> ChargingProfile:
    return ChargingProfile(**_fields(known))


def with_call(known: KnownProfile, call: Call) -> ChargingProfileWithCall:
    return ChargingProfileWithCall(**_fields(known), call=call)


def _fields(known: KnownProfile) -> Json:
    return {
        **_content(current(known)),
        "state": known.state,
        "status": known.status,
        "call_id": known.call_id,
        "changed_at": known.changed_at,
        "source": known.source,
        "reported_at": known.reported_at,
        "reported": ReportedProfile(**_content(known.reported)) if known.reported else None,
    }


def _content(profile: domain.ChargingProfile) -> Json:
    return {**profile._asdict(), "schedules": [schedule_view(one) for one in profile.schedules]}
