"""What a charging profile must be for a station to take it: the rules of each OCPP version, and the station's bounds.

Rules CP-02 to CP-06 are 1.6's, SCH-01 to SCH-08 those of 2.0.1, V-11 to V-16 what 2.1 adds.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared.domain.charging_profiles import ChargingProfile, OperationMode, Period, Purpose, RateUnit, Schedule

LARGEST = 2**31 - 1
"""Stations read numbers into 32 bits."""
MOST_SCHEDULES = 3
TX_PURPOSES: tuple[Purpose, ...] = ("TxDefaultProfile", "TxProfile", "PriorityCharging")

NAMES_OF_LIMITS = ("limit", "discharge_limit", "setpoint", "setpoint_reactive")
V2X_MODES: tuple[OperationMode, ...] = (
    "CentralSetpoint",
    "ExternalSetpoint",
    "ExternalLimits",
    "CentralFrequency",
    "LocalFrequency",
    "LocalLoadBalancing",
)
"""In which energy may flow back."""
REQUIRED: dict[OperationMode, tuple[str, ...]] = {
    "ChargingOnly": ("limit",),
    "CentralSetpoint": ("setpoint",),
    "CentralFrequency": ("setpoint",),
    "LocalFrequency": ("v2x_freq_watt_curve",),
}
POSSIBLE: dict[OperationMode, tuple[str, ...]] = {
    "ChargingOnly": ("limit",),
    "CentralSetpoint": NAMES_OF_LIMITS,
    "CentralFrequency": ("setpoint", "limit", "discharge_limit"),
    "ExternalSetpoint": ("limit", "discharge_limit"),
}
"""Which limits and setpoints go with an operation mode; with the others none do."""
MODES: dict[Purpose, tuple[OperationMode, ...]] = {
    "ChargingStationMaxProfile": ("ChargingOnly",),
    "PriorityCharging": ("ChargingOnly",),
    "LocalGeneration": ("ChargingOnly", "ExternalLimits"),
}
"""The operation modes of a purpose; the others have all."""


class Bounds(NamedTuple):
    """What a station says it can take; None: we do not know."""

    max_stack_level: int | None = None
    max_periods: int | None = None
    max_installed: int | None = None
    units: tuple[RateUnit, ...] | None = None
    switches_phases: bool | None = None
    """Whether it can choose the phase that it uses (ACPhaseSwitchingSupported)."""
    last_external_id: int | None = None
    """Ids up to this one are for limits from elsewhere (MaxExternalConstraintsId, rule V-14)."""
    has_tenths: bool = False
    """Whether its limits have at most one decimal, as in 1.6."""


Complaint = tuple[str, str]
"""Where a profile is wrong, as a path in our words (`schedules[0].periods[1].start_s`), and how."""


def complaints(profile: ChargingProfile, bounds: Bounds = Bounds()) -> list[Complaint]:  # noqa: B008  # immutable
    """What the station would refuse in a profile."""
    found = [*_in_numbers(profile), *_in_profile(profile, bounds), *_in_ids(profile, bounds)]
    for number, schedule in enumerate(profile.schedules):
        path = f"schedules[{number}]"
        found += _in_schedule(profile, schedule, path, bounds)
        found += _in_periods(schedule, path, bounds)
        for index, period in enumerate(schedule.periods):
            found += _in_mode(profile.purpose, period, f"{path}.periods[{index}]")
    return found


def _in_numbers(profile: ChargingProfile) -> Iterator[Complaint]:
    numbers = {
        "profile_id": profile.profile_id,
        "evse_id": profile.evse_id,
        "stack_level": profile.stack_level,
        "max_offline_duration_s": profile.max_offline_duration_s,
        "dyn_update_interval_s": profile.dyn_update_interval_s,
    }
    for index, schedule in enumerate(profile.schedules):
        path = f"schedules[{index}]"
        numbers |= {f"{path}.duration_s": schedule.duration_s, f"{path}.schedule_id": schedule.schedule_id}
        numbers |= {f"{path}.periods[{number}].start_s": one.start_s for number, one in enumerate(schedule.periods)}
    for path, number in numbers.items():
        if number is not None and number > LARGEST:
            yield path, "is larger than a station can read"
        elif number is not None and number < 0:
            yield path, "must not be negative"


def _in_profile(profile: ChargingProfile, bounds: Bounds) -> Iterator[Complaint]:
    if profile.purpose == "ChargingStationExternalConstraints":
        yield "purpose", "is not ours to set: such limits come from elsewhere"
    elif profile.purpose == "ChargingStationMaxProfile" and profile.evse_id:
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
    if profile.kind == "Relative" and profile.purpose not in TX_PURPOSES:
        yield "kind", "cannot be Relative: this purpose knows no transaction that the schedule could begin with"
    if profile.kind != "Dynamic" and profile.dyn_update_interval_s is not None:
        yield "dyn_update_interval_s", "is only for a Dynamic profile"
    if profile.invalid_after_offline_duration and profile.max_offline_duration_s is None:
        yield "max_offline_duration_s", "is missing: the profile is to be invalid after it"


def _in_ids(profile: ChargingProfile, bounds: Bounds) -> Iterator[Complaint]:
    if bounds.last_external_id is not None and profile.profile_id <= bounds.last_external_id:
        reason = f"must be above {bounds.last_external_id}: the station keeps ids up to that for limits from elsewhere"
        yield "profile_id", reason
    count = len(profile.schedules)
    if not count:
        yield "schedules", "needs at least one schedule"
    elif count > MOST_SCHEDULES:
        yield "schedules", f"has more than {MOST_SCHEDULES} schedules"
    elif count > 1 and profile.purpose != "TxProfile":
        yield "schedules", "must be one: only for one transaction may an EV choose among several"
    numbers = [one.schedule_id for one in profile.schedules if one.schedule_id is not None]
    if len(set(numbers)) != len(numbers):
        yield "schedules", "have the same number twice"
    if profile.kind == "Dynamic" and (count != 1 or len(profile.schedules[0].periods) != 1):
        yield "schedules", "must be one with one period in a Dynamic profile"


def _in_schedule(profile: ChargingProfile, schedule: Schedule, path: str, bounds: Bounds) -> Iterator[Complaint]:
    if profile.kind == "Recurring" and schedule.start_at is None:
        yield f"{path}.start_at", "is missing: a recurring profile needs the time at which it begins"
    elif profile.kind == "Relative" and schedule.start_at is not None:
        yield f"{path}.start_at", "must be left out: a relative profile begins with the transaction"
    if schedule.duration_s == 0:
        yield f"{path}.duration_s", "must be positive"
    elif schedule.duration_s is not None and profile.purpose == "PriorityCharging":
        yield f"{path}.duration_s", "must be left out: priority charging lasts until it is ended"
    if schedule.use_local_time and schedule.start_at is None:
        yield f"{path}.use_local_time", "is only for a schedule that begins at a time"
    if schedule.min_rate is not None and not 0 <= schedule.min_rate <= LARGEST:
        yield f"{path}.min_rate", f"must be a number from 0 to {LARGEST}"
    if bounds.units is not None and schedule.unit not in bounds.units:
        yield f"{path}.unit", f"is not among the station's, {', '.join(bounds.units)}"


def _in_periods(schedule: Schedule, within: str, bounds: Bounds) -> Iterator[Complaint]:
    periods = schedule.periods
    if not periods:
        yield f"{within}.periods", "needs at least one period"
    if bounds.max_periods is not None and len(periods) > bounds.max_periods:
        yield f"{within}.periods", f"has more than the {bounds.max_periods} periods that the station takes"
    last_s = -1
    for number, period in enumerate(periods):
        path = f"{within}.periods[{number}]"
        if number == 0 and period.start_s != 0:
            yield f"{path}.start_s", "must be 0 in the first period"
        elif period.start_s <= last_s:
            yield f"{path}.start_s", "must be later than that of the period before"
        yield from _in_limits(period, path, bounds)
        yield from _in_phases(period, path, bounds)
        last_s = period.start_s


def _in_limits(period: Period, path: str, bounds: Bounds) -> Iterator[Complaint]:
    for name in NAMES_OF_LIMITS:
        for of_phase in (name, f"{name}_l2", f"{name}_l3"):
            value: float | None = getattr(period, of_phase)
            if value is not None and (reason := _complaint_of_rate(name, value, bounds)):
                yield f"{path}.{of_phase}", reason


def _complaint_of_rate(name: str, value: float, bounds: Bounds) -> str | None:
    if bounds.has_tenths and (not 0 <= value <= LARGEST or round(value, 1) != value):
        return f"must be a number from 0 to {LARGEST} with at most one decimal"
    if name == "limit" and not 0 <= value <= LARGEST:
        return f"must be a number from 0 to {LARGEST}"
    if name == "discharge_limit" and not -LARGEST <= value <= 0:
        return f"must be a number from {-LARGEST} to 0"
    return None if -LARGEST <= value <= LARGEST else f"must be a number from {-LARGEST} to {LARGEST}"


def _in_phases(period: Period, path: str, bounds: Bounds) -> Iterator[Complaint]:
    if period.phases not in (None, 1, 2, 3):
        yield f"{path}.phases", "must be 1, 2 or 3"
    if period.phase_to_use is None:
        return
    if period.phase_to_use not in (1, 2, 3):
        yield f"{path}.phase_to_use", "must be 1, 2 or 3"
    elif period.phases != 1:
        yield f"{path}.phase_to_use", "is only for a period with one phase"
    elif bounds.switches_phases is False:
        yield f"{path}.phase_to_use", "must be left out: the station cannot choose the phase"


def _in_mode(purpose: Purpose, period: Period, path: str) -> Iterator[Complaint]:
    mode: OperationMode = period.operation_mode or "ChargingOnly"
    if mode not in MODES.get(purpose, (mode,)):
        yield f"{path}.operation_mode", f"does not go with {purpose}, which takes {' and '.join(MODES[purpose])}"
        return
    for name in REQUIRED.get(mode, ()):
        if getattr(period, name) in (None, ()):
            yield f"{path}.{name}", f"is missing: the operation mode {mode} needs it"
    for name in NAMES_OF_LIMITS:
        given = [one for one in (name, f"{name}_l2", f"{name}_l3") if getattr(period, one) is not None]
        if name not in POSSIBLE.get(mode, ()):
            yield from ((f"{path}.{one}", f"does not go with the operation mode {mode}") for one in given)
        elif mode in V2X_MODES:
            # The errata of 2.1 (V2X.08, V2X.09): what may flow back is set for all phases together.
            yield from ((f"{path}.{one}", f"must be left out: {mode} has no values per phase") for one in given[1:])
        elif given and given[0] != name:
            yield f"{path}.{name}", "is missing: it is that of L1 where L2 and L3 have their own"


def rival(profile: ChargingProfile, installed: Iterable[ChargingProfile]) -> ChargingProfile | None:
    """The installed profile beside which a station of 2.x refuses this one: another id in the same place, valid at the
    same time (rule SCH-03). A TxDefaultProfile of all EVSEs is in the place of each."""
    return next((one for one in installed if _are_rivals(profile, one)), None)


def _are_rivals(one: ChargingProfile, other: ChargingProfile) -> bool:
    if one.profile_id == other.profile_id or not one.overlaps(other):
        return False
    if (one.purpose, one.stack_level) != (other.purpose, other.stack_level):
        return False
    if one.purpose == "TxProfile":
        return one.transaction_id == other.transaction_id
    meets_all = one.purpose == "TxDefaultProfile" and 0 in (one.evse_id, other.evse_id)
    return one.evse_id == other.evse_id or meets_all
