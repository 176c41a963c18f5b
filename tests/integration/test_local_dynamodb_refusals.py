"""What the local tables refuse, in the words of the service."""

from typing import Any

import pytest

from tests.integration.local_table import key, put, refused


@pytest.mark.usefixtures("client")
def test_a_failed_condition_gives_back_the_item_when_asked() -> None:
    put("1", n={"N": "7"})
    condition = {"ConditionExpression": "attribute_not_exists(pk)"}
    body = refused("PutItem", TableName="t", Item=key("1"), **condition)
    assert body == {
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
    }
    body = refused("PutItem", TableName="t", Item=key("1"), **condition, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert body["Item"] == {**key("1"), "n": {"N": "7"}}


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        ("PutItem", {}, "Value null at 'item'"),
        ("GetItem", {"Key": {"pk": {"S": "1"}}}, "The provided key element does not match the schema"),
        (
            "UpdateItem",
            {"Key": key("1"), "UpdateExpression": "SET #a = :b"},
            "An expression attribute name used in the document path is not defined; attribute name: #a",
        ),
        (
            "UpdateItem",
            {"Key": key("1"), "UpdateExpression": "SET a1 = :b"},
            "An expression attribute value used in expression is not defined; attribute value: :b",
        ),
        (
            "UpdateItem",
            {"Key": key("1"), "UpdateExpression": "REMOVE a1", "ExpressionAttributeNames": {"#a": "a"}},
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}",
        ),
        (
            "UpdateItem",
            {"Key": key("1"), "UpdateExpression": "REMOVE a1", "ExpressionAttributeValues": {":a": {"S": "a"}}},
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}",
        ),
        (
            "UpdateItem",
            {"Key": key("1"), "UpdateExpression": "REMOVE a1", "ExpressionAttributeValues": {}},
            "ExpressionAttributeValues must not be empty",
        ),
        ("UpdateItem", {"Key": key("1"), "UpdateExpression": "REMOVE pk"}, "Cannot update attribute pk"),
        ("PutItem", {"Item": key("1"), "ReturnValues": "ALL_NEW"}, "Member must satisfy enum value set"),
        ("GetItem", {"Key": key("1"), "ExpressionAttributeNames": {"#a": "a"}}, "only be specified when using"),
        ("Query", {}, "KeyConditionExpression parameter must be specified"),
        (
            "Query",
            {"KeyConditionExpression": "sk = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}},
            "Query condition missed key schema element: pk",
        ),
        (
            "Query",
            {"KeyConditionExpression": "pk < :a", "ExpressionAttributeValues": {":a": {"S": "a"}}},
            "Query key condition not supported",
        ),
        (
            "Query",
            {"KeyConditionExpression": "pk = :a AND n = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}},
            "Query condition missed key schema element: n",
        ),
        (
            "Query",
            {"KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}},
            "Condition parameter type does not match schema type",
        ),
        (
            "Query",
            {"KeyConditionExpression": "pk = :a OR pk = :a", "ExpressionAttributeValues": {":a": {"S": "1"}}},
            "Invalid operator used in KeyConditionExpression",
        ),
        (
            "Query",
            {
                "KeyConditionExpression": "pk1 = :a",
                "ExpressionAttributeValues": {":a": {"S": "1"}},
                "IndexName": "by_list",
                "ConsistentRead": True,
            },
            "Consistent reads are not supported on global secondary indexes",
        ),
        (
            "Query",
            {
                "KeyConditionExpression": "pk1 = :a",
                "ExpressionAttributeValues": {":a": {"S": "1"}},
                "IndexName": "by_list",
                "ProjectionExpression": "n",
            },
            "Global secondary index by_list does not project [n]",
        ),
        ("Scan", {"IndexName": "other"}, "The table does not have the specified index: other"),
        ("Scan", {"ExclusiveStartKey": {"pk": {"S": "1"}}}, "The provided starting key is invalid"),
        ("Scan", {"Limit": 0}, "greater than or equal to 1"),
        ("Scan", {"Select": "ALL_ATTRIBUTES", "IndexName": "by_list"}, "projection type is not ALL"),
    ],
)
def test_requests_that_the_service_refuses_are_refused_with_its_words(
    operation: str, request_: dict[str, Any], message: str
) -> None:
    body = refused(operation, TableName="t", **request_)
    assert body["__type"] == "com.amazon.coral.validate#ValidationException"
    assert message in body["message"]
