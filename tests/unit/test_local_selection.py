"""Route selection by `$request.body.[2]` and its relatives."""

import json

import pytest

from local.selection import ExpressionError, route_key, steps
from shared.catalog import ROUTE_SELECTION


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$request.body.[2]", (2,)),
        ("$request.body[2]", (2,)),
        ("${request.body.[2]}", (2,)),
        ("$request.body.action", ("action",)),
        ("$request.body.payload['the type'][0].name", ("payload", "the type", 0, "name")),
        (ROUTE_SELECTION, (2,)),
    ],
)
def test_an_expression_is_a_path_into_the_message(expression: str, expected: tuple[str | int, ...]) -> None:
    assert steps(expression) == expected


@pytest.mark.parametrize("expression", ["", "$request.header.x", "action", "$request.body.[*]", "$request.body..a"])
def test_an_expression_that_cannot_be_evaluated_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        steps(expression)


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ('[2, "1", "Heartbeat", {}]', "Heartbeat"),
        ('[4, "1", "InternalError", "", {}]', "InternalError"),
        ('[6, "1", "NotifyPeriodicEventStream", {}]', "NotifyPeriodicEventStream"),
        ('[3, "1", {"status": "Accepted"}]', '{"status": "Accepted"}'),
        ('[2, "1", 42, {}]', "42"),
        ('[2, "1", "", {}]', ""),
        ('[2, "1", "$disconnect", {}]', "$default"),
        ('[2, "1"]', "$default"),
        ("{}", "$default"),
        ("2", "$default"),
        ("null", "$default"),
        ('"text"', "$default"),
        ("not json", "$default"),
        ("", "$default"),
        ("[" * 100_000, "$default"),
    ],
)
def test_the_third_element_of_a_frame_selects_the_route(message: str, key: str) -> None:
    assert route_key(ROUTE_SELECTION, message) == key


def test_a_field_of_an_object_selects_the_route() -> None:
    assert route_key("$request.body.action", json.dumps({"action": "go"})) == "go"
    assert route_key("$request.body.action", json.dumps({"other": "go"})) == "$default"
