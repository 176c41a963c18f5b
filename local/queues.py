"""Event source mappings of queues: one worker for each, which hands messages to its function once they are visible.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult
from moto.sqs.models import Message, Queue, sqs_backends
from moto.sqs.responses import SQSResponse

from local.functions import Function, Result
from local.identity import ACCOUNT_ID, REGION, client
from local.patching import replaced

log = logging.getLogger(__name__)


@contextmanager
def installed() -> Iterator[None]:
    """While the block runs, moto tells what is visible and what is delayed by one look at the clock.

    Its own way to ask for the time takes 8 microseconds, and it asks four times for each message of a queue whenever
    one is sent or received: with a thousand timers in a queue that is 30 ms each time.
    """
    with ExitStack() as places:
        places.enter_context(replaced(Message, "visible", property(lambda self: time.time() * 1000 > self.visible_at)))
        places.enter_context(
            replaced(Message, "delayed", property(lambda self: time.time() * 1000 < self.delayed_until))
        )
        # moto's models remember each that was ever made, for its dashboard: a timer of each call for as long as we run.
        places.enter_context(replaced(Message, "__new__", lambda cls, *_, **__: object.__new__(cls)))
        places.enter_context(replaced(Queue, "add_message", _add_message))
        places.enter_context(replaced(SQSResponse, "receive_message", _receive_message))
        yield


_motos_add_message = Queue.add_message
_motos_receive_message = SQSResponse.receive_message


def _add_message(queue: Queue, message: Message) -> None:
    """moto forgets from which queue a dead letter is."""
    if not hasattr(message, "first_queue_arn"):
        message.first_queue_arn = queue.queue_arn  # type: ignore[attr-defined]  # ours
    _motos_add_message(queue, message)


def _receive_message(response: SQSResponse) -> ActionResult:
    """What moto answers, with the name of that queue."""
    result: ActionResult = _motos_receive_message(response)
    queue = response.sqs_backend.get_queue(response._get_queue_name())
    first = {message.id: message.first_queue_arn for message in queue._messages}  # type: ignore[attr-defined]  # ours
    for message in result.result.get("Messages", ()):  # type: ignore[attr-defined]  # an object, as the model says
        if "Attributes" in message and first.get(message["MessageId"], queue.queue_arn) != queue.queue_arn:
            message["Attributes"]["DeadLetterQueueSourceArn"] = first[message["MessageId"]]
    return result


POLL_S = 0.05
"""How often a queue is looked at; AWS waits for messages with several open requests instead."""


@dataclass(frozen=True)
class QueueMapping:
    """How the messages of a queue reach a function; AWS's names and defaults."""

    function: Function
    queue_arn: str
    batch_size: int = 10
    reports_failures: bool = False
    """Whether the function answers with `batchItemFailures`."""

    @property
    def queue_name(self) -> str:
        return self.queue_arn.rsplit(":", 1)[1]


class QueueWorker:
    """The thread that serves one mapping. What fails stays in the queue, and comes again after its visibility timeout
    or goes where the queue's redrive policy says."""

    def __init__(self, mapping: QueueMapping, invoke: Callable[[Function, object], Result]) -> None:
        self.mapping = mapping
        self._invoke = invoke
        self._stopping = threading.Event()
        self._busy = threading.Lock()
        self._queue: Queue = sqs_backends[ACCOUNT_ID][REGION].queues[mapping.queue_name]
        self._thread = threading.Thread(target=self._work, name=f"queue to {mapping.function.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand and end."""
        self._stopping.set()
        self._thread.join(self.mapping.function.timeout_s)

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until no message is visible or in hand; delayed ones do not count. Whether that came to pass in time."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            with self._busy:
                if not self._visible():
                    return True
            time.sleep(POLL_S / 5)
        return False

    def _visible(self) -> bool:
        return bool(self._queue.messages)

    def _work(self) -> None:
        while not self._stopping.wait(POLL_S):
            try:
                with self._busy:
                    while self._visible() and not self._stopping.is_set():
                        self._take()
            except Exception:  # a batch that cannot be brought must not keep the later ones from coming
                log.exception("a batch of %s failed", self.mapping.queue_name)

    def _take(self) -> None:
        sqs = client("sqs")
        url = sqs.get_queue_url(QueueName=self.mapping.queue_name)["QueueUrl"]
        most = min(10, self.mapping.batch_size)
        batch = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, AttributeNames=["All"]).get("Messages")
        if not batch:
            return
        result = self._invoke(self.mapping.function, {"Records": [self._record(message) for message in batch]})
        failed = self._failed(result, batch)
        for message in batch:
            if message["MessageId"] not in failed:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def _failed(self, result: Result, batch: list[Any]) -> set[str]:
        """The messages that are not done; all of them if the function failed, or names one that it was not given."""
        every = {message["MessageId"] for message in batch}
        if result.failed:
            return every
        answer = json.loads(result.text) if self.mapping.reports_failures else None
        named = {one["itemIdentifier"] for one in (answer or {}).get("batchItemFailures", ())}
        return every if named - every else named

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self.mapping.queue_arn,
            "awsRegion": REGION,
        }
