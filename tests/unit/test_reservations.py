"""Reservations: what ends them, who may use them, and what a station cannot keep."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.availability import ConnectorStatus, Status
from shared.domain.reservations import Reservation, accept, cancel, lost, refuse, remove, use, used_by
from shared.domain.transactions import Transaction

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SOON = NOW + timedelta(minutes=15)
ASKED = Reservation(1, "CP1", 1, "ANN", SOON, NOW, group_id="FLEET", call_id="call-1")
KEPT = ASKED._replace(state="accepted", status="Accepted")


def start(**changed: object) -> Transaction:
    fields = {"evse_id": 1, "id_token": "ANN", "started_at": NOW + timedelta(minutes=5), **changed}
    return Transaction("7", "CP1", connector_id=1, state="active", **fields)  # type: ignore[arg-type]  # of a test


def status(evse_id: int, word: Status, after_s: float = 60) -> ConnectorStatus:
    at = NOW + timedelta(seconds=after_s)
    return ConnectorStatus(evse_id, 1 if evse_id else 0, word, None, "NoError", at, at)


def test_only_an_accepted_reservation_is_kept() -> None:
    assert accept(ASKED, ASKED, "Accepted") == KEPT
    refused = refuse(ASKED, "call-1", "Occupied", NOW)
    assert refused is not None
    assert (refused.state, refused.status, refused.ended_at) == ("refused", "Occupied", NOW)


def test_it_counts_as_expired_from_its_expiry_on() -> None:
    assert KEPT.seen(SOON - timedelta(microseconds=1)) == KEPT
    seen = KEPT.seen(SOON)
    assert (seen.state, seen.ended_at) == ("expired", SOON)
    used = KEPT._replace(state="used")
    assert used.seen(SOON) == used


def test_the_answer_comes_to_the_same_however_often_it_is_settled() -> None:
    used = use(KEPT, start())
    assert used is not None
    assert accept(used, ASKED, "Accepted") is None
    assert refuse(KEPT, "call-1", "Rejected", NOW) is None


def test_another_reservation_of_the_same_id_takes_its_place_if_it_is_accepted() -> None:
    later = ASKED._replace(evse_id=2, call_id="call-2", requested_at=NOW + timedelta(seconds=1))
    replaced = accept(KEPT, later, "Accepted")
    assert replaced is not None
    assert (replaced.evse_id, replaced.state) == (2, "accepted")
    assert refuse(KEPT, "call-2", "Occupied", NOW) is None
    assert accept(replaced, ASKED, "Accepted") is None, "the answer to the first came late"


def test_what_is_over_cannot_be_cancelled() -> None:
    cancelled = cancel(KEPT, NOW, NOW)
    assert cancelled is not None
    assert cancelled.state == "cancelled"
    assert cancel(cancelled, NOW, NOW) is None
    assert cancel(KEPT, SOON, SOON) is None
    assert cancel(KEPT, NOW - timedelta(seconds=1), NOW) is None, "it was made after that was asked for"
    assert cancel(None, NOW, NOW) is None


@pytest.mark.parametrize(
    ("transaction", "uses_it"),
    [
        (start(), True),
        (start(id_token="ann"), True),
        (start(id_token="BEN", group_id="fleet"), True),
        (start(id_token="BEN", group_id="OTHERS"), False),
        (start(id_token="BEN"), False),
        (start(evse_id=2), False),
        (start(started_at=SOON), False),
        (start(started_at=NOW - timedelta(hours=1)), False),
        (start(started_at=None), False),
    ],
)
def test_a_start_that_names_no_reservation_uses_its_own(transaction: Transaction, *, uses_it: bool) -> None:
    assert used_by([KEPT], transaction) == (KEPT if uses_it else None)


def test_one_for_the_evse_goes_before_one_for_any() -> None:
    anywhere = KEPT._replace(reservation_id=2, evse_id=0, expires_at=NOW + timedelta(minutes=6))
    assert used_by([anywhere, KEPT], start()) == KEPT
    assert used_by([anywhere], start()) == anywhere
    assert used_by([ASKED], start()) is None, "nobody has accepted it"


@pytest.mark.parametrize(
    ("evse_id", "statuses", "is_lost"),
    [
        (1, [status(1, "Faulted")], True),
        (1, [status(1, "Unavailable")], True),
        (1, [status(1, "Occupied"), status(2, "Faulted")], False),
        (1, [status(0, "Unavailable"), status(1, "Reserved")], True),
        (1, [status(1, "Faulted", after_s=-1)], False),
        (0, [status(1, "Faulted"), status(2, "Available")], False),
        (0, [status(1, "Faulted"), status(2, "Unavailable", after_s=-60)], True),
        (0, [status(0, "Faulted")], True),
        (0, [], False),
    ],
)
def test_it_is_lost_with_what_it_is_for(evse_id: int, statuses: list[ConnectorStatus], *, is_lost: bool) -> None:
    kept = KEPT._replace(evse_id=evse_id)
    assert lost([kept], statuses) == ([kept] if is_lost else [])
    assert lost([ASKED._replace(evse_id=evse_id)], statuses) == []


def test_a_lost_one_is_removed_once() -> None:
    removed = remove(KEPT, NOW)
    assert removed is not None
    assert removed.state == "removed"
    assert remove(removed, NOW) is None
    assert remove(ASKED, NOW) is None
    assert remove(KEPT, SOON) is None
