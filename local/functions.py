"""Lambda on one machine: handlers in threads of this process, with Lambda's context, time limit and error envelope."""

import asyncio
import importlib
import json
import logging
import math
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from local import metrics
from local.identity import new_uuid
from local.patching import replaced
from local.threads import Threads

log = logging.getLogger(__name__)

AT_ONCE = 4
"""How many invocations are at work at once; what comes beyond waits. Those that wait themselves are not counted."""
RETRY_PAUSES_S = (1.0, 2.0)
"""Before the second and the third attempt of an event; minutes in AWS."""

Handler = Callable[[Any, "Context"], Any]


@dataclass(frozen=True)
class Function:
    """One Lambda function of the template."""

    logical_id: str
    name: str
    arn: str
    handler: str
    timeout_s: float = 3.0
    memory_mb: int = 128


class Result(NamedTuple):
    """What came of an invocation: the JSON text of the return value, or of the error if it `failed`."""

    text: str
    failed: bool = False


@dataclass(frozen=True)
class Context:
    """What Lambda passes to a handler beside the event; AWS's names."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    deadline_s: float
    """When the time is up, on the monotonic clock."""
    aws_request_id: str = field(default_factory=new_uuid)
    function_version: str = "$LATEST"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.deadline_s - time.monotonic()) * 1000))


class HandlerMissingError(Exception):
    """A function of the template names a handler that cannot be imported."""


class Functions:
    """The functions of the account. They share the process, so what one caches at import every invocation finds."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.by_name: dict[str, Function] = {}
        self.failures_to: dict[str, Callable[[str], None]] = {}
        """By the function's name, what is told of events that it has failed at for good."""
        self._handlers: dict[str, Handler] = {}
        self._threads = Threads("function", at_once)

    def add(self, function: Function) -> None:
        self.by_name[function.name] = function

    def find(self, name_or_arn: str) -> Function:
        """A function by its name or by its ARN, with or without a version or alias."""
        name = name_or_arn.rsplit(":function:", maxsplit=1)[-1].split(":", maxsplit=1)[0]
        return self.by_name[name]

    def with_handler(self, handler: str) -> Function:
        """The function that runs a handler, such as `functions.schedule.sweep_connections.handler`."""
        return next(function for function in self.by_name.values() if function.handler == handler)

    def load(self) -> None:
        """Import every handler now: what cannot start is known before the system says that it is ready."""
        for function in self.by_name.values():
            module, _, attribute = function.handler.rpartition(".")
            try:
                self._handlers[function.name] = getattr(importlib.import_module(module), attribute)
            except (ImportError, AttributeError, ValueError) as error:
                raise HandlerMissingError(f"{function.logical_id}: no handler {function.handler!r}: {error}") from error

    def close(self) -> None:
        """Take no more invocations; the ones that run come to their end."""
        self._threads.close()

    @contextmanager
    def sleeping(self) -> Iterator[None]:
        """While the block runs, a function that sleeps lets others work."""
        plain_sleep = time.sleep

        def sleep(seconds: float) -> None:
            with self._threads.aside():
                plain_sleep(seconds)

        with replaced(time, "sleep", sleep):
            yield

    # ------------------------------------------------------------------ ways to invoke

    async def call(self, function: Function, event: object, patience_s: float = math.inf) -> Result:
        """Invoke a function from the event loop; the caller waits no longer than it has patience."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Result] = loop.create_future()
        limit_s = min(function.timeout_s, patience_s)

        def settle(result: Result) -> None:
            if not answered.done():
                answered.set_result(result)

        def work() -> None:
            result = self._run(function, event)
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, result)

        overdue = loop.call_later(limit_s, lambda: settle(_timed_out(function, limit_s)))
        self._threads.run(work)
        try:
            return await answered
        finally:
            overdue.cancel()

    def invoke(self, function: Function, event: object) -> Result:
        """Invoke a function and wait, from any thread but the event loop's. Nobody at a station waits for it."""
        running: Future[Result] = Future()
        self._threads.run(lambda: running.set_result(self._run(function, event)), urgent=False)
        with self._threads.aside():
            try:
                return running.result(function.timeout_s)
            except TimeoutError:
                return _timed_out(function, function.timeout_s)

    def start(self, function: Function, event: object) -> None:
        """Invoke a function without waiting, as events do; what fails is tried again twice."""

        def attempts() -> None:
            result = self.invoke(function, event)
            for pause_s in RETRY_PAUSES_S:
                if not result.failed:
                    return
                with self._threads.aside():
                    time.sleep(pause_s)
                result = self.invoke(function, event)
            if result.failed and function.name in self.failures_to:
                self.failures_to[function.name](_given_up(function, event, result))

        self._threads.run(attempts, urgent=False)

    def _run(self, function: Function, event: object) -> Result:
        context = Context(
            function_name=function.name,
            invoked_function_arn=function.arn,
            memory_limit_in_mb=str(function.memory_mb),
            deadline_s=time.monotonic() + function.timeout_s,
        )
        began_s = time.perf_counter()
        try:
            return Result(json.dumps(self._handlers[function.name](event, context)))
        except BaseException as error:  # noqa: BLE001  # Lambda reports whatever a handler raises, SystemExit too
            log.error("%s failed\n%s", function.name, "".join(traceback.format_exception(error)))
            return _failure(
                type(error).__name__, str(error), context.aws_request_id, traceback.format_tb(error.__traceback__)
            )
        finally:
            metrics.invocation(function.name, time.perf_counter() - began_s)


def _given_up(function: Function, event: object, result: Result) -> str:
    """What a destination for failures is told of an event."""
    told = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": f"{function.arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 1 + len(RETRY_PAUSES_S),
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": json.loads(result.text),
    }
    return json.dumps(told)


def _failure(kind: str, message: str, request_id: str, stack: list[str]) -> Result:
    envelope = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": stack}
    return Result(json.dumps(envelope), failed=True)


def _timed_out(function: Function, after_s: float) -> Result:
    """The invocation goes on in its thread, for a thread cannot be stopped; nobody waits for it any more."""
    request_id = new_uuid()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    message = f"{now} {request_id} Task timed out after {after_s:.2f} seconds"
    log.error("%s: %s", function.name, message)
    return Result(json.dumps({"errorMessage": message, "errorType": "Sandbox.Timedout"}), failed=True)
