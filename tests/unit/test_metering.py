import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.metering import MeterValue, SampledValue, last_register_wh, merge, register_wh, wh

AT = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1500", None, 1500),
        ("1500", "Wh", 1500),
        ("1.5", "kWh", 1500),
        ("1.2345", "kWh", 1234),
        ("1.2355", "kWh", 1236),
        ("0.1", "kWh", 100),
        (" 7 ", "Wh", 7),
        ("1e3", "Wh", 1000),
        ("", "Wh", None),
        ("NaN", "Wh", None),
        ("Infinity", "Wh", None),
        ("1e999999", "Wh", None),
        ("12", "kW", None),
        ("12", "Smoots", None),
    ],
)
def test_energy_in_whole_wh(value: str, unit: str | None, expected: int | None) -> None:
    assert wh(value, unit) == expected


@given(st.integers(0, 10**12))
def test_a_reading_is_the_same_energy_in_either_unit(energy_wh: int) -> None:
    assert wh(str(energy_wh), "Wh") == wh(str(Decimal(energy_wh) / 1000), "kWh") == energy_wh


def test_the_total_counts_before_the_phases() -> None:
    samples = (SampledValue("10", phase="L1"), SampledValue("30"), SampledValue("11", phase="L2"))
    assert register_wh(MeterValue(AT, samples)) == 30


def test_three_phases_make_a_total_and_fewer_do_not() -> None:
    phases = [SampledValue(str(n), phase=f"L{n}") for n in (1, 2, 3)]
    assert register_wh(MeterValue(AT, tuple(phases))) == 6
    assert register_wh(MeterValue(AT, tuple(phases[:2]))) is None


@pytest.mark.parametrize(
    "sample",
    [
        SampledValue("5", measurand="Energy.Active.Export.Register"),
        SampledValue("5", measurand="Energy.Active.Import.Interval"),
        SampledValue("5", location="Inlet"),
        SampledValue("5", format="SignedData"),
        SampledValue("5", unit="Smoots"),
    ],
)
def test_what_is_not_the_import_register_of_the_outlet_is_no_energy(sample: SampledValue) -> None:
    assert register_wh(MeterValue(AT, (sample,))) is None


def test_the_last_reading_is_the_one_with_the_latest_time() -> None:
    later, earlier = MeterValue(AT, (SampledValue("2"),)), MeterValue(AT - dt.timedelta(1), (SampledValue("9"),))
    assert last_register_wh([later, earlier]) == 2
    assert last_register_wh([]) is None


samples = st.builds(
    SampledValue,
    value=st.sampled_from(["1", "2"]),
    measurand=st.sampled_from(["Energy.Active.Import.Register", "SoC"]),
    phase=st.sampled_from([None, "L1"]),
    context=st.sampled_from(["Sample.Periodic", "Transaction.End"]),
)
moments = st.integers(0, 3).map(lambda hours: AT + dt.timedelta(hours=hours))
values = st.lists(st.builds(MeterValue, at=moments, samples=st.lists(samples, max_size=3).map(tuple)))


@pytest.mark.requirement("M16-062")
@given(values)
def test_merged_values_are_in_order_and_no_measurement_is_twice(found: list[MeterValue]) -> None:
    merged = merge(found)
    assert [value.at for value in merged] == sorted({value.at for value in found})
    for value in merged:
        measurements = [(one.measurand, one.phase, one.location, one.context) for one in value.samples]
        assert len(measurements) == len(set(measurements))
    assert merge(merged) == merged
    assert merge(found + found) == merged
