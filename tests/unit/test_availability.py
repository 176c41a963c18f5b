"""The availability that is wished of connectors, and whether what the station reports is so."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain import status_shapes
from shared.domain.availability import (
    Availability,
    AvailabilityWish,
    ConnectorStatus,
    Status,
    is_met,
    is_overtaken,
    wish_for,
)

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def wish(evse_id: int, availability: Availability = "Inoperative", minute: int = 0) -> AvailabilityWish:
    at = AT + timedelta(minutes=minute)
    return AvailabilityWish(evse_id, 1 if evse_id else 0, availability, at, f"call-{minute}")


def reported(**by_evse: Status) -> list[ConnectorStatus]:
    """`e0="Available", e1="Faulted"`."""
    return [
        ConnectorStatus(int(evse[1:]), 1 if evse != "e0" else 0, status, status, "NoError", AT, AT)
        for evse, status in by_evse.items()
    ]


@pytest.mark.parametrize(
    ("wished", "statuses", "met"),
    [
        (wish(1), reported(e1="Unavailable"), True),
        (wish(1), reported(e1="Occupied", e2="Unavailable"), False),
        (wish(1), reported(e1="Faulted"), False),
        (wish(1), reported(e2="Unavailable"), False),
        (wish(1, "Operative"), reported(e1="Occupied"), True),
        (wish(1, "Operative"), reported(e1="Unavailable"), False),
        (wish(0), reported(e0="Unavailable", e1="Unavailable"), True),
        (wish(0), reported(e1="Unavailable", e2="Occupied"), False),
        (wish(0), reported(e1="Unavailable", e2="Faulted"), True),
        (wish(0), reported(e0="Unavailable"), True),
        (wish(0), [], False),
    ],
)
def test_a_wish_is_met_by_what_is_reported(
    wished: AvailabilityWish, statuses: list[ConnectorStatus], met: bool
) -> None:
    assert is_met(wished, [wished], statuses) is met


def test_the_latest_wish_counts_whether_for_a_connector_or_for_all() -> None:
    own, later = wish(1), wish(0, "Operative", minute=1)
    assert wish_for([own, later], 1, 1) == later
    assert is_overtaken(own, [own, later])
    assert not is_overtaken(later, [own, later])
    latest = wish(1, minute=2)
    assert wish_for([latest, later], 1, 1) == latest
    assert wish_for([latest, later], 2, 1) == later
    assert wish_for([own], 2, 1) is None


def test_a_wish_for_all_leaves_out_a_connector_that_has_a_later_one() -> None:
    whole, own = wish(0), wish(1, "Operative", minute=1)
    statuses = reported(e1="Available", e2="Unavailable")
    assert is_met(whole, [whole, own], statuses)
    assert is_met(own, [whole, own], statuses)


def test_a_wish_for_an_evse_is_for_all_of_its_connectors() -> None:
    whole = wish(0, "Operative")
    evse = AvailabilityWish(1, 0, "Inoperative", AT + timedelta(minutes=1), "call-1")
    first, second = reported(e1="Unavailable")[0], reported(e1="Occupied")[0]._replace(connector_id=2)
    elsewhere = reported(e2="Occupied")[0]
    assert not is_met(evse, [whole, evse], [first, second, elsewhere])
    assert is_met(evse, [whole, evse], [first, second._replace(status="Faulted"), elsewhere])
    assert is_met(whole, [whole, evse], [first, second, elsewhere])
    own = AvailabilityWish(1, 2, "Operative", AT + timedelta(minutes=2), "call-2")
    assert wish_for([whole, evse, own], 1, 2) == own
    assert is_met(evse, [whole, evse, own], [first, second, elsewhere])
    assert not is_overtaken(evse, [whole, evse, own])


def test_each_connector_shows_its_own_state() -> None:
    whole = wish(0)._replace(is_scheduled=True)
    statuses = reported(e1="Unavailable", e2="Occupied")
    first, second = (evse["connectors"][0]["wished_availability"] for evse in status_shapes.evses(statuses, [whole]))
    assert first == {
        "availability": "Inoperative",
        "state": "met",
        "asked_at": "2026-11-23T08:00:00Z",
        "call_id": "call-0",
    }
    assert second["state"] == "scheduled"
    assert status_shapes.wished_availability(0, 0, statuses, [whole]) == second
    assert status_shapes.wished_availability(0, 0, statuses, [wish(1)]) is None
