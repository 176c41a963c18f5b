"""What went wrong lately at all stations: calls that failed, and connections that were refused."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.connection import authorizer
from local.capacity import recording
from local.dynamodb.storage import Store
from shared.domain.calls import Call, CallError, CallState
from shared.domain.credentials import hash_password
from shared.domain.events import Event
from shared.domain.stations import Station
from shared.settings import settings
from shared.store import calls, events, keys, stations
from tests.integration.api import get, pages

NOW = datetime.now(UTC)
HEADERS = {
    "sec-websocket-protocol": "ocpp1.6, ocpp2.0.1",
    "user-agent": "Volt/1.0",
    "x-forwarded-for": "203.0.113.7, 130.176.0.1",
}


@pytest.fixture(autouse=True)
def _new_environment(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """In which nobody is let in unasked."""
    monkeypatch.setattr(authorizer, "_refused_at", {})
    closed = settings()._replace(onboarding="closed")
    monkeypatch.setattr(authorizer, "settings", lambda: closed)


def ended(number: int, state: CallState, at: datetime, station_id: str = "CP1") -> Call:
    """A call that has come to its end."""
    made = Call(f"{number:032x}", station_id, "Reset", "1.6", {"type": "Soft"}, at, at + timedelta(hours=1))
    calls.create(made)
    error = CallError("NotSupported", "", {}) if state == "refused" else None
    done = calls.end(made, state, at, error=error)
    assert done is not None
    return done


def test_only_calls_that_failed_are_listed_the_latest_first() -> None:
    states: list[CallState] = ["answered", "refused", "timed_out", "cancelled", "expired"]
    for number, state in enumerate(states):
        ended(number, state, NOW - timedelta(minutes=number), f"CP{number}")
    calls.create(Call("f" * 32, "CP1", "Reset", "1.6", {}, NOW, NOW + timedelta(hours=1)))
    found = get("/failed-calls")["items"]
    assert [(one["station_id"], one["state"]) for one in found] == [
        ("CP1", "refused"),
        ("CP2", "timed_out"),
        ("CP4", "expired"),
    ]
    assert found[0] == get(f"/stations/CP1/calls/{found[0]['call_id']}"), "the call as it is told anywhere"


def test_failed_calls_go_on_over_days_and_end_after_thirty() -> None:
    for number, days in enumerate((0, 0, 1, 9, 29, 40)):
        ended(number, "expired", NOW - timedelta(days=days, seconds=number))
    found = pages("/failed-calls", limit=2)
    assert [[int(one["call_id"], 16) for one in page] for page in found] == [[0, 1], [2, 3], [4]]


def test_a_late_answer_leaves_a_call_in_the_list() -> None:
    calls.add_late_answer(ended(1, "timed_out", NOW), {"status": "Accepted"}, NOW)
    (found,) = get("/failed-calls")["items"]
    assert found["late_answer"] == {"status": "Accepted"}


def test_a_call_that_ends_well_costs_no_more_than_before() -> None:
    made = Call("a" * 32, "CP1", "Reset", "1.6", {"type": "Soft"}, NOW, NOW + timedelta(hours=1))
    failing = made._replace(call_id="b" * 32)
    for one in (made, failing):
        calls.create(one)
    with recording() as meter:
        calls.end(made, "answered", NOW, answer={"status": "Accepted"})
    assert meter.write_units == 1
    with recording() as meter:
        calls.end(failing, "timed_out", NOW)
    assert meter.write_units == 2, "the item, and its place in the list"


def test_a_page_of_failures_costs_half_a_unit_for_each_and_for_each_day() -> None:
    for number in range(60):
        ended(number, "expired", NOW - timedelta(days=number % 3, seconds=number))
        reason = {"code": "unknown_station", "reason": "unknown station"}
        events.record(Event("connection.refused", f"X{number}", NOW - timedelta(days=number % 3), reason), NOW)
    for path in ("/failed-calls", "/refused-connections"):
        with recording() as meter:
            assert len(get(path, limit=50)["items"]) == 50
        assert meter.read_units <= 25 + 3 * 0.5 + 1, path


# ---------------------------------------------------------------------- refused connections


def dial(station_id: str, **headers: str) -> Any:
    event = {
        "headers": {"x-idlewatt-station": station_id, **HEADERS, **headers},
        "methodArn": "arn",
        "requestContext": {"identity": {"sourceIp": "198.51.100.1"}},
    }
    try:
        return authorizer.handler(event, None)
    except PermissionError:
        return None


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def known(station_id: str, password: str | None = None, **more: Any) -> None:
    stations.create(
        Station(
            station_id,
            "Accepted",
            NOW,
            password_hash=hash_password(password) if password else None,
            **more,
        )
    )


def refused() -> list[Any]:
    return list(get("/refused-connections")["items"])


def test_a_refused_connection_says_who_dialled_from_where_and_why() -> None:
    dial("NOBODY")
    (found,) = refused()
    assert datetime.fromisoformat(found.pop("at")) >= NOW
    assert found == {
        "station_id": "NOBODY",
        "dialled": None,
        "code": "unknown_station",
        "reason": "unknown station",
        "remote_address": "203.0.113.7",
        "offered_subprotocols": ["ocpp1.6", "ocpp2.0.1"],
        "user_agent": "Volt/1.0",
    }


@pytest.mark.parametrize(
    ("code", "headers"),
    [
        ("no_credentials", {}),
        ("wrong_password", basic("CP1", "wrong")),
        ("user_mismatch", basic("CP2", "a-long-random-secret")),
        ("no_common_version", {**basic("CP1", "a-long-random-secret"), "sec-websocket-protocol": "ocpp9.9"}),
        ("tls_required", {**basic("CP1", "a-long-random-secret"), "cloudfront-forwarded-proto": "http"}),
    ],
)
def test_each_reason_has_a_word_of_its_own(code: str, headers: dict[str, str]) -> None:
    known("CP1", "a-long-random-secret", security_profile=2 if code == "tls_required" else None)
    dial("CP1", **headers)
    (found,) = refused()
    assert (found["station_id"], found["code"]) == ("CP1", code)


def test_a_station_without_a_password_cannot_come_in() -> None:
    known("CP1")
    dial("CP1")
    assert [one["code"] for one in refused()] == ["no_password_set"]


def test_an_identity_that_no_station_can_have_is_told_as_it_was_dialled() -> None:
    dial("%0A" * 300)
    (found,) = refused()
    assert (found["station_id"], found["code"]) == (None, "identity_impossible")
    assert found["dialled"] == ("%0A" * 300)[:200]


def test_what_cloudfront_puts_in_its_place_is_no_user_agent() -> None:
    dial("NOBODY", **{"user-agent": "Amazon CloudFront"})
    assert refused()[0]["user_agent"] is None


def test_who_dials_with_invented_identities_is_recorded_only_so_often() -> None:
    known("CP1", "a-long-random-secret")
    with recording() as meter:
        for number in range(200):
            dial(f"INVENTED-{number}")
    assert len(refused()) == authorizer.MOST_STRANGERS
    assert meter.write_units == 2 * authorizer.MOST_STRANGERS, "the event, and its place in the list"
    assert len(authorizer._refused_at) == authorizer.MOST_STRANGERS
    dial("CP1", **basic("CP1", "wrong"))
    assert refused()[0]["station_id"] == "CP1", "a station that exists is recorded all the same"


def test_a_station_that_keeps_dialling_is_recorded_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    known("CP1", "a-long-random-secret")
    for _ in range(5):
        dial("CP1")
    assert len(refused()) == 1
    monkeypatch.setattr(authorizer, "REFUSAL_EVERY", timedelta(0))
    dial("CP1")
    assert len(refused()) == 2


def test_refused_connections_of_one_station() -> None:
    reason = {"code": "unknown_station", "reason": "unknown station"}
    for number in range(30):
        at = NOW - timedelta(days=number % 5, seconds=number)
        events.record(Event("connection.refused", f"X{number % 2}", at, reason), NOW)
    found = pages("/refused-connections", station_id="X1", limit=4)
    assert [len(page) for page in found] == [4, 4, 4, 3]
    flat = [one for page in found for one in page]
    assert {one["station_id"] for one in flat} == {"X1"}
    assert flat == sorted(flat, key=lambda one: one["at"], reverse=True)
    assert get("/overview")["refused_connections"] == 6, "of the last day"


def test_older_history_is_not_listed_and_does_no_harm() -> None:
    """Events from before there was a list have no code."""
    stations.create(Station("CP1", "Accepted", NOW))
    events.record(Event("station.offline", "CP1", NOW, {"connection_id": "c"}), NOW)
    assert refused() == []
    assert keys.refused_connections(NOW.date()).startswith("EVENT#")
