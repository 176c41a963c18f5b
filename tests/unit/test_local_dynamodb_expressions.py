"""DynamoDB's expressions: what they mean, and what the service says of those that it refuses."""

from typing import Any

import pytest

from local.dynamodb.conditions import Scope, holds, project
from local.dynamodb.errors import DynamoError
from local.dynamodb.expressions import parse_condition, parse_projection, parse_update
from local.dynamodb.updates import updated

ITEM: dict[str, Any] = {
    "pk": {"S": "STATION#1"},
    "n": {"N": "10"},
    "word": {"S": "Charging"},
    "flag": {"BOOL": True},
    "tags": {"SS": ["a", "b"]},
    "counts": {"NS": ["1", "2"]},
    "bytes": {"B": "AAEC"},
    "steps": {"L": [{"S": "x"}, {"M": {"deep": {"N": "1"}}}]},
    "map": {"M": {"one": {"S": "1"}, "two": {"M": {"three": {"N": "3"}}}}},
}
VALUES: dict[str, Any] = {
    ":nine": {"N": "9"},
    ":ten": {"N": "10.0"},
    ":twelve": {"N": "12"},
    ":word": {"S": "Charging"},
    ":char": {"S": "Char"},
    ":other": {"S": "other"},
    ":a": {"S": "a"},
    ":x": {"S": "x"},
    ":one": {"N": "1"},
    ":string": {"S": "S"},
    ":bytes": {"B": "AAE="},
    ":set": {"SS": ["b", "c"]},
    ":row": {"L": [{"S": "new"}]},
    ":numbers": {"NS": ["2", "3"]},
}
NAMES = {"#status": "word", "#m": "map", "#dotted": "a.b"}


def is_true(text: str, item: dict[str, Any] | None = None) -> bool:
    parsed = parse_condition(text)
    scope = Scope({name: NAMES[name] for name in parsed.names}, {value: VALUES[value] for value in parsed.values})
    return holds(parsed.tree, ITEM if item is None else item, scope)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n = :ten", True),
        ("n <> :ten", False),
        ("n > :nine AND n < :twelve", True),
        ("n >= :ten and n <= :ten", True),
        ("n < :word", False),
        ("flag > :nine", False),
        ("n BETWEEN :nine AND :twelve", True),
        ("n BETWEEN :twelve AND :twelve", False),
        ("word IN (:other, :word)", True),
        ("word IN (:other)", False),
        ("attribute_exists(n)", True),
        ("attribute_exists(nothing)", False),
        ("attribute_not_exists(nothing)", True),
        ("attribute_not_exists(#m.two.three)", False),
        ("attribute_exists(#m.two.four)", False),
        ("attribute_exists(steps[1].deep)", True),
        ("attribute_exists(steps[7])", False),
        ("attribute_exists(n.below)", False),
        ("attribute_type(word, :string)", True),
        ("attribute_type(n, :string)", False),
        ("begins_with(#status, :char)", True),
        ("begins_with(#status, :other)", False),
        ("begins_with(n, :char)", False),
        ("begins_with(bytes, :bytes)", True),
        ("contains(word, :char)", True),
        ("contains(tags, :a)", True),
        ("contains(tags, :x)", False),
        ("contains(counts, :one)", True),
        ("contains(steps, :x)", True),
        ("contains(#m, :x)", False),
        ("size(word) = :nine", False),
        ("size(word) < :nine", True),
        ("size(tags) > :one", True),
        ("size(bytes) > :one", True),
        ("size(n) = :one", False),
        ("nothing = :ten", False),
        ("nothing <> :ten", True),
        ("NOT nothing = :ten", True),
        ("NOT (n = :ten OR word = :other)", False),
        ("word = :other OR n = :ten AND flag = :a", False),
        ("(word = :other OR n = :ten) AND attribute_exists(flag)", True),
        ("#status = word", True),
        ("n = :ten AND (word = :word AND (flag <> :a))", True),
    ],
)
def test_conditions_mean_what_dynamodb_says(text: str, expected: bool) -> None:
    assert is_true(text) is expected


def test_a_condition_on_no_item_sees_no_attributes() -> None:
    assert is_true("attribute_not_exists(pk)", {})
    assert not is_true("n = :ten", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The expression can not be empty"),
        ("n =", 'token: "<EOF>"'),
        ("n = :ten n", 'token: "n"'),
        ("n ! :ten", 'token: "!"'),
        ("status = :ten", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("steps[x] = :ten", 'token: "x"'),
        ("unknown(n, :ten)", "Invalid function name; function: unknown"),
        ("begins_with(n)", "Incorrect number of operands"),
        ("attribute_exists(:ten)", "requires a document path"),
        ("((n = :ten))", "redundant parentheses"),
        ("n BETWEEN :nine", "Syntax error"),
        ("n IN :nine", "Syntax error"),
        ("if_not_exists(n, :ten) = :ten", "Invalid function name"),
    ],
)
def test_conditions_that_the_service_refuses_are_refused(text: str, message: str) -> None:
    with pytest.raises(DynamoError) as refused:
        parse_condition(text)
    assert refused.value.code == "ValidationException"
    assert refused.value.message.startswith("Invalid ConditionExpression: ")
    assert message in refused.value.message


def after(text: str, item: dict[str, Any] | None = None) -> dict[str, Any]:
    parsed = parse_update(text)
    scope = Scope({name: NAMES[name] for name in parsed.names}, {value: VALUES[value] for value in parsed.values})
    return updated(ITEM if item is None else item, parsed.tree, scope)


def changes(text: str) -> dict[str, Any]:
    """What differs after an update; `None` for what is gone."""
    result = after(text)
    return {name: result.get(name) for name in ITEM.keys() | result.keys() if ITEM.get(name) != result.get(name)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SET n = :one", {"n": {"N": "1"}}),
        ("set n = n + :one", {"n": {"N": "11"}}),
        ("SET n = :one - n", {"n": {"N": "-9"}}),
        ("SET fresh = if_not_exists(fresh, :one) + :one", {"fresh": {"N": "2"}}),
        ("SET fresh = if_not_exists(n, :one)", {"fresh": {"N": "10"}}),
        ("SET n = word, word = n", {"n": {"S": "Charging"}, "word": {"N": "10"}}),
        ("SET steps = list_append(steps, :row)", {"steps": {"L": [*ITEM["steps"]["L"], {"S": "new"}]}}),
        ("SET steps[0] = :one", {"steps": {"L": [{"N": "1"}, ITEM["steps"]["L"][1]]}}),
        ("SET steps[9] = :one", {"steps": {"L": [*ITEM["steps"]["L"], {"N": "1"}]}}),
        ("SET steps[1].deep = :word", {"steps": {"L": [{"S": "x"}, {"M": {"deep": {"S": "Charging"}}}]}}),
        (
            "SET #m.two.four = :one",
            {"map": {"M": {"one": {"S": "1"}, "two": {"M": {"three": {"N": "3"}, "four": {"N": "1"}}}}}},
        ),
        ("SET #dotted = :one", {"a.b": {"N": "1"}}),
        ("SET n = (n + :one)", {"n": {"N": "11"}}),
        ("REMOVE n, nothing", {"n": None}),
        ("REMOVE #m.one", {"map": {"M": {"two": {"M": {"three": {"N": "3"}}}}}}),
        ("REMOVE steps[0], steps[1]", {"steps": {"L": []}}),
        ("REMOVE steps[7]", {}),
        ("ADD n :one", {"n": {"N": "11"}}),
        ("ADD fresh :one", {"fresh": {"N": "1"}}),
        ("ADD tags :set", {"tags": {"SS": ["a", "b", "c"]}}),
        ("ADD fresh :set", {"fresh": {"SS": ["b", "c"]}}),
        ("DELETE tags :set", {"tags": {"SS": ["a"]}}),
        ("DELETE counts :numbers", {"counts": {"NS": ["1"]}}),
        ("DELETE nothing :set", {}),
        ("SET n = :one REMOVE word ADD fresh :one", {"n": {"N": "1"}, "word": None, "fresh": {"N": "1"}}),
    ],
)
def test_updates_do_what_dynamodb_does(text: str, expected: dict[str, Any]) -> None:
    assert changes(text) == expected


def test_an_update_leaves_the_item_that_it_reads_as_it_was() -> None:
    before = {**ITEM}
    after("SET steps[1].deep = :word, #m.two.three = :one REMOVE steps[0] ADD tags :set")
    assert before == ITEM
    assert ITEM["steps"]["L"][1] == {"M": {"deep": {"N": "1"}}}
    assert ITEM["map"]["M"]["two"] == {"M": {"three": {"N": "3"}}}


def test_deleting_the_last_member_removes_the_set() -> None:
    assert "tags" not in after("DELETE tags :set", {"tags": {"SS": ["c", "b"]}})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SET n = nothing", "refers to an attribute that does not exist in the item"),
        ("SET n = n + word", "incorrect data type"),
        ("SET steps = list_append(steps, word)", "incorrect data type"),
        ("SET nothing.below = :one", "document path provided in the update expression is invalid"),
        ("SET n.below = :one", "document path provided in the update expression is invalid"),
        ("SET n[0] = :one", "document path provided in the update expression is invalid"),
        ("REMOVE nothing.below", "document path provided in the update expression is invalid"),
        ("SET n = :one, n = :ten", "Two document paths overlap"),
        ("SET #m.two = :one REMOVE #m.two.three", "Two document paths overlap"),
        ("SET n = :one SET word = :one", 'The "SET" section can only be used once'),
        ("SET name = :one", "reserved keyword: name"),
        ("ADD word :one", "incorrect data type"),
        ("ADD n :word", "Incorrect operand type"),
        ("ADD tags :numbers", "incorrect data type"),
        ("DELETE n :one", "Incorrect operand type"),
        ("DELETE counts :set", "incorrect data type"),
        ("SET n", "Syntax error"),
        ("PUT n = :one", "Syntax error"),
        ("ADD n word", "Syntax error"),
        ("SET n = size(word)", "Invalid function name"),
    ],
)
def test_updates_that_the_service_refuses_are_refused(text: str, message: str) -> None:
    with pytest.raises(DynamoError) as refused:
        after(text)
    assert refused.value.code == "ValidationException"
    assert message in refused.value.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n", {"n": {"N": "10"}}),
        ("n, nothing", {"n": {"N": "10"}}),
        ("#m.two.three, n", {"map": {"M": {"two": {"M": {"three": {"N": "3"}}}}}, "n": {"N": "10"}}),
        ("steps[1].deep, steps[0]", {"steps": {"L": [{"S": "x"}, {"M": {"deep": {"N": "1"}}}]}}),
        ("steps[5]", {}),
        ("n.below", {}),
        ("#m.nothing", {}),
    ],
)
def test_projections_keep_what_they_name(text: str, expected: dict[str, Any]) -> None:
    parsed = parse_projection(text)
    scope = Scope({name: NAMES[name] for name in parsed.names}, {})
    assert project(ITEM, [scope.parts(path) for path in parsed.tree]) == expected
