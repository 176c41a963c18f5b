"""What somebody sent, held against a model. What is wrong is said field by field, without repeating the value."""

from typing import Any, TypeVar

from pydantic import BaseModel

from shared.domain.errors import Invalid

AnyModel = TypeVar("AnyModel", bound=BaseModel)


def validated(model: type[AnyModel], value: Any, reason: str, within: str = "") -> AnyModel:
    """The value as the model; raises Invalid for `reason` with the paths of the wrong fields `within` the whole."""
    try:
        return model.model_validate(value)
    except ValueError as error:
        raise Invalid(reason, errors=_complaints(error, within)) from error


def _complaints(error: ValueError, within: str) -> list[tuple[str, str]]:
    listed: list[dict[str, Any]] = error.errors(include_url=False) if hasattr(error, "errors") else []
    return [((within + "".join(map(_step, one["loc"]))).removeprefix("."), one["msg"]) for one in listed]


def _step(part: str | int) -> str:
    return f"[{part}]" if isinstance(part, int) else f".{part}"
