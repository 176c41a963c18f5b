"""moto as the account: the private places that are replaced are where they were, and what stands there works."""

import inspect
import json
from collections.abc import Iterator
from typing import Any

import boto3
import moto
import moto.dynamodb.models as dynamodb_models
import pytest
from moto.apigatewaymanagementapi import urls as connection_urls
from moto.awslambda.models import LambdaFunction
from moto.core.base_backend import BackendDict
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords
from moto.dynamodb.responses import DynamoHandler
from moto.events.models import Rule
from moto.logs.models import LogsBackend
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.utilities.utils import load_resource

from local.events import Dispatcher
from local.identity import REGION, arn
from local.patching import MovedError, replaced
from local.system import LocalSystem
from tests.integration import local_template
from tests.integration.local_client import forget_what_was_seen, seen


def test_moto_is_the_version_whose_private_places_are_known() -> None:
    assert moto.__version__ == "5.2.5"


@pytest.mark.parametrize(
    ("place", "signature"),
    [
        (DynamoHandler.call_action, "(self) -> tuple[int, dict[str, Any], str | bytes]"),
        (LambdaFunction.invoke, "(self, body: str, request_headers: Any, response_headers: Any) -> str | bytes"),
        (LambdaFunction._invoke_lambda, "(self, event: str | None = None) -> tuple[str, bool, str]"),
        (
            LogsBackend.filter_log_events,
            "(self, log_group_name: str, log_stream_names: list[str], start_time: int, end_time: int,"
            " limit: int | None, next_token: str | None, filter_pattern: str, interleaved: bool)"
            " -> tuple[list[dict[str, Any]], str | None, list[dict[str, Any]]]",
        ),
        (Rule.send_to_targets, "(self, original_event: EventMessageType, transform_input: bool = True) -> None"),
        (
            StepFunctionsParserBackend._get_executions,
            "(self, execution_status: moto.stepfunctions.parser.api.ExecutionStatus | None = None)",
        ),
        (StreamShard.get, "(self, start: int, quantity: int) -> list[dict[str, Any]]"),
        (Table.set_stream_specification, "(self, streams: dict[str, Any] | None) -> None"),
        (Table.describe, "(self, base_key: str = 'TableDescription') -> dict[str, typing.Any]"),
    ],
)
def test_the_private_places_have_not_moved(place: Any, signature: str) -> None:
    def plain(text: str) -> str:
        return text.replace("typing.", "").replace("'", "").replace(" ", "")

    assert plain(str(inspect.signature(place))) == plain(signature)


def test_the_other_things_of_motos_that_are_relied_on_are_there() -> None:
    assert vars(dynamodb_models)["Table"] is Table
    assert isinstance(dynamodb_models.dynamodb_backends, BackendDict)
    assert all("@connections" in pattern for pattern in connection_urls.url_paths)
    assert "STATUS" in ReservedKeywords.get_reserved_keywords()
    assert load_resource("cognitoidp/resources/jwks-public.json")["keys"]


def test_a_shard_of_motos_is_made_of_the_parts_that_ours_uses() -> None:
    assert list(inspect.signature(StreamShard).parameters) == ["account_id", "table"]
    source = inspect.getsource(StreamShard)
    assert all(f"self.{name}" in source for name in ("items: list[StreamRecord]", "starting_sequence_number", "id"))


def test_replacing_a_place_that_is_gone_is_an_error() -> None:
    with pytest.raises(MovedError, match="no_such_place"), replaced(LambdaFunction, "no_such_place", None):
        pass


def test_a_place_is_given_back() -> None:
    before = LambdaFunction.invoke
    with replaced(LambdaFunction, "invoke", None):
        assert vars(LambdaFunction)["invoke"] is None
    assert LambdaFunction.invoke is before


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    bus_rule = {
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "bus"}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "queue"}},
        "Message": local_template.function("message"),
        "Failing": local_template.function("failing"),
        "Event": local_template.function("event"),
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": "machine",
                "DefinitionString": {
                    "Fn::Sub": json.dumps(
                        {
                            "StartAt": "Call",
                            "States": {"Call": {"Type": "Task", "Resource": "${Event.Arn}", "End": True}},
                        }
                    )
                },
            },
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventBusName": {"Ref": "Bus"},
                "EventPattern": {"source": ["idlewatt"], "detail": {"wh": [{"numeric": [">", 10]}]}},
                "Targets": [
                    {"Id": "function", "Arn": {"Fn::GetAtt": ["Event", "Arn"]}},
                    {"Id": "queue", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}},
                    {"Id": "part", "Arn": {"Fn::GetAtt": ["Event", "Arn"]}, "InputPath": "$.detail"},
                    {"Id": "machine", "Arn": {"Ref": "Machine"}, "Input": '{"from": "machine"}'},
                ],
            },
        },
    }
    stack = local_template.of(bus_rule, local_template.route("$default", "Message"))
    with LocalSystem(stack) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    forget_what_was_seen()


def client(service: str, system: LocalSystem | None = None) -> Any:
    """A client in this process, or one that goes over HTTP to the AWS API."""
    given: dict[str, Any] = {"region_name": REGION}
    if system is not None:
        given |= {"endpoint_url": system.aws_url, "aws_access_key_id": "any", "aws_secret_access_key": "any"}
    return boto3.client(service, **given)


@pytest.mark.parametrize("over_http", [False, True])
def test_the_functions_can_be_invoked_through_the_aws_api(system: LocalSystem, over_http: bool) -> None:
    lambda_ = client("lambda", system if over_http else None)
    names = {function["FunctionName"]: function["Handler"] for function in lambda_.list_functions()["Functions"]}
    assert names["Test-Message"] == "tests.integration.local_handlers.message"
    answer = lambda_.invoke(FunctionName="Test-Message", Payload=json.dumps({"body": "hello"}))
    assert json.loads(answer["Payload"].read()) == {"statusCode": 200, "body": "hello"}
    assert "FunctionError" not in answer
    answer = lambda_.invoke(FunctionName="Test-Failing", Payload="{}")
    assert answer["FunctionError"] == "Unhandled"
    envelope = json.loads(answer["Payload"].read())
    assert (envelope["errorType"], envelope["errorMessage"]) == ("RuntimeError", "this handler fails")


async def test_an_event_invocation_does_not_wait(system: LocalSystem) -> None:
    answer = client("lambda").invoke(FunctionName="Test-Event", InvocationType="Event", Payload='{"a": 1}')
    assert answer["StatusCode"] == 202
    assert await seen("event") == {"a": 1}


async def test_a_rule_brings_matching_events_to_functions_machines_and_queues(system: LocalSystem) -> None:
    events = client("events")
    entry = {"Source": "idlewatt", "DetailType": "energy", "EventBusName": "bus"}
    answer = events.put_events(Entries=[{**entry, "Detail": '{"wh": 5}'}, {**entry, "Detail": '{"wh": 50}'}])
    assert answer["FailedEntryCount"] == 0
    got = [await seen("event") for _ in range(3)]
    whole = next(event for event in got if "source" in event)
    assert whole["source"] == "idlewatt"
    assert whole["detail-type"] == "energy"
    assert whole["detail"] == {"wh": 50}
    assert whole["time"].endswith("Z")
    assert "ingestion-time" not in whole
    assert {"wh": 50} in got
    assert {"from": "machine"} in got
    queue_url = client("sqs").get_queue_url(QueueName="queue")["QueueUrl"]
    messages = client("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(message["Body"])["detail"] for message in messages] == [{"wh": 50}]


def test_a_task_token_can_be_sent_while_another_execution_is_about_to_begin(
    system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExecutionWorker, "start", lambda _worker: None)
    machines = client("stepfunctions")
    [machine] = machines.list_state_machines()["stateMachines"]
    machines.start_execution(stateMachineArn=machine["stateMachineArn"], name="about-to-begin")
    with pytest.raises(machines.exceptions.InvalidToken):
        machines.send_task_success(taskToken="of-nobody", output="{}")


def test_a_rule_on_a_schedule_gets_no_events(system: LocalSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(Dispatcher, "send", lambda *arguments: sent.append(arguments))
    events = client("events")
    events.put_rule(Name="scheduled", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="scheduled", Targets=[{"Id": "f", "Arn": arn("lambda", "function:Test-Event")}])
    events.put_events(Entries=[{"Source": "x", "DetailType": "x", "Detail": "{}"}])
    assert sent == []


def test_the_aws_api_shows_the_items_of_the_table(system: LocalSystem) -> None:
    over_http, table = client("dynamodb", system), system.outputs["Table"]
    over_http.put_item(TableName=table, Item={"pk": {"S": "1"}, "sk": {"S": "a"}})
    assert over_http.scan(TableName=table)["Items"] == [{"pk": {"S": "1"}, "sk": {"S": "a"}}]
    assert client("dynamodb").scan(TableName=table)["Count"] == 1
    assert over_http.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    with pytest.raises(over_http.exceptions.ConditionalCheckFailedException):
        over_http.put_item(
            TableName=table,
            Item={"pk": {"S": "1"}, "sk": {"S": "a"}},
            ConditionExpression="attribute_not_exists(pk)",
        )


def test_a_second_system_in_the_process_is_refused(system: LocalSystem) -> None:
    with pytest.raises(RuntimeError, match="another local system runs"):
        LocalSystem(local_template.gateway()).start()
