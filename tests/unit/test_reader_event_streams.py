"""What a periodic event stream means that is written as an example of the standard has it (V-20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ocpp.reading.requests2x import read_request
from shared.ocpp.v21.notify_periodic_event_stream import NotifyPeriodicEventStreamRequest

RECEIVED_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
BASE = "2026-11-23T08:00:00Z"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["t", "v", "x"]), inner, max_size=3),
    max_leaves=8,
)


def read(payload: Any) -> tuple[Any, list[str]]:
    mended = read_request("NotifyPeriodicEventStream", "2.1", payload, RECEIVED_AT)
    return mended.request, [one.code for one in mended.findings]


def message(*data: tuple[Any, Any], **fields: Any) -> dict[str, Any]:
    return {"id": 1, "pending": 0, "data": [{"t": t, "v": v} for t, v in data], **fields}


@pytest.mark.parametrize(
    ("payload", "basetime", "seconds"),
    [
        (message((BASE, "1"), ("2026-11-23T08:00:02.5Z", "2")), BASE, [0, 2.5]),
        (message(("2026-11-23T08:00:10Z", "1"), basetime=BASE), BASE, [10]),
        (message(("2026-11-23T09:00:10+01:00", "1"), (3, "2"), basetime=BASE), BASE, [10, 3]),
        (message(("1.5", 7), basetime=BASE), BASE, [1.5]),
        (message((0, "1")), "2026-11-23T09:00:00Z", [0]),
    ],
)
def test_times_become_seconds_after_the_base_time(payload: Any, basetime: str, seconds: list[float]) -> None:
    request, codes = read(payload)
    assert isinstance(request, NotifyPeriodicEventStreamRequest)
    assert request.basetime == datetime.fromisoformat(basetime)
    assert [one.t for one in request.data] == seconds
    assert "V-20" in codes


def test_a_value_that_is_a_number_becomes_a_text() -> None:
    request, codes = read(message((0, 21.5), basetime=BASE))
    assert [one.v for one in request.data] == ["21.5"]
    assert "Q-12" in codes


@given(st.lists(st.integers(0, 86_400), min_size=1, max_size=5), st.booleans())
def test_the_moments_stay_what_they_are(offsets: list[int], has_base: bool) -> None:
    base = datetime.fromisoformat(BASE)
    moments = [base + timedelta(seconds=one) for one in offsets]
    more = {"basetime": BASE} if has_base else {}
    request, _ = read(message(*((one.isoformat(), "1") for one in moments), **more))
    assert [request.basetime + timedelta(seconds=one.t) for one in request.data] == moments


@given(st.dictionaries(st.sampled_from(["id", "pending", "basetime", "data"]), JSON))
def test_nothing_that_comes_is_a_fault_of_ours(payload: dict[str, Any]) -> None:
    read(payload)
