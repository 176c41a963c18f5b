"""The power that a transaction draws, from its latest meter values (block J)."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from shared.domain.metering import PHASES, PHASES_TO_NEUTRAL, MeterValue, SampledValue, number, register_wh

POWER = "Power.Active.Import"
MOST_W = 5_000_000
"""No connector gives more; a reading above it is none."""


def power_w(values: Sequence[MeterValue]) -> int | None:
    """The latest reading of the power in whole W, or else the mean power between the last two readings of the register;
    None if neither is there."""
    in_order = sorted(values, key=lambda value: value.at)
    told = next((power for value in reversed(in_order) if (power := _reading_w(value)) is not None), None)
    power = _mean_w(in_order) if told is None else told
    return power if power is not None and 0 <= power <= MOST_W else None


def _reading_w(meter_value: MeterValue) -> int | None:
    """The power that is drawn at the outlet at that moment: the total, or else the sum of its three phases."""
    by_phase = {
        sample.phase: power
        for sample in meter_value.samples
        if sample.measurand == POWER and sample.location == "Outlet" and sample.format == "Raw"
        if (power := _w(sample)) is not None
    }
    if None in by_phase:
        return round(by_phase[None])
    for phases in (PHASES, PHASES_TO_NEUTRAL):
        if all(phase in by_phase for phase in phases):
            return round(sum(by_phase[phase] for phase in phases))
    return round(next(iter(by_phase.values()))) if len(by_phase) == 1 else None


def _w(sample: SampledValue) -> Decimal | None:
    value, unit = sample.normalized() or (sample.value, sample.unit)
    return number(value) if unit in (None, "W") else None


def _mean_w(in_order: Sequence[MeterValue]) -> int | None:
    readings = [(value.at, energy) for value in in_order if (energy := register_wh(value)) is not None]
    if len(readings) < 2:
        return None
    (first_at, first_wh), (last_at, last_wh) = readings[-2:]
    passed: dt.timedelta = last_at - first_at
    return round((last_wh - first_wh) * 3600 / passed.total_seconds()) if passed else None
