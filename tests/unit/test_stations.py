import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.stations import MAX_CONNECTION_AGE, Options, planned_age


@given(st.text())
def test_a_planned_reconnect_leaves_time_for_the_next_heartbeat(connection_id: str) -> None:
    age = planned_age(connection_id)
    assert dt.timedelta(minutes=90) <= age <= MAX_CONNECTION_AGE - dt.timedelta(minutes=10)
    assert planned_age(connection_id) == age


def test_planned_ages_spread_evenly() -> None:
    minutes = [planned_age(f"connection-{n}").total_seconds() / 60 for n in range(2000)]
    per_minute = [sum(90 + low <= minute < 91 + low for minute in minutes) for low in range(20)]
    assert all(50 < count < 160 for count in per_minute)


def test_only_options_that_differ_are_kept() -> None:
    assert Options().changed() == {}
    assert Options(strict=True, utc_offset_min=60).changed() == {"strict": True, "utc_offset_min": 60}
