"""What the operator API asks of the domain and of keys."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.metering import MeterValue, SampledValue, merge, merge_inferred
from shared.domain.stations import Connection
from shared.store import keys

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

samples = st.tuples(st.sampled_from("123"), st.sampled_from(["Power.Active.Import", "SoC"])).map(
    lambda fields: SampledValue(*fields)
)
values = st.builds(
    MeterValue,
    st.integers(0, 3).map(lambda minute: NOON + timedelta(minutes=minute)),
    st.lists(samples, max_size=3).map(tuple),
)
moments = st.datetimes(timezones=st.just(UTC))


@given(st.lists(values), st.lists(values))
def test_named_values_stand_and_inferred_ones_add_what_is_missing(
    named: list[MeterValue], inferred: list[MeterValue]
) -> None:
    both = merge_inferred(named, inferred)
    assert [value for value, is_inferred in both if not is_inferred] == merge(named)
    assert merge(value for value, _ in both if value.samples) == [
        value for value in merge([*named, *inferred]) if value.samples
    ]
    assert both == sorted(both, key=lambda entry: (entry[0].at, entry[1]))
    measured = [(value.at, sample.measurand) for value, _ in both for sample in value.samples]
    assert len(measured) == len(set(measured))


@pytest.mark.parametrize(
    ("age", "connection_id", "online"),
    [
        (timedelta(0), "c", True),
        (timedelta(hours=2, minutes=5), "c", True),
        (timedelta(hours=2, minutes=5, seconds=1), "c", False),
        (timedelta(0), None, False),
    ],
)
def test_a_station_is_online_while_its_connection_can_stand(
    age: timedelta, connection_id: str | None, *, online: bool
) -> None:
    connection = Connection("CP1", connection_id, NOON - age, NOON, "1.6")
    assert connection.is_online(NOON) is online


@given(moments, moments)
def test_times_in_keys_sort_and_come_back(one: datetime, other: datetime) -> None:
    assert keys.time(keys.stamp(one)) == one
    assert (keys.stamp(one) < keys.stamp(other)) == (one < other)
    assert len(keys.stamp(one)) == len("2026-11-23T08:00:00.000000Z")
