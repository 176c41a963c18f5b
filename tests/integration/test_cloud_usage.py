"""What CloudWatch says of a stage, day by day, as the operator API tells it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.connection import disconnect
from functions.schedule import sweep_connections
from shared.aws import cloud_usage, gateway, telemetry
from shared.cloud_prices import usd
from shared.domain.stations import Connection
from shared.store import connections
from tests.conftest import ENVIRONMENT
from tests.integration.api import call, get
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

REGION = "us-east-1"
API = {"ApiId": "api"}
"""Of the events that tests make."""
SOCKETS = {"ApiId": "stations"}
"""The first label of CONNECTIONS_URL."""
TABLE = {"TableName": ENVIRONMENT["TABLE_NAME"]}
OWN = {"service": "idlewatt", "stage": ENVIRONMENT["STAGE"]}
TODAY = dt.datetime.now(dt.UTC).date()
YESTERDAY = TODAY - dt.timedelta(days=1)


class CloudWatch:
    """The metrics of the account."""

    def __init__(self) -> None:
        self.client: Any = boto3.client("cloudwatch", REGION)

    def put(
        self, namespace: str, name: str, value: float, dimensions: Mapping[str, str] = {}, day: dt.date = YESTERDAY
    ) -> None:
        at = dt.datetime.combine(day, dt.time(0, 1), dt.UTC)
        said = [{"Name": one, "Value": text} for one, text in dimensions.items()]
        datum = {"MetricName": name, "Dimensions": said, "Timestamp": at, "Value": value}
        self.client.put_metric_data(Namespace=namespace, MetricData=[datum])


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudWatch]:
    """An account in which nothing has been metered yet."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        monkeypatch.setattr(cloud_usage, "table_gb", lambda: 2.0)
        for cached in (cloud_usage._cloudwatch, cloud_usage._lambda, cloud_usage._memory_gb):
            cached.cache_clear()
        yield CloudWatch()
        for cached in (cloud_usage._cloudwatch, cloud_usage._lambda, cloud_usage._memory_gb):
            cached.cache_clear()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The minutes of connections that functions count."""
    values: list[float] = []
    monkeypatch.setattr(
        telemetry, "count", lambda name, value, **_: values.append(value) if "Minutes" in name else None
    )
    return values


def amounts(day: Any) -> dict[str, float]:
    return {line["item"]: line["amount"] for line in day["lines"]}


def test_each_metric_is_billed_by_its_price_on_its_day(cloudwatch: CloudWatch) -> None:
    cloudwatch.put("AWS/ApiGateway", "MessageCount", 1000, SOCKETS)
    cloudwatch.put("AWS/ApiGateway", "MessageCount", 500, SOCKETS, TODAY)
    cloudwatch.put("AWS/ApiGateway", "ConnectCount", 7, SOCKETS)
    cloudwatch.put("AWS/ApiGateway", "Count", 30, API)
    cloudwatch.put("AWS/DynamoDB", "ConsumedWriteCapacityUnits", 40, TABLE)
    cloudwatch.put("AWS/DynamoDB", "ConsumedWriteCapacityUnits", 2, {**TABLE, "GlobalSecondaryIndexName": "by_list"})
    cloudwatch.put("AWS/DynamoDB", "ConsumedReadCapacityUnits", 9, TABLE)
    cloudwatch.put("AWS/Logs", "IncomingBytes", 1024**3, {"LogGroupName": "idlewatt"})
    cloudwatch.put("AWS/SQS", "NumberOfMessagesSent", 11, {"QueueName": "jobs"})
    cloudwatch.put("AWS/Events", "PutEventsEntriesCount", 13)
    cloudwatch.put("Idlewatt", "ConnectionMinutes", 2880, OWN)
    report = get("/cloud-costs", from_=YESTERDAY.isoformat())
    yesterday, today = report["days"]
    assert amounts(yesterday) == pytest.approx(
        {
            "websocket_message": 1000,
            "connection_minute": 2880,
            "http_request": 30,
            "edge_request": 7,
            "write_unit": 42,
            "read_unit": 9,
            "log_gb": 1,
            "queue_request": 11,
            "event": 13,
            "table_gb_month": 2 * 24 / 730,
            "secret_month": 24 / 730,
        }
    )
    assert amounts(today)["websocket_message"] == 500
    assert (yesterday["is_over"], today["is_over"]) == (True, False)
    assert report["total"]["messages"] == 1500
    assert report["total"]["usd"] == pytest.approx(yesterday["usd"] + today["usd"])
    assert yesterday["usd"] == pytest.approx(sum(usd(item, amount) for item, amount in amounts(yesterday).items()))
    # Two stations, connected all day: a day's dollars are 1/30.4 of a month's.
    assert yesterday["stations_connected"] == 2
    of_stations = yesterday["usd"] - usd("secret_month", 24 / 730)
    assert yesterday["usd_per_station_month"] == pytest.approx(of_stations / 2 * 730 / 24)


def test_a_moment_of_connections_tells_nothing_of_a_month(cloudwatch: CloudWatch) -> None:
    cloudwatch.put("Idlewatt", "ConnectionMinutes", 59, OWN)
    yesterday, _today = get("/cloud-costs", from_=YESTERDAY.isoformat())["days"]
    assert yesterday["stations_connected"] > 0
    assert yesterday["usd_per_station_month"] is None


def test_functions_of_the_stage_are_billed_by_their_memory(cloudwatch: CloudWatch) -> None:
    boto3.client("iam", REGION).create_role(RoleName="role", AssumeRolePolicyDocument="{}")
    boto3.client("lambda", REGION).create_function(
        FunctionName="idlewatt-Large",
        Runtime="python3.13",
        Role="arn:aws:iam::123456789012:role/role",
        Handler="a.b",
        Code={"ZipFile": b""},
        MemorySize=1024,
    )
    for name in ("idlewatt-Large", "idlewatt-Removed", "somebody-elses"):
        cloudwatch.put("AWS/Lambda", "Invocations", 10, {"FunctionName": name})
        cloudwatch.put("AWS/Lambda", "Duration", 8000, {"FunctionName": name})
    found = amounts(get("/cloud-costs", from_=YESTERDAY.isoformat())["days"][0])
    assert found["lambda_request"] == 20
    assert found["lambda_gb_second"] == pytest.approx(8 * 1.0 + 8 * 0.25)


def test_more_metrics_than_one_request_takes_are_asked_for_in_several(
    cloudwatch: CloudWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud_usage, "QUERIES_AT_ONCE", 3)
    cloudwatch.put("AWS/ApiGateway", "MessageCount", 1000, SOCKETS)
    cloudwatch.put("AWS/Events", "PutEventsEntriesCount", 13)
    found = amounts(get("/cloud-costs", from_=YESTERDAY.isoformat())["days"][0])
    assert (found["websocket_message"], found["event"]) == (1000, 13)


@pytest.mark.usefixtures("cloudwatch")
def test_transactions_count_on_the_day_that_they_began_whether_they_run_or_have_ended() -> None:
    station = DirectStation()
    for hour in (1, 2):
        start = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": f"{YESTERDAY}T0{hour}:00:00Z"}
        number = station.send("StartTransaction", **start)["transactionId"]
        if hour == 1:
            station.send(
                "StopTransaction", transactionId=number, meterStop=1, timestamp=f"{YESTERDAY}T01:30:00Z", reason="Local"
            )
    report = get("/cloud-costs", from_=YESTERDAY.isoformat())
    assert [day["transactions_started"] for day in report["days"]] == [2, 0]
    of_stations = report["days"][0]["usd"] - usd("secret_month", 24 / 730)
    assert report["days"][0]["usd_per_transaction"] == pytest.approx(of_stations / 2)


@pytest.mark.usefixtures("cloudwatch")
def test_connections_that_are_open_count_up_to_now() -> None:
    now = dt.datetime.now(dt.UTC)
    for number, minutes in enumerate((10, 30)):
        since = now - dt.timedelta(minutes=minutes)
        connections.connect(Connection(f"CP{number}", f"c{number}", since, since, "1.6"))
    report = get("/cloud-costs", from_=YESTERDAY.isoformat())
    assert report["connections_open"] == 2
    assert amounts(report["days"][1])["connection_minute"] == pytest.approx(40, abs=0.1)
    assert "connection_minute" not in amounts(report["days"][0])


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-01-02", "to": "2026-01-01"},
        {"from": "2024-01-01", "to": "2026-01-01"},
        {"to": "2999-01-01"},
        {"from": "yesterday"},
        {"from": "1700000000"},
    ],
)
@pytest.mark.usefixtures("cloudwatch")
def test_days_that_cannot_be_are_refused(query: dict[str, str]) -> None:
    assert call("GET", "/cloud-costs", query=query).status == 422


def test_an_estimate_is_of_a_profile_with_what_is_said_otherwise() -> None:
    usual = get("/cloud-costs/estimate", profile="home", stations=100)
    assert usual["target_usd"] == 0.072
    assert usual["usd"] == pytest.approx(100 * usual["usd_per_station"] + usual["fixed_usd"])
    other = get("/cloud-costs/estimate", profile="home", stations=100, meter_interval_s=0)
    assert other["target_usd"] is None
    assert other["traffic"]["meter_interval_s"] is None
    assert other["usd_per_station"] < usual["usd_per_station"]


# --------------------------------------------------------------------------- minutes of connections


def ended(connection_id: str, connected_at: dt.datetime, station_id: str = "CP1") -> None:
    context = {
        "connectionId": connection_id,
        "connectedAt": int(connected_at.timestamp() * 1000),
        "authorizer": {"station_id": station_id},
    }
    disconnect.handler({"requestContext": context}, None)


def test_the_end_of_a_connection_counts_its_minutes(counted: list[float]) -> None:
    since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=42)
    connections.connect(Connection("CP1", "c1", since, since, "1.6"))
    ended("c1", since)
    assert counted == pytest.approx([42], abs=0.1)


def test_a_connection_that_another_has_replaced_counts_as_well(counted: list[float]) -> None:
    since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=42)
    later = since + dt.timedelta(minutes=40)
    connections.connect(Connection("CP1", "c1", since, since, "1.6"))
    connections.connect(Connection("CP1", "c2", later, later, "1.6"))
    ended("c1", since)
    ended("c2", later)
    assert counted == pytest.approx([42, 2], abs=0.1)


def test_an_end_that_is_told_after_the_sweep_is_not_counted_twice(
    counted: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "is_open", lambda _connection_id: False)
    since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=50)
    connections.connect(Connection("CP1", "c1", since, since, "1.6"))
    sweep_connections.handler({}, None)
    ended("c1", since)
    later = dt.datetime.now(dt.UTC)
    connections.connect(Connection("CP1", "c2", later, later, "1.6"))
    ended("c1", since)
    assert counted == pytest.approx([50], abs=0.1)
