"""The local tables, as every client sees them: in-process, through boto3, and over HTTP against the AWS API."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from local import dynamodb
from local.capacity import recording
from local.identity import REGION

KEYS = ("pk", "sk", "pk1", "sk1")


@pytest.fixture
def client() -> Iterator[Any]:
    """A client of an account with one empty table `t`: keys pk and sk, index by_list on pk1 and sk1, keys only."""
    with mock_aws(), dynamodb.installed():
        made = boto3.client("dynamodb", region_name=REGION)
        made.create_table(
            TableName="t",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in KEYS],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_list",
                    "KeySchema": [
                        {"AttributeName": "pk1", "KeyType": "HASH"},
                        {"AttributeName": "sk1", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        yield made


def call(operation: str, **request: Any) -> tuple[int, dict[str, Any]]:
    """One request through the in-process transport."""
    status, body = dynamodb.in_process_transport(operation, json.dumps(request).encode())
    return status, json.loads(body)


def done(operation: str, **request: Any) -> dict[str, Any]:
    """The response of a request that succeeds."""
    status, body = call(operation, **request)
    assert status == 200, body
    return body


def refused(operation: str, **request: Any) -> dict[str, Any]:
    """The error body of a request that is refused."""
    status, body = call(operation, **request)
    assert status == 400, body
    return body


def key(pk: str, sk: str = "a") -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def put(pk: str, sk: str = "a", **more: Any) -> None:
    done("PutItem", TableName="t", Item={**key(pk, sk), **more})


# ---------------------------------------------------------------------- one way of answering

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


# ---------------------------------------------------------------------- conditions and errors


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


# ---------------------------------------------------------------------- queries


@pytest.mark.usefixtures("client")
def test_a_page_says_where_it_ended_even_if_nothing_follows() -> None:
    for number in range(4):
        put("1", f"{number}")
    query = {
        "TableName": "t",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "1"}},
        "Limit": 2,
    }
    first = done("Query", **query)
    second = done("Query", **query, ExclusiveStartKey=first["LastEvaluatedKey"])
    third = done("Query", **query, ExclusiveStartKey=second["LastEvaluatedKey"])
    assert [item["sk"]["S"] for page in (first, second, third) for item in page["Items"]] == ["0", "1", "2", "3"]
    assert third == {"Items": [], "Count": 0, "ScannedCount": 0}


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("forward", [True, False])
def test_pages_of_an_index_give_every_item_once_although_keys_repeat(forward: bool) -> None:
    for number in range(7):
        put(f"{number}", pk1={"S": "all"}, sk1={"S": "same" if number % 2 else "other"})
    query = {
        "TableName": "t",
        "IndexName": "by_list",
        "KeyConditionExpression": "pk1 = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "all"}},
        "ScanIndexForward": forward,
        "Limit": 2,
    }
    found: list[str] = []
    more: dict[str, Any] = {}
    while True:
        page = done("Query", **query, **more)
        found += [item["pk"]["S"] for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            break
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    expected = ["0", "2", "4", "6", "1", "3", "5"]
    assert found == (expected if forward else expected[::-1])


@pytest.mark.usefixtures("client")
def test_a_filter_leaves_out_items_after_they_are_counted() -> None:
    for number in range(5):
        put("1", f"{number}", n={"N": f"{number}"})
    page = done(
        "Query",
        TableName="t",
        KeyConditionExpression="pk = :pk",
        FilterExpression="n >= :three",
        ExpressionAttributeValues={":pk": {"S": "1"}, ":three": {"N": "3"}},
        Select="COUNT",
    )
    assert page == {"Count": 2, "ScannedCount": 5}


@pytest.mark.usefixtures("client")
def test_a_page_holds_no_more_than_a_megabyte() -> None:
    for number in range(5):
        put("1", f"{number}", text={"S": "x" * 300_000})
    page = done(
        "Query",
        TableName="t",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "1"}},
    )
    assert page["Count"] == 3
    assert page["LastEvaluatedKey"] == key("1", "2")


@pytest.mark.usefixtures("client")
def test_segments_of_a_scan_share_the_table_out() -> None:
    for number in range(30):
        put(f"{number}")
    pages = [done("Scan", TableName="t", Segment=segment, TotalSegments=3) for segment in range(3)]
    found = [item["pk"]["S"] for page in pages for item in page["Items"]]
    assert sorted(found, key=int) == [f"{number}" for number in range(30)]


@pytest.mark.usefixtures("client")
def test_a_query_of_one_partition_does_not_look_at_the_other_items() -> None:
    store = dynamodb.table("t").store
    for number in range(100_000):
        item = {**key(f"{number % 10_000}", f"{number}"), "pk1": {"S": f"{number % 10_000}"}, "sk1": {"S": "x"}}
        store.replace(*store.row_for(item), silent=True)
    by_key = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "77"}}}
    by_index = {"KeyConditionExpression": "pk1 = :pk", "IndexName": "by_list"}
    for query in (by_key, {**by_key, **by_index}):
        times = []
        for _ in range(20):
            began = time.perf_counter()
            assert done("Query", TableName="t", **query)["Count"] == 10
            times.append(time.perf_counter() - began)
        assert min(times) < 0.002


# ---------------------------------------------------------------------- batches and transactions


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


def transaction(*entries: dict[str, Any], **more: Any) -> tuple[int, dict[str, Any]]:
    items = [{verb: {"TableName": "t", **body}} for entry in entries for verb, body in entry.items()]
    return call("TransactWriteItems", TransactItems=items, **more)


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


# ---------------------------------------------------------------------- request units


@pytest.mark.usefixtures("client")
def test_the_meter_counts_what_every_operation_costs() -> None:
    with recording() as meter:
        put("1", pk1={"S": "all"}, sk1={"S": "1"})
        done("GetItem", TableName="t", Key=key("1"))
        done("GetItem", TableName="t", Key=key("1"), ConsistentRead=True)
        refused("PutItem", TableName="t", Item=key("1"), ConditionExpression="attribute_not_exists(pk)")
        done("BatchGetItem", RequestItems={"t": {"Keys": [key("1"), key("2")]}})
        transaction({"Put": {"Item": {**key("2"), "pk1": {"S": "all"}, "sk1": {"S": "2"}}}})
        done("DeleteItem", TableName="t", Key=key("1"))
    assert [(charge.operation, charge.read.total, charge.write.total) for charge in meter.charges] == [
        ("PutItem", 0, 2),
        ("GetItem", 0.5, 0),
        ("GetItem", 1, 0),
        ("PutItem", 0, 1),
        ("BatchGetItem", 1, 0),
        ("TransactWriteItems", 0, 4),
        ("DeleteItem", 0, 2),
    ]
    assert (meter.read_units, meter.write_units) == (2.5, 9)


@pytest.mark.usefixtures("client")
def test_a_query_is_charged_for_what_it_reads_not_for_what_it_gives_back() -> None:
    for number in range(10):
        put("1", f"{number}", text={"S": "x" * 1000})
    with recording() as meter:
        done(
            "Query",
            TableName="t",
            KeyConditionExpression="pk = :pk",
            FilterExpression="attribute_exists(nothing)",
            ExpressionAttributeValues={":pk": {"S": "1"}},
        )
    assert meter.read_units == 1.5


@pytest.mark.usefixtures("client")
def test_consumed_capacity_is_reported_as_asked() -> None:
    item = {**key("1"), "pk1": {"S": "all"}, "sk1": {"S": "1"}}
    assert done("PutItem", TableName="t", Item=item, ReturnConsumedCapacity="TOTAL") == {
        "ConsumedCapacity": {"TableName": "t", "CapacityUnits": 2}
    }
    body = done("DeleteItem", TableName="t", Key=key("1"), ReturnConsumedCapacity="INDEXES")
    assert body["ConsumedCapacity"] == {
        "TableName": "t",
        "CapacityUnits": 2,
        "Table": {"CapacityUnits": 1},
        "GlobalSecondaryIndexes": {"by_list": {"CapacityUnits": 1}},
    }


# ---------------------------------------------------------------------- streams and expiry


def test_the_stream_has_a_record_for_every_change(client: Any) -> None:
    put("1", n={"N": "1"})
    put("1", n={"N": "1"})
    put("1", n={"N": "2"})
    done("DeleteItem", TableName="t", Key=key("1"))
    records = _records(client)
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert records[1]["dynamodb"]["Keys"] == key("1")
    assert records[1]["dynamodb"]["OldImage"]["n"] == {"N": "1"}
    assert records[1]["dynamodb"]["NewImage"]["n"] == {"N": "2"}
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers))


def test_an_update_of_an_item_that_is_not_there_is_one_insertion(client: Any) -> None:
    update = {"UpdateExpression": "SET a1 = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}
    done("UpdateItem", TableName="t", Key=key("1"), **update)
    assert [record["eventName"] for record in _records(client)] == ["INSERT"]


def test_items_expire_when_their_time_is_over(client: Any) -> None:
    client.update_time_to_live(
        TableName="t", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at_s"}
    )
    put("old", expires_at_s={"N": "1000"})
    put("new", expires_at_s={"N": "3000"})
    put("no number", expires_at_s={"S": "1000"})
    put("for ever")
    assert dynamodb.table("t").remove_expired(2000) == 1
    assert [item["pk"]["S"] for item in done("Scan", TableName="t")["Items"]] == ["for ever", "new", "no number"]
    last = _records(client)[-1]
    assert last["eventName"] == "REMOVE"
    assert last["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}


def _records(client: Any) -> list[dict[str, Any]]:
    """What GetRecords gives from the beginning of the stream."""
    # moto does not know the addresses with an account in them.
    streams = boto3.client("dynamodbstreams", region_name=REGION, config=Config(account_id_endpoint_mode="disabled"))
    stream_arn = client.describe_table(TableName="t")["Table"]["LatestStreamArn"]
    shard_id = streams.describe_stream(StreamArn=stream_arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=stream_arn, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    found: list[dict[str, Any]] = streams.get_records(ShardIterator=iterator)["Records"]
    return found
