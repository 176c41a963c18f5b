"""Queues that feed functions on this machine."""

import json
from typing import Any

import boto3
import pytest

from local.identity import REGION
from local.system import LocalSystem
from local.template import TemplateError
from tests.integration import local_handlers as handlers
from tests.integration import local_template
from tests.integration.local_client import forget_what_was_seen


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    forget_what_was_seen()


def stack(**mapping: Any) -> Any:
    return local_template.of(
        {
            "Message": local_template.function("message"),
            "Taking": local_template.function("queue_batch"),
            "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead"}},
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "QueueName": "work",
                    "VisibilityTimeout": 0,
                    "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 2},
                },
            },
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "FunctionName": {"Ref": "Taking"},
                    "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                    "BatchSize": 10,
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    **mapping,
                },
            },
        },
        local_template.route("$default", "Message", responds=True),
    )


def send(text: str, delay_s: int = 0) -> None:
    sqs = boto3.client("sqs", region_name=REGION)
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="work")["QueueUrl"], MessageBody=text, DelaySeconds=delay_s)


def bodies_seen() -> list[str]:
    events = [handlers.SEEN.get_nowait()[1] for _ in range(handlers.SEEN.qsize())]
    assert all(1 <= len(event["Records"]) <= 10 for event in events)
    return [record["body"] for event in events for record in event["Records"]]


def waiting_in(name: str) -> list[str]:
    sqs = boto3.client("sqs", region_name=REGION)
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return [one["Body"] for one in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]


def test_messages_come_to_the_function_once() -> None:
    with LocalSystem(stack()) as system:
        for number in range(25):
            send(f"message {number}")
        assert system.wait_idle()
        assert bodies_seen() == [f"message {number}" for number in range(25)]
        assert waiting_in("work") == []


def test_a_delayed_message_comes_when_it_is_due() -> None:
    with LocalSystem(stack()) as system:
        send("later", delay_s=1)
        send("now")
        assert system.wait_idle()
        assert bodies_seen() == ["now"]
        assert handlers.SEEN.get(timeout=30)[1]["Records"][0]["body"] == "later"


def test_what_the_function_names_comes_again_and_is_at_last_set_aside() -> None:
    with LocalSystem(stack()) as system:
        send("bad")
        send("good")
        assert system.wait_idle()
        assert bodies_seen().count("good") == 1
        assert waiting_in("dead") == ["bad"]


def test_a_mapping_that_this_machine_does_not_run_is_an_error() -> None:
    filters = {"Filters": [{"Pattern": json.dumps({"body": ["x"]})}]}
    with pytest.raises(TemplateError, match="filtered"):
        LocalSystem(stack(FilterCriteria=filters)).start()
