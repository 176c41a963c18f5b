"""A local table `t`, and requests to it through the in-process transport."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local import dynamodb
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


def transaction(*entries: dict[str, Any], **more: Any) -> tuple[int, dict[str, Any]]:
    items = [{verb: {"TableName": "t", **body}} for entry in entries for verb, body in entry.items()]
    return call("TransactWriteItems", TransactItems=items, **more)
