"""Queries and scans of the local tables: pages, filters, segments."""

from typing import Any

import pytest

from local import dynamodb
from local.dynamodb.storage import Row
from tests.integration.local_table import done, key, put


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
def test_a_query_of_one_partition_does_not_look_at_the_other_items(monkeypatch: pytest.MonkeyPatch) -> None:
    store = dynamodb.table("t").store
    for number in range(1_000):
        item = {**key(f"{number % 100}", f"{number}"), "pk1": {"S": f"{number % 100}"}, "sk1": {"S": "x"}}
        store.replace(*store.row_for(item), silent=True)
    looked_at: list[Row] = []
    whole: Any = Row.item

    def look(row: Row) -> Any:
        looked_at.append(row)
        return whole.fget(row)

    monkeypatch.setattr(Row, "item", property(look))
    by_key = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "77"}}}
    by_index = {"KeyConditionExpression": "pk1 = :pk", "IndexName": "by_list"}
    for query in (by_key, {**by_key, **by_index}):
        looked_at.clear()
        assert done("Query", TableName="t", **query)["Count"] == 10
        assert len({id(row) for row in looked_at}) == 10
