"""What the local tables charge, and what their streams tell."""

from typing import Any

import boto3
import pytest
from botocore.config import Config

from local import dynamodb
from local.capacity import recording
from local.identity import REGION
from tests.integration.local_table import done, key, put, refused, transaction


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
