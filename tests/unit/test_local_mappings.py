"""Event source mappings: order, batches, filters, and what becomes of records that cannot be handled."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from local import mappings
from local.functions import Function, Result
from local.mappings import EventSourceMapping, Worker

FUNCTION = Function("Stream", "stream", "arn:aws:lambda:::function:stream", "tests.handler", timeout_s=5)
Handle = Callable[[list[str]], Any]


class Harness:
    """A worker whose function is a callable on the sequence numbers of a batch; `batches` are those it got."""

    def __init__(self, handle: Handle, **options: Any) -> None:
        self.batches: list[list[str]] = []
        self.failures: list[dict[str, Any]] = []
        self._handle = handle
        mapping = EventSourceMapping(
            FUNCTION, "arn:stream", send_failure=lambda text: self.failures.append(json.loads(text)), **options
        )
        self.worker = Worker(mapping, self._invoke, "shard")

    def _invoke(self, _: Function, event: Any) -> Result:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
        assert all(record["eventSourceARN"] == "arn:stream" for record in event["Records"])
        self.batches.append(numbers)
        try:
            return Result(json.dumps(self._handle(numbers)))
        except RuntimeError as error:
            return Result(json.dumps({"errorMessage": str(error)}), failed=True)

    def take(self, *numbers: int, **more: Any) -> None:
        for number in numbers:
            change = {"SequenceNumber": f"{number}", "ApproximateCreationDateTime": time.time(), **more}
            self.worker.take({"eventName": "INSERT", "dynamodb": change})

    def run(self, *numbers: int) -> None:
        """Take records before the worker starts, so that they come in one batch, and wait until they are done."""
        self.take(*numbers)
        self.worker.start()
        assert self.worker.wait_idle(30)
        self.worker.stop()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mappings, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(mappings, "LONGEST_PAUSE_S", 0.001)


def all_well(_: list[str]) -> None:
    return None


def test_records_come_in_order_and_in_batches() -> None:
    harness = Harness(all_well, batch_size=2)
    harness.run(1, 2, 3, 4, 5)
    assert harness.batches == [["1", "2"], ["3", "4"], ["5"]]


def test_a_record_that_no_filter_lets_through_is_not_delivered() -> None:
    odd = {"dynamodb": {"SequenceNumber": ["1", "3"]}}
    five = {"dynamodb": {"SequenceNumber": ["5"]}}
    harness = Harness(all_well, filters=(odd, five))
    harness.run(1, 2, 3, 4, 5)
    assert harness.batches == [["1", "3", "5"]]


def test_a_batch_waits_for_its_window_to_fill_up() -> None:
    harness = Harness(all_well, batch_size=3, window_s=30)
    harness.worker.start()
    harness.take(1)
    harness.take(2)
    assert not harness.worker.wait_idle(0.1)
    harness.take(3)
    assert harness.worker.wait_idle(30)
    assert harness.batches == [["1", "2", "3"]]


def test_a_failing_batch_is_tried_again_until_it_succeeds() -> None:
    attempts = iter([RuntimeError("not yet"), RuntimeError("not yet"), None])

    def handle(_: list[str]) -> None:
        if error := next(attempts):
            raise error

    harness = Harness(handle)
    harness.run(1, 2)
    assert harness.batches == [["1", "2"]] * 3
    assert harness.failures == []


def test_records_after_a_failing_batch_wait_for_it() -> None:
    attempts = iter([RuntimeError("not yet"), None, None])

    def handle(_: list[str]) -> None:
        if error := next(attempts):
            raise error

    harness = Harness(handle, batch_size=1)
    harness.run(1, 2)
    assert harness.batches == [["1"], ["1"], ["2"]]


def test_a_batch_that_always_fails_is_told_to_the_queue_and_given_up() -> None:
    def handle(numbers: list[str]) -> None:
        if "1" in numbers:
            raise RuntimeError("never")

    harness = Harness(handle, retries=2, batch_size=2)
    harness.run(1, 2, 3)
    assert harness.batches == [["1", "2"]] * 3 + [["3"]]
    (failure,) = harness.failures
    assert failure["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert failure["requestContext"]["approximateInvokeCount"] == 3
    assert failure["requestContext"]["functionArn"] == FUNCTION.arn
    assert failure["responseContext"]["functionError"] == "Unhandled"
    batch = failure["DDBStreamBatchInfo"]
    assert (batch["startSequenceNumber"], batch["endSequenceNumber"], batch["batchSize"]) == ("1", "2", 2)
    assert (batch["shardId"], batch["streamArn"]) == ("shard", "arn:stream")


def test_a_failing_batch_is_halved_until_the_bad_record_is_alone() -> None:
    def handle(numbers: list[str]) -> None:
        if "3" in numbers:
            raise RuntimeError("three is bad")

    harness = Harness(handle, bisect=True, retries=0)
    harness.run(1, 2, 3, 4)
    assert harness.batches == [["1", "2", "3", "4"], ["1", "2"], ["3", "4"], ["3"], ["4"]]
    assert [failure["DDBStreamBatchInfo"]["startSequenceNumber"] for failure in harness.failures] == ["3"]


def test_delivery_goes_on_from_the_record_that_the_function_names() -> None:
    bad = {"3"}

    def handle(numbers: list[str]) -> Any:
        failed = next((number for number in numbers if number in bad), None)
        bad.discard(numbers[0])
        return {"batchItemFailures": [{"itemIdentifier": failed}] if failed else []}

    harness = Harness(handle, reports_failures=True)
    harness.run(1, 2, 3, 4)
    assert harness.batches == [["1", "2", "3", "4"], ["3", "4"], ["3", "4"]]


def test_of_several_named_records_the_first_counts() -> None:
    answers = iter([{"batchItemFailures": [{"itemIdentifier": "4"}, {"itemIdentifier": "2"}]}, None])
    harness = Harness(lambda _: next(answers), reports_failures=True)
    harness.run(1, 2, 3, 4)
    assert harness.batches == [["1", "2", "3", "4"], ["2", "3", "4"]]


@pytest.mark.parametrize("identifier", ["", None, "99"])
def test_a_named_record_that_is_none_of_the_batch_means_all_of_it(identifier: str | None) -> None:
    answers = iter([{"batchItemFailures": [{"itemIdentifier": identifier}]}, None])
    harness = Harness(lambda _: next(answers), reports_failures=True)
    harness.run(1, 2)
    assert harness.batches == [["1", "2"], ["1", "2"]]


def test_an_answer_about_failures_means_nothing_where_it_was_not_agreed_on() -> None:
    harness = Harness(lambda _: {"batchItemFailures": [{"itemIdentifier": "1"}]})
    harness.run(1, 2)
    assert harness.batches == [["1", "2"]]


def test_a_record_that_is_too_old_is_given_up() -> None:
    def handle(_: list[str]) -> None:
        raise RuntimeError("never")

    harness = Harness(handle, max_age_s=60)
    harness.take(1, ApproximateCreationDateTime=time.time() - 61)
    harness.run()
    assert harness.batches == [["1"]]
    assert harness.failures[0]["requestContext"]["condition"] == "RecordAgeExceeded"


def test_a_worker_that_fails_for_ever_can_be_stopped() -> None:
    failing = threading.Event()

    def handle(_: list[str]) -> None:
        failing.set()
        raise RuntimeError("never")

    harness = Harness(handle)
    harness.take(1)
    harness.worker.start()
    assert failing.wait(5)
    harness.worker.stop()
    assert not harness.worker.wait_idle(0) or harness.failures == []


def test_functions_get_copies_of_the_items_of_the_table() -> None:
    image = {"n": {"N": "1"}}

    def invoke(_: Function, event: Any) -> Result:
        event["Records"][0]["dynamodb"]["NewImage"]["n"]["N"] = "2"
        return Result("null")

    worker = Worker(EventSourceMapping(FUNCTION, "arn:stream"), invoke, "shard")
    worker.take({"dynamodb": {"SequenceNumber": "1", "NewImage": image}})
    worker.start()
    assert worker.wait_idle(30)
    worker.stop()
    assert image == {"n": {"N": "1"}}
