"""The local table's order of items: what a query sees is what sorting everything would give."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.capacity import IndexShape
from local.dynamodb.errors import DynamoError
from local.dynamodb.storage import KeySchema, RangeCondition, Row, Store

SCHEMA = KeySchema("pk", "sk")
TYPES = {"pk": "S", "sk": "S", "list": "S", "rank": "N"}


def store() -> Store:
    shape = IndexShape("by_rank", ("list", "rank"), frozenset({"pk", "sk", "list", "rank"}))
    return Store("t", SCHEMA, TYPES, {"by_rank": (KeySchema("list", "rank"), shape)})


def put(table: Store, pk: str, sk: str, **more: Any) -> None:
    table.replace(*table.row_for({"pk": {"S": pk}, "sk": {"S": sk}, **more}))


def keys(rows: Any) -> list[tuple[str, str]]:
    return [(row.item["pk"]["S"], row.item["sk"]["S"]) for row in rows]


def test_a_query_gives_a_partition_in_order() -> None:
    table = store()
    for sk in ("b", "a", "c"):
        put(table, "1", sk)
    put(table, "2", "a")
    assert keys(table.table.query("1", None, None, forward=True)) == [("1", "a"), ("1", "b"), ("1", "c")]
    assert keys(table.table.query("1", None, ("b",), forward=True)) == [("1", "c")]
    assert keys(table.table.query("1", None, ("b",), forward=False)) == [("1", "a")]
    assert keys(table.table.query("3", None, None, forward=True)) == []


def test_an_index_holds_only_items_with_both_its_keys() -> None:
    table = store()
    put(table, "1", "a", list={"S": "all"}, rank={"N": "2"})
    put(table, "2", "a", list={"S": "all"})
    assert keys(table.indexes["by_rank"].scan(None)) == [("1", "a")]
    put(table, "1", "a")
    assert keys(table.indexes["by_rank"].scan(None)) == []


def test_watchers_hear_of_changes_and_not_of_writes_that_change_nothing() -> None:
    table = store()
    heard: list[tuple[Any, Any, bool]] = []
    table.watchers.append(lambda old, new, expired: heard.append((old, new, expired)))
    put(table, "1", "a", n={"N": "1"})
    put(table, "1", "a", n={"N": "1.0"})
    put(table, "1", "a", n={"N": "2"})
    row = table.find({"pk": {"S": "1"}, "sk": {"S": "a"}})
    table.replace(row, None, expired=True)
    assert [(old is None, new is None, expired) for old, new, expired in heard] == [
        (True, False, False),
        (False, False, False),
        (False, False, False),
        (False, True, True),
    ]


def test_the_count_and_size_of_a_table_follow_its_items() -> None:
    table = store()
    put(table, "1", "a", text={"S": "x" * 100})
    put(table, "1", "b")
    assert (table.count, table.size_bytes) == (2, (2 + 1 + 2 + 1 + 4 + 100) + 6)
    table.replace(table.find({"pk": {"S": "1"}, "sk": {"S": "a"}}), None)
    assert (table.count, table.size_bytes) == (1, 6)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"pk": {"S": "1"}}, "Missing the key sk in the item"),
        ({"pk": {"N": "1"}, "sk": {"S": "a"}}, "Type mismatch for key pk expected: S actual: N"),
        ({"pk": {"S": ""}, "sk": {"S": "a"}}, "cannot contain an empty string value. Key: pk"),
        ({"pk": {"S": "x" * 2049}, "sk": {"S": "a"}}, "Size of hashkey has exceeded"),
        ({"pk": {"S": "1"}, "sk": {"S": "x" * 1025}}, "Aggregated size of all range keys has exceeded"),
        ({"pk": {"S": "1"}, "sk": {"S": "a"}, "list": {"N": "1"}}, "Type mismatch for Index Key list"),
        ({"pk": {"S": "1"}, "sk": {"S": "a"}, "list": {"S": ""}}, "IndexName: by_rank, IndexKey: list"),
        ({"pk": {"S": "1"}, "sk": {"S": "a"}, "text": {"S": "x" * 409600}}, "Item size has exceeded"),
    ],
)
def test_items_that_cannot_be_stored_are_refused(item: dict[str, Any], message: str) -> None:
    with pytest.raises(DynamoError) as refused:
        store().row_for(item)
    assert message in refused.value.message


@pytest.mark.parametrize(
    "key",
    [
        {"pk": {"S": "1"}},
        {"pk": {"S": "1"}, "sk": {"S": "a"}, "more": {"S": "x"}},
        {"pk": {"S": "1"}, "sk": {"N": "1"}},
        {"pk": {"S": "1"}, "sk": {"S": ""}},
    ],
)
def test_keys_that_are_not_the_tables_are_refused(key: dict[str, Any]) -> None:
    with pytest.raises(DynamoError):
        store().find(key)


NAMES = st.text("ab", max_size=3)
CONDITIONS = st.none() | st.one_of(
    st.tuples(st.sampled_from(["=", "<", "<=", ">", ">=", "begins_with"]), st.tuples(NAMES)),
    st.tuples(st.just("BETWEEN"), st.tuples(NAMES, NAMES)),
).map(lambda made: RangeCondition(*made))


def meets(condition: RangeCondition | None, value: str) -> bool:
    """The range condition, evaluated on one value."""
    if condition is None:
        return True
    bound = condition.bounds[0]
    return bool(
        {
            "=": value == bound,
            "<": value < bound,
            "<=": value <= bound,
            ">": value > bound,
            ">=": value >= bound,
            "begins_with": value.startswith(bound),
            "BETWEEN": bound <= value <= condition.bounds[-1],
        }[condition.operator]
    )


@given(
    sks=st.sets(NAMES.filter(bool), max_size=12),
    condition=CONDITIONS,
    after=st.none() | NAMES.map(lambda name: (name,)),
    forward=st.booleans(),
)
def test_a_query_finds_what_a_look_at_every_item_finds(
    sks: set[str], condition: RangeCondition | None, after: tuple[str] | None, forward: bool
) -> None:
    table = store()
    for sk in sks:
        put(table, "1", sk)
    expected = sorted((sk for sk in sks if meets(condition, sk)), reverse=not forward)
    if after is not None:
        expected = [sk for sk in expected if (sk > after[0] if forward else sk < after[0])]
    found = table.table.query("1", condition, after, forward=forward)
    assert [row.item["sk"]["S"] for row in found] == expected


STEPS = st.lists(
    st.tuples(
        st.sampled_from("12"),
        st.sampled_from("ab"),
        st.none() | st.tuples(st.none() | st.sampled_from("xy"), st.none() | st.integers(0, 3)),
    ),
    max_size=25,
)


@given(STEPS)
def test_table_and_index_hold_the_same_items_whatever_happens(
    steps: list[tuple[str, str, tuple[str | None, int | None] | None]],
) -> None:
    table = store()
    model: dict[tuple[str, str], dict[str, Any]] = {}
    for pk, sk, keys_of_index in steps:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        old = table.find(key)
        if keys_of_index is None:
            table.replace(old, None)
            model.pop((pk, sk), None)
            continue
        name, rank = keys_of_index
        item = {
            **key,
            **({"list": {"S": name}} if name else {}),
            **({"rank": {"N": str(rank)}} if rank is not None else {}),
        }
        table.replace(*table.row_for(item))
        model[pk, sk] = item
    assert keys(table.table.scan(None)) == sorted(model)
    in_index = {key: item for key, item in model.items() if "list" in item and "rank" in item}
    expected = sorted(in_index, key=lambda key: (in_index[key]["list"]["S"], int(in_index[key]["rank"]["N"]), key))
    assert keys(table.indexes["by_rank"].scan(None)) == expected
    assert table.count == len(model)
    assert all(isinstance(row, Row) for row in table.table.scan(None))
