"""Charging profiles: what a station would refuse, what takes whose place, what is known after each answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.charging_profiles import ChargingProfile, Criteria, Period, Schedule
from shared.domain.charging_rules import Bounds, complaints
from shared.domain.known_profiles import KnownProfile, accept, are_too_many, clear, reject, send

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
SCHEDULE = Schedule("A", (Period(0, 16.0), Period(3600, 6.5, 1)))
DEFAULT = ChargingProfile(1, 0, "TxDefaultProfile", "Relative", 0, (SCHEDULE,))
OF_1_6 = Bounds(has_tenths=True)
INSTALLED = KnownProfile(DEFAULT, "accepted", AT, "call-1", "Accepted")


def wrong(bounds: Bounds = OF_1_6, **changed: Any) -> list[str]:
    return [path for path, _ in complaints(DEFAULT._replace(**changed), bounds)]


def scheduled(**changed: Any) -> dict[str, Any]:
    return {"schedules": (SCHEDULE._replace(**changed),)}


def test_what_the_standard_allows_is_right() -> None:
    assert complaints(DEFAULT) == []
    assert wrong(evse_id=2, stack_level=3, valid_from=AT, valid_to=LATER) == []
    assert wrong(purpose="ChargingStationMaxProfile", kind="Absolute", **scheduled(start_at=AT)) == []
    assert wrong(purpose="TxProfile", evse_id=1, transaction_id="7") == []
    assert wrong(kind="Recurring", recurrency="Daily", **scheduled(start_at=AT, duration_s=3600, min_rate=6)) == []


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"purpose": "ChargingStationMaxProfile", "kind": "Absolute", "evse_id": 1}, "evse_id"),
        ({"purpose": "TxProfile"}, "evse_id"),
        ({"evse_id": -1}, "evse_id"),
        ({"transaction_id": "7"}, "transaction_id"),
        ({"stack_level": -1}, "stack_level"),
        ({"profile_id": 2**31}, "profile_id"),
        ({"valid_from": AT, "valid_to": AT}, "valid_to"),
        ({"kind": "Recurring", **scheduled(start_at=AT)}, "recurrency"),
        ({"kind": "Absolute", "recurrency": "Daily"}, "recurrency"),
        ({"kind": "Recurring", "recurrency": "Daily"}, "schedules[0].start_at"),
        (scheduled(start_at=AT), "schedules[0].start_at"),
        (scheduled(duration_s=0), "schedules[0].duration_s"),
        (scheduled(min_rate=-1), "schedules[0].min_rate"),
        (scheduled(periods=()), "schedules[0].periods"),
        (scheduled(periods=(Period(1, 16),)), "schedules[0].periods[0].start_s"),
        (scheduled(periods=(Period(0, 16), Period(60, 6), Period(60, 6))), "schedules[0].periods[2].start_s"),
        (scheduled(periods=(Period(0, 16.25),)), "schedules[0].periods[0].limit"),
        (scheduled(periods=(Period(0, -1),)), "schedules[0].periods[0].limit"),
        (scheduled(periods=(Period(0, 16, 4),)), "schedules[0].periods[0].phases"),
    ],
)
def test_what_the_standard_forbids_is_named(changed: dict[str, Any], path: str) -> None:
    assert wrong(**changed) == [path]


@pytest.mark.parametrize(
    ("bounds", "path"),
    [
        (Bounds(max_stack_level=1), "stack_level"),
        (Bounds(max_periods=1), "schedules[0].periods"),
        (Bounds(units=("W",)), "schedules[0].unit"),
    ],
)
def test_what_this_station_does_not_take_is_named(bounds: Bounds, path: str) -> None:
    assert wrong(bounds, stack_level=2) == [path]


def test_a_profile_takes_the_place_of_its_number_and_of_its_level() -> None:
    assert DEFAULT.takes_the_place_of(DEFAULT._replace(stack_level=9, evse_id=2, purpose="TxProfile"))
    assert DEFAULT.takes_the_place_of(DEFAULT._replace(profile_id=2))
    for other in ({"stack_level": 1}, {"evse_id": 1}, {"purpose": "ChargingStationMaxProfile"}):
        assert not DEFAULT.takes_the_place_of(DEFAULT._replace(profile_id=2, **other))


def test_a_station_takes_so_many_profiles() -> None:
    others = [DEFAULT._replace(profile_id=number, stack_level=number) for number in (2, 3)]
    assert are_too_many(DEFAULT, others, 2)
    assert not are_too_many(DEFAULT, others, 3)
    assert not are_too_many(DEFAULT, others, None)
    assert not are_too_many(DEFAULT, [*others[:1], DEFAULT], 2), "one is replaced"


def test_a_new_profile_is_sent_then_accepted_or_rejected() -> None:
    sent = send(None, DEFAULT, "call-1", AT)
    assert (sent.state, sent.status) == ("sent", None)
    accepted = accept(sent, DEFAULT, "call-1", AT)
    assert accepted is not None
    assert (accepted.state, accepted.status) == ("accepted", "Accepted")
    rejected = reject(sent, "call-1", "NotSupported")
    assert rejected is not None
    assert (rejected.state, rejected.status) == ("rejected", "NotSupported")
    assert reject(rejected, "call-1", "NotSupported") is None


def test_what_is_installed_stays_until_the_next_is_accepted() -> None:
    changed = DEFAULT._replace(stack_level=4)
    sent = send(INSTALLED, changed, "call-2", LATER)
    assert (sent.profile, sent.state, sent.call_id, sent.status) == (DEFAULT, "accepted", "call-2", None)
    rejected = reject(sent, "call-2", "Rejected")
    assert rejected is not None
    assert (rejected.profile, rejected.state, rejected.status) == (DEFAULT, "accepted", "Rejected")
    accepted = accept(sent, changed, "call-2", LATER)
    assert accepted is not None
    assert accepted.profile == changed
    assert accept(accepted, DEFAULT, "call-1", AT) is None, "the answer to the first came late"


def test_what_is_cleared_was_there_before() -> None:
    cleared = clear(INSTALLED, LATER)
    assert cleared is not None
    assert cleared.state == "cleared"
    assert clear(cleared, LATER) is None
    assert clear(INSTALLED._replace(as_of=LATER), AT) is None, "installed since"
    assert clear(INSTALLED._replace(state="rejected"), LATER) is None
    assert accept(cleared, DEFAULT, "call-1", AT) is None


@pytest.mark.parametrize(
    ("criteria", "fits"),
    [
        (Criteria(), True),
        (Criteria(1), True),
        (Criteria(1, evse_id=9, stack_level=9), True),
        (Criteria(2), False),
        (Criteria(evse_id=0), True),
        (Criteria(evse_id=1), False),
        (Criteria(purpose="TxDefaultProfile", stack_level=0), True),
        (Criteria(purpose="TxDefaultProfile", stack_level=1), False),
    ],
)
def test_criteria_count_together_and_an_id_alone(criteria: Criteria, *, fits: bool) -> None:
    assert criteria.fit(DEFAULT) == fits
