"""What a transaction costs, held against another way to find it out: half a minute by half a minute, in fractions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.costs import Bounds, Cost, cost, observations, used
from shared.domain.metering import MeterValue, SampledValue
from shared.domain.tariffs import DAYS, Bound, Conditions, Tariff, TariffPart, TariffPrice, TaxRate
from shared.domain.transaction_events import TransactionEvent

BERLIN = ZoneInfo("Europe/Berlin")
STEP = timedelta(seconds=30)
"""Everything that is said and every condition begins and ends at a multiple of it."""
BEGINNINGS = (
    datetime(2026, 11, 23, 22, 40, tzinfo=UTC),  # a Monday in Berlin, shortly before midnight
    datetime(2026, 10, 25, 0, 20, tzinfo=UTC),  # before the clock goes back
    datetime(2026, 3, 29, 0, 20, tzinfo=UTC),  # before it goes forward
)
PER_KWH, PER_MINUTE = Fraction(1, 1000), Fraction(1, 60)
IDLE = ("SuspendedEV", "EVConnected")


class Slice(NamedTuple):
    """A moment of a transaction in which nothing but the energy changes."""

    at: datetime
    length_s: int
    mode: str
    energy_wh: Fraction
    power_w: Fraction | None
    time_s: int
    charging_s: int
    idle_s: int
    before_wh: Fraction


# ---------------------------------------------------------------------- the other way


def slices(events: list[TransactionEvent]) -> Iterator[Slice]:
    values = sorted((value for event in events for value in event.meter_values), key=lambda one: one.at)
    readings = [(one.at, int(one.samples[0].value)) for one in values if one.samples[0].measurand.endswith("Register")]
    readings = [one for number, one in enumerate(readings) if one[1] >= max(wh for _, wh in readings[: number + 1])]
    powers = [(one.at, int(one.samples[0].value)) for one in values if one.samples[0].measurand.startswith("Power")]
    states = [(one.at, one.charging_state) for one in events if one.charging_state]
    begin = events[0].at
    end = max([event.at for event in events] + [value.at for value in values])
    time_s, charging_s, idle_s, before_wh = 0, 0, 0, Fraction(0)
    stretches = [(a, b, wh_b - wh_a) for (a, wh_a), (b, wh_b) in pairwise(readings)]
    stretches.insert(0, (begin, readings[0][0] if readings else end, 0))
    if readings:
        stretches.append((readings[-1][0], end, 0))
    for number, (since, until, energy_wh) in enumerate(stretches):
        is_between_readings = 0 < number < len(readings)
        unknown = ("charging" if energy_wh else "idle") if is_between_readings else "waiting"
        steps = [since + one * STEP for one in range((until - since) // STEP)]
        modes = [_mode(_latest(states, at), unknown) for at in steps]
        flowing = [mode == "charging" for mode in modes] if "charging" in modes else [True] * len(modes)
        if energy_wh and not steps:
            yield Slice(since, 0, "", Fraction(energy_wh), None, time_s, charging_s, idle_s, before_wh)
            before_wh += energy_wh
        for at, mode, flows in zip(steps, modes, flowing, strict=True):
            flow_wh = Fraction(energy_wh, sum(flowing)) if flows else Fraction(0)
            mean_w = flow_wh * 120 if flow_wh else None
            measured_w = _latest(powers, at)
            power_w = mean_w if measured_w is None else Fraction(measured_w)
            yield Slice(at, 30, mode, flow_wh, power_w, time_s, charging_s, idle_s, before_wh)
            time_s, before_wh = time_s + 30, before_wh + flow_wh
            charging_s += 30 * (mode == "charging")
            idle_s += 30 * (mode == "idle")


def _mode(state: str | None, unknown: str) -> str:
    if state is None:
        return unknown
    return "charging" if state == "Charging" else "idle" if state in IDLE else "waiting"


def _latest(said: list[tuple[datetime, Any]], at: datetime) -> Any:
    return next((value for since, value in reversed(said) if since <= at), None)


def applies(one: Conditions, now: Slice, energy_wh: Fraction) -> bool:
    clock = now.at.astimezone(BERLIN)
    begin, end = one.start_time_of_day or time.min, one.end_time_of_day or time(23, 59, 59)
    is_over_midnight = one.start_time_of_day and one.end_time_of_day and begin >= end
    in_hours = (clock.time() >= begin or clock.time() < end) if is_over_midnight else begin <= clock.time() <= end
    if one.end_time_of_day and clock.time() == end:
        in_hours = False
    checks = [
        in_hours,
        not one.days or DAYS[clock.weekday()] in one.days,
        one.valid_from_date is None or clock.date() >= one.valid_from_date,
        one.min_energy_wh is None or energy_wh >= one.min_energy_wh,
        one.max_energy_wh is None or energy_wh < one.max_energy_wh,
        one.min_power_w is None or (now.power_w is not None and now.power_w >= one.min_power_w),
        one.max_power_w is None or (now.power_w is not None and now.power_w < one.max_power_w),
        one.min_time_s is None or now.time_s >= one.min_time_s,
        one.max_charging_time_s is None or now.charging_s < one.max_charging_time_s,
        one.min_idle_time_s is None or now.idle_s >= one.min_idle_time_s,
    ]
    return all(checks)


def price(part: TariffPart | None, now: Slice, energy_wh: Fraction) -> Fraction:
    for one in part.prices if part else ():
        if applies(one.conditions, now, energy_wh):
            return Fraction(one.amount)
    return Fraction(0)


def taxed(amount: Fraction, part: TariffPart | None) -> Fraction:
    """Stacks 0 and 1, the second on the first."""
    lower, upper = (
        sum((Fraction(one.percent) for one in (part.tax_rates if part else ()) if one.stack == stack), Fraction(0))
        for stack in (0, 1)
    )
    return amount * (1 + lower / 100) * (1 + upper / 100)


def other_way(tariff: Tariff, events: list[TransactionEvent]) -> tuple[Fraction, Fraction]:
    """The cost without and with tax, not rounded."""
    sums = {"energy": Fraction(0), "charging_time": Fraction(0), "idle_time": Fraction(0)}
    for now in slices(events):
        limits = {one.conditions.min_energy_wh for one in tariff.energy.prices} if tariff.energy else set()
        limits |= {one.conditions.max_energy_wh for one in tariff.energy.prices} if tariff.energy else set()
        after_wh = now.before_wh + now.energy_wh
        cuts = sorted({now.before_wh, after_wh, *(Fraction(one) for one in limits if one is not None)})
        for begin_wh, end_wh in pairwise(one for one in cuts if now.before_wh <= one <= after_wh):
            sums["energy"] += price(tariff.energy, now, begin_wh) * (end_wh - begin_wh) * PER_KWH
        if now.mode in ("charging", "idle"):
            kind = f"{now.mode}_time"
            sums[kind] += price(getattr(tariff, kind), now, now.before_wh) * now.length_s * PER_MINUTE
    fee = Fraction(tariff.fixed_fee.prices[0].amount) if tariff.fixed_fee else Fraction(0)
    excl_tax = sum(sums.values(), fee)
    incl_tax = sum((taxed(amount, getattr(tariff, kind)) for kind, amount in sums.items()), Fraction(0))
    incl_tax += taxed(fee, tariff.fixed_fee)
    least, most = tariff.min_cost, tariff.max_cost
    if least and least.incl_tax is not None and incl_tax < least.incl_tax:
        return Fraction(0), Fraction(least.incl_tax)
    if most and most.incl_tax is not None and incl_tax > most.incl_tax:
        return Fraction(0), Fraction(most.incl_tax)
    return excl_tax, incl_tax


# ---------------------------------------------------------------------- what is drawn

halves = st.integers(0, 40).map(lambda number: 30 * number)
clocks = st.sampled_from([time(0), time(1, 30), time(2), time(2, 30), time(3), time(23, 50), time(0, 20)])


@st.composite
def conditions(draw: st.DrawFn, *, of_energy: bool) -> Conditions:
    clock: dict[str, Any] = {
        "start_time_of_day": draw(clocks),
        "end_time_of_day": draw(clocks),
        "days": tuple(draw(st.sets(st.sampled_from(["Monday", "Sunday"]), min_size=1))),
        "valid_from_date": date(2026, 11, 24),
        "min_power_w": Decimal(draw(st.integers(0, 12_000))),
        "max_power_w": Decimal(draw(st.integers(0, 12_000))),
        "min_time_s": draw(halves),
        "max_charging_time_s": draw(halves),
        "min_idle_time_s": draw(halves),
    }
    if of_energy:
        clock |= {"min_energy_wh": Decimal(draw(st.integers(0, 5000)))}
        clock |= {"max_energy_wh": Decimal(draw(st.integers(0, 5000)))}
    chosen = draw(st.sets(st.sampled_from(sorted(clock)), max_size=2))
    return Conditions(**{name: clock[name] for name in chosen})


@st.composite
def parts(draw: st.DrawFn, *, of_energy: bool = False) -> TariffPart:
    given = st.tuples(st.decimals(0, 20, places=3), conditions(of_energy=of_energy))
    prices = draw(st.lists(given, min_size=1, max_size=3))
    rates = draw(st.lists(st.tuples(st.decimals(0, 25, places=1), st.sampled_from([0, 1])), max_size=2))
    return TariffPart(
        tuple(TariffPrice(amount, when) for amount, when in prices),
        tuple(TaxRate("VAT", percent, stack) for percent, stack in rates),
    )


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    bounds = st.none() | st.decimals(0, 40, places=2).map(lambda amount: Bound(incl_tax=amount))
    fees = st.none() | st.decimals(0, 5, places=2).map(lambda amount: TariffPart((TariffPrice(amount),)))
    return Tariff(
        "T",
        draw(st.sampled_from(["EUR", "JPY", "KWD"])),
        energy=draw(st.none() | parts(of_energy=True)),
        charging_time=draw(st.none() | parts()),
        idle_time=draw(st.none() | parts()),
        fixed_fee=draw(fees),
        min_cost=draw(bounds),
        max_cost=draw(bounds),
        time_zone="Europe/Berlin",
    )


STATES = st.sampled_from(["Charging", "Charging", "SuspendedEV", "SuspendedEVSE", "EVConnected", None, None])


@st.composite
def histories(draw: st.DrawFn) -> list[TransactionEvent]:
    """The events of a transaction, in order: readings may be missing, fall, or be of power only."""
    at, register, events = draw(st.sampled_from(BEGINNINGS)), 1000, []
    for seq_no in range(draw(st.integers(1, 7))):
        at += (draw(st.integers(0, 60)) if seq_no else 0) * STEP
        kind = draw(st.sampled_from(["energy", "energy", "energy", "fallen", "power", "nothing"]))
        register += draw(st.integers(0, 3000)) if kind == "energy" else 0
        shown = {"energy": register, "fallen": max(0, register - 700), "power": draw(st.integers(0, 12_000))}
        values: tuple[MeterValue, ...] = ()
        if kind != "nothing":
            name, unit = ("Power.Active.Import", "W") if kind == "power" else ("Energy.Active.Import.Register", "Wh")
            values = (MeterValue(at, (SampledValue(str(shown[kind]), name, unit=unit),)),)
        events.append(TransactionEvent("Updated", seq_no, at, "Any", charging_state=draw(STATES), meter_values=values))
    return events


def ours(tariff: Tariff, events: list[TransactionEvent]) -> Cost:
    usage = used([(None, tariff)], observations(events, Bounds(min(event.at for event in events))))
    assert usage is not None
    return cost([(None, tariff)], usage)


@settings(max_examples=150)
@given(tariffs(), histories(), st.randoms(use_true_random=False))
def test_both_ways_come_to_the_same_cost_whatever_comes_twice_or_in_another_order(
    tariff: Tariff, events: list[TransactionEvent], chance: Any
) -> None:
    excl_tax, incl_tax = other_way(tariff, events)
    told = [*events, *chance.sample(events, chance.randint(0, len(events)))]
    chance.shuffle(told)
    found = ours(tariff, told)
    half_of_the_smallest_unit = Fraction(1, 2) * Fraction(Decimal(1).scaleb(found.incl_tax.as_tuple().exponent))  # type: ignore[arg-type]  # an amount is finite
    a_little = Fraction(1, 10**6)  # a threshold may be met a µs or a µWh late
    assert abs(Fraction(found.incl_tax) - incl_tax) <= half_of_the_smallest_unit + a_little
    if found.type_of_cost == "NormalCost":
        assert abs(Fraction(found.excl_tax) - excl_tax) <= half_of_the_smallest_unit + a_little
    assert found.excl_tax <= found.incl_tax
