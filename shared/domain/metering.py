"""Meter values (block J): what a station measured, kept word for word, and the energy that follows from it."""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import NamedTuple

ENERGY_REGISTER = "Energy.Active.Import.Register"
WH_PER_UNIT = {"Wh": Decimal(1), "kWh": Decimal(1000)}
PLAIN_UNITS = {"kWh": ("Wh", 3), "kW": ("W", 3), "kvarh": ("varh", 3), "kvar": ("var", 3), "kVA": ("VA", 3)}
"""Units that are another one times a power of ten."""
MOST_EXPONENT = 18
PHASES = ("L1", "L2", "L3")
PHASES_TO_NEUTRAL = ("L1-N", "L2-N", "L3-N")


class SampledValue(NamedTuple):
    """One measurement. `value` is the station's text, byte for byte (signed data must not change)."""

    value: str
    measurand: str = ENERGY_REGISTER
    unit: str | None = None
    context: str = "Sample.Periodic"
    location: str = "Outlet"
    phase: str | None = None
    format: str = "Raw"
    multiplier: int | None = None
    """The exponent of ten that 2.0.1 multiplies the value by; None is 0."""
    signed_data: str | None = None
    """2.0.1's signedMeterData, byte for byte, with how it was signed and encoded."""
    signing_method: str | None = None
    encoding_method: str | None = None
    public_key: str | None = None

    def normalized(self) -> tuple[str, str] | None:
        """The value in its measurand's own unit, and that unit (`("12300", "Wh")` of 12.3 kWh), where it says more than
        the value as it came. None if it is as it came, or no number."""
        unit, thousands = PLAIN_UNITS.get(self.unit or "", (self.unit or "", 0))
        exponent = (self.multiplier or 0) + thousands
        if not exponent or self.format != "Raw" or abs(exponent) > MOST_EXPONENT:
            return None
        amount = number(self.value)
        if amount is None:
            return None
        text = format(amount.scaleb(exponent), "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text), unit or "Wh"


class MeterValue(NamedTuple):
    """What was measured at one moment."""

    at: dt.datetime
    samples: tuple[SampledValue, ...]


def number(value: str) -> Decimal | None:
    """The number that a station wrote, or None if it is none that a meter shows."""
    try:
        amount = Decimal(value.strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount.adjusted()) <= MOST_EXPONENT else None


def wh(value: str, unit: str | None, multiplier: int | None = None) -> int | None:
    """An energy in whole Wh, or None if it is no energy we can read. Half a Wh goes to the even neighbour."""
    factor = WH_PER_UNIT.get(unit or "Wh")
    amount = number(value)
    if factor is None or amount is None or abs(multiplier or 0) > MOST_EXPONENT:
        return None
    amount = (amount * factor).scaleb(multiplier or 0)
    return int(amount.to_integral_value(ROUND_HALF_EVEN)) if amount.adjusted() <= 2 * MOST_EXPONENT else None


def register_wh(meter_value: MeterValue) -> int | None:
    """The import register of the outlet at that moment: the total, or else the sum of its three phases."""
    by_phase = {
        sample.phase: energy
        for sample in meter_value.samples
        if sample.measurand == ENERGY_REGISTER and sample.location == "Outlet" and sample.format == "Raw"
        if (energy := wh(sample.value, sample.unit, sample.multiplier)) is not None
    }
    if None in by_phase:
        return by_phase[None]
    for phases in (PHASES, PHASES_TO_NEUTRAL):
        if all(phase in by_phase for phase in phases):
            return sum(by_phase[phase] for phase in phases)
    return None


def last_register_wh(values: Iterable[MeterValue]) -> int | None:
    """The latest register reading among some meter values, by the station's time."""
    readings = ((value.at, energy) for value in values if (energy := register_wh(value)) is not None)
    return max(readings, default=(None, None), key=lambda reading: reading[0])[1]


def merge(values: Iterable[MeterValue]) -> list[MeterValue]:
    """Meter values in order of time, each measurement once.

    A StopTransaction repeats in its transactionData what MeterValues brought before; two measurements are the same
    if moment, measurand, phase, location and context are (rule S-09). The first one stands.
    """
    moments: dict[dt.datetime, dict[Measured, SampledValue]] = {}
    for value in values:
        samples = moments.setdefault(value.at, {})
        for sample in value.samples:
            samples.setdefault(_measured(sample), sample)
    return [MeterValue(at, tuple(samples.values())) for at, samples in sorted(moments.items())]


Measured = tuple[str, str | None, str, str]


def _measured(sample: SampledValue) -> Measured:
    return sample.measurand, sample.phase, sample.location, sample.context


def merge_inferred(named: Iterable[MeterValue], inferred: Iterable[MeterValue]) -> list[tuple[MeterValue, bool]]:
    """The meter values of a transaction in order of time, each measurement once, and whether it is only inferred.

    What the station sent under the transaction's name stands; what we attribute to it adds what is missing there, as
    entries of their own.
    """
    sure = merge(named)
    known = {(value.at, _measured(sample)) for value in sure for sample in value.samples}
    further = [
        MeterValue(value.at, samples)
        for value in merge(inferred)
        if (samples := tuple(one for one in value.samples if (value.at, _measured(one)) not in known))
    ]
    both = [*((value, False) for value in sure), *((value, True) for value in further)]
    return sorted(both, key=lambda entry: (entry[0].at, entry[1]))
