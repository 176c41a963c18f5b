"""What every generated OCPP message is made of: the base class `Wire` and the value types of the JSON schemas.

A message accepts from the wire exactly what its version's official schema accepts. Two things are ours: `1.0` is an
integer in 1.6 as well (its schemas are draft 4, every later draft takes it for one), and the format `uri` is an
annotation that refuses nothing, since OCPP defines no form for it beyond "a URI".
"""

import math
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, Strict, ValidationInfo, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError
from pydantic_core import core_schema as core

_WIRE = "wire"
_MILLISECONDS = "milliseconds"

# RFC 3339, section 5.6, without leap seconds, which Python's clock does not have.
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)


def camel(name: str) -> str:
    """The usual spelling on the wire: `id_tag` -> `idTag`. Fields with an unusual one (`limit_L2`) carry it."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


class Wire(BaseModel):
    """A payload of OCPP, or an object in one. Our code makes it by field names, the wire by the standard's names.

    Our code may set an optional field to None, which leaves it out; on the wire null is not a value.
    """

    model_config = ConfigDict(
        extra="forbid",
        alias_generator=camel,
        validate_by_alias=True,
        validate_by_name=True,
        protected_namespaces=(),
        hide_input_in_errors=True,  # passwords and certificates travel in messages; errors end up in logs
    )

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """The message that a JSON object from the wire is. Raises pydantic.ValidationError."""
        ours: dict[str, Any] = {"by_alias": True, "by_name": False, "context": _WIRE}
        return super().model_validate(obj, **ours | options)

    def to_wire(self, *, milliseconds: bool = False) -> dict[str, Any]:
        """The JSON object for the wire. Times are UTC in whole seconds: some stations know no other (quirk Q-08)."""
        context = _MILLISECONDS if milliseconds else None
        return self.model_dump(by_alias=True, exclude_none=True, context=context)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_none(cls, fields: Any, info: ValidationInfo) -> Any:
        if info.context == _WIRE or not isinstance(fields, dict):
            return fields
        return {name: value for name, value in fields.items() if value is not None}


class _Schema:
    """An annotation: values of the annotated type are read and written by this core schema."""

    def __init__(self, schema: CoreSchema) -> None:
        self.schema = schema

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return self.schema


class _NotNull:
    """An annotation: a field that may be missing but, where it is given, is not null."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


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


def _write_date_time(value: datetime, info: core.SerializationInfo) -> str:
    timespec = "milliseconds" if info.context == _MILLISECONDS else "seconds"
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=timespec) + "Z"


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
Maybe = Annotated[T | None, _NotNull()]
"""An optional field."""

Boolean = Annotated[bool, Strict()]
Integer = Annotated[int, _Schema(core.no_info_before_validator_function(_integer, core.int_schema(strict=True)))]
Number = Annotated[float, _Schema(core.no_info_plain_validator_function(_number))]
Tenths = Annotated[float, _Schema(core.no_info_plain_validator_function(_tenths))]
"""A number with at most one decimal: 1.6's charging limits."""

DateTime = Annotated[
    datetime,
    _Schema(
        core.no_info_plain_validator_function(
            _read_date_time,
            serialization=core.plain_serializer_function_ser_schema(_write_date_time, info_arg=True),
        )
    ),
]
"""An aware time in UTC; on the wire RFC 3339. Fractions beyond microseconds are cut off."""

CustomData = Annotated[
    dict[str, Any],
    _Schema(
        core.no_info_after_validator_function(
            _custom_data, core.dict_schema(core.str_schema(), core.any_schema(), strict=True)
        )
    ),
]
"""2.x's extension point: an object with a `vendorId` of at most 255 characters, otherwise free."""
