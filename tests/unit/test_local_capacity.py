"""The request units of the local meter, against the examples and rules that AWS publishes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.capacity import (
    Charge,
    IndexShape,
    Units,
    item_size,
    read_units,
    record,
    recording,
    refused_units,
    value_size,
    write_units,
)

BY_LIST = IndexShape("by_list", ("pk1", "sk1"), frozenset({"pk", "sk", "pk1", "sk1"}))
WITH_STATUS = IndexShape("with_status", ("pk1",), frozenset({"pk", "sk", "pk1", "status"}))
EVERYTHING = IndexShape("everything", ("pk1",), None)


def item(**more: Any) -> dict[str, Any]:
    return {"pk": {"S": "STATION#1"}, "sk": {"S": "STATION"}, **more}


def listed(**more: Any) -> dict[str, Any]:
    return item(pk1={"S": "STATION#all"}, sk1={"S": "1"}, **more)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "abc"}, 3),
        ({"S": "Straße"}, 7),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "12"}, 2),
        ({"N": "123"}, 3),
        ({"N": "-123"}, 4),
        ({"N": "1000000"}, 2),
        ({"N": "0.001"}, 2),
        ({"N": "12.34"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"B": "AAEC"}, 3),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"BOOL": False}]}, 3 + 3 + 2),
        ({"M": {}}, 3),
        ({"M": {"name": {"S": "ab"}}}, 3 + 1 + 4 + 2),
        ({"SS": ["a", "bcd"]}, 4),
        ({"NS": ["1", "234"]}, 5),
        ({"BS": ["AAEC", "AA=="]}, 4),
    ],
)
def test_the_size_of_a_value_follows_the_published_rules(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size


def test_the_names_of_attributes_count_for_the_size_of_an_item() -> None:
    assert item_size({"pk": {"S": "1234"}, "größe": {"N": "12"}}) == 2 + 4 + 7 + 2


@pytest.mark.parametrize(("size", "units"), [(1, 1), (1024, 1), (1025, 2), (3 * 1024, 3)])
def test_a_write_costs_one_unit_per_started_kilobyte(size: int, units: int) -> None:
    written = {"a": {"S": "x" * (size - 1)}}
    assert write_units(None, written) == Units(units)


@pytest.mark.parametrize("grows", [True, False])
def test_an_update_costs_the_larger_of_the_item_before_and_after(grows: bool) -> None:
    small, large = {"a": {"S": "x"}}, {"a": {"S": "x" * 3000}}
    old, new = (small, large) if grows else (large, small)
    assert write_units(old, new).table == 3


def test_a_deletion_costs_what_the_deleted_item_weighs() -> None:
    assert write_units({"a": {"S": "x" * 1500}}, None).table == 2
    assert write_units(None, None).table == 1


def test_an_item_without_the_keys_of_an_index_costs_the_index_nothing() -> None:
    assert write_units(None, item(), [BY_LIST]) == Units(1)
    assert write_units(None, item(pk1={"S": "half a key"}), [BY_LIST]) == Units(1)


def test_entering_and_leaving_an_index_costs_one_write_there() -> None:
    assert write_units(None, listed(), [BY_LIST]) == Units(1, {"by_list": 1})
    assert write_units(item(), listed(), [BY_LIST]) == Units(1, {"by_list": 1})
    assert write_units(listed(), item(), [BY_LIST]) == Units(1, {"by_list": 1})
    assert write_units(listed(), None, [BY_LIST]) == Units(1, {"by_list": 1})


def test_a_changed_index_key_costs_a_removal_and_an_insertion() -> None:
    moved = {**listed(), "sk1": {"S": "2"}}
    assert write_units(listed(), moved, [BY_LIST]) == Units(1, {"by_list": 2})


def test_what_an_index_does_not_project_changes_for_nothing() -> None:
    before, after = listed(beat={"N": "1"}), listed(beat={"N": "2"})
    assert write_units(before, after, [BY_LIST]) == Units(1)


def test_a_changed_projected_attribute_costs_one_write_in_the_index() -> None:
    before, after = listed(status={"S": "Available"}), listed(status={"S": "Charging"})
    assert write_units(before, after, [WITH_STATUS, EVERYTHING]) == Units(1, {"with_status": 1, "everything": 1})


def test_an_index_pays_for_the_size_of_its_own_entry() -> None:
    large = listed(payload={"S": "x" * 5000})
    assert write_units(None, large, [BY_LIST, EVERYTHING]) == Units(5, {"by_list": 1, "everything": 5})


def test_a_transaction_costs_twice_as_much() -> None:
    assert write_units(None, listed(), [BY_LIST], transactional=True) == Units(2, {"by_list": 2})
    assert refused_units(None, transactional=True) == Units(2)
    assert read_units(5000, transactional=True) == 4


def test_a_failed_condition_costs_what_the_item_that_is_there_weighs() -> None:
    assert refused_units(None) == Units(1)
    assert refused_units({"a": {"S": "x" * 2048}}) == Units(3)


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(0, False, 0.5), (0, True, 1), (4096, False, 0.5), (4097, False, 1), (4096, True, 1), (8193, True, 3)],
)
def test_a_read_costs_by_started_four_kilobytes(size: int, consistent: bool, units: float) -> None:
    assert read_units(size, consistent=consistent) == units


def test_units_add_up_over_table_and_indexes() -> None:
    assert Units(1, {"a": 2, "b": 0.5}).total == 3.5


def test_a_recording_counts_what_happens_while_it_is_open() -> None:
    charge = Charge("PutItem", "t", Units(), Units(1, {"by_list": 1}))
    record(charge)
    with recording() as outer:
        record(charge)
        with recording() as inner:
            record(Charge("GetItem", "t", Units(0.5), Units()))
        record(charge)
    record(charge)
    assert (outer.write_units, outer.read_units) == (4, 0.5)
    assert (inner.write_units, inner.read_units) == (0, 0.5)
    assert [one.operation for one in outer.charges] == ["PutItem", "GetItem", "PutItem"]


ITEMS = st.none() | st.dictionaries(
    st.sampled_from(["pk1", "sk1", "status", "beat"]), st.text(max_size=1200).map(lambda text: {"S": text})
).map(lambda more: item(**more))


@given(ITEMS, ITEMS)
def test_no_write_is_cheaper_backwards(old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
    indexes = [BY_LIST, WITH_STATUS, EVERYTHING]
    assert write_units(old, new, indexes) == write_units(new, old, indexes)
    assert write_units(old, new, indexes).total >= 1
