"""The local tables against moto's own: whatever is done to both, both hold and answer the same.

moto scans and is slow, but it was written by other people from the same documentation. Where the two are known to
differ, because moto departs from the service, the generators below stay away from it.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from local import dynamodb
from local.identity import REGION

NAMES = ("pk", "sk", "pk1", "sk1")


@pytest.fixture(scope="module")
def clients() -> Iterator[Any]:
    """One account with a table of moto's (`theirs`) and one of ours (`ours`)."""
    with mock_aws(), ExitStack() as installed:
        client = boto3.client("dynamodb", region_name=REGION)
        _create(client, "theirs")
        motos = _Direct()
        installed.enter_context(dynamodb.installed())
        _create(client, "ours")
        yield client, motos


class _Direct:
    """moto's own answers, past the door that ours stand in."""

    def __init__(self) -> None:
        from moto.dynamodb.responses import DynamoHandler  # noqa: PLC0415  # after mock_aws has begun

        self._handler = DynamoHandler

    def call(self, method: str, request: dict[str, Any]) -> tuple[str, Any]:
        handler = self._handler()
        handler.region, handler.current_account, handler.body = REGION, "123456789012", request
        handler.params = request
        try:
            result: Any = getattr(handler, method)().result
        except Exception as error:  # noqa: BLE001  # moto raises errors of many kinds, and only their names matter
            return "error", type(error).__name__
        return "ok", {name: value for name, value in (result or {}).items() if not name.startswith("ConsumedCapacity")}


def _create(client: Any, name: str) -> None:
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in NAMES],
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
    )


KEYS = st.builds(lambda pk, sk: {"pk": {"S": pk}, "sk": {"S": sk}}, st.sampled_from("12"), st.sampled_from("abc"))
NUMBERS = st.integers(-5, 5).map(lambda value: {"N": f"{value}"})
VALUES = st.one_of(
    NUMBERS,
    st.sampled_from(["", "x", "xy"]).map(lambda text: {"S": text}),
    st.booleans().map(lambda value: {"BOOL": value}),
    st.sets(st.sampled_from("abc"), min_size=1).map(lambda members: {"SS": sorted(members)}),
    st.lists(NUMBERS, max_size=2).map(lambda values: {"L": values}),
)
# To moto false is 0 and true is 1, so what is compared with numbers is never either.
ATTRIBUTES = st.dictionaries(st.sampled_from(["word", "list1"]), VALUES, max_size=2)
COUNTED = st.fixed_dictionaries({}, optional={"n": VALUES.filter(lambda value: "BOOL" not in value)})
LISTED = st.fixed_dictionaries(
    {},
    optional={
        "pk1": st.sampled_from("xy").map(lambda s: {"S": s}),
        "sk1": st.sampled_from("12").map(lambda s: {"S": s}),
    },
)
ITEMS = st.tuples(KEYS, LISTED, COUNTED, ATTRIBUTES).map(
    lambda parts: {name: value for part in parts for name, value in part.items()}
)
CONDITIONS = st.sampled_from(
    [
        ("attribute_exists(pk)", {}),
        ("attribute_not_exists(pk)", {}),
        ("attribute_exists(n) AND n > :zero", {":zero": {"N": "0"}}),
        ("attribute_not_exists(n) OR n <> :zero", {":zero": {"N": "0"}}),
        ("n BETWEEN :zero AND :three", {":zero": {"N": "0"}, ":three": {"N": "3"}}),
        ("begins_with(word, :x)", {":x": {"S": "x"}}),
        ("contains(word, :x)", {":x": {"S": "x"}}),
        ("attribute_type(n, :s)", {":s": {"S": "SS"}}),
        ("NOT (word = :x)", {":x": {"S": "x"}}),
        ("word IN (:x, :xy)", {":x": {"S": "x"}, ":xy": {"S": "xy"}}),
    ]
)
UPDATES = st.sampled_from(
    [
        ("SET n = :v", {":v": {"N": "7"}}),
        ("SET word = :v, n = :w", {":v": {"S": "xyz"}, ":w": {"N": "1"}}),
        ("SET n = if_not_exists(n, :v)", {":v": {"N": "7"}}),
        ("SET n = n + :v", {":v": {"N": "1"}}),
        ("SET copied = n", {}),
        ("SET list1 = list_append(list1, :v)", {":v": {"L": [{"S": "more"}]}}),
        ("SET pk1 = :v, sk1 = :v", {":v": {"S": "1"}}),
        ("REMOVE n", {}),
        ("REMOVE pk1, word", {}),
        ("ADD counter :v", {":v": {"N": "3"}}),
        ("SET word = :v REMOVE list1 ADD counter :w", {":v": {"S": "y"}, ":w": {"N": "1"}}),
    ]
)


def _with(request: dict[str, Any], member: str, expression: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    text, values = expression
    merged = {**request.get("ExpressionAttributeValues", {}), **values}
    return {**request, member: text, **({"ExpressionAttributeValues": merged} if merged else {})}


PUTS = st.builds(lambda item: ("put_item", {"Item": item, "ReturnValues": "ALL_OLD"}), ITEMS)
CONDITIONAL_PUTS = st.builds(
    lambda item, condition: ("put_item", _with({"Item": item}, "ConditionExpression", condition)), ITEMS, CONDITIONS
)
DELETES = st.builds(lambda key: ("delete_item", {"Key": key, "ReturnValues": "ALL_OLD"}), KEYS)
CHANGES = st.builds(
    lambda key, update, returns: (
        "update_item",
        _with({"Key": key, "ReturnValues": returns}, "UpdateExpression", update),
    ),
    KEYS,
    UPDATES,
    st.sampled_from(["NONE", "ALL_OLD", "ALL_NEW"]),
)
GETS = st.builds(lambda key: ("get_item", {"Key": key}), KEYS)
QUERIES = st.builds(
    lambda pk, rest, forward: (
        "query",
        _with(
            {"ScanIndexForward": forward},
            "KeyConditionExpression",
            (f"pk = :pk{rest}", {":pk": {"S": pk}, **({":b": {"S": "b"}} if rest else {})}),
        ),
    ),
    st.sampled_from("123"),
    st.sampled_from(["", " AND sk = :b", " AND sk < :b", " AND sk >= :b", " AND begins_with(sk, :b)"]),
    st.booleans(),
)
LIST_QUERIES = st.builds(
    lambda pk, forward: (
        "query",
        {
            "IndexName": "by_list",
            "KeyConditionExpression": "pk1 = :pk",
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            "ScanIndexForward": forward,
        },
    ),
    st.sampled_from("xy1"),
    st.booleans(),
)
OPERATIONS = st.lists(
    st.one_of(PUTS, CONDITIONAL_PUTS, DELETES, CHANGES, GETS, QUERIES, LIST_QUERIES), min_size=1, max_size=12
)


@given(OPERATIONS)
@settings(max_examples=100)
def test_both_answer_the_same_to_the_same_requests(clients: Any, operations: list[tuple[str, dict[str, Any]]]) -> None:
    client, motos = clients
    _empty(motos)
    for method, request in operations:
        theirs = motos.call(method, {"TableName": "theirs", **request})
        try:
            answer = getattr(client, method)(TableName="ours", **request)
            ours: tuple[str, Any] = "ok", {name: value for name, value in answer.items() if name != "ResponseMetadata"}
        except ClientError as error:
            ours = "error", error.response["Error"]["Code"]
        assert ours[0] == theirs[0], (method, request, ours, theirs)
        if ours[0] == "ok":
            assert _comparable(ours[1]) == _comparable(theirs[1]), (method, request)


def _comparable(value: Any) -> Any:
    """Sets have no order."""
    if isinstance(value, dict):
        return {name: sorted(inner) if name == "SS" else _comparable(inner) for name, inner in value.items()}
    return [_comparable(inner) for inner in value] if isinstance(value, list) else value


def _empty(motos: _Direct) -> None:
    store = dynamodb.table("ours").store
    for row in list(store.table.scan(None)):
        store.replace(row, None)
    status, found = motos.call("scan", {"TableName": "theirs"})
    assert status == "ok"
    for item in found["Items"]:
        motos.call("delete_item", {"TableName": "theirs", "Key": {"pk": item["pk"], "sk": item["sk"]}})
