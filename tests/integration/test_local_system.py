"""The local system as a whole: changes reach functions through the stream, and items outlive the run."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from local import dynamodb
from local.identity import REGION
from local.state import StateError
from local.system import LocalSystem
from tests.integration import local_handlers as handlers
from tests.integration import local_template
from tests.integration.local_client import answer, forget_what_was_seen, kinds_seen, station


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    forget_what_was_seen()


def stack() -> Any:
    stream: dict[str, Any] = {
        "Stream": local_template.function("stream"),
        "Failing": local_template.function("failing"),
        "Message": local_template.function("message"),
        "DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead", "MessageRetentionPeriod": 60}},
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": {"Ref": "Stream"},
                "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                "StartingPosition": "TRIM_HORIZON",
                "BatchSize": 10,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "FilterCriteria": {
                    "Filters": [{"Pattern": json.dumps({"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "A#"}]}}}})}]
                },
            },
        },
        "FailingMapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": {"Fn::GetAtt": ["Failing", "Arn"]},
                "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                "MaximumRetryAttempts": 0,
                "FilterCriteria": {
                    "Filters": [{"Pattern": json.dumps({"dynamodb": {"Keys": {"pk": {"S": ["poison"]}}}})}]
                },
                "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["DeadLetters", "Arn"]}}},
            },
        },
    }
    return local_template.of(stream, local_template.route("$default", "Message", responds=True))


def put(table: str, pk: str, **more: Any) -> None:
    item = {"pk": {"S": pk}, "sk": {"S": "x"}, **more}
    status, _ = dynamodb.in_process_transport("PutItem", json.dumps({"TableName": table, "Item": item}).encode())
    assert status == 200


def test_changes_of_the_table_reach_the_functions_behind_its_stream() -> None:
    with LocalSystem(stack()) as system:
        table = system.outputs["Table"]
        for number in range(30):
            put(table, f"A#{number}", n={"N": f"{number}"})
            put(table, f"B#{number}")
        assert system.wait_idle()
        events = [handlers.SEEN.get_nowait()[1] for _ in range(handlers.SEEN.qsize())]
    records = [record for event in events for record in event["Records"]]
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in records] == [f"A#{number}" for number in range(30)]
    assert all(len(event["Records"]) <= 10 for event in events)
    first = records[0]
    assert first["eventSourceARN"].endswith(first["eventSourceARN"].split("/stream/")[1])
    assert first["eventName"] == "INSERT"
    assert first["dynamodb"]["NewImage"]["n"] == {"N": "0"}
    assert isinstance(first["dynamodb"]["ApproximateCreationDateTime"], float)


def test_records_that_are_given_up_are_told_to_the_queue() -> None:
    with LocalSystem(stack()) as system:
        put(system.outputs["Table"], "poison")
        assert system.wait_idle()
        sqs = boto3.client("sqs", region_name=REGION)
        queue_url = sqs.get_queue_url(QueueName="dead")["QueueUrl"]
        (message,) = sqs.receive_message(QueueUrl=queue_url)["Messages"]
    assert json.loads(message["Body"])["DDBStreamBatchInfo"]["batchSize"] == 1


def test_items_outlive_the_run_and_their_return_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with LocalSystem(stack(), state_file=path) as system:
        put(system.outputs["Table"], "A#1", n={"N": "1"})
    assert kinds_seen() == ["stream"]
    with LocalSystem(stack(), state_file=path) as system:
        request = json.dumps({"TableName": system.outputs["Table"]}).encode()
        found = json.loads(dynamodb.in_process_transport("Scan", request)[1])["Items"]
        assert system.wait_idle()
    assert found == [{"pk": {"S": "A#1"}, "sk": {"S": "x"}, "n": {"N": "1"}}]
    assert kinds_seen() == []


def test_without_a_state_file_every_run_begins_empty() -> None:
    for _ in range(2):
        with LocalSystem(stack()) as system:
            table = dynamodb.table(system.outputs["Table"])
            assert table.store.count == 0
            put(system.outputs["Table"], "A#1")


def test_a_state_file_that_cannot_be_read_keeps_the_system_from_starting(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text("half a fi")
    with pytest.raises(StateError):
        LocalSystem(stack(), state_file=path).start()
    assert path.read_text() == "half a fi"


async def test_a_system_can_follow_another_in_the_same_process() -> None:
    for _ in range(2):
        with LocalSystem(stack()) as system:
            async with station(system, subprotocols=None) as socket:
                assert json.loads(await answer(socket, "Anything"))[2] == "Anything"
