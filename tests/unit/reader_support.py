"""What the reader's tests share: the official schemas of 1.6, and a moment of receipt."""

import copy
import functools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from jsonschema import FormatChecker
from jsonschema.validators import validator_for

from shared.catalog import FROM_STATION
from shared.domain.stations import Options
from shared.ocpp.reader import Reading, read

RECEIVED_AT = datetime(2024, 3, 1, 12, tzinfo=UTC)
ACTIONS = tuple(action.name for action in FROM_STATION if "1.6" in action.versions)


@functools.cache
def official_schema(action: str) -> dict[str, Any]:
    """The JSON schema of a request of OCPP 1.6, with its references resolved."""
    text = files("ocpp").joinpath("v16", "schemas", f"{action}.json").read_text(encoding="utf-8-sig")
    schema: dict[str, Any] = json.loads(text)
    definitions = schema.pop("definitions", {})
    for name, value in schema["properties"].items():
        if "$ref" in value:
            schema["properties"][name] = definitions[value["$ref"].rsplit("/", 1)[-1]]
    return schema


def complaints(action: str, payload: object) -> list[str]:
    """What the official schema has against a payload, times included."""
    schema = official_schema(action)
    validator = validator_for(schema)(schema, format_checker=FormatChecker(["date-time"]))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(payload)]


def read_16(action: str, payload: object, options: Options = Options()) -> Reading:  # noqa: B008 - it is immutable
    """The reading of a payload that arrived at RECEIVED_AT; the payload given must survive it."""
    before = copy.deepcopy(payload)
    reading = read(action, "1.6", payload, received_at=RECEIVED_AT, options=options)
    assert repr(payload) == repr(before), "the caller's payload was changed"
    return reading


def properties(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a schema with its path (`meterValue[].timestamp`)."""
    for name, value in schema.get("properties", {}).items():
        place = f"{path}.{name}".lstrip(".")
        yield place, value
        yield from properties(value.get("items", value), f"{place}[]" if "items" in value else place)
