"""A call with a task token: whoever waits for its end is woken, once it has come, with the token that counts."""

import datetime as dt
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws import workflow
from shared.domain.calls import new_call_id
from tests.integration.called_station import CalledStation
from tests.integration.stream import Stream, watched

GET_LOG = {"logType": "DiagnosticsLog", "requestId": 1, "log": {"remoteLocation": "https://files.example/"}}
Woken = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture
def station(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> Woken:
    made: Woken = []
    monkeypatch.setattr(workflow, "wake", lambda token, output: made.append((token, output)))
    return made


def test_a_task_goes_on_at_the_end_of_its_call(stream: Stream, station: CalledStation, woken: Woken) -> None:
    made = station.order("Reset", {"type": "Soft"}, task_token="token")
    stream.flow()
    assert woken == []
    station.answer(made.call_id, {"status": "Rejected"})
    stream.flow()
    stream.flow()
    outcome = {"call_id": made.call_id, "state": "answered", "code": None, "answer": {"status": "Rejected"}}
    assert woken == [("token", outcome)]


def test_a_task_that_is_tried_again_waits_for_the_same_call_with_its_own_token(
    stream: Stream, station: CalledStation, woken: Woken
) -> None:
    call_id = new_call_id(dt.datetime.now(dt.UTC))
    for token in ("first", "second"):
        station.order("Reset", {"type": "Soft"}, call_id=call_id, task_token=token)
    station.answer(call_id, {"status": "Accepted"})
    stream.flow()
    assert [token for token, _ in woken] == ["second"]
    assert len(station.received) == 1


def test_a_task_that_is_tried_again_after_the_end_goes_on_at_once(
    stream: Stream, station: CalledStation, woken: Woken
) -> None:
    call_id = new_call_id(dt.datetime.now(dt.UTC))
    station.order("Reset", {"type": "Soft"}, call_id=call_id, task_token="first")
    station.answer(call_id, {"status": "Accepted"})
    station.order("Reset", {"type": "Soft"}, call_id=call_id, task_token="second")
    stream.flow()
    assert [token for token, _ in woken] == ["first", "second"]


def test_the_token_goes_to_the_call_that_stands_in(stream: Stream, station: CalledStation, woken: Woken) -> None:
    made = station.order("GetLog", GET_LOG, task_token="token")
    refused = station.refuse(made.call_id)
    stream.flow()
    assert (woken, refused.state) == ([], "refused")
    station.answer(str(refused.fallback_id), {"fileName": "a.log"})
    stream.flow()
    assert [(token, output["answer"]) for token, output in woken] == [("token", {"fileName": "a.log"})]
