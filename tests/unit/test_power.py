"""What a transaction draws, from the meter values that its station happens to send."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.metering import MeterValue, SampledValue
from shared.domain.power import POWER, power_w

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


def measured(minute: int, *samples: SampledValue) -> MeterValue:
    return MeterValue(START + timedelta(minutes=minute), samples)


def power(value: str, unit: str | None = "W", **more: str | int) -> SampledValue:
    return SampledValue(value, POWER, unit, **more)  # type: ignore[arg-type]  # fields of a sample


@pytest.mark.parametrize(
    ("samples", "watts"),
    [
        ([power("7400.4")], 7400),
        ([power("11", "kW")], 11_000),
        ([power("74", "W", multiplier=2)], 7400),
        ([power("7", None)], 7),
        ([power("1000", phase="L1"), power("1100", phase="L2"), power("1200", phase="L3")], 3300),
        ([power("3600", phase="L1")], 3600),
        ([power("1000", phase="L1"), power("1100", phase="L2")], None),
        ([power("50000", location="Inlet"), power("7000")], 7000),
        ([power("not a number")], None),
        ([power("9" * 12)], None),
        ([power("-40")], None),
        ([power("22", "A")], None),
        ([], None),
    ],
)
def test_a_reading_of_the_power_is_taken_as_the_station_words_it(
    samples: list[SampledValue], watts: int | None
) -> None:
    assert power_w([measured(0, *samples)]) == watts


def test_the_latest_reading_counts_in_whatever_order_they_come() -> None:
    assert power_w([measured(2, power("2000")), measured(3, power("3000")), measured(1, power("1000"))]) == 3000


def test_without_a_reading_of_the_power_the_register_tells_its_mean() -> None:
    register = [measured(minute, SampledValue(str(wh), unit="Wh")) for minute, wh in ((0, 1000), (5, 1500), (10, 2500))]
    assert power_w(register) == 12_000
    assert power_w(register[:1]) is None
    assert power_w([register[0], register[0]]) is None, "no time has passed"


def test_a_register_that_runs_backwards_tells_nothing() -> None:
    assert power_w([measured(minute, SampledValue(str(wh))) for minute, wh in ((0, 2000), (5, 100))]) is None
