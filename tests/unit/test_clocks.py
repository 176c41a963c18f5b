"""What is believed of clocks that are not set, run ahead or are put right on the way, and what it costs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.domain.clocks import believed, is_implausible, straightened
from shared.domain.costs import Bounds, cost, observations, used
from shared.domain.metering import MeterValue, SampledValue
from shared.domain.tariffs import Conditions, Tariff, TariffPart, TariffPrice
from shared.domain.transaction_events import EventType, TransactionEvent, draft, fold
from shared.domain.transactions import Stop, Transaction, end

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEVER_SET, FAR_AHEAD = datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 6, 1, tzinfo=UTC)
ALWAYS = TariffPart((TariffPrice(Decimal(1), Conditions()),))
TARIFF = Tariff("T", "EUR", energy=ALWAYS, charging_time=ALWAYS)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def tell(kind: EventType, seq_no: int, at: datetime, *whs: int, received_at: datetime | None = NOW) -> TransactionEvent:
    values = tuple(MeterValue(at, (SampledValue(str(wh), unit="Wh"),)) for wh in whs)
    state = "Charging" if kind == "Started" else None
    return TransactionEvent(kind, seq_no, at, "Any", charging_state=state, meter_values=values, received_at=received_at)


def folded(*events: TransactionEvent) -> Transaction:
    made = draft("TX", "CP", events[0])
    for event in events:
        made = fold(made, event)
    return made


def billed(*events: TransactionEvent) -> tuple[Decimal, int]:
    """The cost at one a kWh and one a minute, and the Wh of it."""
    made = folded(*events)
    assert made.folded is not None
    first_wh, energy_wh = made.meter_start_wh, made.energy_wh
    stop_wh = first_wh + energy_wh if first_wh is not None and energy_wh is not None else None
    bounds = Bounds(made.started_at or made.folded.first_at, made.ended_at, first_wh, stop_wh)
    usage = used([(None, TARIFF)], observations(events, bounds))
    assert usage is not None
    found = cost([(None, TARIFF)], usage)
    return found.excl_tax, found.energy_wh


@pytest.mark.parametrize("wrong", [NEVER_SET, FAR_AHEAD])
def test_a_time_that_cannot_be_is_that_of_the_receipt_and_flagged(wrong: datetime) -> None:
    start = tell("Started", 0, wrong, 0)
    stop = tell("Ended", 1, NOW + minutes(10), 6000, received_at=NOW + minutes(10))
    made = folded(start, stop)
    assert (made.started_at, made.ended_at) == (NOW, NOW + minutes(10))
    assert "time_implausible" in made.flags
    assert billed(start, stop) == (Decimal(16), 6000)
    assert believed(start).meter_values[0].at == NOW
    assert start.content == start._replace(received_at=NOW + minutes(60)).content


def test_values_of_a_clock_that_was_never_set_keep_their_distance_to_the_event() -> None:
    values = tuple(MeterValue(NEVER_SET + minutes(m), (SampledValue("1"),)) for m in (0, 5, 10))
    event = TransactionEvent("Updated", 1, NEVER_SET + minutes(10), "Any", meter_values=values, received_at=NOW)
    assert [one.at for one in believed(event).meter_values] == [NOW - minutes(10), NOW - minutes(5), NOW]


def test_a_transaction_of_more_than_a_month_is_flagged() -> None:
    start, stop = tell("Started", 0, NOW - timedelta(days=31), 0), tell("Ended", 1, NOW, 6000)
    assert "time_implausible" in folded(start, stop).flags
    assert "time_implausible" not in folded(start._replace(at=NOW - timedelta(days=29)), stop).flags


@pytest.mark.parametrize(
    ("days", "expected"), [(-400, True), (-2, True), (-0.1, False), (0, False), (30, False), (31, True), (26000, True)]
)
def test_a_stop_of_1_6_tells_whether_its_time_can_be(days: float, expected: bool) -> None:
    started = Transaction("7", "CP", 1, 1, "TAG", "active", number=7, started_at=NOW, meter_start_wh=0)
    ended = end(started, Stop(6000, NOW + timedelta(days=days), "Local"))
    assert ("time_implausible" in ended.flags) is expected
    assert is_implausible(NOW, ended.ended_at) is expected


def test_a_clock_that_is_put_back_makes_no_energy_free() -> None:
    ahead = NOW + timedelta(hours=2)
    events = (
        tell("Started", 0, ahead - minutes(30), 0),
        tell("Updated", 1, ahead - minutes(20), 3000),
        tell("Ended", 2, NOW, 6000),
    )
    made = folded(*events)
    assert (made.energy_wh, "time_implausible" in made.flags) == (6000, False)
    assert billed(*events) == (Decimal(10 + 6), 6000)


def test_what_follows_a_clock_that_was_put_back_is_as_long_as_the_station_says() -> None:
    ahead = NOW + timedelta(hours=2)
    events = [
        tell("Started", 0, ahead),
        *(tell("Updated", n, NOW + minutes(10 * n)) for n in (1, 2)),
        tell("Ended", 3, NOW + minutes(25)),
    ]
    assert [one.at - ahead for one in straightened(events)] == [minutes(0), minutes(0), minutes(10), minutes(15)]
    caught_up = tell("Ended", 3, ahead + minutes(12))
    assert straightened([*events[:3], caught_up])[-1].at == ahead + minutes(12)


def test_samples_of_the_whole_transaction_at_its_end_do_not_count_twice_after_a_clock_was_put_back() -> None:
    ahead = NOW + timedelta(hours=2)
    samples = tuple(
        MeterValue(at, (SampledValue(str(wh), unit="Wh", context=f"Transaction.{context}"),))
        for at, wh, context in (
            (ahead, 0, "Begin"),
            (ahead + minutes(10), 3000, "Update"),
            (NOW + minutes(20), 6000, "End"),
        )
    )
    stop = tell("Ended", 2, NOW + minutes(20))._replace(meter_values=samples)
    assert billed(tell("Started", 0, ahead, 0), tell("Updated", 1, ahead + minutes(10), 3000), stop)[1] == 6000


@pytest.mark.parametrize(
    ("registers", "expected_wh"),
    [
        ((5000, 15_000, 100, 5100), 15_000),  # it began anew: only the fall counts nothing
        ((5000, 15_000, 100, 1100), 11_000),
        ((5000, 6000, 10, 2010, 5, 1005), 4000),  # twice
        ((5000, 15_000, 0), 10_000),
        ((5000, 15_000, 5100, 5200), 200),  # a reading that was wrong, as the last one shows
        ((5000, 15_000, 100, 16_000), 11_000),  # likewise
    ],
)
def test_a_register_that_begins_anew_wipes_nothing_out(registers: tuple[int, ...], expected_wh: int) -> None:
    last = len(registers) - 1
    kinds: list[EventType] = ["Started", *["Updated"] * (last - 1), "Ended"]  # type: ignore[list-item]  # a literal each
    events = [tell(kinds[n], n, NOW + minutes(n), wh) for n, wh in enumerate(registers)]
    assert billed(*events)[1] == expected_wh
