"""The outbox of a station, step by step, where the wire does not do as it should."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.aws import gateway, outbox, timers
from shared.aws.timers import Timer
from shared.domain.calls import Call, new_call_id
from shared.store import calls, connections
from shared.store import outbox as store
from tests.integration import api
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

LONG_AGO = timedelta(minutes=30)


class Wire:
    """@connections and the queue of timers; what it does with a frame can be chosen."""

    def __init__(self) -> None:
        self.outcome: gateway.Sending = "sent"
        self.sent: list[str] = []
        self.timers: list[Timer] = []

    def send(self, _connection_id: str, text: str) -> gateway.Sending:
        self.sent.append(text)
        return self.outcome


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    made = Wire()
    monkeypatch.setattr(gateway, "send", made.send)
    monkeypatch.setattr(timers, "set", made.timers.append)
    return made


def station(*, connected_ago: timedelta = LONG_AGO) -> DirectStation:
    return DirectStation(now=datetime.now(UTC) - connected_ago)


def call(action: str = "ClearCache", payload: dict[str, Any] | None = None) -> Call:
    now = datetime.now(UTC)
    return Call(new_call_id(now), "CP1", action, "1.6", payload or {}, now, now + timedelta(hours=1))


def test_a_connection_that_is_gone_makes_the_station_offline_and_keeps_the_call(wire: Wire) -> None:
    station()
    wire.outcome = "gone"
    made = outbox.submit(call())
    connection = connections.find("CP1")
    assert connection is not None
    assert not connection.online
    assert calls.find("CP1", made.call_id).state == "queued"  # type: ignore[union-attr]  # it exists
    assert [one.call_id for one in store.find("CP1").waiting] == [made.call_id]
    assert wire.timers == []


def test_a_connection_that_is_not_complete_yet_is_tried_again(wire: Wire) -> None:
    station(connected_ago=timedelta(seconds=1))
    wire.outcome = "gone"
    made = outbox.submit(call())
    connection = connections.find("CP1")
    assert connection is not None
    assert connection.online
    assert [timer.station_id for timer in wire.timers] == ["CP1"]
    wire.outcome = "sent"
    outbox.watch("CP1", None)
    assert calls.find("CP1", made.call_id).state == "sent"  # type: ignore[union-attr]  # it exists


def test_a_frame_that_was_perhaps_sent_is_not_sent_again(wire: Wire) -> None:
    station()
    wire.outcome = "unknown"
    made = outbox.submit(call())
    outbox.watch("CP1", made.call_id)
    outbox.submit(made)
    assert len(wire.sent) == 1
    assert store.find("CP1").outstanding is not None


def test_a_call_whose_timer_never_came_does_not_block_the_outbox(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    station()
    first = outbox.submit(call())
    later = datetime.now(UTC) + timedelta(minutes=5)
    monkeypatch.setattr(outbox, "_now", lambda: later)
    second = outbox.submit(call())
    assert second.state == "sent"
    assert calls.find("CP1", first.call_id).state == "timed_out"  # type: ignore[union-attr]  # it exists


def test_a_password_is_in_the_frame_and_not_in_what_is_kept(wire: Wire) -> None:
    station()
    secret = "00112233445566778899AABBCCDDEEFF00112233"
    made = outbox.submit(call("ChangeConfiguration", {"key": "AuthorizationKey", "value": secret}))
    assert secret in wire.sent[0]
    kept = calls.find("CP1", made.call_id)
    assert kept is not None
    assert secret not in str(kept)


def test_a_password_is_shown_to_nobody_while_its_call_waits(wire: Wire) -> None:
    direct = station()
    connections.disconnect("CP1", direct.connection_id, direct.now)
    secret = "00112233445566778899AABBCCDDEEFF00112233"
    made = outbox.submit(call("ChangeConfiguration", {"key": "AuthorizationKey", "value": secret}))
    assert secret not in str(api.get("/stations/CP1/calls"))
    assert outbox.cancel(made)
    assert secret not in str(calls.find("CP1", made.call_id))
    assert wire.sent == []


def test_no_more_calls_wait_than_the_outbox_holds(wire: Wire) -> None:
    direct = station()
    connections.disconnect("CP1", direct.connection_id, direct.now)
    for _ in range(store.LONGEST):
        outbox.submit(call())
    one_more = call()
    with pytest.raises(store.OutboxFull):
        outbox.submit(one_more)
    assert calls.find("CP1", one_more.call_id).state == "cancelled"  # type: ignore[union-attr]  # it exists
    answer = api.call("POST", "/stations/CP1/calls", body={"action": "ClearCache"})
    assert answer.status == 409


def test_an_expired_call_is_not_sent_when_the_station_comes_back(wire: Wire) -> None:
    direct = station()
    connections.disconnect("CP1", direct.connection_id, direct.now)
    now = datetime.now(UTC)
    stale = call()._replace(expires_at=now - timedelta(seconds=1))
    outbox.submit(stale)
    fresh = outbox.submit(call())
    direct.now = now
    direct.reconnect()
    outbox.watch("CP1", None)
    assert fresh.call_id in wire.sent[0]
    assert calls.find("CP1", stale.call_id).state == "expired"  # type: ignore[union-attr]  # it exists


def test_a_call_that_speaks_against_what_is_known_can_be_sent_all_the_same(wire: Wire) -> None:
    station()
    order = {"action": "ChangeConfiguration", "payload": {"key": "HeartbeatInterval", "value": "often"}}
    assert api.call("POST", "/stations/CP1/calls", body=order).status == 422
    assert api.call("POST", "/stations/CP1/calls", body={**order, "unchecked": True}).status == 202
    assert "often" in wire.sent[0]
