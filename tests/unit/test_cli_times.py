"""Times and spans as people type them."""

import datetime as dt

import pytest

from local.cli.errors import UsageError
from local.cli.times import future, past, span_s, written

NOW = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("10m", 600), ("2h", 7200), ("7d", 604_800), ("1w", 604_800)]
)
def test_a_span_has_a_unit_or_is_in_seconds(text: str, seconds: int) -> None:
    assert span_s(text) == seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01", "2026-11-01T00:00:00Z"),
        ("2026-11-01T08:30", "2026-11-01T08:30:00Z"),
        ("2026-11-01T08:30Z", "2026-11-01T08:30:00Z"),
        ("2026-11-01T08:30:00+01:00", "2026-11-01T07:30:00Z"),
        ("10m", "2026-11-23T07:50:00Z"),
    ],
)
def test_a_moment_is_in_utc(text: str, expected: str) -> None:
    assert written(past(text, NOW)) == expected


def test_a_span_leads_ahead_where_that_is_meant() -> None:
    assert written(future("30d", NOW)) == "2026-12-23T08:00:00Z"
    assert written(future("2027-01-01", NOW)) == "2027-01-01T00:00:00Z"


@pytest.mark.parametrize("text", ["", "soon", "-5", "5y", "2026-13-01", "10 m", "²"])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        past(text, NOW)
    with pytest.raises(UsageError):
        span_s(text)


@pytest.mark.parametrize("text", ["999999999w", "0001-01-01T00:00+14:00"])
def test_what_is_out_of_reach_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        past(text, NOW)
