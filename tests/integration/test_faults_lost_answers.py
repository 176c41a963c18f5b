"""A write is done and its answer is lost: it is tried again, meets itself, and nothing is lost or doubled.

Every request of a scenario loses its answer once, one after the other; what is in the table then is what is there
without a fault.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.aws import gateway, outbox, timers
from shared.domain.authorization import IdToken
from shared.domain.calls import Call, Entry
from shared.domain.jobs import Job
from shared.domain.stations import Station
from shared.store import calls, connections, dynamodb, jobs, patience, stations, tokens
from shared.store import outbox as store
from shared.store.dynamodb import Transport
from tests.conftest import install_table
from tests.integration import api, events_2x
from tests.integration.station import DirectStation

Scenario = Callable[[], Any]
START = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Losing:
    """A transport that loses the answer to one request, by its number from 0; no number: to none."""

    def __init__(self, inner: Transport, number: int | None) -> None:
        self.inner = inner
        self.number = number
        self.requests = 0

    def __call__(self, operation: str, body: bytes) -> tuple[int, bytes]:
        is_lost = self.requests == self.number
        self.requests += 1
        status, answer = self.inner(operation, body)
        if is_lost:
            raise ConnectionResetError("the answer was lost")
        return status, answer


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Callable[[Scenario, int | None], tuple[Any, int]]:
    """Play a scenario on an empty table: what it gives, and how many requests it made."""
    monkeypatch.setattr(patience, "BACKOFF_S", 0)

    def play(scenario: Scenario, number: int | None) -> tuple[Any, int]:
        install_table(monkeypatch)
        patience.forget()
        losing = Losing(dynamodb._transport, number)
        monkeypatch.setattr(dynamodb, "_transport", losing)
        return scenario(), losing.requests

    return play


def session_16() -> Any:
    tokens.save(IdToken("TAG"))
    station = DirectStation(now=START)
    at = [(START + timedelta(minutes=minute)).isoformat() for minute in range(4)]
    begun = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=1000, timestamp=at[0])
    for minute in (1, 2):
        value = {"timestamp": at[minute], "sampledValue": [{"value": str(1000 * minute + 1000)}]}
        station.send("MeterValues", connectorId=1, transactionId=begun["transactionId"], meterValue=[value])
    station.send("StopTransaction", transactionId=begun["transactionId"], meterStop=4000, timestamp=at[3])
    return begun, _books(str(begun["transactionId"]))


def session_201() -> Any:
    tokens.save(IdToken("TAG"))
    station = DirectStation(now=events_2x.START, version="2.0.1")
    answers = events_2x.send(station, *events_2x.session())
    return answers, _books("tx")


def session_201_twice() -> Any:
    tokens.save(IdToken("TAG"))
    station = DirectStation(now=events_2x.START, version="2.0.1")
    for event in events_2x.session():
        events_2x.send(station, event, event)
    return _books("tx")


def two_calls() -> Any:
    station = DirectStation(now=datetime.now(UTC) - timedelta(minutes=30))
    now = datetime.now(UTC)
    first, second = (
        outbox.submit(Call(f"c{number}", "CP1", "ClearCache", "1.6", {}, now, now + timedelta(hours=1)))
        for number in range(2)
    )
    assert station.text(f'[3, "{first.call_id}", {{"status": "Accepted"}}]') is None
    assert station.text(f'[3, "{second.call_id}", {{"status": "Accepted"}}]') is None
    left = store.find("CP1")
    return [_state(first), _state(second), left.outstanding, left.waiting]


def call_taken_back() -> Any:
    DirectStation(now=datetime.now(UTC) - timedelta(minutes=30))
    now = datetime.now(UTC)
    first, second = (
        outbox.submit(Call(f"c{number}", "CP1", "ClearCache", "1.6", {}, now, now + timedelta(hours=1)))
        for number in range(2)
    )
    was_taken_back = outbox.cancel(second)
    left = store.find("CP1")
    return [was_taken_back, _state(first), _state(second), left.waiting]


def station_changed() -> Any:
    stations.create(Station("CP1", "Pending", START))
    answer = api.call("PATCH", "/stations/CP1", body={"registration": "Accepted", "call_timeout_s": 9})
    found = stations.existing("CP1")
    return [answer.status, found.registration, found.call_timeout_s]


def remote_start_joined() -> Any:
    """What a call has brought about is kept with it, and whoever keeps it knows that it was the first."""
    DirectStation(now=START)
    call = calls.create(Call("c1", "CP1", "RemoteStartTransaction", "1.6", {}, START, START + timedelta(hours=1)))
    outcome = {"state": "done", "transaction_id": "5"}
    return [calls.set_outcome(call, outcome), calls.set_outcome(call, {"state": "timed_out"})]


def history_noted() -> Any:
    DirectStation(now=START)
    call = calls.create(Call("c1", "CP1", "ClearCache", "1.6", {}, START, START + timedelta(hours=1)))
    calls.note(call, Entry(START, "unreadable answer", "no JSON"))
    found = calls.find("CP1", "c1")
    assert found is not None
    return [entry.event for entry in found.history]


def connection_ended() -> Any:
    station = DirectStation(now=START)
    return [connections.end("CP1", station.connection_id, START + timedelta(hours=1)) for _ in range(2)]


def job_ended() -> Any:
    job = Job("j1", "Reset", {}, START, START + timedelta(hours=1), total=0)
    jobs.create(job, {"secret": "x"}, [])
    ended = jobs.end(job, START, {})
    return [ended.ended_at, jobs.payload(job)]


def balance_debited() -> Any:
    tokens.save(IdToken("TAG", balance=Decimal(20)))
    for cost in (2, 5):
        tokens.debit("TAG", Decimal(cost), "tx", 0)
    found = tokens.find("TAG")
    return found and found.balance


def _state(call: Call) -> str | None:
    found = calls.find(call.station_id, call.call_id)
    return found.state if found else None


def _books(transaction_id: str) -> Any:
    """The transactions there are, and all that is known of one."""
    of_one = [
        api.call("GET", f"/transactions/{transaction_id}{more}").json for more in ("", "/meter-values", "/events")
    ]
    listed = api.call("GET", "/transactions").json["items"]
    return [len(listed), *of_one]


@pytest.mark.parametrize(
    "scenario",
    [
        *(session_16, session_201, session_201_twice, two_calls, call_taken_back, station_changed),
        *(remote_start_joined, history_noted, job_ended, balance_debited),
    ],
    ids=lambda one: one.__name__,
)
def test_whichever_answer_is_lost_all_is_there_once(
    scenario: Scenario,
    played: Callable[[Scenario, int | None], tuple[Any, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "send", lambda _connection_id, _text: "sent")
    monkeypatch.setattr(timers, "set", lambda _timer: None)
    want, requests = played(scenario, None)
    for number in range(requests):
        have, _ = played(scenario, number)
        assert have == want, f"request {number}"


def test_the_end_of_a_connection_is_counted_once_although_its_answer_was_lost(
    played: Callable[[Scenario, int | None], tuple[Any, int]],
) -> None:
    want, requests = played(connection_ended, None)
    have, _ = played(connection_ended, requests - 2)
    assert want[0] == have[0] == "ended"


def test_an_event_that_ends_a_transaction_and_comes_twice_at_a_time_is_kept_once(table: object) -> None:
    station = DirectStation(now=events_2x.START, version="2.0.1")
    *before, end = events_2x.session()
    events_2x.send(station, *before)
    with events_2x.between(1, lambda: events_2x.send(station, end)):
        events_2x.send(station, end)
    items = api.call("GET", "/transactions/tx/events").json["items"]
    assert [one["seq_no"] for one in items] == list(range(8))
