"""The OpenAPI document of the operator API, made from the functions' own types.

    python -m local.openapi             write functions/api/openapi.json
    python -m local.openapi --check     only say whether it is current, with exit status 1 if not

The document is committed, so that a change of the API shows in review, and served by functions/api/documentation.py.
"""

import argparse
import importlib
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.resources import API_ROOT, RESOURCES

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "functions" / "api" / "openapi.json"
REFERENCE = "#/components/schemas/"

DESCRIPTION = """\
Everything is JSON with snake_case names. Times are ISO 8601; answers have them in UTC.

Lists come in pages: `limit` bounds the items of a page, and `next_cursor` of the answer is the `cursor` of the next \
page; it is null on the last one.

A refusal is a problem of RFC 9457 (`application/problem+json`): `detail` says what is wrong, `errors` where.

An id in a path is percent-encoded as one segment (`/stations/a%2Fb`).

Whoever asks has a role: a viewer may look, an operator may also act on stations, tokens and calls, an admin may also \
create and remove stations and change what lets them in. Each operation says which role it needs; less is answered \
with 403."""

Json = dict[str, Any]


def document() -> Json:
    """The document of all resources, in the order of the catalog."""
    parts = [importlib.import_module(f"functions.api.{resource.name}").handler.openapi() for resource in RESOURCES]
    operations = _merged(part["paths"] for part in parts)
    paths: Json = {}
    for route in (route for resource in RESOURCES for route in resource.routes):
        method, path = route.split(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(operations[path][method.lower()])
    components = [part["components"] for part in parts]
    schemas = _merged(component.get("schemas", {}) for component in components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Idlewatt operator API",
            "version": tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"],
            "description": DESCRIPTION,
        },
        "servers": [{"url": API_ROOT}],
        "paths": paths,
        "components": {
            "schemas": {name: _tidy(schemas[name]) for name in sorted(_used(paths, schemas))},
            "securitySchemes": _merged(component.get("securitySchemes", {}) for component in components),
        },
    }


def written() -> Json:
    """The document as it was written last, without the seconds that making it takes."""
    return json.loads(DOCUMENT.read_text("utf-8"))  # type: ignore[no-any-return]  # an object


def text() -> str:
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _merged(parts: Iterator[Json]) -> Json:
    """One object of several. What two of them have must be the same, or be merged itself (the methods of a path)."""
    merged: Json = {}
    for part in parts:
        for name, value in part.items():
            if name.startswith("/"):
                merged.setdefault(name, {}).update(value)
            elif merged.setdefault(name, value) != value:
                raise ValueError(f"two resources mean different things by {name}")
    return merged


def _operation(operation: Json) -> Json:
    """An operation in the order people read it, without what says nothing."""
    parameters = [_parameter(parameter) for parameter in operation.get("parameters", [])]
    responses = {
        status: {name: _tidy(value) for name, value in response.items() if value}
        for status, response in sorted(operation["responses"].items())
    }
    body = {"requestBody": _tidy(operation["requestBody"])} if "requestBody" in operation else {}
    head = {name: operation[name] for name in ("tags", "summary", "description", "operationId") if name in operation}
    tail = {"security": operation["security"]} if "security" in operation else {}
    return head | ({"parameters": parameters} if parameters else {}) | body | {"responses": responses} | tail


def _parameter(parameter: Json) -> Json:
    """A parameter that may be left out; null is nothing that a URL or a header can say."""
    schema = _tidy(parameter["schema"])
    schema.pop("description", None)
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        schema |= kinds[0]
    elif kinds:
        schema["anyOf"] = kinds
    if schema.get("default", ...) is None:
        del schema["default"]
    tidy = {name: parameter[name] for name in ("name", "in", "description", "required") if name in parameter}
    return tidy | {"schema": schema}


def _tidy(value: Any, *, are_names: bool = False) -> Any:
    """Without the titles that pydantic makes of names, and with whole numbers written as such.

    `are_names`: the keys at this place are names of fields, not words of JSON Schema.
    """
    if isinstance(value, list):
        return [_tidy(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    return {
        key: _tidy(one, are_names=key == "properties" and not are_names)
        for key, one in value.items()
        if are_names or key != "title"
    }


def _used(paths: Json, schemas: Json) -> set[str]:
    """The schemas that the paths lead to."""
    used: set[str] = set()
    waiting = list(_references(paths))
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _references(schemas[name])
    return used


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "$ref":
                yield one.removeprefix(REFERENCE)
            else:
                yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write the OpenAPI document of the operator API.")
    parser.add_argument("--check", action="store_true", help="only say whether it is current")
    wants_check = parser.parse_args(arguments).check
    current = text()
    if not wants_check:
        DOCUMENT.write_text(current, "utf-8")
    elif not DOCUMENT.exists() or DOCUMENT.read_text("utf-8") != current:
        print(f"{DOCUMENT.relative_to(ROOT)} is out of date: run python -m local.openapi", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
