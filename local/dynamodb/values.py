"""Attribute values as the DynamoDB JSON protocol writes them, `{"S": "text"}`, and what the service does with them.

An item is a dictionary of such values. Neither is ever changed in place once it is stored.
"""

import base64
import binascii
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from local.dynamodb.errors import DynamoError, invalid

AttributeValue = dict[str, Any]
Item = dict[str, AttributeValue]
Sortable = str | Decimal | bytes
"""What a key attribute is ordered by: UTF-8 text, a number or bytes."""

SCALARS = frozenset({"S", "N", "B"})
SETS = frozenset({"SS", "NS", "BS"})
_KINDS = SCALARS | SETS | {"M", "L", "BOOL", "NULL"}
_MAX_DIGITS = 38
_MAX_EXPONENT = 125
_MIN_EXPONENT = -130


def kind(value: AttributeValue) -> str:
    """The type of a value: S, N, B, BOOL, NULL, L, M, SS, NS or BS."""
    return next(iter(value))


def sortable(value: AttributeValue) -> Sortable:
    """The value of a key attribute in a form that orders as DynamoDB orders it."""
    match kind(value):
        case "N":
            return Decimal(value["N"])
        case "B":
            return base64.b64decode(value["B"])
        case _:
            return str(value["S"])


def equal(left: AttributeValue, right: AttributeValue) -> bool:
    """Whether two values are the same: numbers by value, sets without order, lists and maps throughout."""
    of = kind(left)
    if of != kind(right):
        return False
    a, b = left[of], right[of]
    if of == "N":
        return Decimal(a) == Decimal(b)
    if of == "NS":
        return {Decimal(n) for n in a} == {Decimal(n) for n in b}
    if of in SETS:
        return set(a) == set(b)
    if of == "L":
        return len(a) == len(b) and all(map(equal, a, b))
    if of == "M":
        return a.keys() == b.keys() and all(equal(v, b[k]) for k, v in a.items())
    return bool(a == b)


def normalised(value: object) -> AttributeValue:
    """A value as the service stores it: checked, and its numbers in their shortest form."""
    if not isinstance(value, Mapping) or len(value) != 1:
        several = isinstance(value, Mapping) and value
        problem = "has more than one datatypes set" if several else "is empty"
        raise invalid(f"Supplied AttributeValue {problem}, must contain exactly one of the supported datatypes")
    of, content = next(iter(value.items()))
    if of == "S" and isinstance(content, str):
        return {"S": content}
    if of == "N" and isinstance(content, str):
        return {"N": number(content)}
    if of == "M" and isinstance(content, Mapping):
        return {"M": {str(name): normalised(inner) for name, inner in content.items()}}
    if of == "L" and isinstance(content, list):
        return {"L": [normalised(inner) for inner in content]}
    if of == "BOOL" and isinstance(content, bool):
        return {"BOOL": content}
    if of == "NULL" and isinstance(content, bool):
        if not content:
            raise invalid(
                "One or more parameter values were invalid: Null attribute value types must have the value of true"
            )
        return {"NULL": True}
    if of == "B" and isinstance(content, str):
        return {"B": _binary(content)}
    if of in SETS and isinstance(content, list):
        return {of: _members(of, content)}
    if of not in _KINDS:
        raise invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    raise DynamoError("SerializationException", f"Unexpected value type in payload for {of}")


def number(text: str) -> str:
    """The shortest form of a number, which is how the service gives it back."""
    if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS and (text[0] != "0" or text == "0"):
        return text
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or text != text.strip():
        raise invalid(f"The parameter cannot be converted to a numeric value: {text}")
    if value == 0:
        return "0"
    value = _without_zeros(value)
    if len(value.as_tuple().digits) > _MAX_DIGITS:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    if value.adjusted() > _MAX_EXPONENT:
        raise invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if value.adjusted() < _MIN_EXPONENT:
        raise invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    return format(value, "f")


def _without_zeros(value: Decimal) -> Decimal:
    """`Decimal.normalize` would round to the context's precision; this only drops the trailing zeros."""
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    kept = text.rstrip("0")
    return Decimal((sign, tuple(map(int, kept)), int(exponent) + len(text) - len(kept)))


def _binary(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DynamoError("SerializationException", f"Base64 encoding is not valid: {error}") from None
    return text


def _members(of: str, content: list[Any]) -> list[str]:
    if not content:
        what = {"SS": "string", "NS": "number", "BS": "binary"}[of]
        raise invalid(f"One or more parameter values were invalid: An {what} set  may not be empty")
    if not all(isinstance(member, str) for member in content):
        raise DynamoError("SerializationException", f"Unexpected value type in payload for {of}")
    members = [number(member) if of == "NS" else member for member in content]
    if len(set(members)) != len(members):
        raise invalid("One or more parameter values were invalid: Input collection contains duplicates")
    return members
