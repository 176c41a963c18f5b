"""What goes wrong in AWS now and then, as often as somebody wishes: for tests, for the bench, and for a developer who
wants to see how stations and scripts take it (docs/faults.md).

Each request that a function makes, and each time that a stream or a queue has one invoked, goes wrong with the given
probability, in one of the ways that are known of AWS. What was done all the same, while its answer is lost, is the
worst of them: whoever tries again meets it.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from local.functions import Function, Result
from local.patching import replaced
from shared.aws import clients
from shared.store import dynamodb
from shared.store.dynamodb import Transport

Invoke = Callable[[Function, object], Result]

REFUSALS: dict[str, tuple[int, str]] = {
    "throttled": (400, "ProvisionedThroughputExceededException"),
    "throttled by the account": (400, "ThrottlingException"),
    "failed": (500, "InternalServerError"),
    "in conflict": (400, "TransactionConflictException"),
}
"""Ways in which DynamoDB refuses for the moment: HTTP status and name."""
BATCHES = {"BatchGetItem": ("Keys", "UnprocessedKeys"), "BatchWriteItem": (None, "UnprocessedItems")}
OF_TABLE = ("throttled", "throttled by the account", "failed", "unsent", "lost", "late")
OF_WRITES = (*OF_TABLE, "in conflict")
OF_BATCHES = (*OF_TABLE, "in part")
OF_SERVICES = ("throttled", "failed", "unsent", "lost", "late")
OF_INVOCATIONS = ("not begun", "done twice")
READS = ("GetItem", "Query")
LATEST_S = 0.2
FAILED = Result(json.dumps({"errorMessage": "Rate Exceeded.", "errorType": "TooManyRequestsException"}), failed=True)


class FaultInjector:
    """Makes requests go wrong. `seed` decides which, as far as the order of requests is the same."""

    def __init__(self, rate: float, seed: int = 0) -> None:
        self.rate = rate
        self.done: Counter[str] = Counter()
        """How often what went wrong, by its name after where: `table: lost`."""
        self._random = random.Random(seed)  # noqa: S311  # it guards no secret
        self._lock = threading.Lock()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """While the block runs, the requests of functions go wrong. Clients that were made before it stay as they
        are."""
        before = dynamodb._transport
        with ExitStack() as places:
            places.callback(dynamodb.set_transport, before)
            dynamodb.set_transport(self.transport(before))
            places.enter_context(replaced(clients, "boto3", self))
            yield

    def _drawn(self, where: str, ways: tuple[str, ...]) -> str | None:
        if not self.rate:
            return None
        with self._lock:
            if self._random.random() >= self.rate:
                return None
            way = self._random.choice(ways)
            self.done[f"{where}: {way}"] += 1
            return way

    def _late(self) -> None:
        with self._lock:
            pause_s = self._random.uniform(0, LATEST_S)
        time.sleep(pause_s)

    # ------------------------------------------------------------------ the table

    def transport(self, inner: Transport) -> Transport:
        """The way to the table, with faults on it."""

        def send(operation: str, body: bytes) -> tuple[int, bytes]:
            ways = OF_BATCHES if operation in BATCHES else OF_TABLE if operation in READS else OF_WRITES
            return self._send(inner, operation, body, self._drawn("table", ways))

        return send

    def _send(self, inner: Transport, operation: str, body: bytes, way: str | None) -> tuple[int, bytes]:
        if way == "unsent":
            raise ConnectionResetError("injected: the request was not sent")
        if way == "lost":
            inner(operation, body)
            raise ConnectionResetError("injected: the answer was lost")
        if way == "late":
            self._late()
        if way == "in part":
            return _in_part(inner, operation, json.loads(body))
        if way in REFUSALS:
            return _refusal(operation, *REFUSALS[way])
        return inner(operation, body)

    # ------------------------------------------------------------------ other services

    def client(self, service: str, **options: Any) -> Any:
        """In the place of boto3.client: a client whose requests go wrong."""
        made = boto3.client(service, **options)
        made.meta.events.register_first("before-send", self._before_send)
        return made

    def _before_send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
        service = event_name.split(".")[1]
        way = self._drawn(service, OF_SERVICES)
        if way == "unsent":
            raise ConnectTimeoutError(endpoint_url=request.url)
        if way == "lost":
            botocore_stubber(event_name, request)
            raise ReadTimeoutError(endpoint_url=request.url)
        if way == "late":
            self._late()
        if way == "throttled":
            return _response(request, service, 503 if service == "s3" else 429, "ThrottlingException")
        if way == "failed":
            return _response(request, service, 500, "InternalFailure")
        return None

    # ------------------------------------------------------------------ invocations

    def invocations(self, inner: Invoke) -> Invoke:
        """How streams and queues have functions invoked: some are not begun, some are done and count as failed, so
        that what they were given comes again."""

        def invoke(function: Function, event: object) -> Result:
            way = self._drawn("invocation", OF_INVOCATIONS)
            if way == "not begun":
                return FAILED
            result = inner(function, event)
            return FAILED if way else result

        return invoke


def _refusal(operation: str, status: int, code: str) -> tuple[int, bytes]:
    told: dict[str, Any] = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "injected"}
    if operation == "TransactWriteItems" and code == "TransactionConflictException":
        told["__type"] = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
        told["CancellationReasons"] = [{"Code": "TransactionConflict", "Message": "injected"}]
    return status, json.dumps(told).encode()


def _in_part(inner: Transport, operation: str, request: dict[str, Any]) -> tuple[int, bytes]:
    """Every second entry of a batch is done, the rest is left."""
    entries, left_name = BATCHES[operation]
    left: dict[str, Any] = {}
    for table, wanted in request["RequestItems"].items():
        every = wanted[entries] if entries else wanted
        kept, rest = every[::2], every[1::2]
        request["RequestItems"][table] = {**wanted, entries: kept} if entries else kept
        if rest:
            left[table] = {**wanted, entries: rest} if entries else rest
    status, body = inner(operation, json.dumps(request).encode())
    if status != 200:
        return status, body
    return status, json.dumps({**json.loads(body), left_name: left}).encode()


def _response(request: AWSPreparedRequest, service: str, status: int, code: str) -> AWSResponse:
    if service == "s3":
        text = f"<Error><Code>{'SlowDown' if status == 503 else 'InternalError'}</Code></Error>"
        return AWSResponse(request.url, status, {"content-type": "application/xml"}, MockRawResponse(text))
    headers = {"content-type": "application/json", "x-amzn-ErrorType": code}
    text = json.dumps({"__type": code, "message": "injected"})
    return AWSResponse(request.url, status, headers, MockRawResponse(text))
