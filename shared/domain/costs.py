"""What a transaction costs (rules of block I): a pure function of its tariffs and of what is known of it.

Money is exact until the very end, when a total is rounded to the currency's smallest unit.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from shared.domain.bills import PartKind, Usage
from shared.domain.clocks import straightened
from shared.domain.conditions import Moment
from shared.domain.metering import MeterValue, number, register_wh
from shared.domain.tariffs import Bound, Tariff, TariffPart, rounded, with_tax
from shared.domain.transaction_events import TransactionEvent
from shared.domain.usage import Observation, Plan, observed, price_at, so_far

CostKind = Literal["energy", "charging_time", "idle_time", "fixed_fee"]
CostType = Literal["NormalCost", "MinCost", "MaxCost"]
"""Of OCPP 2.1: whether the least or the highest cost of the tariff counts instead of what was used."""
MICRO_PER_UNIT: dict[PartKind, int] = {
    "energy": 1_000_000_000,
    "charging_time": 60_000_000,
    "idle_time": 60_000_000,
}
"""µWh in a kWh, µs in a minute."""


class CostPart(NamedTuple):
    """What one price comes to. The volume is in kWh or minutes, 1 for a fee."""

    kind: CostKind
    tariff_id: str
    tariff_revision: int
    price: Decimal
    volume: Decimal
    excl_tax: Decimal
    incl_tax: Decimal


class Cost(NamedTuple):
    """The cost of a transaction; totals are rounded."""

    currency: str
    excl_tax: Decimal
    incl_tax: Decimal
    type_of_cost: CostType
    parts: tuple[CostPart, ...]
    energy_wh: int
    charging_time_s: int
    idle_time_s: int


class Bounds(NamedTuple):
    """Between what the usage of a transaction lies. What was measured a little before the start or after the end
    belongs there; a reading that is out of bounds says nothing."""

    not_before: dt.datetime
    not_after: dt.datetime | None = None
    meter_start_wh: int | None = None
    meter_stop_wh: int | None = None

    def clip(self, seen: Observation) -> Observation:
        at = max(self.not_before, seen.at if self.not_after is None else min(seen.at, self.not_after))
        wh = seen.register_wh
        is_low = wh is not None and self.meter_start_wh is not None and wh < self.meter_start_wh
        is_high = wh is not None and self.meter_stop_wh is not None and wh > self.meter_stop_wh
        return seen._replace(at=at, register_wh=None if is_low or is_high else wh)

    def clipped(self, seen: Sequence[Observation]) -> list[Observation]:
        """What was seen, in order, as far as it is within the bounds. Once the transaction has ended, a register that
        has begun anew on the way is known as such: it goes on where it stood."""
        whole = continued(seen) if self.not_after is not None else seen
        if whole is seen:
            return [self.clip(one) for one in seen]
        return [self._replace(meter_stop_wh=None).clip(one) for one in whole]


def continued(seen: Sequence[Observation]) -> Sequence[Observation]:
    """Observations with a register that never begins anew. One that falls below where it began, and does not come back,
    has: the fall counts nothing, what follows counts. Any other fall is a wrong reading."""
    made, begin = list(seen), 0
    while True:
        readings = [(place, one.register_wh) for place, one in enumerate(made) if place >= begin]
        places = [(place, wh) for place, wh in readings if wh is not None]
        top, top_wh = max(places, key=lambda one: (one[1], one[0]), default=(0, 0))
        after = [one for one in places if one[0] > top]
        if not after or after[0][1] >= places[0][1]:
            return made if begin else seen
        for place, wh in after:
            made[place] = made[place]._replace(register_wh=wh + top_wh - after[0][1])
        begin = after[0][0]


def observations(events: Iterable[TransactionEvent], bounds: Bounds) -> list[Observation]:
    """What events say of usage, each distinct event once, in order of time."""
    distinct = {(event.seq_no, event.content): event for event in events}
    ordered = sorted(distinct.items(), key=lambda one: (one[0][0], one[1].at, one[0][1]))
    straight = straightened(event for _, event in ordered)
    found: list[tuple[dt.datetime, int, str, Observation]] = []
    for ((seq_no, content), _), event in zip(ordered, straight, strict=True):
        found += ((one.at, seq_no, content, one) for one in _of_values(event.meter_values))
        found.append((event.at, seq_no, content, Observation(event.at, charging_state=event.charging_state)))
    ends = [event.at for event in straight if event.event_type == "Ended"]
    if ends and bounds.not_after is not None:
        bounds = bounds._replace(not_after=max(bounds.not_after, ends[-1]))
    return bounds.clipped([one for *_, one in sorted(found, key=lambda one: one[:3])])


def observations_of_values(values: Iterable[MeterValue], bounds: Bounds, ended_at: dt.datetime) -> list[Observation]:
    """What a transaction of OCPP 1.6 says of its usage. Whether it charges follows from the energy."""
    between = (one for one in _of_values(values) if bounds.not_before < one.at < ended_at)
    ordered = sorted(between, key=lambda one: (one.at, one.register_wh or 0))
    begin, end = Observation(bounds.not_before, bounds.meter_start_wh), Observation(ended_at, bounds.meter_stop_wh)
    return bounds.clipped([begin, *ordered, end])


def _of_values(values: Iterable[MeterValue]) -> Iterator[Observation]:
    for value in values:
        seen = Observation(
            value.at,
            register_wh(value),
            power_w=_total(value, "Power.Active.Import", "W", 1),
            current_ma=_total(value, "Current.Import", "A", 1000),
        )
        if seen != Observation(value.at):
            yield seen


def _total(value: MeterValue, measurand: str, unit: str, per_unit: int) -> int | None:
    """What is measured of the whole, or else the sum of the phases; of a current the largest, as cables are rated."""
    by_phase: dict[str | None, Decimal] = {}
    for sample in value.samples:
        if sample.measurand != measurand or sample.format != "Raw":
            continue
        text, its_unit = sample.normalized() or (sample.value, sample.unit or unit)
        amount = number(text)
        if amount is not None and its_unit == unit:
            by_phase[sample.phase] = amount * per_unit
    if not by_phase:
        return None
    if None in by_phase:
        return int(by_phase[None])
    return int(max(by_phase.values()) if unit == "A" else sum(by_phase.values()))


def used(plan: Plan, seen: Iterable[Observation]) -> Usage | None:
    """The usage that observations in order of time make."""
    return observed(None, plan, seen)


def cost(plan: Plan, usage: Usage) -> Cost:
    """What a usage costs, up to the latest thing that is known of it."""
    usage = so_far(usage, plan)
    parts = (*_fees(plan, usage), *_parts(plan, usage))
    last = plan[-1][1]
    excl_tax = sum((part.excl_tax for part in parts), Decimal(0))
    incl_tax = sum((part.incl_tax for part in parts), Decimal(0))
    excl_tax, incl_tax, type_of_cost = _bounded(last, excl_tax, incl_tax)
    return Cost(
        last.currency,
        rounded(excl_tax, last.currency),
        rounded(incl_tax, last.currency),
        type_of_cost,
        parts,
        energy_wh=usage.energy_uwh // 1_000_000,
        charging_time_s=usage.charging_us // 1_000_000,
        idle_time_s=usage.idle_us // 1_000_000,
    )


def _fees(plan: Plan, usage: Usage) -> Iterator[CostPart]:
    """The fee of the tariff that it begins with, once."""
    tariff = plan[0][1]
    fee = tariff.fixed_fee
    price = price_at(fee, tariff, Moment(usage.started_at)) if fee else None
    if fee is not None and price is not None:
        yield _part("fixed_fee", tariff, fee, price, Decimal(1))


def _parts(plan: Plan, usage: Usage) -> Iterator[CostPart]:
    for volume in usage.volumes:
        tariff = plan[volume.leg][1]
        part: TariffPart | None = getattr(tariff, volume.kind)
        if part is not None:
            amount = Decimal(volume.amount) / MICRO_PER_UNIT[volume.kind]
            yield _part(volume.kind, tariff, part, volume.price, amount)


def _part(kind: CostKind, tariff: Tariff, part: TariffPart, price: int, volume: Decimal) -> CostPart:
    amount = part.prices[price].amount
    excl_tax = amount * volume
    incl_tax = with_tax(excl_tax, part.tax_rates)
    return CostPart(kind, tariff.tariff_id, tariff.revision, amount, volume, excl_tax, incl_tax)


def _bounded(tariff: Tariff, excl_tax: Decimal, incl_tax: Decimal) -> tuple[Decimal, Decimal, CostType]:
    least, most = tariff.min_cost, tariff.max_cost
    if least and _excess(least, excl_tax, incl_tax) < 0:
        return *_amounts(least, excl_tax, incl_tax), "MinCost"
    if most and _excess(most, excl_tax, incl_tax) > 0:
        return *_amounts(most, excl_tax, incl_tax), "MaxCost"
    return excl_tax, incl_tax, "NormalCost"


def _excess(bound: Bound, excl_tax: Decimal, incl_tax: Decimal) -> Decimal:
    """By how much a cost is above a bound: what the driver pays counts, if the bound says how much that is."""
    if bound.incl_tax is not None:
        return incl_tax - bound.incl_tax
    return excl_tax - bound.excl_tax if bound.excl_tax is not None else Decimal(0)


def _amounts(bound: Bound, excl_tax: Decimal, incl_tax: Decimal) -> tuple[Decimal, Decimal]:
    """A bound without and with tax. The one that it does not say follows from its taxes, or else from what the cost has
    of them."""
    with_taxes = with_tax(Decimal(1), bound.tax_rates) if bound.tax_rates or not excl_tax else incl_tax / excl_tax
    if bound.excl_tax is not None:
        return bound.excl_tax, bound.excl_tax * with_taxes if bound.incl_tax is None else bound.incl_tax
    including = bound.incl_tax or Decimal(0)
    return including / with_taxes, including


def station_total(cost_details: dict[str, object] | None) -> Decimal | None:
    """The total that a station came to (2.1's CostDetailsType): with tax, or without where it says no other. None: it
    could not calculate it."""
    if not cost_details or cost_details.get("failureToCalculate"):
        return None
    said = cost_details.get("totalCost")
    total = said.get("total") if isinstance(said, dict) else None
    if not isinstance(total, dict):
        return None
    amount = total.get("inclTax", total.get("exclTax"))
    return Decimal(str(amount)) if isinstance(amount, int | float) else None
