"""The times stations send, and the moments they mean."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ocpp.reading.times import format_time, parse_time

RECEIVED_AT = datetime(2024, 3, 1, 12, tzinfo=UTC)


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, second, microsecond, UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-02-29T10:11:12Z", utc(2024, 2, 29, 10, 11, 12)),
        ("2024-02-29T10:11:12.5Z", utc(2024, 2, 29, 10, 11, 12, 500_000)),
        ("2024-02-29T10:11:12.123456Z", utc(2024, 2, 29, 10, 11, 12, 123_456)),
        ("2024-02-29T10:11:12+02:00", utc(2024, 2, 29, 8, 11, 12)),
        ("2024-02-29T10:11:12-05:30", utc(2024, 2, 29, 15, 41, 12)),
        ("2024-02-29T10:11:12-00:00", utc(2024, 2, 29, 10, 11, 12)),
    ],
)
def test_a_standard_time_is_no_quirk(text: str, meant: datetime) -> None:
    told = parse_time(text, RECEIVED_AT, utc_offset_min=90)
    assert (told.at, told.code, told.known) == (meant, "", True)


@pytest.mark.parametrize(
    ("value", "code", "meant"),
    [
        ("2024-02-29T10:11:12", "Q-01", utc(2024, 2, 29, 8, 41, 12)),
        ("2024-02-29 10:11:12.1234567", "Q-01", utc(2024, 2, 29, 8, 41, 12, 123_456)),
        ("2024-02-29T10:11:12+02", "Q-02", utc(2024, 2, 29, 8, 11, 12)),
        ("2024-02-29T10:11:12+0200", "Q-02", utc(2024, 2, 29, 8, 11, 12)),
        ("2024-02-29T10:11:12-3", "Q-02", utc(2024, 2, 29, 13, 11, 12)),
        ("2024-02-29T10:11:12 +02:00", "Q-02", utc(2024, 2, 29, 8, 11, 12)),
        ("2024-02-29T10:11:12Z+02:00", "Q-02", utc(2024, 2, 29, 8, 11, 12)),
        ("2024-02-29T10:11:12+00:00Z", "Q-02", utc(2024, 2, 29, 10, 11, 12)),
        ("2024-02-29t10:11:12z", "Q-02", utc(2024, 2, 29, 10, 11, 12)),
        ("2024-02-29 10:11:12 UTC", "Q-02", utc(2024, 2, 29, 10, 11, 12)),
        (" 2024-02-29T10:11:12Z\n", "Q-02", utc(2024, 2, 29, 10, 11, 12)),
        ("2024/02/29 10:11:12Z", "Q-02", utc(2024, 2, 29, 10, 11, 12)),
        ("2024-2-9T1:2:3Z", "Q-02", utc(2024, 2, 9, 1, 2, 3)),
        ("2024-02-29T10:11Z", "Q-02", utc(2024, 2, 29, 10, 11)),
        ("2024-02-29T10:11:12,5Z", "Q-02", utc(2024, 2, 29, 10, 11, 12, 500_000)),
        ("2024-02-29T10:11:12.Z", "Q-02", utc(2024, 2, 29, 10, 11, 12)),
        ("20240229T101112Z", "Q-02", utc(2024, 2, 29, 10, 11, 12)),
        ("2024-02-29T24:00:00Z", "Q-02", utc(2024, 3, 1)),
        ("2016-12-31T23:59:60Z", "Q-02", utc(2017, 1, 1)),
        (1709201472, "Q-02", utc(2024, 2, 29, 10, 11, 12)),
        (1709201472500, "Q-02", utc(2024, 2, 29, 10, 11, 12, 500_000)),
        ("2024-02-29T10:11:12.1234567Z", "Q-07", utc(2024, 2, 29, 10, 11, 12, 123_456)),
    ],
)
def test_an_odd_time_still_tells_its_moment(value: object, code: str, meant: datetime) -> None:
    told = parse_time(value, RECEIVED_AT, utc_offset_min=90)
    assert (told.at, told.code, told.known) == (meant, code, True)


UNTOLD: dict[str, list[object]] = {
    "Q-02": [
        *("", "now", "29.02.2024 10:11", "2024-02-29", "10:11:12", "2024-02-29T10:11:12 CET", "2024-02/29 10:11:12"),
        *("٢٠٢٤-02-29T10:11:12Z", [], {}, True, -1, 1e300, float("nan")),
    ],
    "Q-04": [
        *("2023-02-29T10:11:12Z", "2024-13-01T00:00:00Z", "0000-00-00T00:00:00Z"),
        *("2024-02-29T25:00:00Z", "2024-02-29T10:61:00", "2024-02-29T10:11:12+99:00"),
    ],
    "Q-05": [
        *("1970-01-01T00:00:00Z", "2014-12-31T23:59:59Z", "2000-01-01 00:00:00", 0, 17),
        *("2100-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"),
    ],
}


@pytest.mark.parametrize(("code", "value"), [(code, value) for code, values in UNTOLD.items() for value in values])
def test_a_time_that_cannot_be_told_is_the_time_of_receipt(code: str, value: object) -> None:
    told = parse_time(value, RECEIVED_AT)
    assert (told.at, told.code, told.known) == (RECEIVED_AT, code, False)
    assert told.text


@given(st.one_of(st.text(), st.text("0123456789-:+.TZ "), st.from_regex(r"[0-9]{4}-[0-9]+-[0-9]+[T ][0-9]+:[0-9]+.*")))
def test_any_text_gets_a_time_that_can_be_written(text: str) -> None:
    told = parse_time(text, RECEIVED_AT)
    assert parse_time(format_time(told.at), RECEIVED_AT) == (told.at, "", "", True)


@given(
    st.datetimes(datetime(2015, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001 - the zone is drawn beside it
    st.integers(-1439, 1439),
)
def test_every_standard_time_is_exact(local: datetime, offset_min: int) -> None:
    at = local.replace(tzinfo=timezone(timedelta(minutes=offset_min)))
    assert parse_time(at.isoformat(), RECEIVED_AT) == (at, "", "", True)
    assert parse_time(format_time(at), RECEIVED_AT) == (at, "", "", True)
