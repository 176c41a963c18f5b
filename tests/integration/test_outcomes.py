"""What follows at a station from a call, and finds it: in whatever order the two come."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.stream import follow_up
from local.dynamodb.storage import Store
from shared.aws import outcomes
from shared.domain.calls import Call
from shared.domain.configuration import Variable
from shared.domain.errors import Conflict, Invalid
from shared.store import calls, configuration, connections, stations, transactions
from tests.integration import api
from tests.integration.called_station import CalledStation
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture
def station(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def begin(station: DirectStation, **changed: Any) -> str:
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": now()} | changed
    return str(station.send("StartTransaction", **start)["transactionId"])


def stop(station: CalledStation, transaction_id: str, **changed: Any) -> None:
    ended = {"transactionId": int(transaction_id), "meterStop": 2000, "timestamp": now(), "reason": "Remote"}
    station.send("StopTransaction", **ended | changed)


def boot(station: CalledStation) -> None:
    station.now = datetime.now(UTC)
    station.send("BootNotification", chargePointVendor="V", chargePointModel="M")


def outcome(call: Call) -> dict[str, Any] | None:
    """The outcome as the API shows it."""
    found: dict[str, Any] | None = api.get(f"/stations/{call.station_id}/calls/{call.call_id}")["outcome"]
    return found


def state(call: Call) -> str | None:
    found = outcome(call)
    return found["state"] if found else None


def remote_call(transaction_id: str) -> str | None:
    found = transactions.find(transaction_id)
    assert found is not None
    return found.remote_call_id


def timed_out(call: Call) -> None:
    assert calls.end(call, "timed_out", datetime.now(UTC)) is not None


# ---------------------------------------------------------------------- remote start


@pytest.mark.requirement("M16-067")
def test_a_transaction_finds_the_remote_start_before_it(stream: Stream, station: CalledStation) -> None:
    made = station.perform("RemoteStartTransaction", {"idTag": "tag", "connectorId": 1}, ACCEPTED)
    assert state(made) == "pending"
    number = begin(station)
    stream.flow()
    found = outcome(made)
    assert found is not None
    assert (found["state"], found["transaction_id"]) == ("done", number)
    assert remote_call(number) == made.call_id
    assert api.get(f"/transactions/{number}")["remote_call_id"] == made.call_id


@pytest.mark.parametrize("late", [False, True])
def test_a_transaction_may_be_here_before_the_answer(stream: Stream, station: CalledStation, late: bool) -> None:
    made = station.order("RemoteStartTransaction", {"idTag": "TAG"})
    if late:
        timed_out(made)
    number = begin(station)
    stream.flow()
    assert state(made) == "done"
    answered = station.answer(made.call_id, ACCEPTED)
    stream.flow()
    assert answered.state == ("timed_out" if late else "answered")
    assert (state(made), remote_call(number)) == ("done", made.call_id)


def test_a_late_answer_is_waited_on_too(stream: Stream, station: CalledStation) -> None:
    made = station.order("RemoteStartTransaction", {"idTag": "TAG"})
    timed_out(made)
    station.answer(made.call_id, ACCEPTED)
    assert state(made) == "pending"
    number = begin(station)
    stream.flow()
    assert (state(made), remote_call(number)) == ("done", made.call_id)


def test_a_transaction_faster_than_our_own_note_finds_its_call(
    stream: Stream, station: CalledStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "mark_sent", lambda call, *_: call)
    made = station.order("RemoteStartTransaction", {"idTag": "TAG"})
    assert made.state == "queued"
    number = begin(station)
    stream.flow()
    assert (state(made), remote_call(number)) == ("done", made.call_id)


@pytest.mark.parametrize(
    "changed",
    [{"idTag": "OTHER"}, {"connectorId": 2}],
    ids=["another token", "another connector"],
)
def test_a_transaction_that_was_not_asked_for_finds_none(
    stream: Stream, station: CalledStation, changed: dict[str, Any]
) -> None:
    made = station.perform("RemoteStartTransaction", {"idTag": "TAG", "connectorId": 1}, ACCEPTED)
    number = begin(station, **changed)
    stream.flow()
    assert (state(made), remote_call(number)) == ("pending", None)


def test_a_call_that_was_refused_or_not_sent_is_followed_by_nothing(stream: Stream, station: CalledStation) -> None:
    rejected = station.perform("RemoteStartTransaction", {"idTag": "TAG"}, REJECTED)
    refused = station.order("RemoteStartTransaction", {"idTag": "TAG"})
    station.refuse(refused.call_id, "InternalError")
    station.order("Reset", {"type": "Soft"})
    waiting = station.order("RemoteStartTransaction", {"idTag": "TAG"})
    number = begin(station)
    stream.flow()
    assert [state(one) for one in (rejected, refused, waiting)] == [None, None, None]
    assert remote_call(number) is None


def test_each_transaction_has_a_remote_start_of_its_own(stream: Stream, station: CalledStation) -> None:
    made = [station.perform("RemoteStartTransaction", {"idTag": "TAG"}, ACCEPTED) for _ in range(2)]
    numbers = [begin(station, connectorId=connector_id) for connector_id in (1, 2, 3)]
    stream.flow()
    assert [remote_call(number) for number in numbers] == [made[0].call_id, made[1].call_id, None]


def test_a_transaction_that_comes_too_late_was_not_asked_for(
    stream: Stream, station: CalledStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "FOLLOWS_WITHIN_S", -1)
    made = station.perform("RemoteStartTransaction", {"idTag": "TAG"}, ACCEPTED)
    assert state(made) == "timed_out"
    number = begin(station)
    stream.flow()
    assert remote_call(number) is None


def test_a_transaction_that_was_kept_offline_counts_by_its_own_time(stream: Stream, station: CalledStation) -> None:
    configuration.note_read("CP1", Variable("ConnectionTimeOut", "0", is_known=True), datetime.now(UTC))
    made = station.perform("RemoteStartTransaction", {"idTag": "TAG"}, ACCEPTED)
    calls.set_outcome(made, {"state": "pending", "until": now()})
    number = begin(station, timestamp=(made.created_at - timedelta(seconds=5)).isoformat())
    stream.flow()
    assert (state(made), remote_call(number)) == ("done", made.call_id)


def test_the_driver_has_as_long_as_the_station_says(station: CalledStation) -> None:
    made = station.perform("RemoteStartTransaction", {"idTag": "TAG"}, ACCEPTED)
    assert made.outcome is not None
    assert _seconds_left(made) == pytest.approx(150, abs=5)
    configuration.note_read("CP1", Variable("ConnectionTimeOut", "600", is_known=True), datetime.now(UTC))
    assert _seconds_left(station.perform("RemoteStartTransaction", {"idTag": "TAG"}, ACCEPTED)) == pytest.approx(
        630, abs=5
    )


def _seconds_left(call: Call) -> float:
    found = outcome(call)
    assert found is not None
    return (datetime.fromisoformat(found["until"]) - datetime.now(UTC)).total_seconds()


def test_a_record_that_is_delivered_again_changes_nothing(stream: Stream, station: CalledStation) -> None:
    made = station.perform("RemoteStartTransaction", {"idTag": "TAG"}, ACCEPTED)
    number = begin(station)
    records = {"Records": list(stream.records)}
    stream.flow()
    first = outcome(made)
    assert follow_up.handler(records, None) == {"batchItemFailures": []}
    stream.flow()
    assert (outcome(made), remote_call(number)) == (first, made.call_id)


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        ({"idTag": "TAG", "connectorId": 0}, "payload.connectorId"),
        ({"idTag": "T" * 21}, "payload.idTag"),
    ],
)
def test_a_remote_start_that_cannot_be_is_not_sent(station: CalledStation, payload: dict[str, Any], path: str) -> None:
    answer = api.call("POST", "/stations/CP1/calls", body={"action": "RemoteStartTransaction", "payload": payload})
    assert api.wrong_fields(answer) == [f"body {path}"]


@pytest.mark.requirement("M16-095")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"chargingProfilePurpose": "TxDefaultProfile"}, "chargingProfilePurpose"),
        ({"transactionId": 7}, "transactionId"),
    ],
)
def test_the_profile_of_a_remote_start_is_for_the_transaction_to_come(
    station: CalledStation, changed: dict[str, Any], field: str
) -> None:
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}]},
    }
    with pytest.raises(Invalid) as refused:
        station.order("RemoteStartTransaction", {"idTag": "TAG", "chargingProfile": profile | changed})
    assert refused.value.fields["path"] == f"payload.chargingProfile.{field}"
    station.order("RemoteStartTransaction", {"idTag": "TAG", "chargingProfile": profile})
    assert station.next("RemoteStartTransaction").payload["chargingProfile"] == profile


def test_a_remote_start_that_nobody_could_be_sent_in_time_is_never_sent(station: CalledStation) -> None:
    connections.disconnect("CP1", station.connection_id, datetime.now(UTC))
    made = station.order("RemoteStartTransaction", {"idTag": "TAG"})
    assert made.expires_at - made.created_at == timedelta(seconds=60)
    assert made.priority < station.order("ClearCache", {}).priority


# ---------------------------------------------------------------------- remote stop


@pytest.mark.requirement("M16-070")
def test_a_remote_stop_is_done_when_the_transaction_has_ended(stream: Stream, station: CalledStation) -> None:
    number = begin(station)
    made = station.perform("RemoteStopTransaction", {"transactionId": int(number)}, ACCEPTED)
    assert state(made) == "pending"
    stop(station, number)
    stream.flow()
    found = outcome(made)
    assert found is not None
    assert (found["state"], found["transaction_id"], found["stopped_reason"]) == ("done", number, "Remote")


def test_a_stop_may_be_here_before_the_answer(stream: Stream, station: CalledStation) -> None:
    number = begin(station)
    first = station.order("RemoteStopTransaction", {"transactionId": int(number)})
    stop(station, number)
    assert state(station.answer(first.call_id, ACCEPTED)) == "done", "it is known to have ended"
    stream.flow()
    assert state(first) == "done"


@pytest.mark.requirement("M16-071")
def test_a_transaction_that_is_not_stopped_goes_on(stream: Stream, station: CalledStation) -> None:
    number = begin(station)
    made = station.perform("RemoteStopTransaction", {"transactionId": int(number)}, REJECTED)
    stream.flow()
    assert (state(made), api.get(f"/transactions/{number}")["state"]) == (None, "active")


def test_a_transaction_that_we_do_not_know_may_be_stopped(stream: Stream, station: CalledStation) -> None:
    made = station.perform("RemoteStopTransaction", {"transactionId": 4711}, ACCEPTED)
    stop(station, "4711")
    stream.flow()
    assert state(made) == "done"


def test_what_has_ended_or_is_of_another_station_is_not_stopped(stream: Stream, station: CalledStation) -> None:
    ended, given_up = begin(station), begin(station, connectorId=2)
    stop(station, ended)
    begin(station, connectorId=2, meterStart=3000)
    stream.flow()
    other = begin(DirectStation("CP2"))
    for number in (ended, other):
        with pytest.raises(Conflict):
            station.order("RemoteStopTransaction", {"transactionId": int(number)})
    station.order("RemoteStopTransaction", {"transactionId": int(given_up)})


# ---------------------------------------------------------------------- reset


@pytest.mark.requirement("M16-072")
@pytest.mark.parametrize("kind", ["Soft", "Hard"])
def test_a_boot_finds_the_reset_before_it(stream: Stream, station: CalledStation, kind: str) -> None:
    made = station.order("Reset", {"type": kind})
    assert station.next("Reset").payload == {"type": kind}
    if kind == "Soft":
        station.answer(made.call_id, ACCEPTED)
        assert state(made) == "pending"
    boot(station)
    stream.flow()
    found = outcome(made)
    assert found is not None
    assert found["state"] == "done"
    assert found["booted_at"] == api.get("/stations/CP1")["booted_at"]


def test_a_reset_that_was_rejected_is_followed_by_nothing(stream: Stream, station: CalledStation) -> None:
    made = station.perform("Reset", {"type": "Soft"}, REJECTED)
    boot(station)
    stream.flow()
    assert outcome(made) is None


# ---------------------------------------------------------------------- secrets of calls that are over


def test_what_was_never_sent_loses_its_secrets_when_it_is_over(
    stream: Stream, station: CalledStation, table: Store
) -> None:
    connections.disconnect("CP1", station.connection_id, datetime.now(UTC))
    made = station.order("ChangeConfiguration", {"key": "AuthorizationKey", "value": "00ff" * 8})
    assert "00ff" * 8 in str(list(table.items())), "it has yet to be sent"
    assert api.call("DELETE", f"/stations/CP1/calls/{made.call_id}").status == 200
    stream.flow()
    assert "00ff" * 8 not in str(list(table.items()))
    found = stations.find("CP1")
    assert found is not None
    assert found.pending_passwords == ()
