"""The reader's table of messages says what the official schemas say."""

from typing import Any

import pytest

from shared.ocpp.reading.kinds import Energy, Kind, Text, Time, Whole, Word
from shared.ocpp.reading.messages16 import MESSAGES_16
from shared.ocpp.reading.shapes import Field, ListOf, Shape
from tests.unit.reader_support import ACTIONS, official_schema


def test_every_message_of_a_station_is_in_the_table() -> None:
    assert set(MESSAGES_16) == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_the_table_agrees_with_the_schema(action: str) -> None:
    assert as_schema(MESSAGES_16[action]) == essence(official_schema(action))


def as_schema(shape: Shape) -> dict[str, Any]:
    return {
        "required": {name for name, field in shape.fields.items() if field.required},
        "properties": {name: kind_as_schema(field) for name, field in shape.fields.items()},
    }


def kind_as_schema(field: Field) -> dict[str, Any]:
    kind: Kind = field.kind
    if isinstance(kind, Text):
        return {"type": "string", "maxLength": kind.max_length}
    if isinstance(kind, Word):
        return {"type": "string", "enum": set(kind.words)}
    if isinstance(kind, Whole | Energy):
        return {"type": "integer"}
    if isinstance(kind, Time):
        return {"type": "string", "format": "date-time"}
    assert isinstance(kind, ListOf)
    return {"type": "array", "minItems": int(kind.filled), "items": as_schema(kind.item)}


def essence(schema: dict[str, Any]) -> dict[str, Any]:
    """What the schema says, in the form of `as_schema`."""
    if "properties" in schema:
        return {
            "required": set(schema.get("required", ())),
            "properties": {name: essence(value) for name, value in schema["properties"].items()},
        }
    if schema["type"] == "array":
        return {"type": "array", "minItems": schema.get("minItems", 0), "items": essence(schema["items"])}
    if "enum" in schema:
        return {"type": "string", "enum": set(schema["enum"])}
    if schema["type"] == "string" and "format" not in schema:
        return {"type": "string", "maxLength": schema.get("maxLength")}
    return schema


def test_what_stands_in_for_an_unknown_word_is_a_word_itself() -> None:
    for kind in words(*MESSAGES_16.values()):
        assert kind.unknown is None or kind.unknown in kind.words
        assert set(kind.meanings.values()) <= kind.words


def words(*shapes: Shape) -> list[Word]:
    kinds = [field.kind for shape in shapes for field in shape.fields.values()]
    items = [kind.item for kind in kinds if isinstance(kind, ListOf)]
    return [kind for kind in kinds if isinstance(kind, Word)] + (words(*items) if items else [])
