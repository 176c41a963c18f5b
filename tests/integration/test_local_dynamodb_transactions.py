"""Batches and transactions on the local tables."""

import threading
from typing import Any

import pytest

from tests.integration.local_table import call, done, key, put, refused, transaction


@pytest.mark.usefixtures("client")
def test_a_batch_reads_what_a_batch_wrote() -> None:
    put("gone")
    done(
        "BatchWriteItem",
        RequestItems={
            "t": [
                {"PutRequest": {"Item": key("1")}},
                {"PutRequest": {"Item": key("2")}},
                {"DeleteRequest": {"Key": key("gone")}},
            ]
        },
    )
    keys = [key(pk) for pk in ("1", "2", "gone")]
    assert done("BatchGetItem", RequestItems={"t": {"Keys": keys}}) == {
        "Responses": {"t": [key("1"), key("2")]},
        "UnprocessedKeys": {},
    }


@pytest.mark.usefixtures("client")
def test_batches_have_the_limits_of_the_service() -> None:
    writes = [{"PutRequest": {"Item": key(f"{number}")}} for number in range(26)]
    assert "less than or equal to 25" in refused("BatchWriteItem", RequestItems={"t": writes})["message"]
    twice = [{"PutRequest": {"Item": key("1")}}, {"PutRequest": {"Item": key("1")}}]
    assert "contains duplicates" in refused("BatchWriteItem", RequestItems={"t": twice})["message"]
    keys = [key(f"{number}") for number in range(101)]
    assert "less than or equal to 100" in refused("BatchGetItem", RequestItems={"t": {"Keys": keys}})["message"]
    assert "contains duplicates" in refused("BatchGetItem", RequestItems={"t": {"Keys": [key("1")] * 2}})["message"]


@pytest.mark.usefixtures("client")
def test_a_transaction_does_all_of_it() -> None:
    put("gone")
    put("checked")
    status, body = transaction(
        {"Put": {"Item": key("1")}},
        {
            "Update": {
                "Key": key("2"),
                "UpdateExpression": "ADD n :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
        },
        {"Delete": {"Key": key("gone")}},
        {"ConditionCheck": {"Key": key("checked"), "ConditionExpression": "attribute_exists(pk)"}},
    )
    assert (status, body) == (200, {})
    found = done("Scan", TableName="t")["Items"]
    assert found == [key("1"), {**key("2"), "n": {"N": "1"}}, key("checked")]


@pytest.mark.usefixtures("client")
def test_a_cancelled_transaction_does_nothing_and_says_which_condition_failed() -> None:
    put("2", n={"N": "5"})
    status, body = transaction(
        {"Put": {"Item": key("1")}},
        {
            "Put": {
                "Item": key("2"),
                "ConditionExpression": "attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        },
        {"Delete": {"Key": key("3")}},
    )
    assert status == 400
    assert body == {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, ConditionalCheckFailed, None]",
        "CancellationReasons": [
            {"Code": "None"},
            {
                "Code": "ConditionalCheckFailed",
                "Message": "The conditional request failed",
                "Item": {**key("2"), "n": {"N": "5"}},
            },
            {"Code": "None"},
        ],
    }
    assert done("Scan", TableName="t")["Items"] == [{**key("2"), "n": {"N": "5"}}]


def test_boto3_understands_a_cancelled_transaction(client: Any) -> None:
    put("1")
    entry = {"Put": {"TableName": "t", "Item": key("1"), "ConditionExpression": "attribute_not_exists(pk)"}}
    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        client.transact_write_items(TransactItems=[entry])
    assert cancelled.value.response["CancellationReasons"][0]["Code"] == "ConditionalCheckFailed"


@pytest.mark.usefixtures("client")
def test_a_transaction_with_the_same_token_happens_once() -> None:
    add = {
        "Update": {
            "Key": key("1"),
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    for _ in range(3):
        assert transaction(add, ClientRequestToken="once")[0] == 200
    assert done("GetItem", TableName="t", Key=key("1"))["Item"]["n"] == {"N": "1"}
    status, body = transaction({"Delete": {"Key": key("1")}}, ClientRequestToken="once")
    assert status == 400
    assert body["__type"].endswith("#IdempotentParameterMismatchException")


@pytest.mark.usefixtures("client")
def test_a_transaction_may_touch_an_item_once_only() -> None:
    status, body = transaction({"Put": {"Item": key("1")}}, {"Put": {"Item": {**key("1"), "n": {"N": "1"}}}})
    assert status == 400
    assert "multiple operations on one item" in body["message"]


@pytest.mark.usefixtures("client")
def test_a_transaction_reads_several_items() -> None:
    put("1", n={"N": "1"})
    body = done(
        "TransactGetItems",
        TransactItems=[
            {"Get": {"TableName": "t", "Key": key("1"), "ProjectionExpression": "n"}},
            {"Get": {"TableName": "t", "Key": key("2")}},
        ],
    )
    assert body == {"Responses": [{"Item": {"n": {"N": "1"}}}, {}]}


@pytest.mark.usefixtures("client")
def test_of_many_threads_that_want_to_be_first_one_is() -> None:
    outcomes: list[int] = []
    counted = threading.Barrier(8)

    def work(number: int) -> None:
        counted.wait()
        for _ in range(50):
            done(
                "UpdateItem",
                TableName="t",
                Key=key("counter"),
                UpdateExpression="ADD n :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
        item = {**key("first"), "by": {"N": f"{number}"}}
        status, _ = call("PutItem", TableName="t", Item=item, ConditionExpression="attribute_not_exists(pk)")
        outcomes.append(status)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [200] + [400] * 7
    assert done("GetItem", TableName="t", Key=key("counter"))["Item"]["n"] == {"N": "400"}
