"""The local tables give every client the same answers: in-process, through boto3, over HTTP."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import dynamodb
from tests.integration.local_table import call, key, put, refused

REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("put_item", "PutItem", {"Item": {**key("1"), "n": {"N": "1.50"}, "m": {"M": {"a": {"L": [{"BOOL": True}]}}}}}),
    ("put_item", "PutItem", {"Item": {**key("1"), "n": {"N": "2"}}, "ReturnValues": "ALL_OLD"}),
    ("put_item", "PutItem", {"Item": {**key("2"), "pk1": {"S": "all"}, "sk1": {"S": "2"}, "b": {"B": "AAEC"}}}),
    ("put_item", "PutItem", {"Item": {**key("2", "b"), "pk1": {"S": "all"}, "sk1": {"S": "1"}}}),
    ("put_item", "PutItem", {"Item": key("1"), "ConditionExpression": "attribute_not_exists(pk)"}),
    (
        "put_item",
        "PutItem",
        {
            "Item": key("1"),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    ),
    ("get_item", "GetItem", {"Key": key("1")}),
    ("get_item", "GetItem", {"Key": key("2"), "ProjectionExpression": "sk1"}),
    ("get_item", "GetItem", {"Key": key("nothing"), "ConsistentRead": True}),
    (
        "update_item",
        "UpdateItem",
        {
            "Key": key("1"),
            "UpdateExpression": "SET #n = if_not_exists(#n, :zero) + :one, seen = :now REMOVE m",
            "ExpressionAttributeNames": {"#n": "n"},
            "ExpressionAttributeValues": {":zero": {"N": "0"}, ":one": {"N": "1"}, ":now": {"S": "now"}},
            "ReturnValues": "ALL_NEW",
        },
    ),
    (
        "update_item",
        "UpdateItem",
        {
            "Key": key("3"),
            "UpdateExpression": "ADD visits :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
            "ReturnValues": "UPDATED_NEW",
        },
    ),
    ("update_item", "UpdateItem", {"Key": key("1"), "UpdateExpression": "SET status = :x"}),
    (
        "query",
        "Query",
        {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "2"}}, "Limit": 1},
    ),
    (
        "query",
        "Query",
        {
            "IndexName": "by_list",
            "KeyConditionExpression": "pk1 = :pk AND begins_with(sk1, :from)",
            "ExpressionAttributeValues": {":pk": {"S": "all"}, ":from": {"S": "1"}},
            "ScanIndexForward": False,
        },
    ),
    ("scan", "Scan", {"Limit": 2}),
    ("delete_item", "DeleteItem", {"Key": key("3"), "ReturnValues": "ALL_OLD"}),
    ("delete_item", "DeleteItem", {"Key": key("3")}),
]


def test_boto3_and_the_in_process_transport_get_the_same_answers(client: Any) -> None:
    through_boto3 = []
    for method, _, request in REQUESTS:
        try:
            answer = getattr(client, method)(TableName="t", **request, ReturnConsumedCapacity="INDEXES")
        except ClientError as error:
            answer = {**error.response, **error.response["Error"]}
            answer.pop("Error")
        through_boto3.append({name: value for name, value in answer.items() if name != "ResponseMetadata"})
    for row in list(dynamodb.table("t").store.table.scan(None)):
        dynamodb.table("t").store.replace(row, None)
    in_process = []
    for _, operation, request in REQUESTS:
        status, answer = call(operation, TableName="t", **_as_sent(request), ReturnConsumedCapacity="INDEXES")
        if status != 200:
            answer = {"Code": answer.pop("__type").split("#")[1], "Message": answer.pop("message"), **answer}
        in_process.append(answer)
    for expected, found, (_, operation, request) in zip(_as_sent(through_boto3), in_process, REQUESTS, strict=True):
        expected.pop("message", None)  # boto3 gives the text of some errors twice
        assert found == expected, (operation, request)


def _as_sent(value: Any) -> Any:
    """What boto3 gives as bytes, as the protocol writes it; what it takes as text here is base64 already."""
    if isinstance(value, bytes):
        # boto3 encoded the text that it was given once more.
        return value.decode()
    if isinstance(value, dict):
        return {name: _as_sent(inner) for name, inner in value.items()}
    return [_as_sent(inner) for inner in value] if isinstance(value, list) else value


def test_an_item_written_in_process_is_read_by_boto3(client: Any) -> None:
    put("1", text={"S": "héllo"}, raw={"B": "AAEC"})
    assert client.get_item(TableName="t", Key=key("1"))["Item"] == {
        **key("1"),
        "text": {"S": "héllo"},
        "raw": {"B": b"\x00\x01\x02"},
    }
    assert client.describe_table(TableName="t")["Table"]["ItemCount"] == 1
    assert client.scan(TableName="t")["Count"] == 1


def test_a_table_that_is_not_there_is_a_resource_not_found(client: Any) -> None:
    body = refused("GetItem", TableName="other", Key=key("1"))
    assert body["__type"].endswith("#ResourceNotFoundException")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_item(TableName="other", Key=key("1"))


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("execute_statement", {"Statement": 'SELECT * FROM "t"'}),
        ("create_backup", {"TableName": "t", "BackupName": "backup"}),
    ],
)
def test_what_moto_would_answer_from_its_own_empty_storage_is_refused(
    client: Any, method: str, request_: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match="not available on this machine"):
        getattr(client, method)(**request_)


def test_the_older_parameters_are_refused_rather_than_ignored(client: Any) -> None:
    with pytest.raises(ClientError, match="expressions only"):
        client.put_item(TableName="t", Item=key("1"), Expected={"pk": {"Exists": False}})
