"""Locations and times of what stations fetch and bring."""

import datetime as dt

import pytest

from shared.domain.errors import Invalid
from shared.domain.file_transfers import LONGEST_LOCATION, check_location, check_order, check_retries

EIGHT = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "location",
    [
        "ftp://files.example/logs",
        "ftps://user:secret@files.example:990/logs/",
        "http://192.0.2.7/a%20b",
        "HTTPS://files.example/upload?X-Amz-Signature=00ff",
        "sftp://files.example/",
        "https://" + "a" * (LONGEST_LOCATION - 8),
    ],
)
def test_a_uri_with_a_host_is_a_location(location: str) -> None:
    check_location(location, None, "payload.location")


@pytest.mark.parametrize(
    "location",
    [
        "",
        "files.example/logs",
        "/var/log",
        "file:///var/log",
        "gopher://files.example/",
        "https:///logs",
        "https://",
        "https://[broken/",
        "https://files.example/a b",
        "https://files.example/a\r\nb",
        "https://" + "a" * LONGEST_LOCATION,
    ],
)
def test_what_no_station_can_use_is_refused_by_its_path(location: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_location(location, None, "payload.location")
    assert refused.value.fields == {"path": "payload.location"}


@pytest.mark.parametrize("value", ["FTP,HTTPS", " ftp , https ", "HTTPS,", "", None])
def test_a_protocol_that_the_station_has_is_taken(value: str | None) -> None:
    check_location("https://files.example/", value, "payload.location")


def test_a_protocol_that_the_station_does_not_have_is_refused() -> None:
    with pytest.raises(Invalid, match="by FTP, FTPS only"):
        check_location("https://files.example/", "FTP,FTPS", "payload.location")


def test_times_follow_each_other() -> None:
    check_order(EIGHT, EIGHT, "payload.stopTime")
    check_order(EIGHT, None, "payload.stopTime")
    check_order(None, EIGHT, "payload.stopTime")
    with pytest.raises(Invalid) as refused:
        check_order(EIGHT, EIGHT - dt.timedelta(seconds=1), "payload.stopTime")
    assert refused.value.fields == {"path": "payload.stopTime"}


@pytest.mark.parametrize(
    ("retries", "interval_s", "path"), [(-1, 0, "payload.retries"), (0, -1, "payload.retryInterval")]
)
def test_numbers_below_zero_are_refused(retries: int, interval_s: int, path: str) -> None:
    check_retries(0, None)
    with pytest.raises(Invalid) as refused:
        check_retries(retries, interval_s)
    assert refused.value.fields == {"path": path}
