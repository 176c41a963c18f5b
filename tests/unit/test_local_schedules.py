"""Schedules on this machine: what is due when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local import dynamodb
from local.events import scheduled_event
from local.identity import REGION, arn
from local.schedules import EXPIRY_EVERY, Every, Once, ScheduleError, Ticker, parse

START = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
FUNCTION = arn("lambda", "function:f")


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


class Sent:
    """A dispatcher that only remembers."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    def send(self, target: Any, event: Any) -> None:
        self.events.append((target["Arn"], event))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def ticker(clock: Clock, sent: Sent) -> Iterator[Ticker]:
    """A ticker over an empty account, moved by hand."""
    with mock_aws(), dynamodb.installed():
        yield Ticker(sent, clock)  # type: ignore[arg-type]  # it sends, and that is all that is asked of it


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", Every(timedelta(minutes=1))),
        ("rate(5 minutes)", Every(timedelta(minutes=5))),
        ("rate(2 hours)", Every(timedelta(hours=2))),
        ("rate(1 day)", Every(timedelta(days=1))),
        ("at(2030-01-01T12:00:00)", Once(START)),
    ],
)
def test_expressions_are_read(expression: str, expected: Every | Once) -> None:
    assert parse(expression) == expected


@pytest.mark.parametrize("expression", ["cron(0 12 * * ? *)", "rate(5 weeks)", "rate(x minutes)", "at(tomorrow)", ""])
def test_expressions_that_this_machine_does_not_run_are_refused(expression: str) -> None:
    with pytest.raises(ScheduleError, match="this machine runs"):
        parse(expression)


def moved(clock: Clock, ticker: Ticker, **by: float) -> None:
    clock.time += timedelta(**by)
    ticker.tick()


def test_a_rule_with_a_rate_fires_whenever_its_period_has_passed(clock: Clock, sent: Sent, ticker: Ticker) -> None:
    events = boto3.client("events", region_name=REGION)
    rule = events.put_rule(Name="sweep", ScheduleExpression="rate(5 minutes)")["RuleArn"]
    events.put_targets(Rule="sweep", Targets=[{"Id": "f", "Arn": FUNCTION}])
    ticker.tick()
    assert sent.events == []
    moved(clock, ticker, minutes=4)
    assert sent.events == []
    moved(clock, ticker, minutes=1)
    moved(clock, ticker, seconds=1)
    assert len(sent.events) == 1
    moved(clock, ticker, minutes=5)
    assert len(sent.events) == 2
    target, event = sent.events[0]
    assert target == FUNCTION
    assert event["source"] == "aws.events"
    assert event["detail-type"] == "Scheduled Event"
    assert event["time"] == "2030-01-01T12:05:00Z"
    assert event["resources"] == [rule]


def test_a_rule_of_each_minute_fires_first_after_some_seconds(clock: Clock, sent: Sent, ticker: Ticker) -> None:
    events = boto3.client("events", region_name=REGION)
    events.put_rule(Name="sample", ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule="sample", Targets=[{"Id": "f", "Arn": FUNCTION}])
    ticker.tick()
    moved(clock, ticker, seconds=9)
    assert sent.events == []
    moved(clock, ticker, seconds=1)
    assert len(sent.events) == 1
    moved(clock, ticker, seconds=59)
    assert len(sent.events) == 1
    moved(clock, ticker, seconds=1)
    assert len(sent.events) == 2


def test_a_rule_that_is_disabled_does_not_fire(clock: Clock, sent: Sent, ticker: Ticker) -> None:
    events = boto3.client("events", region_name=REGION)
    events.put_rule(Name="sweep", ScheduleExpression="rate(1 minute)", State="DISABLED")
    events.put_targets(Rule="sweep", Targets=[{"Id": "f", "Arn": FUNCTION}])
    ticker.tick()
    moved(clock, ticker, minutes=10)
    assert sent.events == []


@pytest.mark.parametrize("after", ["NONE", "DELETE"])
def test_a_schedule_for_a_moment_fires_once(clock: Clock, sent: Sent, ticker: Ticker, after: str) -> None:
    scheduler = boto3.client("scheduler", region_name=REGION)
    scheduler.create_schedule(
        Name="once",
        ScheduleExpression="at(2030-01-01T12:10:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion=after,
        Target={"Arn": FUNCTION, "RoleArn": arn("iam", "role/r"), "Input": '{"a": 1}'},
    )
    ticker.tick()
    moved(clock, ticker, minutes=9)
    assert sent.events == []
    moved(clock, ticker, minutes=1)
    moved(clock, ticker, minutes=1)
    assert [target for target, _ in sent.events] == [FUNCTION]
    assert len(scheduler.list_schedules()["Schedules"]) == (0 if after == "DELETE" else 1)


def test_expired_items_are_removed_now_and_then(clock: Clock, ticker: Ticker) -> None:
    client = boto3.client("dynamodb", region_name=REGION)
    client.create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    client.update_time_to_live(TableName="t", TimeToLiveSpecification={"Enabled": True, "AttributeName": "gone_at_s"})
    over = f"{int(START.timestamp()) + 60}"
    client.put_item(TableName="t", Item={"pk": {"S": "1"}, "gone_at_s": {"N": over}})
    moved(clock, ticker, minutes=2)
    assert client.scan(TableName="t")["Count"] == 1
    clock.time += EXPIRY_EVERY
    ticker.tick()
    assert client.scan(TableName="t")["Count"] == 0


def test_a_scheduled_event_has_the_shape_of_eventbridge() -> None:
    event = scheduled_event("arn:rule", START)
    assert set(event) == {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
