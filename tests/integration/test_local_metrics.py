"""What is metered on this machine comes to moto's CloudWatch as AWS's own metrics, and nothing is counted twice."""

import datetime as dt
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from local import capacity, metrics
from local.capacity import Charge, Units
from local.identity import REGION
from local.metrics import Metrics
from shared.aws import telemetry
from tests.conftest import ENVIRONMENT

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def kept() -> Iterator[Metrics]:
    with mock_aws():
        made = Metrics()
        made.log_group = "log"
        with metrics.installed(made):
            yield made


def read(namespace: str, name: str, **dimensions: str) -> float:
    """The sum of a metric since yesterday."""
    said = [{"Name": one, "Value": text} for one, text in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": said}
    now = dt.datetime.now(dt.UTC)
    answer = boto3.client("cloudwatch", REGION).get_metric_data(
        MetricDataQueries=[{"Id": "one", "MetricStat": {"Metric": metric, "Period": 86_400, "Stat": "Sum"}}],
        StartTime=now - dt.timedelta(days=1),
        EndTime=now + dt.timedelta(days=1),
    )
    return float(sum(answer["MetricDataResults"][0]["Values"]))


@pytest.mark.usefixtures("kept")
def test_messages_are_counted_by_each_32_kb_that_they_have_begun() -> None:
    for text in ("{}", "x" * 32_768, "x" * 32_769, "ü" * 20_000):
        metrics.message(text, "sockets")
    assert read("AWS/ApiGateway", "MessageCount", ApiId="sockets") == 1 + 1 + 2 + 2
    metrics.message("{}", "sockets")
    metrics.message("{}", "live")
    assert read("AWS/ApiGateway", "MessageCount", ApiId="sockets") == 7


@pytest.mark.usefixtures("kept")
def test_request_units_are_counted_of_the_table_and_of_each_index() -> None:
    charge = Charge("PutItem", "idlewatt", Units(0.5), Units(1, {"by_list": 2}))
    capacity.record(charge)
    capacity.record(charge)
    assert read("AWS/DynamoDB", "ConsumedWriteCapacityUnits", TableName="idlewatt") == 2
    assert read("AWS/DynamoDB", "ConsumedReadCapacityUnits", TableName="idlewatt") == 1
    of_index = {"TableName": "idlewatt", "GlobalSecondaryIndexName": "by_list"}
    assert read("AWS/DynamoDB", "ConsumedWriteCapacityUnits", **of_index) == 4


@pytest.mark.usefixtures("kept")
def test_metrics_that_functions_write_into_the_log_are_metrics_and_bytes_of_log() -> None:
    telemetry.count_connection(dt.timedelta(minutes=42))
    own = {"service": ENVIRONMENT["POWERTOOLS_SERVICE_NAME"], "stage": ENVIRONMENT["STAGE"]}
    assert read("Idlewatt", "ConnectionMinutes", **own) == 42
    assert read("AWS/Logs", "IncomingBytes", LogGroupName="log") > 100


@pytest.mark.usefixtures("kept")
def test_a_queue_and_the_bus_count_what_goes_through_them() -> None:
    sqs = boto3.client("sqs", REGION)
    url = sqs.create_queue(QueueName="timers")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    (found,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])
    for what in ("Sent", "Received", "Deleted"):
        assert read("AWS/SQS", f"NumberOfMessages{what}", QueueName="timers") == 1
    entry = {"Source": "a", "DetailType": "b", "Detail": "{}"}
    boto3.client("events", REGION).put_events(Entries=[entry, entry])
    assert read("AWS/Events", "PutEventsEntriesCount") == 2


def test_without_a_system_nothing_is_counted() -> None:
    metrics.invocation("function", 0.1)
    with mock_aws(), metrics.installed(Metrics()):
        assert read("AWS/Lambda", "Invocations", FunctionName="function") == 0
