"""What charging costs: energy, time, taxes, conditions; and what cannot change it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.costs import Bounds, Cost, cost, observations, observations_of_values, station_total, used
from shared.domain.metering import MeterValue, SampledValue
from shared.domain.tariffs import Bound, Conditions, Description, Tariff, TariffPart, TariffPrice, TaxRate, text_for
from shared.domain.transaction_events import EventType, TransactionEvent
from shared.domain.usage import Observation, observed

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""A Monday."""


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def see(minute: float, wh: int | None = None, state: str | None = None) -> Observation:
    return Observation(minutes(minute), wh, state)


def of(tariff: Tariff, *seen: Observation) -> Cost:
    usage = used([(None, tariff)], seen)
    assert usage is not None
    return cost([(None, tariff)], usage)


def part(*prices: tuple[str, Conditions], tax: str | None = None) -> TariffPart:
    rates = (TaxRate("VAT", Decimal(tax)),) if tax else ()
    return TariffPart(tuple(TariffPrice(Decimal(amount), conditions) for amount, conditions in prices), rates)


def amounts(found: Cost) -> dict[tuple[str, Decimal], Decimal]:
    return {(one.kind, one.price): one.volume for one in found.parts}


def test_energy_time_and_fee_add_up_and_only_the_total_is_rounded() -> None:
    tariff = Tariff(
        "T",
        "EUR",
        energy=part(("0.333", Conditions()), tax="19"),
        charging_time=part(("0.01", Conditions())),
        idle_time=part(("0.10", Conditions())),
        fixed_fee=part(("1", Conditions()), tax="19"),
    )
    found = of(tariff, see(0, 1000, "Charging"), see(60, 11_001, "SuspendedEV"), see(90, 11_001))
    assert found.excl_tax == Decimal("7.93")  # 3.330333 + 0.60 + 3.00 + 1
    assert found.incl_tax == Decimal("8.75")  # 3.96309627 + 0.60 + 3.00 + 1.19
    assert (found.energy_wh, found.charging_time_s, found.idle_time_s) == (10_001, 3600, 1800)


def test_taxes_of_a_higher_stack_are_on_the_price_with_the_lower_ones() -> None:
    rates = (TaxRate("provincial", Decimal(10), 1), TaxRate("federal", Decimal(5)), TaxRate("green", Decimal(5)))
    tariff = Tariff("T", "CAD", fixed_fee=TariffPart((TariffPrice(Decimal(100)),), rates))
    assert of(tariff, see(0)).incl_tax == Decimal("121.00")  # both of the first stack are on 100


@pytest.mark.parametrize(("currency", "expected"), [("EUR", "1.24"), ("JPY", "1"), ("KWD", "1.235")])
def test_a_total_is_rounded_as_the_currency_is_paid(currency: str, expected: str) -> None:
    tariff = Tariff("T", currency, fixed_fee=part(("1.235", Conditions())))
    assert of(tariff, see(0)).excl_tax == Decimal(expected)


def test_a_price_by_the_clock_counts_by_the_clock_of_its_place() -> None:
    night = Conditions(start_time_of_day=time(22), end_time_of_day=time(9, 30))
    tariff = Tariff("T", "EUR", time_zone="Europe/Berlin", energy=part(("0.2", night), ("0.5", Conditions())))
    found = of(tariff, see(0, 0, "Charging"), see(60, 6000))  # 9:00 to 10:00 in Berlin
    assert amounts(found) == {("energy", Decimal("0.2")): 3, ("energy", Decimal("0.5")): 3}


def test_a_time_that_the_night_has_twice_counts_twice() -> None:
    at_two = Conditions(start_time_of_day=time(2), end_time_of_day=time(3))
    tariff = Tariff("T", "EUR", time_zone="Europe/Berlin", charging_time=part(("1", at_two)))
    begin = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight in Berlin; at 3:00 the clock goes back to 2:00
    found = of(tariff, Observation(begin, 0, "Charging"), Observation(begin + timedelta(hours=6), 100))
    assert found.excl_tax == 120


def test_conditions_on_the_day_and_the_date() -> None:
    monday, from_tuesday = Conditions(days=("Monday",)), Conditions(valid_from_date=date(2026, 11, 24))
    tariff = Tariff("T", "EUR", charging_time=part(("1", monday), ("2", from_tuesday)))
    found = of(tariff, see(15 * 60, 0, "Charging"), see(17 * 60, 100))  # 23:00 to 1:00
    assert found.excl_tax == 60 + 120
    until = tariff._replace(charging_time=part(("1", Conditions(valid_to_date=date(2026, 11, 24)))))
    assert of(until, see(15 * 60, 0, "Charging"), see(17 * 60, 100)).excl_tax == 60


def test_conditions_on_what_was_used_divide_a_stretch_exactly() -> None:
    tariff = Tariff(
        "T",
        "EUR",
        energy=part(("1", Conditions(max_energy_wh=Decimal(1000))), ("2", Conditions())),
        charging_time=part(("0", Conditions(max_time_s=600)), ("1", Conditions())),
        idle_time=part(("1", Conditions(min_idle_time_s=300))),
    )
    found = of(tariff, see(0, 0, "Charging"), see(30, 3000, "SuspendedEV"), see(40, 3000))
    assert amounts(found) == {
        ("energy", Decimal(1)): 1,
        ("energy", Decimal(2)): 2,
        ("charging_time", Decimal(0)): 10,
        ("charging_time", Decimal(1)): 20,
        ("idle_time", Decimal(1)): 5,
    }


def test_conditions_on_power_go_by_what_is_measured_or_else_by_the_energy() -> None:
    fast = Conditions(min_power_w=Decimal(11_000))
    tariff = Tariff("T", "EUR", energy=part(("2", fast), ("1", Conditions())))
    assert of(tariff, see(0, 0, "Charging"), see(60, 11_000)).excl_tax == 22
    assert of(tariff, see(0, 0, "Charging"), see(60, 10_999)).excl_tax == Decimal("11.00")
    measured = Observation(START, 0, "Charging", power_w=50_000)
    assert of(tariff, measured, see(60, 1000)).excl_tax == 2


def test_what_we_do_not_know_meets_no_condition() -> None:
    unknown = Conditions(min_current_a=Decimal(1))
    tariff = Tariff("T", "EUR", energy=part(("1", unknown), ("2", Conditions(evse_kind="DC")), ("3", Conditions())))
    assert of(tariff, see(0, 0, "Charging"), see(1, 1000)).excl_tax == 3


def test_where_the_station_does_not_say_the_energy_tells_whether_it_charges() -> None:
    tariff = Tariff("T", "EUR", charging_time=part(("1", Conditions())), idle_time=part(("10", Conditions())))
    values = [MeterValue(minutes(m), (SampledValue(str(wh), unit="Wh"),)) for m, wh in ((30, 5000), (45, 5000))]
    seen = observations_of_values(values, Bounds(START, None, 0, 5000), minutes(60))
    assert of(tariff, *seen).excl_tax == 30 + 300


def test_a_station_that_suspends_a_transaction_lets_the_driver_pay_nothing() -> None:
    tariff = Tariff("T", "EUR", charging_time=part(("1", Conditions())), idle_time=part(("1", Conditions())))
    assert of(tariff, see(0, 0, "SuspendedEVSE"), see(10, 0, "Charging"), see(15, 100, "Idle"), see(60)).excl_tax == 5


def test_a_register_that_falls_gives_nothing_back_and_counts_nothing_twice() -> None:
    tariff = Tariff("T", "EUR", energy=part(("1", Conditions())))
    assert of(tariff, see(0, 1000, "Charging"), see(1, 3000), see(2, 2000), see(3, 4000)).excl_tax == 3


@pytest.mark.parametrize(
    ("wh", "expected", "kind"), [(100, "2.00", "MinCost"), (5000, "5.00", "NormalCost"), (20_000, "12.10", "MaxCost")]
)
def test_the_least_and_the_highest_cost(wh: int, expected: str, kind: str) -> None:
    most = Bound(excl_tax=Decimal(11), tax_rates=(TaxRate("VAT", Decimal(10)),))
    tariff = Tariff("T", "EUR", energy=part(("1", Conditions())), min_cost=Bound(incl_tax=Decimal(2)), max_cost=most)
    found = of(tariff, see(0, 0, "Charging"), see(10, wh))
    assert (found.incl_tax, found.type_of_cost) == (Decimal(expected), kind)


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (Bound(incl_tax=Decimal(6)), ("5.00", "6.00")),
        (Bound(excl_tax=Decimal(5)), ("5.00", "6.00")),
        (Bound(incl_tax=Decimal(6), tax_rates=(TaxRate("VAT", Decimal(50)),)), ("4.00", "6.00")),
        (Bound(incl_tax=Decimal(0)), ("0.00", "0.00")),
    ],
)
def test_a_bound_says_one_amount_and_the_other_follows_from_the_taxes(bound: Bound, expected: tuple[str, str]) -> None:
    tariff = Tariff("T", "EUR", energy=part(("1", Conditions()), tax="20"), max_cost=bound)
    found = of(tariff, see(0, 0, "Charging"), see(10, 20_000))
    assert (found.excl_tax, found.incl_tax) == tuple(map(Decimal, expected))


def test_nobody_pays_for_idling_before_the_first_reading_unless_the_station_says_that_he_does() -> None:
    tariff = Tariff("T", "EUR", idle_time=part(("1", Conditions())))
    assert of(tariff, see(0), see(10, 1000), see(20, 2000)).excl_tax == 0
    assert of(tariff, see(0, None, "EVConnected"), see(10, 1000), see(20, 2000)).excl_tax == 20


def test_another_tariff_counts_from_when_it_was_changed() -> None:
    first = Tariff("A", "EUR", energy=part(("1", Conditions())), fixed_fee=part(("5", Conditions())))
    second = Tariff("B", "EUR", energy=part(("2", Conditions())), fixed_fee=part(("7", Conditions())))
    plan = [(None, first), (minutes(30), second)]
    usage = used(plan, [see(0, 0, "Charging"), see(60, 2000)])
    assert usage is not None
    found = cost(plan, usage)
    assert [(one.tariff_id, one.excl_tax) for one in found.parts] == [
        ("A", Decimal(5)),
        ("A", Decimal(1)),
        ("B", Decimal(2)),
    ]


def test_a_text_for_a_driver_is_in_his_language_and_fits() -> None:
    texts = (Description("An hour costs 1 EUR", "en"), Description("Eine Stunde kostet 1 EUR", "de"))
    tariff = Tariff("T", "EUR", descriptions=texts)
    assert text_for(tariff, "de-AT", 512) == texts[1]
    assert text_for(tariff, "fr", 512) == text_for(tariff, None, 512) == texts[0]
    cut = text_for(tariff, "EN", 8)
    assert cut is not None
    assert cut.content == "An hour…"
    assert text_for(tariff._replace(descriptions=(Description("https://x.example", format="URI"),)), "en", 8) is None
    assert text_for(tariff._replace(descriptions=()), "en", 512) is None


def test_what_a_station_came_to() -> None:
    assert station_total({"totalCost": {"total": {"exclTax": 1.0, "inclTax": 1.19}}}) == Decimal("1.19")
    assert station_total({"totalCost": {"total": {"exclTax": 1.0}}}) == 1
    assert station_total({"failureToCalculate": True, "totalCost": {"total": {"exclTax": 0}}}) is None
    assert station_total(None) is None


# ---------------------------------------------------------------------- what cannot change it

WHOLE = Tariff(
    "T",
    "EUR",
    time_zone="Europe/Berlin",
    energy=part(
        ("0.3", Conditions(end_time_of_day=time(9, 17))),
        ("0.4", Conditions(max_energy_wh=Decimal(7000))),
        ("0.5", Conditions(min_power_w=Decimal(9000))),
        ("0.6", Conditions()),
        tax="19",
    ),
    charging_time=part(("0.01", Conditions(max_charging_time_s=1234)), ("0.02", Conditions())),
    idle_time=part(("0.1", Conditions(min_idle_time_s=200, days=("Monday",)))),
    fixed_fee=part(("0.5", Conditions())),
)
STATES = st.sampled_from(["Charging", "SuspendedEV", "SuspendedEVSE", "EVConnected", None])


@st.composite
def histories(draw: st.DrawFn) -> list[TransactionEvent]:
    """The events of a transaction, in order; samples may be a little older than the events that bring them."""
    at, wh, events = START, 1000, []
    for seq_no in range(draw(st.integers(2, 8))):
        at += timedelta(seconds=draw(st.integers(0, 1800)))
        values = []
        if draw(st.booleans()):
            wh += draw(st.integers(0, 3000))
            taken_at = at - timedelta(seconds=draw(st.sampled_from([0, 0, 0, 5])))
            values = [MeterValue(taken_at, (SampledValue(str(wh), unit="Wh"),))]
        kind: EventType = "Started" if seq_no == 0 else "Updated"
        events.append(
            TransactionEvent(kind, seq_no, at, "Any", charging_state=draw(STATES), meter_values=tuple(values))
        )
    return events


def total(events: list[TransactionEvent]) -> Cost:
    plan = [(None, WHOLE)]
    usage = used(plan, observations(events, Bounds(START)))
    assert usage is not None
    return cost(plan, usage)


@given(histories(), st.data())
def test_neither_the_order_nor_the_repetition_of_events_changes_the_cost(
    events: list[TransactionEvent], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events), max_size=4))))
    assert total(shuffled) == total(events)


@given(histories())
def test_the_running_cost_never_falls(events: list[TransactionEvent]) -> None:
    so_far = [total(events[:count]).incl_tax for count in range(1, len(events) + 1)]
    assert all(before <= after for before, after in pairwise(so_far))


@given(histories())
def test_what_is_known_goes_on_where_it_stood(events: list[TransactionEvent]) -> None:
    plan = [(None, WHOLE)]
    seen = observations(events, Bounds(START))
    for cut in range(len(seen)):
        assert observed(observed(None, plan, seen[:cut]), plan, seen[cut:]) == observed(None, plan, seen)


@given(
    st.integers(1, 20_000),
    st.integers(60, 7200),
    st.lists(st.integers(1, 999), max_size=4, unique=True),
)
def test_a_reading_on_the_way_changes_nothing(wh: int, seconds: int, cuts: list[int]) -> None:
    plan = [
        (None, WHOLE._replace(energy=part(("0.3", Conditions(end_time_of_day=time(9, 17))), ("0.6", Conditions()))))
    ]
    begin = Observation(START, 0, "Charging")
    end = Observation(START + timedelta(seconds=1000 * seconds), 1000 * wh)
    between = [Observation(START + timedelta(seconds=seconds * cut), wh * cut) for cut in sorted(cuts)]
    whole, divided = used(plan, [begin, end]), used(plan, [begin, *between, end])
    assert whole is not None
    assert divided is not None
    assert divided.energy_uwh == whole.energy_uwh
    for one, other in zip(whole.volumes, divided.volumes, strict=True):
        assert one[:3] == other[:3]
        assert abs(one.amount - other.amount) <= len(between) + 1
