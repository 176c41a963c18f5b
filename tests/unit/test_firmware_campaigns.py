"""Waves, limits and windows of firmware campaigns, and what a campaign costs its state machine."""

import datetime as dt
import json
import math
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.workflows import look_at_campaign
from functions.workflows.look_at_campaign import MOST_LOOKS, SAFETY_NET_S, STATIONS_PER_LOOK
from shared.domain.firmware_campaigns import MOST_WAVES, Campaign, Limits, Wave, bounds
from shared.domain.jobs import MOST_STATIONS
from shared.domain.maintenance_windows import DAYS, Window

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
MOST_EVENTS = 25_000
MOST_BYTES = 256 * 1024
WAVES: st.SearchStrategy[tuple[Wave, ...]] = st.lists(
    st.integers(1, 200) | st.integers(1, 100).map(lambda share: f"{share}%"), min_size=1, max_size=MOST_WAVES
).map(tuple)


@pytest.mark.parametrize(
    ("waves", "total", "expected"),
    [
        (("100%",), 60, (60,)),
        ((5, "25%", "100%"), 60, (5, 15, 60)),
        ((5,), 60, (5, 60)),
        ((5, 5), 8, (5, 8)),
        (("10%",), 3, (1, 3)),
        (("50%", "25%"), 4, (2, 4)),
        (("100%",), 0, ()),
    ],
)
def test_waves_end_where_they_say(waves: tuple[Wave, ...], total: int, expected: tuple[int, ...]) -> None:
    assert bounds(waves, total) == expected


@given(WAVES, st.integers(0, 10_000))
def test_waves_follow_each_other_and_take_in_everybody(waves: tuple[Wave, ...], total: int) -> None:
    found = bounds(waves, total)
    assert list(found) == sorted(set(found))
    assert (found[-1] if found else 0) == total
    assert all(bound > 0 for bound in found)
    assert len(found) <= len(waves) + 1


def begun(total: int = 60, **fields: object) -> Campaign:
    return Campaign("c", "2.0", NOW, chosen=total, total=total, wave=1)._replace(**fields)  # type: ignore[arg-type]  # its own fields


@given(
    total=st.integers(1, 500),
    failed=st.integers(0, 500),
    in_flight=st.integers(0, 500),
    failures=st.none() | st.integers(0, 50),
    share=st.none() | st.integers(0, 100).map(lambda number: Decimal(number) / 100),
)
def test_a_campaign_halts_as_soon_as_a_limit_is_passed_and_somebody_can_be_spared(
    total: int, failed: int, in_flight: int, failures: int | None, share: Decimal | None
) -> None:
    failed = min(failed, total)
    in_flight = min(in_flight, total - failed)
    one = begun(total, failed=failed, in_flight=in_flight, halt_after=Limits(failures, share))
    passed = (failures is not None and failed > failures) or (share is not None and Decimal(failed) / total > share)
    assert bool(one.too_many_failed) == passed
    assert bool(one.must_halt()) == (passed and failed + in_flight < total)
    assert not (passed and one.lets_start(NOW))


def test_a_share_counts_to_the_last_station() -> None:
    limits = Limits(share=Decimal("0.29"))
    assert limits.most_failures(100) == 29
    assert Limits(failures=3, share=Decimal("0.5")).most_failures(4) == 2
    assert Limits().most_failures(100) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"succeeded": 60}, ("succeeded", None)),
        ({"succeeded": 48, "failed": 12}, ("succeeded", None)),
        ({"failed": 60}, ("failed", "No station was updated")),
        ({"total": 0, "wave": 0}, ("failed", "No station was selected")),
    ],
)
def test_a_campaign_ends_by_its_numbers(fields: dict[str, int], expected: tuple[str, str | None]) -> None:
    assert begun(**fields).final() == expected


BERLIN = Window(dt.time(22), dt.time(5), "Europe/Berlin", ("fri",))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-27T20:59:59+00:00", False),
        ("2026-11-27T21:00:00+00:00", True),
        ("2026-11-28T03:59:59+00:00", True),
        ("2026-11-28T04:00:00+00:00", False),
        ("2026-11-28T22:00:00+00:00", False),
        ("2026-07-03T20:00:00+00:00", True),
    ],
)
def test_a_window_goes_by_the_clock_of_its_place(at: str, is_open: bool) -> None:  # a table
    assert BERLIN.is_open(dt.datetime.fromisoformat(at)) == is_open


def test_an_hour_that_summer_time_takes_away_opens_no_window() -> None:
    missing = Window(dt.time(2, 10), dt.time(2, 40), "Europe/Berlin", ("sun",))
    night = dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)
    assert missing.next_opening(night) == dt.datetime(2026, 4, 5, 0, 10, tzinfo=dt.UTC)


@given(
    opens=st.times().map(lambda time: time.replace(second=0, microsecond=0)),
    closes=st.times().map(lambda time: time.replace(second=0, microsecond=0)),
    zone=st.sampled_from(("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")),
    days=st.sets(st.sampled_from(DAYS), min_size=1).map(tuple),
    at=st.timedeltas(dt.timedelta(), dt.timedelta(days=730)).map(lambda passed: NOW + passed),
)
def test_a_window_opens_when_it_says(
    opens: dt.time, closes: dt.time, zone: str, days: tuple[str, ...], at: dt.datetime
) -> None:
    window = Window(opens, closes, zone, days)  # type: ignore[arg-type]  # days out of DAYS
    opening = window.next_opening(at)
    assert opening is not None
    assert opening > at
    assert window.is_open(opening)
    assert DAYS[opening.astimezone(ZoneInfo(zone)).weekday()] in days


# ---------------------------------------------------------------------- within Step Functions' limits

EVENTS_PER_LOOK = 5
"""TaskStateEntered, TaskScheduled, TaskStarted, TaskSucceeded, TaskStateExited."""
EVENTS_PER_CHOICE = 2
EVENTS_PER_WAIT = 6
"""TaskStateEntered, TaskScheduled, TaskStarted, TaskSubmitted, TaskSucceeded or TaskTimedOut, TaskStateExited."""
EVENTS_PER_RETRY = 3
RETRIES = 5
DEFINITION = Path(__file__).parents[2] / "infra" / "workflows" / "firmware_campaign.asl.json"


def test_an_execution_stays_within_the_limit_of_events_even_if_every_look_fails_at_first() -> None:
    states = json.loads(DEFINITION.read_text("utf-8"))["States"]
    assert states["Look"]["Retry"][0]["MaxAttempts"] == RETRIES
    round_ = EVENTS_PER_LOOK + EVENTS_PER_CHOICE + EVENTS_PER_WAIT
    failing_now_and_then = MOST_LOOKS // 4 * RETRIES * EVENTS_PER_RETRY
    assert MOST_LOOKS * round_ + failing_now_and_then < MOST_EVENTS


@given(WAVES)
def test_ten_thousand_stations_in_any_waves_over_a_year_take_few_executions(waves: tuple[Wave, ...]) -> None:
    found = bounds(waves, MOST_STATIONS)
    sizes = [bound - before for before, bound in zip((0, *found), found, strict=False)]
    choosing = MOST_STATIONS // (STATIONS_PER_LOOK // 2) + 1
    placing = sum(math.ceil(size / STATIONS_PER_LOOK) for size in sizes)
    # A wave begins, is looked at when it has settled, is complete, and is waited for once before and once after.
    waves_and_pauses = 6 * len(sizes)
    year = 366 * 86_400 // SAFETY_NET_S
    windows = 366
    looks = choosing + placing + waves_and_pauses + year + windows
    assert looks < 2 * MOST_LOOKS
    assert math.ceil(looks / MOST_LOOKS) <= 2


def test_what_an_execution_carries_does_not_grow_with_the_campaign() -> None:
    look = look_at_campaign.Look("wait")
    stage = begun(MOST_STATIONS, wave=1).stage
    carried = {
        "campaign_id": "0" * 36,
        "key": {"pk": {"S": f"CAMPAIGN#{'0' * 36}"}, "sk": {"S": "CAMPAIGN"}},
        "look": {"looks": MOST_LOOKS, "next": look.next, "stage": stage, "within_s": SAFETY_NET_S},
    }
    assert len(json.dumps(carried)) < 1024 < MOST_BYTES
