"""What somebody sent, held against a model. What is wrong is said field by field, without repeating the value."""

import json
from collections.abc import Iterator
from typing import Any, Protocol, Self, TypeVar

from shared.domain.errors import Invalid


class Model(Protocol):
    """A message of OCPP, or a model of pydantic's."""

    @classmethod
    def model_validate(cls, obj: Any) -> Self: ...


AnyModel = TypeVar("AnyModel", bound=Model)


def validated(model: type[AnyModel], value: Any, reason: str, within: str = "") -> AnyModel:
    """The value as the model; raises Invalid for `reason` with the paths of the wrong fields `within` the whole."""
    try:
        return model.model_validate(value)
    except ValueError as error:
        raise Invalid(reason, errors=_complaints(error, within)) from error


def refuse_numbers_beyond_64_bits(value: Any, reason: str, within: str) -> None:
    """No station reads a whole number that large, and no table keeps one of 39 digits. Raises Invalid."""
    errors = [(place, "Input should be a number of at most 64 bits") for place in _too_large(value, within)]
    if errors:
        raise Invalid(reason, errors=errors)


def refuse_larger(value: Any, most_bytes: int, path: str) -> None:
    """What takes more bytes as JSON than can be kept or sent. Raises Invalid."""
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))
    if size > most_bytes:
        raise Invalid(f"It has {size} bytes; at most {most_bytes} can go out", path=path)


def _too_large(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield from _too_large(one, place + _step(step))


def _complaints(error: ValueError, within: str) -> list[tuple[str, str]]:
    listed: list[dict[str, Any]] = error.errors(include_url=False) if hasattr(error, "errors") else []
    return [((within + "".join(map(_step, one["loc"]))).removeprefix("."), one["msg"]) for one in listed]


def _step(part: str | int) -> str:
    return f"[{part}]" if isinstance(part, int) else f".{part}"
