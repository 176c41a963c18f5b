"""Event source mappings of a table's stream: one worker for each, which delivers records in order, in batches.

What Lambda does with a batch that fails is done here: it goes on from the record that the function names, or halves
the batch, tries again, and at last tells the on-failure queue and moves on.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import json
import logging
import math
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from local import patterns
from local.functions import Function, Result

log = logging.getLogger(__name__)

Record = dict[str, Any]
Invoke = Callable[[Function, object], Result]
GATHER_S = 0.02
"""How long records wait for others, so that a call is made for some and not for each."""
REST_S = 0.1
"""How long those wait that come right after a batch: a call for each few would cost as much as what it tells of. Lambda
looks at a stream four times a second."""
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0


@dataclass(frozen=True)
class EventSourceMapping:
    """How the records of a stream reach a function; AWS's names and defaults."""

    function: Function
    stream_arn: str
    batch_size: int = 100
    window_s: float = 0.0
    """How long a batch may wait to fill up."""
    filters: tuple[dict[str, Any], ...] = ()
    """A record passes that matches any of them; without filters all pass."""
    bisect: bool = False
    retries: float = math.inf
    max_age_s: float = math.inf
    reports_failures: bool = False
    """Whether the function answers with `batchItemFailures`."""
    send_failure: Callable[[str], None] | None = None
    """Tells the on-failure destination of records that are given up."""
    keeps_records: bool = False
    """Whether it is told of the records as well, as S3 is; a queue learns only where in the stream they are."""

    @cached_property
    def _tests(self) -> list[patterns.Test]:
        return [patterns.compiled(pattern) for pattern in self.filters]

    def passes(self, record: Record) -> bool:
        return not self.filters or any(test(record) for test in self._tests)


class Worker:
    """The thread that serves one mapping."""

    def __init__(
        self, mapping: EventSourceMapping, invoke: Callable[[Function, object], Result], shard_id: str
    ) -> None:
        self.mapping = mapping
        self._invoke = invoke
        self._shard_id = shard_id
        self._waiting: deque[Record] = deque()
        self._changed = threading.Condition()
        self._busy = False
        self._awaited = 0
        """Who waits for everything to be delivered: nothing is held back meanwhile."""
        self._stopping = False
        self._last_batch_at_s = -math.inf
        self._thread = threading.Thread(target=self._work, name=f"stream to {mapping.function.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def take(self, record: Record) -> None:
        """Queue a record if the function wants it; called in the order of the stream."""
        if not self.mapping.passes(record):
            return
        with self._changed:
            self._waiting.append(record)
            # Those between the first and a full batch would only wake the worker to go on waiting.
            if len(self._waiting) in (1, self.mapping.batch_size):
                self._changed.notify_all()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until every record taken so far is delivered or given up; whether that came to pass in time."""
        with self._changed:
            self._awaited += 1
            self._changed.notify_all()
            try:
                return self._changed.wait_for(lambda: not self._waiting and not self._busy, timeout_s)
            finally:
                self._awaited -= 1

    def stop(self) -> None:
        """Finish the batch in hand and end; what still waits is lost."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(self.mapping.function.timeout_s)

    def _work(self) -> None:
        arn = self.mapping.stream_arn
        while batch := self._next_batch():
            # A copy: other mappings have the same records.
            self._deliver([{**_copied(record), "eventSourceARN": arn} for record in batch])
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next_batch(self) -> list[Record]:
        """The next records in order, at most a batch of them; none when the worker is to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            rested_at_s = self._last_batch_at_s + REST_S
            gather_s = max(self.mapping.window_s, GATHER_S, rested_at_s - time.monotonic())
            self._changed.wait_for(self._is_full, gather_s)
            self._last_batch_at_s = time.monotonic()
            if self._stopping:
                return []
            self._busy = True
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self.mapping.batch_size))]

    def _is_full(self) -> bool:
        hurry = self._awaited and not self.mapping.window_s
        return bool(hurry or self._stopping or len(self._waiting) >= self.mapping.batch_size)

    # ------------------------------------------------------------------ a batch

    def _deliver(self, batch: list[Record]) -> None:
        invocations = 0
        pause_s = FIRST_PAUSE_S
        while batch and not self._stopping:
            result = self._invoke(self.mapping.function, {"Records": batch})
            invocations += 1
            failed_at = self._first_failure(batch, result)
            if failed_at is None:
                return
            if failed_at > 0:
                # Records before the failure are done, and what remains has all its attempts before it.
                batch, invocations = batch[failed_at:], 0
                continue
            if self.mapping.bisect and result.failed and len(batch) > 1:
                half = len(batch) // 2
                self._deliver(batch[:half])
                self._deliver(batch[half:])
                return
            condition = self._exhausted(batch, invocations)
            if condition:
                self._give_up(batch, condition, invocations, result)
                return
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _first_failure(self, batch: list[Record], result: Result) -> int | None:
        """Where in the batch delivery goes on; `None` when all of it is done."""
        if result.failed:
            return 0
        if not self.mapping.reports_failures:
            return None
        answer = json.loads(result.text)
        failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
        if not failures:
            return None
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        named = [failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures]
        # An identifier that is empty or of no record of the batch means all of it.
        return min(numbers.index(name) if name in numbers else 0 for name in named)

    def _exhausted(self, batch: list[Record], invocations: int) -> str:
        """Why no further attempt is made, in Lambda's word for it; empty while there is one."""
        if invocations > self.mapping.retries:
            return "RetryAttemptsExhausted"
        age_s = time.time() - batch[0]["dynamodb"]["ApproximateCreationDateTime"]
        return "RecordAgeExceeded" if age_s > self.mapping.max_age_s else ""

    def _give_up(self, batch: list[Record], condition: str, invocations: int, result: Result) -> None:
        log.error("%s: gave up %d records: %s", self.mapping.function.name, len(batch), condition)
        if self.mapping.send_failure is None:
            return
        changes = [record["dynamodb"] for record in batch]
        message = {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": self.mapping.function.arn,
                "condition": condition,
                "approximateInvokeCount": invocations,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled" if result.failed else None,
            },
            "version": "1.0",
            "timestamp": _iso(time.time()),
            "DDBStreamBatchInfo": {
                "shardId": self._shard_id,
                "startSequenceNumber": changes[0]["SequenceNumber"],
                "endSequenceNumber": changes[-1]["SequenceNumber"],
                "approximateArrivalOfFirstRecord": _iso(changes[0]["ApproximateCreationDateTime"]),
                "approximateArrivalOfLastRecord": _iso(changes[-1]["ApproximateCreationDateTime"]),
                "batchSize": len(batch),
                "streamArn": self.mapping.stream_arn,
            },
        }
        if self.mapping.keeps_records:
            message["payload"] = json.dumps({"Records": batch})
        self.mapping.send_failure(json.dumps(message))


def _copied(value: Any) -> Any:
    """What a function may change without harm, of what JSON can hold."""
    if isinstance(value, dict):
        return {name: inner if isinstance(inner, str) else _copied(inner) for name, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _iso(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
