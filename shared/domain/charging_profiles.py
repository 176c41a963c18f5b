"""Charging profiles (block K): limits over time for a station, for its transactions, or for one of them.

In OCPP 2.1's words, of which those of 2.0.1 and 1.6 are a part: a profile of 1.6 has one schedule, without a number of
its own.
"""

import datetime as dt
from typing import Any, Literal, NamedTuple

Purpose = Literal[
    "ChargingStationExternalConstraints",
    "ChargingStationMaxProfile",
    "TxDefaultProfile",
    "TxProfile",
    "PriorityCharging",
    "LocalGeneration",
]
"""ChargingStationMaxProfile limits the station as a whole, TxDefaultProfile each transaction that has no TxProfile,
TxProfile one transaction. PriorityCharging goes before the TxProfile while a driver or we ask for it. LocalGeneration
is what a local source adds. ChargingStationExternalConstraints come from elsewhere: we neither set nor clear them."""
Kind = Literal["Absolute", "Recurring", "Relative", "Dynamic"]
"""Absolute: the schedule begins at its start. Recurring: it begins anew each day or week. Relative: it begins with the
transaction. Dynamic: its one period holds until we say otherwise (use case K28)."""
Recurrency = Literal["Daily", "Weekly"]
RateUnit = Literal["A", "W"]
"""A: per phase. W: of all phases together."""
OperationMode = Literal[
    "Idle",
    "ChargingOnly",
    "CentralSetpoint",
    "ExternalSetpoint",
    "ExternalLimits",
    "CentralFrequency",
    "LocalFrequency",
    "LocalLoadBalancing",
]
"""What an EVSE does with the energy of a vehicle (block Q); none: ChargingOnly."""
Source = str
"""Who has set a limit: EMS, Other, SO, or CSO, which is us; 2.1 knows more words."""

OURS: Source = "CSO"
ALL_PHASES = 3
"""What a period without a number of phases allows."""


class CurvePoint(NamedTuple):
    """A point of a curve: the power at a frequency in Hz, or at a value of the grid's signal."""

    at: float
    power_w: float


class Period(NamedTuple):
    """What holds from a moment of the schedule until the next period, in the schedule's unit.

    Without a phase a value is for all of them, or for L1 where L2 and L3 have their own.
    """

    start_s: int
    limit: float | None = None
    phases: int | None = None
    """How many phases may be used; None: three."""
    phase_to_use: int | None = None
    limit_l2: float | None = None
    limit_l3: float | None = None
    discharge_limit: float | None = None
    """Zero or negative."""
    discharge_limit_l2: float | None = None
    discharge_limit_l3: float | None = None
    setpoint: float | None = None
    """What the EV should keep to; negative: it discharges."""
    setpoint_l2: float | None = None
    setpoint_l3: float | None = None
    setpoint_reactive: float | None = None
    setpoint_reactive_l2: float | None = None
    setpoint_reactive_l3: float | None = None
    operation_mode: OperationMode | None = None
    preconditioning_request: bool | None = None
    evse_sleep: bool | None = None
    v2x_baseline: float | None = None
    v2x_freq_watt_curve: tuple[CurvePoint, ...] = ()
    v2x_signal_watt_curve: tuple[CurvePoint, ...] = ()


class Setpoints(NamedTuple):
    """What may change in the one period of a Dynamic profile; None: as it is."""

    limit: float | None = None
    limit_l2: float | None = None
    limit_l3: float | None = None
    discharge_limit: float | None = None
    discharge_limit_l2: float | None = None
    discharge_limit_l3: float | None = None
    setpoint: float | None = None
    setpoint_l2: float | None = None
    setpoint_l3: float | None = None
    setpoint_reactive: float | None = None
    setpoint_reactive_l2: float | None = None
    setpoint_reactive_l3: float | None = None

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self._asdict().items() if value is not None}


class LimitAtSoC(NamedTuple):
    """A limit once the battery is as full as this."""

    soc_percent: int
    limit: float


class Schedule(NamedTuple):
    """Limits over time."""

    unit: RateUnit
    periods: tuple[Period, ...]
    duration_s: int | None = None
    """None: the last period goes on."""
    start_at: dt.datetime | None = None
    min_rate: float | None = None
    """Below it charging is inefficient; in the schedule's unit."""
    schedule_id: int | None = None
    """Its number within the profile, from 2.0.1 on; None: by its place, from 1."""
    limit_at_soc: LimitAtSoC | None = None
    use_local_time: bool | None = None
    """Whether the start is the station's local time, whatever its zone says."""
    randomized_delay_s: int | None = None
    """Each period begins later by a random time of at most so much."""
    power_tolerance: float | None = None
    signature_id: int | None = None
    digest_value: str | None = None
    prices: tuple[tuple[str, Any], ...] = ()
    """What the EV is told of prices (ISO 15118), by OCPP's names and as OCPP has it: salesTariff,
    absolutePriceSchedule, priceLevelSchedule."""


class ChargingProfile(NamedTuple):
    """A charging profile for an EVSE; EVSE 0 is the station as a whole, or each of its EVSEs.

    It has one schedule; up to three, of which the EV chooses, where it tells its needs (ISO 15118).
    """

    profile_id: int
    evse_id: int
    purpose: Purpose
    kind: Kind
    stack_level: int
    """Of the profiles of one purpose that are valid, the highest counts."""
    schedules: tuple[Schedule, ...]
    recurrency: Recurrency | None = None
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None
    transaction_id: str | None = None
    """Ours, of the transaction that a TxProfile is for."""
    max_offline_duration_s: int | None = None
    """How long it holds while the station is offline."""
    invalid_after_offline_duration: bool | None = None
    """Whether it is gone after that, and not only until the station is online again."""
    dyn_update_interval_s: int | None = None
    """How often the station asks for the setpoint of a Dynamic profile; None: it waits to be told."""
    dyn_update_at: dt.datetime | None = None
    price_schedule_signature: str | None = None

    @property
    def schedule(self) -> Schedule:
        """The first, which is the only one unless an EV may choose."""
        return self.schedules[0]

    def is_valid(self, at: dt.datetime) -> bool:
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at < self.valid_to)

    def overlaps(self, other: "ChargingProfile") -> bool:
        """Whether both are valid at some moment."""
        begins_in_time = self.valid_from is None or other.valid_to is None or self.valid_from < other.valid_to
        ends_in_time = other.valid_from is None or self.valid_to is None or other.valid_from < self.valid_to
        return begins_in_time and ends_in_time

    def takes_the_place_of(self, other: "ChargingProfile") -> bool:
        """Whether installing this one removes the other: it has its id, or its purpose, level and EVSE (rule CP-03)."""
        return self.profile_id == other.profile_id or self.place == other.place

    @property
    def place(self) -> tuple[str, int, int]:
        """What two profiles at a station cannot share."""
        return self.purpose, self.stack_level, self.evse_id


class Criteria(NamedTuple):
    """Which profiles to clear or to report: the one of an id, else those that fit all that is given; nothing: all."""

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


class Selection(NamedTuple):
    """Which profiles a station is to report: those of some ids, or those that fit all that is given (use case K09)."""

    evse_id: int | None = None
    profile_ids: tuple[int, ...] = ()
    purpose: Purpose | None = None
    stack_level: int | None = None
    sources: tuple[Source, ...] = ()

    def fits(self, profile: ChargingProfile, source: Source) -> bool:
        if self.sources and source not in self.sources:
            return False
        if self.profile_ids and profile.profile_id not in self.profile_ids:
            return False
        return Criteria(None, self.evse_id, self.purpose, self.stack_level).fit(profile)
