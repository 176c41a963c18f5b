"""Alarms: each has its runbook, those that every stage has are free, and what costs is only where it was asked for."""

import json
import re
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template as Synthesised

from infra.alarms import LARGE_FLEET, RUNBOOKS, Alarms
from infra.application import FLAGS
from infra.bill import MAIN, Stage
from infra.data import Data
from infra.package import ROOT
from infra.settings import Settings, settings_of
from shared.cloud_meters import METERS
from shared.cloud_prices import usd

FREE_METRICS = 10
MOST_METRICS_OF_AN_ALARM = 10
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
RUNBOOK = re.compile(rf"{re.escape(RUNBOOKS)}#(\w+)$")

Properties = dict[str, Any]


def alarms(**settings: Any) -> dict[str, Properties]:
    """The alarms of a stage with these settings, by their names."""
    stack = Stack(App(context=dict(FLAGS)), "Idlewatt-test")
    wanted = Settings(stage="test", **settings)
    data = Data(stack, "Data", wanted)
    function = lambda_.Function(
        stack,
        "Function",
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        code=lambda_.Code.from_inline("handler = print"),
    )
    stage = Stage("test", "socket", "http", data)
    Alarms(stack, "Alarms", stage=stage, on_stream=[function, function], settings=wanted)
    found = Synthesised.from_stack(stack).find_resources("AWS::CloudWatch::Alarm")
    return {one["Properties"]["AlarmDescription"].rpartition("#")[2]: one["Properties"] for one in found.values()}


@pytest.fixture(scope="module")
def every() -> dict[str, Properties]:
    return alarms(expected_stations=LARGE_FLEET, daily_cost_alarm_usd=5.0, alarm_email="you@example.org")


@pytest.fixture(scope="module")
def usual() -> dict[str, Properties]:
    return alarms(expected_stations=LARGE_FLEET - 1)


def metrics(alarm: Properties) -> int:
    """How many metrics an alarm is billed for."""
    return sum("MetricStat" in one for one in alarm.get("Metrics", ())) or 1


def anchors() -> set[str]:
    """Where a link into the runbooks can lead, by the rule that GitHub makes anchors of headings by."""
    headings = HEADING.findall((ROOT / RUNBOOKS).read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_alarm_names_a_runbook_that_is_there(every: dict[str, Properties]) -> None:
    for alarm in every.values():
        runbook = RUNBOOK.search(alarm["AlarmDescription"])
        assert runbook is not None, alarm["AlarmDescription"]
        assert runbook[1] in anchors()


def test_every_runbook_says_what_to_do(every: dict[str, Properties]) -> None:
    text = (ROOT / RUNBOOKS).read_text("utf-8")
    sections = re.findall(r"^### (\w+)\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
    runbooks = {title.lower(): section for title, section in sections}
    for name in every:
        assert "**Do**" in runbooks[name] or "**Harmless**" in runbooks[name], name


def test_what_every_stage_has_is_free(usual: dict[str, Properties]) -> None:
    assert sum(map(metrics, usual.values())) <= FREE_METRICS
    assert {"faults", "outboxstuck", "deadletters"} <= set(usual)
    assert not {"connectrate", "concurrency", "tablethrottles", "dailycost"} & set(usual)


def test_a_large_fleet_is_warned_of_its_quotas(every: dict[str, Properties], usual: dict[str, Properties]) -> None:
    more = {name: alarm for name, alarm in every.items() if name not in usual}
    assert set(more) == {"connectrate", "concurrency", "tablethrottles", "dailycost"}
    beyond = sum(map(metrics, usual.values())) + sum(metrics(more[name]) for name in more if name != "dailycost")
    assert usd("alarm_month", beyond - FREE_METRICS) == pytest.approx(0.30)


def test_the_alarm_of_a_days_cost_looks_at_no_more_metrics_than_it_may(every: dict[str, Properties]) -> None:
    alarm = every["dailycost"]
    assert metrics(alarm) == MOST_METRICS_OF_AN_ALARM
    assert usd("alarm_month", metrics(alarm)) == pytest.approx(1.00)
    assert alarm["Threshold"] == 5
    assert {one["MetricStat"]["Period"] for one in alarm["Metrics"] if "MetricStat" in one} == {24 * 3600}
    assert set(MAIN) <= {meter.id for meter in METERS}


def test_no_alarm_uses_a_search_which_cloudwatch_refuses(every: dict[str, Properties]) -> None:
    assert "SEARCH" not in json.dumps(every)


def test_alarms_are_told_by_mail_only_if_somebody_is_named(
    every: dict[str, Properties], usual: dict[str, Properties]
) -> None:
    assert all(alarm["AlarmActions"] == alarm["OKActions"] != [] for alarm in every.values())
    assert not any("AlarmActions" in alarm for alarm in usual.values())


def test_the_limit_of_a_day_is_a_number_of_dollars() -> None:
    assert settings_of({"daily_cost_alarm_usd": "2.5"}.get).daily_cost_alarm_usd == 2.5
