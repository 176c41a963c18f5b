"""Assumptions about CloudWatch, by which one sees what a stage does."""

import asyncio
import datetime as dt
import json
from typing import Any

import boto3

from bench.smoke import accounts
from bench.smoke.check import Skipped, check, eventually, expect
from bench.smoke.station import connected
from bench.smoke.target import Target
from infra.log_queries import ACTIONS

METRICS_WITHIN_MIN = 20
"""Metrics of AWS show after a few minutes; the sweep measures ours each quarter of an hour."""
QUERY_WITHIN_S = 60
OF_TRAFFIC = {("AWS/ApiGateway", "MessageCount"), ("AWS/DynamoDB", "ConsumedWriteCapacityUnits")}
OF_OURS = {("Idlewatt", "Connections"), ("Idlewatt", "CallWaitSeconds")}


@check(
    "U-97",
    "The dashboard is there, its metrics have data, ours among them, and no alarm rings",
    minutes=METRICS_WITHIN_MIN,
)
async def dashboard_has_data(target: Target) -> str:
    _in_aws(target)
    cloudwatch = boto3.client("cloudwatch")
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix=f"{target.stack}-Alarms")["MetricAlarms"]
    expect(alarms and not [one for one in alarms if one["StateValue"] == "ALARM"], [one["AlarmName"] for one in alarms])
    body = json.loads(cloudwatch.get_dashboard(DashboardName=target.stack)["DashboardBody"])
    named = [row for widget in body["widgets"] for row in widget["properties"].get("metrics", ()) if len(row) > 1]
    async with connected(*_dialled(target)) as station:
        await station.call("Heartbeat", {})
        missing = OF_TRAFFIC | OF_OURS

        async def have_data() -> bool:
            for row in named:
                if (row[0], row[1]) in missing and _has_data(cloudwatch, row):
                    missing.discard((row[0], row[1]))
            return not missing

        for _ in range(METRICS_WITHIN_MIN):
            if await have_data():
                break
            await asyncio.sleep(60)
    expect(not missing, f"no data of {sorted(missing)}")
    return f"{len(named)} metrics, {len(alarms)} alarms"


@check("U-98", "Logs Insights finds messages by the fields of their lines, and takes the dashboard's query")
async def the_query_of_actions_answers(target: Target) -> str:
    _in_aws(target)
    async with connected(*_dialled(target)) as station:
        await station.call("Heartbeat", {})
    rows: list[dict[str, str]] = []

    async def is_counted() -> bool:
        rows[:] = await _asked(target, "\n| ".join(ACTIONS.lines))
        return any(row["action"] == "Heartbeat" for row in rows)

    expect(await eventually(is_counted, within_s=QUERY_WITHIN_S), rows)
    expect(all(float(row["p99_ms"]) >= float(row["p50_ms"]) for row in rows), rows)
    expect(any(int(row["cold_starts"]) for row in rows), rows)
    return ", ".join(f"{row['action']} {row['messages']}" for row in rows)


def _in_aws(target: Target) -> None:
    if not target.stack:
        raise Skipped("needs CloudWatch of a deployed stage")


def _dialled(target: Target) -> tuple[str, dict[str, str]]:
    account = accounts.station(target)
    return account.url, account.headers


def _has_data(cloudwatch: Any, row: list[Any]) -> bool:
    """Whether a metric, as a dashboard's widget names it, has a value of the last hour."""
    texts = [part for part in row[2:] if isinstance(part, str)]
    now = dt.datetime.now(dt.UTC)
    points = cloudwatch.get_metric_statistics(
        Namespace=row[0],
        MetricName=row[1],
        Dimensions=[{"Name": name, "Value": value} for name, value in zip(texts[::2], texts[1::2], strict=True)],
        StartTime=now - dt.timedelta(hours=1),
        EndTime=now,
        Period=300,
        Statistics=["Maximum"],
    )
    return bool(points["Datapoints"])


async def _asked(target: Target, query: str) -> list[dict[str, str]]:
    """What Logs Insights answers for the last hour."""
    logs = boto3.client("logs")
    now = dt.datetime.now(dt.UTC)
    began = logs.start_query(
        logGroupName=target.log_group,
        startTime=int((now - dt.timedelta(hours=1)).timestamp()),
        endTime=int(now.timestamp()) + 1,
        queryString=query,
    )
    while True:
        answer = logs.get_query_results(queryId=began["queryId"])
        if answer["status"] not in ("Scheduled", "Running"):
            return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]
        await asyncio.sleep(1)
