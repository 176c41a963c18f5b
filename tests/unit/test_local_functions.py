"""Lambda on this machine: context, time limit, error envelope, and the ways to invoke."""

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from local import functions as module
from local.functions import Context, Function, Functions, HandlerMissingError

MODULE = "handlers_of_test_local_functions"


@pytest.fixture
def handlers() -> Iterator[ModuleType]:
    """A module to put handlers in."""
    made = ModuleType(MODULE)
    sys.modules[MODULE] = made
    yield made
    del sys.modules[MODULE]


def loaded(
    handlers: ModuleType, handler: Any, timeout_s: float = 5.0, concurrency: int = 4
) -> tuple[Functions, Function]:
    handlers.handler = handler  # type: ignore[attr-defined]  # that is what the module is for
    functions = Functions(concurrency)
    function = Function("Logical", "name", "arn:aws:lambda:r:1:function:name", f"{MODULE}.handler", timeout_s, 256)
    functions.add(function)
    functions.load()
    return functions, function


def test_a_handler_gets_the_event_and_a_context_like_lambdas(handlers: ModuleType) -> None:
    contexts: list[Context] = []

    def handler(event: Any, context: Context) -> Any:
        contexts.append(context)
        return {"got": event}

    functions, function = loaded(handlers, handler)
    assert json.loads(functions.invoke(function, {"a": 1}).text) == {"got": {"a": 1}}
    functions.invoke(function, {})
    context = contexts[0]
    assert context.function_name == "name"
    assert context.function_version == "$LATEST"
    assert context.invoked_function_arn == function.arn
    assert context.memory_limit_in_mb == "256"
    assert context.log_group_name == "/aws/lambda/name"
    assert 4000 < context.get_remaining_time_in_millis() <= 5000
    assert contexts[1].aws_request_id != context.aws_request_id


def test_an_exception_becomes_lambdas_error_envelope(handlers: ModuleType) -> None:
    def handler(event: Any, context: Context) -> None:
        raise KeyError("missing")

    functions, function = loaded(handlers, handler)
    result = functions.invoke(function, {})
    envelope = json.loads(result.text)
    assert result.failed
    assert envelope["errorType"] == "KeyError"
    assert envelope["errorMessage"] == "'missing'"
    assert envelope["requestId"]
    assert "handler" in "".join(envelope["stackTrace"])


@pytest.mark.parametrize("value", [object(), {"a": {1, 2}}, b"bytes"])
def test_a_value_that_is_no_json_is_an_error(handlers: ModuleType, value: Any) -> None:
    functions, function = loaded(handlers, lambda event, context: value)
    result = functions.invoke(function, {})
    assert result.failed
    assert json.loads(result.text)["errorType"] == "TypeError"


def test_a_handler_that_exits_does_not_end_the_process(handlers: ModuleType) -> None:
    functions, function = loaded(handlers, lambda event, context: sys.exit(3))
    assert functions.invoke(function, {}).failed


def test_a_handler_beyond_its_time_is_reported_as_timed_out(handlers: ModuleType) -> None:
    release = threading.Event()
    functions, function = loaded(handlers, lambda event, context: release.wait(10), timeout_s=0.05)
    result = functions.invoke(function, {})
    release.set()
    assert result.failed
    envelope = json.loads(result.text)
    assert envelope["errorType"] == "Sandbox.Timedout"
    assert envelope["errorMessage"].endswith("Task timed out after 0.05 seconds")


async def test_a_caller_waits_no_longer_than_it_has_patience(handlers: ModuleType) -> None:
    release = threading.Event()
    functions, function = loaded(handlers, lambda event, context: release.wait(10))
    result = await functions.call(function, {}, patience_s=0.05)
    release.set()
    assert json.loads(result.text)["errorType"] == "Sandbox.Timedout"


async def test_invocations_run_side_by_side(handlers: ModuleType) -> None:
    together = threading.Barrier(3, timeout=30)
    functions, function = loaded(handlers, lambda event, context: together.wait() >= 0)
    results = await asyncio.gather(*(functions.call(function, {}) for _ in range(3)))
    assert [json.loads(result.text) for result in results] == [True] * 3


async def test_functions_that_invoke_functions_do_not_wait_for_each_others_threads(handlers: ModuleType) -> None:
    functions, inner = loaded(handlers, lambda event, context: "inner", concurrency=2)
    vars(handlers)["outer"] = lambda event, context: json.loads(functions.invoke(inner, {}).text)
    outer = Function("Outer", "outer", "arn", f"{MODULE}.outer", 5)
    functions.add(outer)
    functions.load()
    results = await asyncio.gather(*(functions.call(outer, {}) for _ in range(6)))
    assert [json.loads(result.text) for result in results] == ["inner"] * 6


def test_an_event_is_tried_three_times(handlers: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_PAUSES_S", (0.0, 0.0))
    attempts: list[int] = []
    done = threading.Event()

    def handler(event: Any, context: Context) -> None:
        attempts.append(1)
        if len(attempts) == 3:
            done.set()
        raise RuntimeError("again")

    functions, function = loaded(handlers, handler)
    functions.start(function, {})
    assert done.wait(5)
    assert len(attempts) == 3


def test_a_function_is_found_by_name_arn_and_handler(handlers: ModuleType) -> None:
    functions, function = loaded(handlers, lambda event, context: None)
    assert functions.find("name") is function
    assert functions.find(function.arn) is function
    assert functions.find(f"{function.arn}:live") is function
    assert functions.with_handler(f"{MODULE}.handler") is function


@pytest.mark.parametrize("handler", ["no.such.module.handler", f"{MODULE}.nothing", "nothing"])
def test_a_handler_that_cannot_be_imported_is_named(handlers: ModuleType, handler: str) -> None:
    functions = Functions()
    functions.add(Function("Logical", "name", "arn", handler))
    with pytest.raises(HandlerMissingError, match="Logical: no handler"):
        functions.load()
