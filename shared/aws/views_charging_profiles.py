"""The shapes of charging profiles and composite schedules in the operator API."""

import datetime as dt
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import MAX_INTEGER, OptionalTime, Printable
from shared.aws.views import View
from shared.aws.views_calls import Call
from shared.domain import charging_profiles as domain
from shared.domain.calls import Json
from shared.domain.charging_profiles import Kind, ProfileState, Purpose, RateUnit, Recurrency
from shared.domain.composite_schedules import Forecast, ReportedSchedule

Seconds = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Rate = Annotated[int | float, Field(ge=0, le=MAX_INTEGER)]


class Given(View):
    """Part of a request."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Period(Given):
    """A limit from a moment of the schedule until the next period."""

    start_s: Seconds
    """Counted from the start of the schedule; 0 in the first period, then rising."""
    limit: Rate
    """In the schedule's unit, with at most one decimal."""
    phases: Annotated[int, Field(ge=1, le=3)] | None = None
    """How many phases may be used; null: three."""


class Schedule(Given):
    """Limits over time."""

    unit: RateUnit
    """A: amperes per phase. W: watts of all phases together."""
    periods: Annotated[list[Period], Field(min_length=1, max_length=1024)]
    duration_s: Seconds | None = None
    """null: the last period goes on."""
    start_at: OptionalTime = None
    """When it begins, if not with the transaction."""
    min_rate: Rate | None = None
    """Below it charging is inefficient; in the same unit."""

    def in_domain(self) -> domain.Schedule:
        periods = tuple(domain.Period(one.start_s, one.limit, one.phases) for one in self.periods)
        return domain.Schedule(self.unit, periods, self.duration_s, self.start_at, self.min_rate)


class ProfileSettings(Given):
    """A charging profile to be installed."""

    profile_id: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None = None
    """Its number at the station: the profile that has it is replaced. Left out, that of the profile of the same
    purpose, stack level and EVSE, which is replaced in any case, or a new one."""
    evse_id: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    """0: the station as a whole, or with TxDefaultProfile each of its EVSEs."""
    purpose: Purpose
    """ChargingStationMaxProfile limits the station as a whole, TxDefaultProfile each transaction that has no TxProfile,
    TxProfile one transaction."""
    kind: Kind
    """Absolute: the schedule begins at its start. Recurring: it begins anew each day or week. Relative: it begins with
    the transaction."""
    stack_level: Annotated[int, Field(ge=0, le=MAX_INTEGER)] = 0
    """Of the profiles of one purpose that are valid, the highest counts."""
    schedule: Schedule
    recurrency: Recurrency | None = None
    """Only of a recurring profile."""
    valid_from: OptionalTime = None
    valid_to: OptionalTime = None
    transaction_id: Annotated[str, Field(min_length=1, max_length=255), Printable] | None = None
    """Only of a TxProfile; left out, the transaction that is active at the EVSE."""

    def in_domain(self, profile_id: int) -> domain.ChargingProfile:
        fields = {name: getattr(self, name) for name in domain.ChargingProfile._fields}
        return domain.ChargingProfile(**fields | {"profile_id": profile_id, "schedule": self.schedule.in_domain()})


class ChargingProfile(View):
    """A charging profile of a station, as far as its answers have told."""

    profile_id: int
    evse_id: int
    purpose: Purpose
    kind: Kind
    stack_level: int
    schedule: Schedule
    recurrency: Recurrency | None
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    transaction_id: str | None
    state: ProfileState
    """sent: the station has not answered. accepted: it is installed. rejected: it is not. cleared: it was and is not
    any more, or it was taken back before it was sent."""
    status: str | None
    """The answer to what was sent last under this number: Accepted, Rejected or NotSupported, or the code of a
    CALLERROR. What was installed before stays if that was refused. null: there is no answer."""
    call_id: str | None
    """The call that sent it."""
    changed_at: dt.datetime | None


class ChargingProfileWithCall(ChargingProfile):
    """A charging profile, and the call that was made for it just now."""

    call: Call


class ChargingProfileList(View):
    """A page of charging profiles, by their numbers."""

    items: list[ChargingProfile]
    next_cursor: NextCursor


class ReportedPeriod(View):
    """A limit from a moment until the next period."""

    start_s: int
    """Counted from the start of the schedule."""
    start_at: dt.datetime | None
    """null: no time of the calendar."""
    limit: float
    """In the schedule's unit."""
    phases: int | None


class CompositeSchedule(View):
    """What a station said when it was asked for its composite schedule: a forecast of its own."""

    evse_id: int
    """0: its grid connection."""
    status: str
    """Accepted, Rejected, or the code of a CALLERROR."""
    asked_at: dt.datetime
    call_id: str
    start_at: dt.datetime | None
    """What the periods count from."""
    duration_s: int | None
    unit: RateUnit | None
    min_rate: float | None
    periods: list[ReportedPeriod]


class CompositeScheduleList(View):
    """The latest composite schedule of each EVSE that the station was asked for."""

    items: list[CompositeSchedule]
    next_cursor: NextCursor


class ForecastPeriod(View):
    """A limit from a moment until the next period."""

    start_s: float
    start_at: dt.datetime
    limit: float | None
    """null: no profile that we know of limits."""
    phases: int | None


class ChargingForecast(View):
    """The limits that the profiles we know of amount to."""

    evse_id: int
    start_at: dt.datetime
    duration_s: int
    unit: RateUnit
    transaction_id: str | None
    """The transaction it is for; null: for one that would begin now."""
    periods: list[ForecastPeriod]


def profile_view(known: domain.KnownProfile) -> ChargingProfile:
    return ChargingProfile(**_fields(known))


def with_call(known: domain.KnownProfile, call: Call) -> ChargingProfileWithCall:
    return ChargingProfileWithCall(**_fields(known), call=call)


def _fields(known: domain.KnownProfile) -> Json:
    schedule = known.profile.schedule
    periods = [Period(**period._asdict()) for period in schedule.periods]
    return {
        **known.profile._asdict(),
        "schedule": Schedule.model_construct(**schedule._asdict() | {"periods": periods}),
        "state": known.state,
        "status": known.status,
        "call_id": known.call_id,
        "changed_at": known.changed_at,
    }


def reported_view(one: ReportedSchedule) -> CompositeSchedule:
    schedule, start_at = one.schedule, one.start_at
    periods = (
        []
        if schedule is None or start_at is None
        else [
            ReportedPeriod(start_at=_later(start_at, period.start_s), **period._asdict()) for period in schedule.periods
        ]
    )
    return CompositeSchedule(
        evse_id=one.evse_id,
        status=one.status,
        asked_at=one.asked_at,
        call_id=one.call_id,
        start_at=start_at,
        duration_s=schedule.duration_s if schedule else None,
        unit=schedule.unit if schedule else None,
        min_rate=schedule.min_rate if schedule else None,
        periods=periods,
    )


def _later(at: dt.datetime, seconds: int) -> dt.datetime | None:
    try:
        return at + dt.timedelta(seconds=seconds)
    except OverflowError:
        return None


def forecast_periods(start_at: dt.datetime, forecast: list[Forecast]) -> list[ForecastPeriod]:
    return [
        ForecastPeriod(
            start_s=one.start_s,
            start_at=start_at + dt.timedelta(seconds=one.start_s),
            limit=one.limit.value if one.limit else None,
            phases=one.limit.phases if one.limit else None,
        )
        for one in forecast
    ]
