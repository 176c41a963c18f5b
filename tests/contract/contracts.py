"""The official JSON schemas beside our models: who accepts what."""

import importlib
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from jsonschema import Draft6Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from shared.naming import snake
from shared.ocpp.generate import VERSIONS, load
from shared.ocpp.model import Wire


def is_date_time(value: object) -> bool:
    """RFC 3339 as jsonschema checks it, less what is an accident of its regular expression (a final line feed) and
    less the few hours around year 1 and year 9999 that are outside these years in UTC."""
    if not isinstance(value, str):
        return True
    if value.endswith("\n") or not Draft6Validator.FORMAT_CHECKER.conforms(value, "date-time"):
        return False
    try:
        datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError:
        return False
    return True


# Only date-time is held to its form; `uri` is an annotation, for the reason in shared/ocpp/model.py.
FORMATS = FormatChecker(formats=())
FORMATS.checks("date-time")(is_date_time)


def multiple_of(_validator: object, factor: float, value: Any, _schema: object) -> Any:
    """`multipleOf` as the standard means it: of the decimal digits, not of the doubles that come close to them."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and Fraction(str(value)) % Fraction(str(factor)):
        yield ValidationError(f"{value} is not a multiple of {factor}")


# One draft for all: 1.6's older half is draft 4, which differs, for what its schemas use, only in refusing 1.0 as an
# integer, and there our models follow the later drafts.
Judge = extend(Draft6Validator, {"multipleOf": multiple_of})


class Contract:
    """One official schema and the model that stands for it."""

    def __init__(self, package: str, action: str, message: str, schema: dict[str, Any]) -> None:
        self.package = package
        self.action = action
        self.message = message
        self.schema = schema

    def __str__(self) -> str:
        return f"{self.package}-{self.message}"

    @cached_property
    def model(self) -> type[Wire]:
        module = importlib.import_module(f"shared.ocpp.{self.package}.{snake(self.action)}")
        model: type[Wire] = getattr(module, self.message)
        return model

    @cached_property
    def judge(self) -> Any:
        return Judge(self.schema, format_checker=FORMATS)

    def officially_valid(self, payload: object) -> bool:
        return bool(self.judge.is_valid(payload))

    def accepted(self, payload: object) -> bool:
        try:
            self.model.model_validate(payload)
        except ValueError:
            return False
        return True


CONTRACTS = [
    Contract(package, action, message, schema)
    for package in VERSIONS
    for action, messages in load(package).items()
    for message, schema in messages.items()
]
