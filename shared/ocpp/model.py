"""What every generated OCPP message is made of: the base class `Wire` and the value types of the JSON schemas.

A message accepts from the wire exactly what its version's official schema accepts. Two things are ours: `1.0` is an
integer in 1.6 as well (its schemas are draft 4, every later draft takes it for one), and the format `uri` is an
annotation that refuses nothing, since OCPP defines no form for it beyond "a URI".
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self, TypeVar, dataclass_transform

from pydantic_core import PydanticCustomError, PydanticKnownError, SchemaValidator

from shared.ocpp.schemas import (
    OPTIONAL,
    Alias,
    Ge,
    Le,
    MaxLen,
    MinLen,
    Schema,
    Values,
    field_schema,
    function,
    wire_name,
)
from shared.ocpp.times import wire_time

__all__ = ["Alias", "Ge", "Le", "MaxLen", "MinLen"]

_WIRE = "wire"

# RFC 3339, section 5.6, without leap seconds, which Python's clock does not have.
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)


@dataclass_transform(kw_only_default=True)
class Wire:
    """A payload of OCPP, or an object in one. Our code makes it by field names, the wire by the standard's names.

    Our code may set an optional field to None, which leaves it out; on the wire null is not a value.
    """

    # pydantic-core fills these in; what else the instance has is its fields.
    __slots__ = ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__")

    def __init__(self, **fields: Any) -> None:
        """Raises pydantic_core.ValidationError, as every way to a message does."""
        type(self).prepare().validate_python(fields, self_instance=self)

    @classmethod
    def prepare(cls) -> SchemaValidator:
        """What checks these messages. It is made once, when it is asked for first."""
        validator = _PREPARED.get(cls)
        if validator is None:
            validator = _PREPARED[cls] = _made(cls)
        return validator

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        """The message that a JSON object from the wire is."""
        message: Self = cls.prepare().validate_python(obj, by_alias=True, by_name=False, context=_WIRE)
        return message

    @classmethod
    def compose(cls, obj: Mapping[str, Any]) -> Self:
        """The message of an object that our code wrote in the wire's names: times as they are, None leaves out."""
        message: Self = cls.prepare().validate_python(obj, by_alias=True, by_name=False)
        return message

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """The same message but for these fields, which are taken as they are."""
        copied = object.__new__(type(self))
        vars(copied).update({**vars(self), **update})
        return copied

    def to_wire(self, *, milliseconds: bool = False) -> dict[str, Any]:
        """The JSON object for the wire. Times are UTC, in whole seconds unless it wants more."""
        fields = vars(self)
        return {
            name: _written(fields[field], milliseconds)
            for field, name in _names(type(self)).items()
            if fields[field] is not None
        }

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # what can be changed has none

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"


def _written(value: Any, milliseconds: bool) -> Any:
    if isinstance(value, Wire):
        return value.to_wire(milliseconds=milliseconds)
    if isinstance(value, list):
        return [_written(one, milliseconds) for one in value]
    return wire_time(value, milliseconds=milliseconds) if isinstance(value, datetime) else value


_PREPARED: dict[type[Wire], SchemaValidator] = {}
_NAMES: dict[type[Wire], dict[str, str]] = {}


def _made(kind: type[Wire]) -> SchemaValidator:
    definitions: dict[str, Schema] = {}
    schema = _message(kind, definitions)
    if definitions:
        schema = {"type": "definitions", "schema": schema, "definitions": list(definitions.values())}
    return SchemaValidator(schema, _config(kind))


def _message(kind: type[Wire], definitions: dict[str, Schema]) -> Schema:
    """The schema of a class; those of the classes of its fields are put into the definitions."""

    def refer(inner: type[Wire]) -> Schema:
        if inner.__name__ not in definitions:
            definitions[inner.__name__] = _message(inner, definitions) | {"ref": inner.__name__}
        return {"type": "definition-ref", "schema_ref": inner.__name__}

    fields = {
        name: {
            "type": "model-field",
            "schema": field_schema(annotation, refer),
            "validation_alias": wire_name(name, annotation),
        }
        for name, annotation in _annotations(kind).items()
    }
    inside = {"type": "model-fields", "fields": fields, "model_name": kind.__name__}
    schema = {"type": "model", "cls": kind, "schema": inside, "config": _config(kind)}
    return {"type": "function-before", "function": function(_leave_out_none, "with-info"), "schema": schema}


def _config(kind: type[Wire]) -> Any:
    return {
        "title": kind.__name__,
        "extra_fields_behavior": "forbid",
        "validate_by_alias": True,
        "validate_by_name": True,
        "hide_input_in_errors": True,  # passwords and certificates travel in messages; errors end up in logs
    }


def _names(kind: type[Wire]) -> dict[str, str]:
    """What the fields of a class are called on the wire."""
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = {name: wire_name(name, annotation) for name, annotation in _annotations(kind).items()}
    return names


def _annotations(kind: type[Wire]) -> dict[str, Any]:
    classes = [one for one in reversed(kind.__mro__) if issubclass(one, Wire)]
    return {name: annotation for one in classes for name, annotation in one.__annotations__.items()}


def _leave_out_none(fields: Any, info: Any) -> Any:
    if info.context == _WIRE or not isinstance(fields, dict):
        return fields
    return {name: value for name, value in fields.items() if value is not None}


def _integer(value: Any) -> Any:
    """JSON knows one kind of number: 1.0 is 1. (pydantic refuses the rest.)"""
    return int(value) if type(value) is float and value.is_integer() else value


def _number(value: Any) -> float:
    """An int stays one, so that 16 A goes out as 16 and no digit of a large number is lost."""
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return value
    raise PydanticKnownError("finite_number" if type(value) is float else "float_type")


def _tenths(value: Any) -> float:
    """`multipleOf: 0.1`, decimally: 0.3 is three tenths although its double is not."""
    number = _number(value)
    if round(number, 1) != number:
        raise PydanticKnownError("multiple_of", {"multiple_of": 0.1})
    return number


def _read_date_time(value: Any) -> datetime:
    if isinstance(value, str):
        return _parse_date_time(value)
    if not isinstance(value, datetime):
        raise PydanticKnownError("datetime_type")
    if value.utcoffset() is None:
        raise PydanticKnownError("timezone_aware")
    return value.astimezone(UTC)


def _parse_date_time(text: str) -> datetime:
    if not _DATE_TIME.fullmatch(text):
        raise PydanticCustomError("date_time", "Input should be a date and time as RFC 3339 has them, with an offset")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or before year 1 or after year 9999 in UTC
        raise PydanticCustomError("date_time", "Input should be a day of the calendar, in year 1 to 9999") from None


def _custom_data(value: dict[str, Any]) -> dict[str, Any]:
    vendor_id = value.get("vendorId")
    if "vendorId" not in value:
        raise PydanticKnownError("missing")
    if not isinstance(vendor_id, str):
        raise PydanticKnownError("string_type")
    if len(vendor_id) > 255:
        raise PydanticKnownError("string_too_long", {"max_length": 255})
    return value


T = TypeVar("T")
Maybe = Annotated[T | None, OPTIONAL]
"""An optional field."""

Boolean = Annotated[bool, Values({"type": "bool", "strict": True})]
Integer = Annotated[
    int, Values({"type": "function-before", "function": function(_integer), "schema": {"type": "int", "strict": True}})
]
Number = Annotated[float, Values({"type": "function-plain", "function": function(_number)})]
Tenths = Annotated[float, Values({"type": "function-plain", "function": function(_tenths)})]
"""A number with at most one decimal: 1.6's charging limits."""

DateTime = Annotated[datetime, Values({"type": "function-plain", "function": function(_read_date_time)})]
"""An aware time in UTC; on the wire RFC 3339. Fractions beyond microseconds are cut off."""

CustomData = Annotated[
    dict[str, Any],
    Values(
        {
            "type": "function-after",
            "function": function(_custom_data),
            "schema": {"type": "dict", "keys_schema": {"type": "str"}, "strict": True},
        }
    ),
]
"""2.x's extension point: an object with a `vendorId` of at most 255 characters, otherwise free."""
