"""What a transaction costs, held against another way to find it out: second by second, in fractions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.costs import Bounds, cost, observations, used
from shared.domain.metering import MeterValue, SampledValue
from shared.domain.tariffs import DAYS, Bound, Conditions, Tariff, TariffPart, TariffPrice, TaxRate
from shared.domain.transaction_events import TransactionEvent

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)
BEGINNINGS = (
    datetime(2026, 11, 23, 22, 40, tzinfo=UTC),  # shortly before midnight of a Monday in Berlin
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # half an hour before the clock goes back
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC),  # half an hour before it goes forward
)


class Amounts(NamedTuple):
    """What is used in a second, and what was used before it."""

    at: datetime
    passed_s: int
    mode: str | None
    energy_wh: Fraction
    before_wh: Fraction
    charged_s: int
    idle_s: int
    power_w: Fraction | None


# ---------------------------------------------------------------------- the other way


def seconds(events: list[TransactionEvent]) -> Iterator[Amounts]:
    """A transaction second by second; all its events are at full seconds, in order."""
    begin, end = events[0].at, events[-1].at
    readings, states, measured = [], [], []
    highest = -1
    for event in events:
        for value in event.meter_values:
            by_measurand = {sample.measurand: sample.value for sample in value.samples}
            if "Power.Active.Import" in by_measurand:
                measured.append((value.at, Fraction(by_measurand["Power.Active.Import"])))
            register = int(by_measurand.get("Energy.Active.Import.Register", -1))
            if register >= highest and register >= 0:
                highest = register
                readings.append((value.at, register))
        if event.charging_state:
            states.append((event.at, event.charging_state))
    flows = flow_by_second(readings, states)
    before_wh, charged_s, idle_s = Fraction(0), 0, 0
    for number in range(round((end - begin) / SECOND)):
        at = begin + number * SECOND
        state = latest(states, at)
        last_reading = readings[-1][0] if readings else begin
        mode = {"Charging": "charging", "SuspendedEV": "idle", "EVConnected": "idle", None: "unknown"}.get(state)
        if mode == "unknown":
            flowed = any(flow for since, until, flow in stretches(readings, begin) if since <= at < until)
            mode = None if at >= last_reading else "charging" if flowed else "idle"
        energy_wh, mean_w = flows.get(at, (Fraction(0), None))
        power_w = latest(measured, at)
        yield Amounts(
            at, number, mode, energy_wh, before_wh, charged_s, idle_s, power_w if power_w is not None else mean_w
        )
        before_wh += energy_wh
        charged_s += mode == "charging"
        idle_s += mode == "idle"


def latest[T](said: list[tuple[datetime, T]], at: datetime) -> T | None:
    return next((value for since, value in reversed(said) if since <= at), None)
