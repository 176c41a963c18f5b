"""1.6's charging schedules in our words, in whichever message they stand. Standard library only."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from shared.domain.charging_profiles import Period, Purpose, RateUnit, Schedule

PURPOSES: Mapping[str, Purpose] = {
    "ChargePointMaxProfile": "ChargingStationMaxProfile",
    "TxDefaultProfile": "TxDefaultProfile",
    "TxProfile": "TxProfile",
}
PURPOSES_16 = {ours: theirs for theirs, ours in PURPOSES.items()}


class Period16(Protocol):
    """1.6's ChargingSchedulePeriod."""

    @property
    def start_period(self) -> int: ...
    @property
    def limit(self) -> float: ...
    @property
    def number_phases(self) -> int | None: ...


class Schedule16(Protocol):
    """1.6's ChargingSchedule."""

    @property
    def charging_rate_unit(self) -> RateUnit: ...
    @property
    def charging_schedule_period(self) -> Sequence[Period16]: ...
    @property
    def duration(self) -> int | None: ...
    @property
    def start_schedule(self) -> dt.datetime | None: ...
    @property
    def min_charging_rate(self) -> float | None: ...


def schedule_16(schedule: Schedule16) -> Schedule:
    """A schedule in our words."""
    return Schedule(
        unit=schedule.charging_rate_unit,
        periods=tuple(
            Period(one.start_period, one.limit, one.number_phases) for one in schedule.charging_schedule_period
        ),
        duration_s=schedule.duration,
        start_at=schedule.start_schedule,
        min_rate=schedule.min_charging_rate,
    )


def periods_16(periods: Sequence[Period]) -> list[dict[str, Any]]:
    """Periods as they stand in a payload."""
    return [
        {
            "startPeriod": one.start_s,
            "limit": one.limit,
            **({"numberPhases": one.phases} if one.phases is not None else {}),
        }
        for one in periods
    ]
