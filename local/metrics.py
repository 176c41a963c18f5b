"""CloudWatch on one machine: what is metered here, as the metrics that AWS has of it (shared/cloud_meters.py).

Whatever is metered is added up where it happens, which costs a microsecond; moto has the sums when somebody
reads them. They are by the hour, and begin anew with each start. Not counted are the transitions of workflows, and
Lambda's asking queues that are empty, which happens in AWS only.
"""

import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics.base import SingleMetric
from moto.cloudwatch.models import CloudWatchBackend, MetricDatum, cloudwatch_backends
from moto.events.models import EventsBackend
from moto.sqs.models import SQSBackend

from local import capacity
from local.capacity import Charge, Meter
from local.identity import ACCOUNT_ID, REGION
from local.patching import replaced

Dimensions = tuple[tuple[str, str], ...]
Key = tuple[str, str, Dimensions]
"""Namespace, name and dimensions of a metric."""
MOST_BYTES_PER_CHARACTER = 4
FRAME_BYTES = 32 * 1024
"""API Gateway counts a message as one for each that it has begun."""
LOG_EVENT_BYTES = 26
"""What CloudWatch Logs adds to each line."""
READS = ("get_metric_data", "get_metric_statistics", "list_metrics")
"""What moto's CloudWatch is asked."""


class Metrics:
    """What was metered since the last reading. Any thread may count."""

    def __init__(self) -> None:
        self.log_group = ""
        self._sums: dict[Key, float] = {}
        self._lock = threading.Lock()
        self._kept: dict[tuple[Key, datetime], MetricDatum] = {}

    def count(self, namespace: str, name: str, value: float, dimensions: Dimensions = ()) -> None:
        key = (namespace, name, dimensions)
        with self._lock:
            self._sums[key] = self._sums.get(key, 0.0) + value

    def hand_over(self) -> None:
        """Give moto what was counted: as one value for each metric and hour."""
        backend = cloudwatch_backends[ACCOUNT_ID][REGION]
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)  # as moto keeps times
        with self._lock:
            sums, self._sums = self._sums, {}
            for key, value in sums.items():
                kept = self._kept.get((key, hour))
                if kept is None:
                    namespace, name, dimensions = key
                    said = [{"Name": one, "Value": text} for one, text in dimensions]
                    kept = self._kept[key, hour] = MetricDatum(namespace, name, 0.0, said, hour)
                    backend.metric_data.append(kept)
                kept.value += value


_open: Metrics | None = None
"""Of the system that runs in this process, if one does."""


def count(namespace: str, name: str, value: float = 1, *dimensions: tuple[str, str]) -> None:
    """Count something that AWS meters; nothing happens where nobody keeps count."""
    if _open is not None:
        _open.count(namespace, name, value, dimensions)


def message(text: str, api_id: str) -> None:
    """A message to or from a client of a WebSocket API."""
    if _open is not None:
        is_short = len(text) * MOST_BYTES_PER_CHARACTER <= FRAME_BYTES
        frames = 1 if is_short else math.ceil(len(text.encode()) / FRAME_BYTES)
        _open.count("AWS/ApiGateway", "MessageCount", frames, (("ApiId", api_id),))


def handshake(api_id: str) -> None:
    """A client asks for a connection to a WebSocket API."""
    if _open is not None:
        _open.count("AWS/ApiGateway", "ConnectCount", 1, (("ApiId", api_id),))


def invocation(function_name: str, duration_s: float) -> None:
    """A function has run."""
    count("AWS/Lambda", "Invocations", 1, ("FunctionName", function_name))
    count("AWS/Lambda", "Duration", math.ceil(duration_s * 1000), ("FunctionName", function_name))


def log_line(text: str) -> None:
    """A line that a function has logged."""
    if _open is not None:
        size = len(text.encode()) + LOG_EVENT_BYTES
        _open.count("AWS/Logs", "IncomingBytes", size, (("LogGroupName", _open.log_group),))


class _Units(Meter):
    """Takes the request units of every operation on a table."""

    def add(self, charge: Charge) -> None:
        for kind, units in (("Read", charge.read), ("Write", charge.write)):
            name = f"Consumed{kind}CapacityUnits"
            if units.table:
                count("AWS/DynamoDB", name, units.table, ("TableName", charge.table))
            for index, value in units.indexes.items():
                of_index = (("TableName", charge.table), ("GlobalSecondaryIndexName", index))
                count("AWS/DynamoDB", name, value, *of_index)


@contextmanager
def installed(metrics: Metrics) -> Iterator[None]:
    """Keep count while the block runs, and let moto's CloudWatch tell of it."""
    global _open  # noqa: PLW0603  # one system at a time, as moto is
    with ExitStack() as places:
        enter = places.enter_context
        for name in READS:
            enter(replaced(CloudWatchBackend, name, _reading(metrics, getattr(CloudWatchBackend, name))))
        enter(replaced(EventsBackend, "put_events", _events(EventsBackend.put_events)))
        enter(replaced(SQSBackend, "send_message", _sent(SQSBackend.send_message)))
        enter(replaced(SQSBackend, "receive_message", _received(SQSBackend.receive_message)))
        enter(replaced(SQSBackend, "delete_message", _deleted(SQSBackend.delete_message)))
        enter(replaced(SingleMetric, "serialize_metric_set", _embedded(SingleMetric.serialize_metric_set)))
        enter(capacity.recording(_Units()))
        _open = metrics
        try:
            yield
        finally:
            _open = None


def _reading(metrics: Metrics, motos: Callable[..., Any]) -> Callable[..., Any]:
    def read(backend: CloudWatchBackend, *args: Any, **kwargs: Any) -> Any:
        metrics.hand_over()
        return motos(backend, *args, **kwargs)

    return read


def _events(motos: Callable[..., Any]) -> Callable[..., Any]:
    def put_events(backend: EventsBackend, events: list[Any]) -> Any:
        # Of the whole account, as in AWS: the metric has no dimension.
        count("AWS/Events", "PutEventsEntriesCount", len(events))
        return motos(backend, events)

    return put_events


def _sent(motos: Callable[..., Any]) -> Callable[..., Any]:
    def send_message(backend: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:
        count("AWS/SQS", "NumberOfMessagesSent", 1, ("QueueName", queue_name))
        return motos(backend, queue_name, *args, **kwargs)

    return send_message


def _received(motos: Callable[..., Any]) -> Callable[..., Any]:
    def receive_message(backend: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:
        found = motos(backend, queue_name, *args, **kwargs)
        if found:
            count("AWS/SQS", "NumberOfMessagesReceived", len(found), ("QueueName", queue_name))
        return found

    return receive_message


def _deleted(motos: Callable[..., Any]) -> Callable[..., Any]:
    def delete_message(backend: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:
        count("AWS/SQS", "NumberOfMessagesDeleted", 1, ("QueueName", queue_name))
        return motos(backend, queue_name, *args, **kwargs)

    return delete_message


def _embedded(powertools: Callable[..., Any]) -> Callable[..., Any]:
    """Metrics in the embedded format, of which CloudWatch makes metrics when it sees them in the log."""

    def serialize_metric_set(single: SingleMetric, *args: Any, **kwargs: Any) -> Any:
        said = powertools(single, *args, **kwargs)
        log_line(json.dumps(said, separators=(",", ":")))
        for directive in said["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                dimensions = [(name, str(said[name])) for name in names]
                for metric in directive["Metrics"]:
                    values = said[metric["Name"]]
                    total = sum(values) if isinstance(values, list) else values
                    count(directive["Namespace"], metric["Name"], total, *dimensions)
        return said

    return serialize_metric_set
