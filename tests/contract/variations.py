"""Payloads made from a schema by hand: the smallest, the fullest, and everything that is wrong with one property.

Each variation changes one object of a message while the rest of the message is as small as the schema allows.
"""

from collections.abc import Iterator
from typing import Any

from shared.naming import snake

Schema = dict[str, Any]
Path = tuple[str | int, ...]

OF_ANY_TYPE: tuple[object, ...] = (
    *(None, True, False, 0, 1, -1, 7.0, 0.5, 1e300, 10**30),
    *("", "7", "Accepted", [], [None], {}, {"a": 1}),
)

DATE_TIMES = (
    "2024-02-29T23:59:59Z",
    "2024-02-29t23:59:59z",
    "2024-01-01T00:00:00.1234567+05:30",
    "2024-01-01T00:00:00-00:00",
    "9999-12-31T23:59:59.999999Z",
    "2023-02-29T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T23:59:60Z",
    "2024-01-01T00:00:00",
    "2024-01-01T00:00:00+05",
    "2024-01-01T00:00:00+0530",
    "2024-01-01T00:00:00+24:00",
    "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00,5Z",
    "2024-01-01T00:00Z",
    "2024-01-01 00:00:00Z",
    "2024-01-01",
    "20240101T000000Z",
    "2024-W01-1T00:00:00Z",
    " 2024-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "٢٠٢٤-01-01T00:00:00Z",
    "1704067200",
)


class Variations:
    """The variations of one schema's payload."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __iter__(self) -> Iterator[object]:
        yield from OF_ANY_TYPE
        for path, schema in self.objects(self.schema, (), set()):
            for variant in self.of_object(schema):
                yield self.embed(self.schema, path, variant)

    def resolve(self, schema: Schema) -> Schema:
        if "$ref" not in schema:
            return schema
        definition: Schema = self.schema["definitions"][schema["$ref"].removeprefix("#/definitions/")]
        return definition

    def objects(self, schema: Schema, path: Path, seen: set[int]) -> Iterator[tuple[Path, Schema]]:
        """Every kind of object in the message, where it occurs first."""
        schema = self.resolve(schema)
        if schema.get("type") == "array":
            yield from self.objects(schema["items"], (*path, 0), seen)
        elif schema.get("type") == "object" and id(schema) not in seen:
            seen.add(id(schema))
            yield path, schema
            for name, inner in schema.get("properties", {}).items():
                yield from self.objects(inner, (*path, name), seen)

    def embed(self, schema: Schema, path: Path, value: object) -> object:
        """The smallest message that has `value` at `path`."""
        if not path:
            return value
        schema = self.resolve(schema)
        match path[0]:
            case str() as name:
                return self.smallest(schema) | {name: self.embed(schema["properties"][name], path[1:], value)}
            case _:
                others = [self.smallest(schema["items"])] * (schema.get("minItems", 1) - 1)
                return [self.embed(schema["items"], path[1:], value), *others]

    def smallest(self, schema: Schema) -> Any:
        schema = self.resolve(schema)
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                return {name: self.smallest(schema["properties"][name]) for name in schema.get("required", [])}
            case "array":
                return [self.smallest(schema["items"])] * schema.get("minItems", 0)
            case "string":
                return "2024-01-01T00:00:00Z" if schema.get("format") == "date-time" else ""
            case "integer" | "number":
                return int(min(schema.get("maximum", 0), max(schema.get("minimum", 0), 0)))
            case _:
                return False

    def fullest(self, schema: Schema) -> dict[str, Any]:
        return {name: self.smallest(inner) for name, inner in schema.get("properties", {}).items()}

    def of_object(self, schema: Schema) -> Iterator[dict[str, Any]]:
        smallest, fullest = self.smallest(schema), self.fullest(schema)
        yield smallest
        yield fullest
        yield fullest | {"unexpected": 1}
        yield {snake(name): value for name, value in fullest.items()}
        for name, inner in schema.get("properties", {}).items():
            yield {other: value for other, value in fullest.items() if other != name}
            for value in (*OF_ANY_TYPE, *self.of_value(self.resolve(inner))):
                yield smallest | {name: value}

    def of_value(self, schema: Schema) -> Iterator[object]:
        """Values of the right type, on both sides of each limit."""
        if "enum" in schema:
            yield from schema["enum"]
            yield from (schema["enum"][0].lower(), schema["enum"][0].upper(), f"{schema['enum'][0]} ")
        if "maxLength" in schema:
            yield from ("é" * schema["maxLength"], "é" * (schema["maxLength"] + 1), "💚" * schema["maxLength"])
        if schema.get("format") == "date-time":
            yield from DATE_TIMES
        for limit in schema.keys() & {"minimum", "maximum"}:
            yield from (schema[limit] + step for step in (-1, -0.1, 0, 0.1, 1))
        if "multipleOf" in schema:
            yield from (0.1, 0.3, 0.7, 16.1, 1.15, 0.30000000001, 1e16, 123456789.1)
        if schema.get("type") == "array":
            item = self.smallest(schema["items"])
            counts = {1, 2, schema.get("minItems", 1) - 1, schema.get("maxItems", 2), schema.get("maxItems", 2) + 1}
            yield from ([item] * count for count in sorted(counts))
