"""What a generated message says of its fields, and the schemas by which pydantic-core checks them.

The annotations are those that type checkers read. pydantic would make the same of them, but its classes cost a
function that starts three times what its engine does (docs/adr/0028-messages-on-pydantic-core.md).
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, get_origin

from pydantic_core import PydanticKnownError

Schema = dict[str, Any]
"""A schema of pydantic-core. (Its own types are unions of a hundred.)"""


class MaxLen(NamedTuple):
    """`maxLength`, `maxItems`."""

    max_length: int


class MinLen(NamedTuple):
    """`minItems`."""

    min_length: int


class Ge(NamedTuple):
    """`minimum`."""

    ge: float


class Le(NamedTuple):
    """`maximum`."""

    le: float


class Alias(NamedTuple):
    """What a field is called on the wire where that cannot be told by its name."""

    name: str


class Values:
    """The values of the annotated type are those of this schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema


OPTIONAL = Values({"type": "default", "default": None})
"""A field that may be missing but, where it is given, is not null."""

PLAIN: Mapping[Any, Schema] = {str: {"type": "str"}, Any: {"type": "any"}}


def wire_name(name: str, annotation: Any) -> str:
    """What a field is called on the wire: `id_tag` -> `idTag`, if it has no alias."""
    aliases = (one.name for one in getattr(annotation, "__metadata__", ()) if isinstance(one, Alias))
    return next(aliases, None) or camel(name)


def camel(name: str) -> str:
    """The usual spelling on the wire."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def field_schema(annotation: Any, of_object: Callable[[Any], Schema]) -> Schema:
    """The schema of a field; `of_object` knows that of another message's class."""
    metadata = getattr(annotation, "__metadata__", ())
    if OPTIONAL not in metadata:
        return _schema(annotation, of_object)
    given, _none = annotation.__origin__.__args__
    return {**OPTIONAL.schema, "schema": _schema(given, of_object)}


def _schema(kind: Any, of_object: Callable[[Any], Schema]) -> Schema:
    if kind in PLAIN:
        return PLAIN[kind]
    if metadata := getattr(kind, "__metadata__", ()):
        values = [one.schema for one in metadata if isinstance(one, Values)]
        limits = [one._asdict() for one in metadata if isinstance(one, MaxLen | MinLen | Ge | Le)]
        schema = values[0] if values else _schema(kind.__origin__, of_object)
        return _limited(schema, {name: limit for one in limits for name, limit in one.items()})
    if get_origin(kind) is Literal:
        return {"type": "literal", "expected": list(kind.__args__)}
    if get_origin(kind) is list:
        return {"type": "list", "items_schema": _schema(kind.__args__[0], of_object)}
    return of_object(kind)


def _limited(schema: Schema, limits: Mapping[str, float]) -> Schema:
    """The schema held to limits, which stand in the schema of a type; one that is a function is followed by another."""
    if not limits:
        return schema
    if schema["type"] == "function-before":
        return schema | {"schema": _limited(schema["schema"], limits)}
    if schema["type"] == "function-plain":
        return {"type": "function-after", "function": function(_within(limits)), "schema": schema}
    return {**schema, **limits}


def _within(limits: Mapping[str, float]) -> Callable[[float], float]:
    least, most = limits.get("ge"), limits.get("le")

    def check(value: float) -> float:
        if least is not None and value < least:
            raise PydanticKnownError("greater_than_equal", {"ge": least})
        if most is not None and value > most:
            raise PydanticKnownError("less_than_equal", {"le": most})
        return value

    return check


def function(called: Callable[..., Any], kind: Literal["no-info", "with-info"] = "no-info") -> Schema:
    """A function of ours in a schema. It raises PydanticKnownError or PydanticCustomError."""
    return {"type": kind, "function": called}
