"""Attribute values: what is taken, what is refused, what is the same."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.dynamodb.errors import DynamoError
from local.dynamodb.values import equal, normalised, number, sortable


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("0.0", "0"),
        ("007", "7"),
        ("1.50", "1.5"),
        ("-12.340", "-12.34"),
        ("1e3", "1000"),
        ("1E-3", "0.001"),
        ("1" * 38, "1" * 38),
        ("1" + "0" * 100, "1" + "0" * 100),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
    ],
)
def test_numbers_are_stored_in_their_shortest_form(given: str, stored: str) -> None:
    assert number(given) == stored


@pytest.mark.parametrize("text", ["", " 1", "1 ", "x", "NaN", "Infinity", "1" * 39, "1e126", "1e-131", "1_000_x"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(DynamoError) as refused:
        number(text)
    assert refused.value.code == "ValidationException"


@given(st.integers(-(10**37), 10**37))
def test_whole_numbers_come_back_as_they_went_in(value: int) -> None:
    assert number(str(value)) == str(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20))
def test_a_stored_number_has_the_value_it_had(value: Decimal) -> None:
    assert Decimal(number(str(value))) == value


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"S": "a", "N": "1"},
        {"X": "a"},
        {"S": 1},
        {"N": 1},
        {"BOOL": "true"},
        {"NULL": False},
        {"M": []},
        {"L": {}},
        {"SS": []},
        {"SS": ["a", "a"]},
        {"NS": ["1", "1.0"]},
        {"SS": [1]},
        {"B": "not base64!"},
        {"L": [{"S": 1}]},
        {"M": {"a": {}}},
        "text",
    ],
)
def test_values_that_the_protocol_does_not_know_are_refused(value: Any) -> None:
    with pytest.raises(DynamoError):
        normalised(value)


def test_numbers_are_normalised_wherever_they_are() -> None:
    value = {"M": {"a": {"L": [{"N": "1.0"}, {"NS": ["2.50"]}]}, "b": {"BOOL": True}, "c": {"NULL": True}}}
    assert normalised(value) == {
        "M": {"a": {"L": [{"N": "1"}, {"NS": ["2.5"]}]}, "b": {"BOOL": True}, "c": {"NULL": True}}
    }


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ({"N": "1.0"}, {"N": "1"}, True),
        ({"N": "1"}, {"S": "1"}, False),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, True),
        ({"NS": ["1", "2"]}, {"NS": ["2.0", "1"]}, True),
        ({"L": [{"N": "1"}]}, {"L": [{"N": "1.0"}]}, True),
        ({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}, False),
        ({"M": {"a": {"N": "1"}}}, {"M": {"a": {"N": "1.0"}}}, True),
        ({"M": {"a": {"N": "1"}}}, {"M": {"b": {"N": "1"}}}, False),
        ({"BOOL": True}, {"BOOL": True}, True),
    ],
)
def test_equality_is_by_value(left: dict[str, Any], right: dict[str, Any], same: bool) -> None:
    assert equal(left, right) is same


def test_keys_order_by_number_text_and_bytes() -> None:
    assert sorted([{"N": "10"}, {"N": "9"}, {"N": "-1"}], key=sortable) == [{"N": "-1"}, {"N": "9"}, {"N": "10"}]
    assert sorted([{"S": "b"}, {"S": "B"}, {"S": "ß"}], key=sortable) == [{"S": "B"}, {"S": "b"}, {"S": "ß"}]
    assert sortable({"B": "AAE="}) == b"\x00\x01"
