"""What a stage has used of what AWS bills, day by day (UTC), as CloudWatch has counted it.

AWS bills a request by the metrics that it asks for, however many days they span: with a hundred functions 0.002 USD.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from shared.aws.clients import client
from shared.cloud_meters import BYTES_PER_GB, METERS, Meter
from shared.domain.cloud_costs import DAYS_PER_MONTH, Amounts
from shared.settings import settings
from shared.store import connections
from shared.store.keys import INDEX_KEYS

DAY_S = 86_400
QUERIES_AT_ONCE = 500
"""What GetMetricData takes in one request."""
LOOKED_AT = 1_000
"""As many open connections are asked for their age, about; of more these are taken for all."""
SERVICE = "idlewatt"
"""The dimension `service` of every metric of our own."""
HANDSHAKES = Meter("handshakes", "edge_request", "socket_api", "AWS/ApiGateway", "ConnectCount", "Sum", ("ApiId",))
"""CloudFront counts its requests in another region; those of stations are the connections that came of them."""
DEFAULT_MEMORY_GB = 0.25


class Queried(NamedTuple):
    """One metric that is asked for, and what one of it is in units of its price."""

    meter: Meter
    dimensions: tuple[tuple[str, str], ...]
    factor: float


class Open(NamedTuple):
    """The connections that are open now, and how many minutes they have been so, all together."""

    connections: int
    minutes: float


def amounts_by_day(first: dt.date, last: dt.date, http_api_id: str) -> dict[dt.date, Amounts]:
    """What was used on each of these days, by price ids. Of a connection all minutes count on the day it ended."""
    found: dict[dt.date, Amounts] = {first + dt.timedelta(days=n): {} for n in range((last - first).days + 1)}
    queried = list(_queried(http_api_id))
    for begin in range(0, len(queried), QUERIES_AT_ONCE):
        for one, day, value in _values(queried[begin : begin + QUERIES_AT_ONCE], first, last):
            amounts = found[day]
            amounts[one.meter.price_id] = amounts.get(one.meter.price_id, 0.0) + value * one.factor
    return found


def table_gb() -> float:
    """The size of the table with its indexes; DynamoDB works it out every six hours."""
    table = client("dynamodb").describe_table(TableName=settings().table_name)["Table"]
    indexes = table.get("GlobalSecondaryIndexes", [])
    sizes = (one.get("IndexSizeBytes", 0) for one in indexes)
    return float((table.get("TableSizeBytes", 0) + sum(sizes)) / BYTES_PER_GB)


def standing(table_size_gb: float, days: float) -> Amounts:
    """What is billed for being there, for so many days."""
    share = days / DAYS_PER_MONTH
    return {"table_gb_month": table_size_gb * share, "secret_month": share}


def open_now(now: dt.datetime) -> Open:
    """The connections that no metric tells of yet. Of many only the first are looked at, and taken for all."""
    count, looked_at, minutes = 0, 0, 0.0
    for station_ids in connections.online_in_any_order(LOOKED_AT):
        count += len(station_ids)
        if looked_at < LOOKED_AT:
            ages = [now - one.connected_at for one in connections.find_many(station_ids).values() if one.online]
            looked_at += len(ages)
            minutes += sum(max(0.0, age.total_seconds()) for age in ages) / 60
    return Open(count, minutes * count / looked_at if looked_at else 0.0)


@cache
def _cloudwatch() -> Any:
    return client("cloudwatch")


def _values(queried: list[Queried], first: dt.date, last: dt.date) -> Iterator[tuple[Queried, dt.date, float]]:
    """The values of metrics, each with its day."""
    request: dict[str, Any] = {
        "MetricDataQueries": [
            {"Id": f"q{number}", "MetricStat": _stat(one), "ReturnData": True} for number, one in enumerate(queried)
        ],
        "StartTime": dt.datetime.combine(first, dt.time(), dt.UTC),
        "EndTime": dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), dt.UTC),
    }
    while True:
        answer = _cloudwatch().get_metric_data(**request)
        for result in answer["MetricDataResults"]:
            one = queried[int(result["Id"][1:])]
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                yield one, at.astimezone(dt.UTC).date(), float(value)
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def _stat(one: Queried) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in one.dimensions]
    metric = {"Namespace": one.meter.namespace, "MetricName": one.meter.metric, "Dimensions": dimensions}
    return {"Metric": metric, "Period": DAY_S, "Stat": one.meter.statistic}


def _queried(http_api_id: str) -> Iterator[Queried]:
    values: dict[str, Iterable[tuple[str, ...]]] = {
        "socket_api": [(str(urlsplit(settings().connections_url).hostname).partition(".")[0],)],
        "http_api": [(http_api_id,)],
        "functions": [(name,) for name in _functions()],
        "table": [(settings().table_name,)],
        "indexes": [(settings().table_name, index) for index in INDEX_KEYS if index],
        "log": [(settings().log_group_name,)],
        "queues": [(url.rsplit("/", 1)[1],) for url in (settings().jobs_url, settings().timers_url)],
        "stage": [(SERVICE, settings().stage)],
        "account": [()],
    }
    for meter in (*METERS, HANDSHAKES):
        for given in values[meter.of]:
            memory_gb = _memory_gb(given[0]) if meter.per_gb else 1.0
            dimensions = (*zip(meter.dimensions, given, strict=True), *meter.fixed)
            yield Queried(meter, dimensions, meter.factor * memory_gb)


def _functions() -> list[str]:
    """The functions of this stage that were invoked in the last two weeks: their names begin with the stack's, which is
    the bus's as well."""
    pages = _cloudwatch().get_paginator("list_metrics").paginate(Namespace="AWS/Lambda", MetricName="Invocations")
    named = (metric["Dimensions"] for page in pages for metric in page["Metrics"])
    names = {one[0]["Value"] for one in named if [each["Name"] for each in one] == ["FunctionName"]}
    return sorted(name for name in names if name.startswith(f"{settings().bus_name}-"))


@cache
def _lambda() -> Any:
    return client("lambda")


@cache
def _memory_gb(name: str) -> float:
    """How much memory a function has, which no metric tells. It changes with a deployment only, which begins new
    environments."""
    functions = _lambda()
    try:
        return float(functions.get_function_configuration(FunctionName=name)["MemorySize"] / 1024)
    except functions.exceptions.ResourceNotFoundException:
        return DEFAULT_MEMORY_GB  # a deployment has removed it; what it has used is still counted
