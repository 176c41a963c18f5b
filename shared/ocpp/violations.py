"""Why a payload is not what the schema says, in the words of a CALLERROR (requirements, section 1.7)."""

from typing import Any

from shared.ocpp.errors import ErrorCode, OcppError

CODES = {
    "missing": ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
    "too_short": ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
    "too_long": ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
    "extra_forbidden": ErrorCode.FORMAT_VIOLATION,
    "model_type": ErrorCode.FORMAT_VIOLATION,
}


def violation(error: ValueError) -> OcppError:
    """The CALLERROR for a pydantic ValidationError: the code of its first complaint, and where it is."""
    complaints: list[dict[str, Any]] = error.errors(include_url=False) if hasattr(error, "errors") else []
    if not complaints:
        return OcppError(ErrorCode.FORMAT_VIOLATION, str(error))
    first = complaints[0]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
    return OcppError(_code(first["type"], first["input"]), f"{path}: {first['msg']}" if path else first["msg"])


def _code(kind: str, value: Any) -> ErrorCode:
    if kind in CODES:
        return CODES[kind]
    if kind == "literal_error" and not isinstance(value, str):
        return ErrorCode.TYPE_CONSTRAINT_VIOLATION
    return ErrorCode.TYPE_CONSTRAINT_VIOLATION if kind.endswith("_type") else ErrorCode.PROPERTY_CONSTRAINT_VIOLATION
