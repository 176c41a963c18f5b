"""What of the table's stream reaches which function: filters that let pass what matters and drop heartbeats."""

import json
from typing import Any

import pytest

from shared.catalog import leading_key
from tests.infra.template import Template

Record = dict[str, Any]

ONLINE = {"connection_id": {"S": "abc="}, "last_seen_at": {"S": "2026-11-23T08:00:00.000000Z"}}
BEAT = {**ONLINE, "beat": {"BOOL": True}}
DUE = {"close_due": {"BOOL": True}}
METERED = {"transaction_number": {"N": "7"}}
DOUBT = {"doubtful": {"BOOL": True}}
PUBLISH, FOLLOW = "stream.publish_events", "stream.follow_up"


def record(entity: str, event: str = "MODIFY", new: dict[str, Any] | None = None) -> Record:
    """A record of the stream: `new` is the item after the change, None if there is none."""
    keys = {"pk": {"S": leading_key(entity).replace("*", "CP1")}, "sk": {"S": entity}}
    images = {} if new is None else {"NewImage": {**keys, **new}}
    return {"eventName": event, "eventSource": "aws:dynamodb", "dynamodb": {"Keys": keys, **images}}


CASES: list[tuple[str, Record, set[str]]] = [
    ("a heartbeat", record("CONNECTION", new=BEAT), set()),
    ("a heartbeat of a connection that is due", record("CONNECTION", new={**BEAT, **DUE}), {FOLLOW}),
    ("a first connection", record("CONNECTION", "INSERT", ONLINE), {PUBLISH, FOLLOW}),
    ("a newer connection", record("CONNECTION", new=ONLINE), {PUBLISH, FOLLOW}),
    ("a disconnection", record("CONNECTION", new={"disconnected_at": {"S": "…"}}), {PUBLISH, FOLLOW}),
    ("a connection deleted", record("CONNECTION", "REMOVE"), {PUBLISH, FOLLOW}),
    ("a status", record("CONNECTOR", new={}), {PUBLISH}),
    ("a status out of order", record("CONNECTOR", new={"latest": {"S": "Faulted"}}), {PUBLISH, FOLLOW}),
    ("another status", record("CONNECTOR", new={"latest": {"S": "Available"}}), {PUBLISH}),
    ("a status that is awaited", record("CONNECTOR", new={"awaited": {"S": "call"}}), {PUBLISH, FOLLOW}),
    ("a station changed", record("STATION", new={}), {PUBLISH, FOLLOW}),
    ("a station deleted", record("STATION", "REMOVE"), {PUBLISH, FOLLOW}),
    ("a transaction begun", record("TRANSACTION", "INSERT", {}), {PUBLISH, FOLLOW}),
    ("a transaction ended", record("TRANSACTION", new={}), {PUBLISH, FOLLOW}),
    ("meter values of a transaction", record("METER_VALUES", "INSERT", METERED), set()),
    ("meter values of a number in doubt", record("METER_VALUES", "INSERT", {**METERED, **DOUBT}), {FOLLOW}),
    ("meter values of no transaction", record("METER_VALUES", "INSERT", {}), set()),
    ("meter values expired", record("METER_VALUES", "REMOVE"), set()),
    ("a new finding", record("FINDING", "INSERT", {}), {PUBLISH}),
    ("a finding seen again", record("FINDING", new={}), set()),
    ("an event that an action recorded", record("EVENT", "INSERT", {"type": {"S": "security.event"}}), {PUBLISH}),
    ("a status of a file", record("EVENT", "INSERT", {"type": {"S": "firmware.status"}}), {PUBLISH, FOLLOW}),
    ("an event already published", record("EVENT", "INSERT", {"published": {"BOOL": True}}), set()),
    ("an event expired", record("EVENT", "REMOVE"), set()),
    ("a connection to be closed", record("CLOSING", "INSERT", {}), {FOLLOW}),
    ("the note of it expired", record("CLOSING", "REMOVE"), {FOLLOW}),
    ("a call made", record("CALL", "INSERT", {}), {PUBLISH, FOLLOW}),
    ("a call ended", record("CALL", new={}), {PUBLISH, FOLLOW}),
    ("a token", record("TOKEN", new={}), set()),
]  # fmt: skip


def matches(pattern: Any, value: Any) -> bool:
    """Lambda's event filtering, as far as our patterns use it: equality, prefix, exists, $or."""
    if isinstance(pattern, dict):
        inner = value if isinstance(value, dict) else {}
        if "$or" in pattern:
            return any(matches(alternative, inner) for alternative in pattern["$or"])
        return all(matches(part, inner.get(name)) for name, part in pattern.items())
    return any(_meets(rule, value) for rule in pattern)


def _meets(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return bool(rule == value)
    if "exists" in rule:
        return bool(rule["exists"] == (value is not None))
    return isinstance(value, str) and value.startswith(rule["prefix"])


def patterns(template: Template, name: str) -> list[Any]:
    function = template.functions()[name]
    mappings = template.of_type("Lambda::EventSourceMapping")
    (mapping,) = (one for one in mappings if one.refers_to(function.logical_id))
    return [json.loads(one["Pattern"]) for one in mapping.properties["FilterCriteria"]["Filters"]]


@pytest.mark.parametrize(("change", "reaches"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_change_reaches_those_it_concerns(template: Template, change: Record, reaches: set[str]) -> None:
    reached = {
        name for name in (PUBLISH, FOLLOW) if any(matches(pattern, change) for pattern in patterns(template, name))
    }
    assert reached == reaches


@pytest.mark.parametrize("name", [PUBLISH, FOLLOW])
def test_a_mapping_takes_no_more_patterns_than_lambda_allows(template: Template, name: str) -> None:
    assert 0 < len(patterns(template, name)) <= 5


def test_a_batch_that_fails_is_halved_retried_and_at_last_put_aside(template: Template) -> None:
    table, files = template.one("DynamoDB::Table"), template.files_bucket()
    stream = {"Fn::GetAtt": [table.logical_id, "StreamArn"]}
    mappings = [one.properties for one in template.of_type("Lambda::EventSourceMapping")]
    on_stream = [properties for properties in mappings if properties["EventSourceArn"] == stream]
    assert len(on_stream) == 2  # more readers of a shard than two are throttled
    for properties in on_stream:
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert properties["BisectBatchOnFunctionError"] is True
        assert 0 < properties["MaximumRetryAttempts"] <= 10
        assert 0 < properties["MaximumRecordAgeInSeconds"] < 24 * 3600
        assert properties["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0] == files.logical_id


@pytest.mark.parametrize(
    ("name", "rate"),
    [("close_transactions", "5 minutes"), ("sample_fleet", "5 minutes"), ("sweep_connections", "15 minutes")],
)
def test_scheduled_functions_have_their_rule(template: Template, name: str, rate: str) -> None:
    function = template.functions()[f"schedule.{name}"]
    rules = template.of_type("Events::Rule")
    (rule,) = (one for one in rules if one.refers_to(function.logical_id))
    assert rule.properties["ScheduleExpression"] == f"rate({rate})"
    permissions = template.of_type("Lambda::Permission")
    assert any(one.refers_to(function.logical_id) and one.refers_to(rule.logical_id) for one in permissions)
