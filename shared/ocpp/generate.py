"""Writes the OCPP messages, a module per action and version, from the official JSON schemas.

The schemas come with the PyPI package `ocpp`, a development dependency. Names and structure are taken over, the
texts of the standard are not.

    python -m shared.ocpp.generate             write shared/ocpp/v16, v201 and v21
    python -m shared.ocpp.generate --check     only say what differs from them, with exit status 1
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shared.naming import snake
from shared.ocpp.schemas import camel

Schema = dict[str, Any]

VERSIONS = {"v16": "1.6", "v201": "2.0.1", "v21": "2.1"}
"""The package of each version, here and in `ocpp`."""

HOME = Path(__file__).parent
SETTINGS = HOME.parent.parent / "pyproject.toml"

MEANING = {
    *("type", "enum", "$ref", "format", "maxLength", "minimum", "maximum", "multipleOf"),
    *("items", "minItems", "maxItems", "properties", "required", "additionalProperties", "definitions"),
}
REMARKS = {
    *("$schema", "$id", "title", "description", "comment", "javaType", "default"),
    "additionalItems",  # says nothing where all items have one schema
}

CUSTOM_DATA = {
    "type": "object",
    "properties": {"vendorId": {"type": "string", "maxLength": 255}},
    "required": ["vendorId"],
}
"""2.x's extension point, the only object that is open."""

LIMITS = {"maxLength": "MaxLen", "minItems": "MinLen", "maxItems": "MaxLen", "minimum": "Ge", "maximum": "Le"}
"""The annotation that holds a value to a keyword."""


def load(package: str) -> dict[str, dict[str, Schema]]:
    """The schemas of a version: by action, then by the name of the message (`AuthorizeRequest`)."""
    actions: dict[str, dict[str, Schema]] = {}
    folder = files("ocpp") / package / "schemas"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        stem = file.name.removesuffix(".json")
        action = stem.removesuffix("Request").removesuffix("Response")
        message = stem if stem.endswith("Response") else f"{action}Request"
        actions.setdefault(action, {})[message] = json.loads(file.read_text(encoding="utf-8-sig"))
    return actions


def plain(schema: Schema) -> Schema:
    """The schema without its remarks. Raises ValueError for a keyword that nobody here has thought about."""
    if unknown := schema.keys() - MEANING - REMARKS:
        raise ValueError(f"unknown keywords {sorted(unknown)}")
    kept = {keyword: value for keyword, value in schema.items() if keyword in MEANING}
    for keyword in kept.keys() & {"properties", "definitions"}:
        kept[keyword] = {name: plain(inner) for name, inner in kept[keyword].items()}
    if "items" in kept:
        kept["items"] = plain(kept["items"])
    return kept


def number(value: float) -> float:
    """`100.0`, as some schemas write their limits, as `100`."""
    return int(value) if value == int(value) else value


class Module:
    """The Python module of one action in one version, while it is being written.

    `declared` holds its classes and enums in the order of their use, `schemas` what each was made from.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self.declared: dict[str, str] = {}
        self.schemas: dict[str, Schema] = {}
        self.imports: dict[str, set[str]] = {}

    def source(self, title: str, messages: Mapping[str, Schema]) -> str:
        """The text of the module, still to be formatted."""
        for message, schema in messages.items():
            self.definitions = plain(schema).get("definitions", {})
            self.annotate(plain(schema), message, message)
        return "\n\n".join([f'"""{title}"""', *self.import_lines(), *self.declared.values()]) + "\n"

    def import_lines(self) -> list[str]:
        return [f"from {module} import {', '.join(sorted(names))}" for module, names in self.imports.items()]

    def use(self, name: str, module: str = "shared.ocpp.model") -> str:
        self.imports.setdefault(module, set()).add(name)
        return name

    def annotate(self, schema: Schema, name: str, enum_name: str) -> str:
        """The type of a value, declaring what it needs; `name` and `enum_name` are for a type without its own."""
        if "$ref" in schema:
            name = enum_name = schema["$ref"].removeprefix("#/definitions/")
            schema = self.definitions[name]
        if "enum" in schema:
            return self.declare(enum_name, schema, self.enum)
        match schema.get("type"):
            case None:
                return self.use("Any", "typing")
            case "object":
                return self.use("CustomData") if schema == CUSTOM_DATA else self.declare(name, schema, self.model)
            case "array":
                return self.limit(f"list[{self.annotate(schema['items'], name, enum_name)}]", schema)
            case "string" if schema.get("format") == "date-time":
                return self.use("DateTime")
            case "string":
                return self.limit("str", schema)
            case "number" if "multipleOf" in schema:
                return self.use({0.1: "Tenths"}[schema["multipleOf"]])
            case "integer" | "number" | "boolean" as kind:
                return self.limit(self.use(kind.capitalize()), schema)
            case kind:
                raise ValueError(f"unknown type {kind}")

    def limit(self, kind: str, schema: Schema) -> str:
        """The type held to the schema's limits."""
        limits = [
            f"{self.use(limit)}({number(schema[keyword])})" for keyword, limit in LIMITS.items() if keyword in schema
        ]
        return f"{self.use('Annotated', 'typing')}[{', '.join([kind, *limits])}]" if limits else kind

    def declare(self, name: str, schema: Schema, write: Callable[[str, Schema], str]) -> str:
        """The name of a type, written down by `write` where it occurs first."""
        if name not in self.declared:
            self.declared[name], self.schemas[name] = write(name, schema), schema
        elif self.schemas[name] != schema:
            raise ValueError(f"two different types are called {name}")
        return name

    def enum(self, name: str, schema: Schema) -> str:
        return f"{name} = {self.use('Literal', 'typing')}[{', '.join(map(json.dumps, schema['enum']))}]"

    def model(self, name: str, schema: Schema) -> str:
        if schema.get("additionalProperties") is not False:
            raise ValueError(f"{name} is open, which no model is")
        required = schema.get("required", [])
        properties = sorted(schema.get("properties", {}).items(), key=lambda item: item[0] not in required)
        fields = [self.field(name, wire_name, inner, wire_name in required) for wire_name, inner in properties]
        return "\n    ".join([f"class {name}({self.use('Wire')}):", *(fields or ["pass"])])

    def field(self, owner: str, wire_name: str, schema: Schema, required: bool) -> str:
        field = snake(wire_name)
        pascal = wire_name[0].upper() + wire_name[1:]
        kind = self.annotate(schema, pascal, owner + pascal)
        if not required:
            kind = f"{self.use('Maybe')}[{kind}]"
        if camel(field) != wire_name:
            kind = f'{self.use("Annotated", "typing")}[{kind}, {self.use("Alias")}("{wire_name}")]'
        return f"{field}: {kind}" if required else f"{field}: {kind} = None"


def write(home: Path) -> None:
    """Write every version's package below `home`, formatted."""
    for package, version in VERSIONS.items():
        folder = home / package
        folder.mkdir()
        note = "Generated by shared/ocpp/generate.py; do not edit."
        (folder / "__init__.py").write_text(f'"""The messages of OCPP {version}. {note}"""\n', encoding="utf-8")
        for action, messages in load(package).items():
            source = Module().source(f"{action}, OCPP {version}. {note}", messages)
            (folder / f"{snake(action)}.py").write_text(source, encoding="utf-8")
    for arguments in (["check", "--fix", "--select=I"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *arguments, "--quiet", "--no-cache", f"--config={SETTINGS}", str(home)]
        subprocess.run(ruff, check=True)  # noqa: S603  # our own words only


def contents(home: Path) -> dict[str, str]:
    """The text of every module of the versions' packages, by its path below `home`."""
    modules = (module for package in VERSIONS for module in (home / package).glob("*.py"))
    return {module.relative_to(home).as_posix(): module.read_text(encoding="utf-8") for module in modules}


def main(arguments: Sequence[str] | None = None, home: Path = HOME) -> int:
    parser = argparse.ArgumentParser(description="Write the OCPP messages from the official JSON schemas.")
    parser.add_argument("--check", action="store_true", help="write nothing; say what differs and exit with status 1")
    check = parser.parse_args(arguments).check

    with TemporaryDirectory() as folder:
        write(Path(folder))
        wanted, present = contents(Path(folder)), contents(home)

    differences = [path for path in sorted(wanted | present) if wanted.get(path) != present.get(path)]
    for path in differences:
        if check:
            print(f"{path} {_difference(path, wanted, present)}; `python -m shared.ocpp.generate` puts it right")
        elif path in wanted:
            (home / path).parent.mkdir(exist_ok=True)
            (home / path).write_text(wanted[path], encoding="utf-8")
        else:
            (home / path).unlink()
    return 1 if check and differences else 0


def _difference(path: str, wanted: Mapping[str, str], present: Mapping[str, str]) -> str:
    if path not in present:
        return "is missing"
    return "is not what the schemas say" if path in wanted else "belongs to no schema"


if __name__ == "__main__":
    sys.exit(main())
