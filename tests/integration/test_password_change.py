"""A station's password changed through the station: who is let in while the change is under way, and after it."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.connection import authorizer, connect
from local.dynamodb.storage import Store
from shared.domain.calls import Call
from shared.domain.errors import Conflict
from shared.domain.passwords import MOST_PENDING
from shared.store import calls, outbox, stations
from tests.integration import api
from tests.integration.called_station import CalledStation
from tests.integration.stream import Stream, watched

OLD = "the-old-long-random-secret"
NEW = "00ff10ee20dd30cc40bb50aa60997088"


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture
def station(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    station = CalledStation(monkeypatch, now=datetime.now(UTC) - timedelta(minutes=5))
    api.call("PATCH", "/stations/CP1", body={"password": OLD})
    stream.flow()
    dial(station, OLD.encode())
    stream.flow()
    stream.closed.clear()
    return station


def lets_in(password: bytes) -> bool:
    """Whether a station that presents this gets past the authorizer, which changes nothing."""
    return _context(password) is not None


def _context(password: bytes) -> dict[str, str] | None:
    try:
        found: dict[str, Any] = authorizer.handler(_handshake(password), None)
    except PermissionError:
        return None
    return found["context"]  # type: ignore[no-any-return]  # of the shape that API Gateway has


def _handshake(password: bytes) -> dict[str, Any]:
    basic = "Basic " + base64.b64encode(b"CP1:" + password).decode()
    headers = {"x-idlewatt-station": "CP1", "sec-websocket-protocol": "ocpp1.6", "authorization": basic}
    return {"methodArn": "arn", "headers": headers, "requestContext": {}}


def dial(station: CalledStation, password: bytes) -> None:
    """The station connects anew, which it must be let."""
    context = _context(password)
    assert context is not None
    assert password.hex() not in str(context)
    station.connection_id = f"dialled-{datetime.now(UTC).timestamp()}"
    moment = {"connectionId": station.connection_id, "connectedAt": int(datetime.now(UTC).timestamp() * 1000)}
    event = {"headers": {}, "requestContext": {**moment, "authorizer": context}}
    assert connect.handler(event, None)["statusCode"] == 200


def ask(station: CalledStation, password: str = NEW) -> Call:
    answer = api.call("POST", "/stations/CP1/password", body={"password": password})
    assert answer.status == 202
    received = station.next("ChangeConfiguration")
    assert received.payload == {"key": "AuthorizationKey", "value": password}
    return station.call(received.call_id)


def lose(station: CalledStation, call: Call, stream: Stream) -> None:
    """The call's time is over."""
    assert calls.end(call, "timed_out", datetime.now(UTC)) is not None
    outbox.close("CP1", call.call_id)
    stream.flow()


def boot(station: CalledStation) -> None:
    station.now = datetime.now(UTC) + timedelta(seconds=1)
    station.send("BootNotification", chargePointVendor="V", chargePointModel="M")


def which() -> tuple[bool, bool]:
    """Whether the old one lets the station in, and whether the new one does."""
    return lets_in(OLD.encode()), lets_in(bytes.fromhex(NEW))


@pytest.mark.requirement("M16-102")
def test_once_it_is_accepted_only_the_new_one_counts(
    stream: Stream, station: CalledStation, table: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ask(station)
    assert which() == (True, True), "nobody knows yet"
    assert api.get("/stations/CP1")["password_pending"]
    station.answer(made.call_id, {"status": "Accepted"})
    assert which() == (False, True)
    assert lets_in(NEW.upper().encode()), "as hex digits too"
    stream.flow()
    assert stream.closed == [], "the station keeps the connection on which it took it"
    dial(station, bytes.fromhex(NEW))
    assert not api.get("/stations/CP1")["password_pending"]
    everywhere = str(list(table.items())) + capsys.readouterr().out
    assert NEW not in everywhere
    assert OLD not in everywhere


@pytest.mark.requirement("M16-103")
@pytest.mark.parametrize("status", ["Rejected", "NotSupported"])
def test_if_it_is_not_taken_only_the_old_one_counts(station: CalledStation, status: str) -> None:
    station.answer(ask(station).call_id, {"status": status})
    assert which() == (True, False)


@pytest.mark.parametrize(("code", "both"), [("NotImplemented", False), ("InternalError", True)])
def test_a_refusal_is_one_if_it_leaves_no_doubt(station: CalledStation, code: str, both: bool) -> None:
    station.refuse(ask(station).call_id, code)
    assert which() == (True, both)


def test_a_station_that_takes_it_from_its_next_boot_on_has_the_old_one_until_then(
    stream: Stream, station: CalledStation
) -> None:
    station.answer(ask(station).call_id, {"status": "RebootRequired"})
    dial(station, OLD.encode())
    assert which() == (True, True)
    dial(station, bytes.fromhex(NEW))
    assert which() == (False, True)
    stream.flow()
    assert station.connection_id not in stream.closed


def test_if_the_answer_is_lost_the_station_shows_that_it_took_it(stream: Stream, station: CalledStation) -> None:
    lose(station, ask(station), stream)
    assert which() == (True, True)
    dial(station, bytes.fromhex(NEW))
    assert which() == (False, True)


def test_if_the_answer_is_lost_the_station_shows_that_it_did_not_take_it(
    stream: Stream, station: CalledStation
) -> None:
    lose(station, ask(station), stream)
    dial(station, OLD.encode())
    assert which() == (True, True), "it may take it over at its next boot"
    boot(station)
    dial(station, OLD.encode())
    assert which() == (True, False)


def test_a_late_answer_counts(stream: Stream, station: CalledStation) -> None:
    made = ask(station)
    lose(station, made, stream)
    station.answer(made.call_id, {"status": "Accepted"})
    assert which() == (False, True)


def test_a_late_answer_counts_even_after_the_old_one_was_used(stream: Stream, station: CalledStation) -> None:
    made = ask(station)
    lose(station, made, stream)
    boot(station)
    dial(station, OLD.encode())
    assert which() == (True, False)
    station.answer(made.call_id, {"status": "Accepted"})
    assert which() == (True, True)
    dial(station, bytes.fromhex(NEW))
    assert which() == (False, True)


def test_an_answer_that_cannot_be_read_leaves_both(stream: Stream, station: CalledStation) -> None:
    station.answer(ask(station).call_id, {"status": "Perhaps"})
    stream.flow()
    assert which() == (True, True)


def test_two_changes_in_a_row_end_with_the_second(stream: Stream, station: CalledStation) -> None:
    first, newer = ask(station, "11" * 20), "22" * 20
    answer = api.call("POST", "/stations/CP1/password", body={"password": newer})
    assert answer.json["state"] == "queued"
    station.answer(first.call_id, {"status": "Accepted"})
    assert (lets_in(OLD.encode()), lets_in(bytes.fromhex("11" * 20)), lets_in(bytes.fromhex(newer))) == (
        False,
        True,
        True,
    )
    station.answer(station.next("ChangeConfiguration").call_id, {"status": "Accepted"})
    assert (lets_in(bytes.fromhex("11" * 20)), lets_in(bytes.fromhex(newer))) == (False, True)


def test_the_operators_word_counts_at_once(stream: Stream, station: CalledStation) -> None:
    ask(station)
    api.call("PATCH", "/stations/CP1", body={"password": "set-by-the-operator"})
    assert which() == (False, False)
    assert lets_in(b"set-by-the-operator")
    stream.flow()
    assert stream.closed == [station.connection_id]


def test_other_settings_leave_a_change_alone(station: CalledStation) -> None:
    ask(station)
    api.call("PATCH", "/stations/CP1", body={"call_timeout_s": 45})
    assert which() == (True, True)


def test_a_password_that_nobody_gave_is_random_and_seen_by_the_station_only(
    station: CalledStation, table: Store
) -> None:
    seen = set()
    for _ in range(2):
        answer = api.call("POST", "/stations/CP1/password", body={})
        received = station.next("ChangeConfiguration")
        password = received.payload["value"]
        seen.add(password)
        assert len(bytes.fromhex(password)) == 20
        assert password not in answer.text
        station.answer(received.call_id, {"status": "Accepted"})
        assert password not in str(list(table.items()))
        assert lets_in(bytes.fromhex(password))
    assert len(seen) == 2


def test_a_station_without_a_password_gets_one(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    station = CalledStation(monkeypatch)
    assert lets_in(b"whatever")
    station.answer(ask(station).call_id, {"status": "Accepted"})
    assert not lets_in(b"whatever")
    assert lets_in(bytes.fromhex(NEW))


def test_too_many_changes_at_a_time_are_refused(station: CalledStation) -> None:
    for _ in range(MOST_PENDING):
        station.order("ChangeConfiguration", {"key": "AuthorizationKey", "value": NEW})
    with pytest.raises(Conflict):
        station.order("ChangeConfiguration", {"key": "AuthorizationKey", "value": NEW})
    found = stations.find("CP1")
    assert found is not None
    assert len(found.pending_passwords) == MOST_PENDING
