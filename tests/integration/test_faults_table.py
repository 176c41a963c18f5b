"""The table refuses, is slow, or cannot be reached: tries that fit into the invocation, and no more."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.store import dynamodb, patience, table
from shared.store.dynamodb import DynamoDBError, Transport, Unavailable
from shared.store.keys import Key
from tests.integration.clock import Clock, Context

pytestmark = pytest.mark.usefixtures("clock")

KEY = Key("TOKEN#T", "TOKEN")
THROTTLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "message": "slow down",
}


Answers = Callable[[str, Any, Transport], tuple[int, Any]]


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answers], list[str]]:
    """Let requests be answered so; returns the operations that come."""

    def install(answers: Answers) -> list[str]:
        seen: list[str] = []
        inner = dynamodb._transport

        def send(operation: str, body: bytes) -> tuple[int, bytes]:
            seen.append(operation)
            status, answer = answers(operation, json.loads(body), inner)
            return status, answer if isinstance(answer, bytes) else json.dumps(answer).encode()

        monkeypatch.setattr(dynamodb, "_transport", send)
        return seen

    return install


def after(count: int, fault: Callable[[], tuple[int, Any]]) -> Answers:
    """So many faults, then the table as it is."""
    left = [count]

    def answer(operation: str, request: Any, inner: Transport) -> tuple[int, Any]:
        if left[0]:
            left[0] -= 1
            return fault()
        return inner(operation, json.dumps(request).encode())

    return answer


def reset() -> tuple[int, Any]:
    raise ConnectionResetError("by peer")


FAULTS: list[Callable[[], tuple[int, Any]]] = [
    lambda: (400, THROTTLED),
    lambda: (400, {"__type": "x#ThrottlingException", "message": ""}),
    lambda: (500, {"__type": "x#InternalServerError", "message": ""}),
    lambda: (503, b"<html>"),
    reset,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_passes_is_tried_again(faulty: Callable[[Answers], list[str]], fault: Any) -> None:
    seen = faulty(after(patience.ATTEMPTS - 1, fault))
    table.put({**KEY._asdict(), "name": "x"})
    assert len(seen) == patience.ATTEMPTS
    assert (table.get(KEY) or {})["name"] == "x"


def test_what_does_not_pass_is_told_at_once(faulty: Callable[[Answers], list[str]]) -> None:
    seen = faulty(after(99, lambda: (400, {"__type": "x#ValidationException", "message": "no"})))
    with pytest.raises(DynamoDBError, match="ValidationException"):
        table.get(KEY)
    assert len(seen) == 1


def test_tries_end_before_the_invocation_does(faulty: Callable[[Answers], list[str]], clock: Clock) -> None:
    def slow() -> tuple[int, Any]:
        clock.sleep(patience.timeout_s(dynamodb.TIMEOUT_S))
        raise TimeoutError("timed out")

    patience.begin(Context(clock, 15))
    began = clock.now_s
    seen = faulty(after(99, slow))
    with pytest.raises(Unavailable, match="TimeoutError"):
        table.get(KEY)
    assert len(seen) >= 5
    assert clock.now_s - began <= 15 - patience.RESERVE_S + 0.05


def test_pauses_grow_at_random_and_have_a_limit(faulty: Callable[[Answers], list[str]], clock: Clock) -> None:
    began = clock.now_s
    faulty(after(99, lambda: (400, THROTTLED)))
    with pytest.raises(DynamoDBError):
        table.get(KEY)
    most = sum(min(patience.LONGEST_PAUSE_S, patience.BACKOFF_S * 2**n) for n in range(1, patience.ATTEMPTS))
    assert 0 < clock.now_s - began <= most


def test_an_environment_in_which_nothing_succeeds_stops_trying_again(faulty: Callable[[Answers], list[str]]) -> None:
    seen = faulty(after(patience.TOKENS, lambda: (400, THROTTLED)))
    for _ in range(20):
        with pytest.raises(DynamoDBError):
            table.get(KEY)
    assert len(seen) == 20 + patience.TOKENS // patience.RETRY_COST


def test_it_tries_again_once_something_has_succeeded(faulty: Callable[[Answers], list[str]]) -> None:
    patience._Tokens.left = 0
    seen = faulty(after(1, lambda: (400, THROTTLED)))
    with pytest.raises(DynamoDBError):
        table.get(KEY)
    for _ in range(patience.RETRY_COST):
        table.get(KEY)
    seen.clear()
    faulty(after(1, lambda: (400, THROTTLED)))
    table.get(KEY)
    assert len(seen) == 1
    assert patience._Tokens.left == patience.RETRY_COST


@pytest.mark.parametrize("left_each_time", [1, 7])
def test_what_a_batch_leaves_is_asked_for_again_with_pauses(
    faulty: Callable[[Answers], list[str]], clock: Clock, left_each_time: int
) -> None:
    def partly(operation: str, request: Any, inner: Transport) -> tuple[int, Any]:
        name, wanted = next(iter(request["RequestItems"].items()))
        entries = wanted["Keys"] if operation == "BatchGetItem" else wanted
        now, rest = entries[: max(1, len(entries) - left_each_time)], entries[max(1, len(entries) - left_each_time) :]
        done = {"Keys": now} if operation == "BatchGetItem" else now
        status, body = inner(operation, json.dumps({"RequestItems": {name: done}}).encode())
        answer = json.loads(body)
        if rest:
            left_name = "UnprocessedKeys" if operation == "BatchGetItem" else "UnprocessedItems"
            answer[left_name] = {name: {"Keys": rest} if operation == "BatchGetItem" else rest}
        return status, answer

    began = clock.now_s
    faulty(partly)
    keys = [Key(f"TOKEN#{number}", "TOKEN") for number in range(30)]
    table.put_many([{**key._asdict(), "name": key.pk} for key in keys])
    assert set(table.get_many(keys)) == set(keys)
    assert clock.now_s > began


@pytest.mark.parametrize("operation", ["BatchGetItem", "BatchWriteItem"])
def test_a_batch_of_which_nothing_is_done_ends_in_time(
    faulty: Callable[[Answers], list[str]], clock: Clock, operation: str
) -> None:
    def nothing(operation: str, request: Any, _inner: Transport) -> tuple[int, Any]:
        if operation == "BatchGetItem":
            return 200, {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}
        return 200, {"UnprocessedItems": request["RequestItems"]}

    patience.begin(Context(clock, 5))
    began = clock.now_s
    faulty(nothing)
    with pytest.raises(DynamoDBError, match="ThrottlingException"):
        table.get_many([KEY]) if operation == "BatchGetItem" else table.put_many([{**KEY._asdict(), "name": "x"}])
    assert clock.now_s - began < 5
