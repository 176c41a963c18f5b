"""The shapes of charging schedules in the operator API: of profiles, of what stations tell, of forecasts."""

import datetime as dt
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import MAX_INTEGER, OptionalTime
from shared.aws.views import View
from shared.domain import charging_profiles as domain
from shared.domain.calls import Json
from shared.domain.charging_profiles import OperationMode, RateUnit
from shared.domain.composite_schedules import Forecast, ReportedSchedule

Seconds = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Rate = Annotated[int | float, Field(ge=0, le=MAX_INTEGER)]
Discharge = Annotated[int | float, Field(ge=-MAX_INTEGER, le=0)]
Setpoint = Annotated[int | float, Field(ge=-MAX_INTEGER, le=MAX_INTEGER)]

PRICES = {
    "sales_tariff": "salesTariff",
    "absolute_price_schedule": "absolutePriceSchedule",
    "price_level_schedule": "priceLevelSchedule",
}


class Given(View):
    """Part of a request."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CurvePoint(Given):
    """A point of a curve."""

    at: Setpoint
    """A frequency in Hz, or a value of the grid's signal."""
    power_w: Setpoint


class LimitAtSoC(Given):
    """A limit once the battery is as full as this."""

    soc_percent: Annotated[int, Field(ge=0, le=100)]
    limit: Rate


class Setpoints(Given):
    """Limits and setpoints, in the unit of their schedule: of all phases, or of L1 where L2 and L3 have their own."""

    limit: Rate | None = None
    """In 1.6 and 2.0.1 always given, with at most one decimal."""
    limit_l2: Rate | None = None
    limit_l3: Rate | None = None
    discharge_limit: Discharge | None = None
    """Zero or negative."""
    discharge_limit_l2: Discharge | None = None
    discharge_limit_l3: Discharge | None = None
    setpoint: Setpoint | None = None
    """What the EV should keep to; negative: it discharges."""
    setpoint_l2: Setpoint | None = None
    setpoint_l3: Setpoint | None = None
    setpoint_reactive: Setpoint | None = None
    setpoint_reactive_l2: Setpoint | None = None
    setpoint_reactive_l3: Setpoint | None = None


class Period(Setpoints):
    """What holds from a moment of the schedule until the next period."""

    start_s: Seconds
    """Counted from the start of the schedule; 0 in the first period, then rising."""
    phases: Annotated[int, Field(ge=1, le=3)] | None = None
    """How many phases may be used; null: three."""
    phase_to_use: Annotated[int, Field(ge=1, le=3)] | None = None
    """From 2.0.1 on, with one phase."""
    operation_mode: OperationMode | None = None
    """2.1: what the EVSE does with the energy of the vehicle; null: it charges."""
    preconditioning_request: bool | None = None
    evse_sleep: bool | None = None
    v2x_baseline: Setpoint | None = None
    v2x_freq_watt_curve: list[CurvePoint] = Field(default=[], max_length=20)
    """The power at a frequency of the grid."""
    v2x_signal_watt_curve: list[CurvePoint] = Field(default=[], max_length=20)
    """The power at a value of the signal that the grid's operator sends."""


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
    schedule_id: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None = None
    """Its number in the profile, from 2.0.1 on; null: by its place."""
    limit_at_soc: LimitAtSoC | None = None
    use_local_time: bool | None = None
    """2.1: whether it begins at that time of the station's clock."""
    randomized_delay_s: Seconds | None = None
    """2.1: each period begins later by a random time of at most so much."""
    power_tolerance: Setpoint | None = None
    signature_id: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None = None
    digest_value: Annotated[str, Field(max_length=88)] | None = None
    sales_tariff: dict[str, Any] | None = None
    """What the EV is told of prices, as OCPP has it."""
    absolute_price_schedule: dict[str, Any] | None = None
    """2.1."""
    price_level_schedule: dict[str, Any] | None = None
    """2.1."""

    def in_domain(self) -> domain.Schedule:
        fields = {name: getattr(self, name) for name in domain.Schedule._fields if name not in ("periods", "prices")}
        prices = tuple((theirs, price) for ours, theirs in PRICES.items() if (price := getattr(self, ours)) is not None)
        at_soc = self.limit_at_soc
        return domain.Schedule(
            **fields
            | {
                "periods": tuple(_period(one) for one in self.periods),
                "limit_at_soc": domain.LimitAtSoC(at_soc.soc_percent, at_soc.limit) if at_soc else None,
                "prices": prices,
            }
        )


CURVES = ("v2x_freq_watt_curve", "v2x_signal_watt_curve")


def _period(period: Period) -> domain.Period:
    fields = {name: getattr(period, name) for name in domain.Period._fields}
    curves = {name: tuple(domain.CurvePoint(one.at, one.power_w) for one in fields[name]) for name in CURVES}
    return domain.Period(**fields | curves)


def schedule_view(schedule: domain.Schedule) -> Schedule:
    """A schedule as it is, whatever a request may have of it."""
    fields = schedule._asdict()
    prices = dict(fields.pop("prices"))
    at_soc = schedule.limit_at_soc
    shown: Json = {
        **fields,
        "periods": [Period.model_construct(**_period_fields(one)) for one in schedule.periods],
        "limit_at_soc": LimitAtSoC.model_construct(**at_soc._asdict()) if at_soc else None,
        **{ours: prices.get(theirs) for ours, theirs in PRICES.items()},
    }
    return Schedule.model_construct(**shown)


def _period_fields(period: domain.Period) -> Json:
    fields: Json = period._asdict()
    curves = {name: [CurvePoint.model_construct(**one._asdict()) for one in fields[name]] for name in CURVES}
    return fields | curves


# ---------------------------------------------------------------------- what stations tell


class ReportedPeriod(Period):
    """What holds from a moment until the next period."""

    start_at: dt.datetime | None
    """null: no time of the calendar."""


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


def reported_view(one: ReportedSchedule) -> CompositeSchedule:
    schedule, start_at = one.schedule, one.start_at
    periods = []
    if schedule is not None and start_at is not None:
        periods = [
            ReportedPeriod.model_construct(**_period_fields(period), start_at=_later(start_at, period.start_s))
            for period in schedule.periods
        ]
    return CompositeSchedule.model_construct(
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
