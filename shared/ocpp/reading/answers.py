"""The tolerant reading of a CALLRESULT: an answer comes once, so what can be understood of it is.

Unlike the CALLs of a station, answers are few and their odd forms little known. So there is no table of quirks here:
whatever the schema complains of is put right by its kind, if it can be.
"""

import copy
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError

from shared.domain.findings import Finding
from shared.ocpp.model import Wire
from shared.ocpp.reading.repairs import LONGEST_RAW, text_of

ROUNDS = 20
"""How often an answer is mended and looked at again; one round mends everything the schema names in it."""

AnyWire = TypeVar("AnyWire", bound=Wire)
Place = tuple[str | int, ...]


def read_answer(model: type[AnyWire], payload: dict[str, Any]) -> tuple[AnyWire | None, list[Finding]]:
    """The message that a payload means, and what had to be repaired; no message if its meaning cannot be told."""
    findings: list[Finding] = []
    mended = payload
    for _ in range(ROUNDS):
        try:
            return model.model_validate(mended), findings
        except ValidationError as error:
            if mended is payload:
                mended = copy.deepcopy(payload)
            for complaint in error.errors(include_url=False):
                finding = _mend(mended, complaint["loc"], complaint["type"], complaint.get("ctx") or {})
                if finding is None:
                    findings.append(Finding("Q-27", _path(complaint["loc"]), "the answer cannot be understood"))
                    return None, findings
                findings.append(finding)
    return None, findings


def _mend(payload: dict[str, Any], place: Place, kind: str, context: dict[str, Any]) -> Finding | None:
    """Put one field right in place; None if there is no way."""
    *steps, last = place or ("",)
    holder: Any = payload
    for step in steps:
        holder = holder[step]
    value = holder.get(last) if isinstance(holder, dict) else holder[last] if isinstance(last, int) else None
    repair = REPAIRS.get(kind)
    changed = repair(value, context) if repair else None
    if changed is None:
        return None
    code, text, new = changed
    if new is _ABSENT:
        del holder[last]
    else:
        holder[last] = new
    return Finding(code, _path(place), text, text_of(value)[:LONGEST_RAW])


_ABSENT = object()
Repair = Callable[[Any, dict[str, Any]], tuple[str, str, Any] | None]


def _cut(value: Any, context: dict[str, Any]) -> tuple[str, str, Any]:
    return "Q-10", f"cut to {context['max_length']} characters", value[: context["max_length"]]


def _drop(value: Any, _context: dict[str, Any]) -> tuple[str, str, Any]:
    return ("Q-07", "null, taken as absent", _ABSENT) if value is None else (
        "Q-52", "not in the standard, left out", _ABSENT
    )  # fmt: skip


def _as_text(value: Any, context: dict[str, Any]) -> tuple[str, str, Any] | None:
    if value is None:
        return _drop(value, context)
    return ("Q-44", "a number, read as text", text_of(value)) if isinstance(value, int | float) else None


def _as_number(value: Any, context: dict[str, Any]) -> tuple[str, str, Any] | None:
    if value is None:
        return _drop(value, context)
    try:
        return "Q-12", "a text, read as a number", int(value)
    except (TypeError, ValueError):
        return None


def _as_boolean(value: Any, context: dict[str, Any]) -> tuple[str, str, Any] | None:
    if value is None:
        return _drop(value, context)
    meant = {"true": True, "1": True, "false": False, "0": False}.get(text_of(value).strip().lower())
    return None if meant is None else ("Q-44", "a text, read as true or false", meant)


def _word(value: Any, context: dict[str, Any]) -> tuple[str, str, Any] | None:
    """The word of the schema that differs from the station's in case or blanks only."""
    words = [one.strip().strip("'") for one in str(context["expected"]).replace(" or ", ",").split(",")]
    said = text_of(value).replace(" ", "").replace("_", "").lower()
    return next((("Q-52", f"read as {word}", word) for word in words if word.lower() == said), None)


REPAIRS: dict[str, Repair] = {
    "string_too_long": _cut,
    "extra_forbidden": _drop,
    "string_type": _as_text,
    "int_type": _as_number,
    "int_parsing": _as_number,
    "bool_type": _as_boolean,
    "literal_error": _word,
    "list_type": lambda value, context: _drop(value, context) if value is None else None,
    "model_type": lambda value, context: _drop(value, context) if value is None else None,
}


def _path(place: Place) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
