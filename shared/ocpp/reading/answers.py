"""The tolerant reading of CALLRESULTs, and of the CALLs of 2.x: what can be understood of a message is.

Unlike the CALLs of 1.6, their odd forms are little known. So there is no table of messages here: whatever the schema
complains of is put right by the kind of the complaint. What has no meaning is left out, with the item of a list that
it stands in. Only if something is missing then that the message cannot do without is there none; what the station sent
stays with the call, or in the message log, in any case.
"""

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Final, NamedTuple, TypeVar

from pydantic_core import ErrorDetails, ValidationError

from shared.domain.findings import Finding
from shared.ocpp.model import Wire
from shared.ocpp.reading.kinds import number_of, plain
from shared.ocpp.reading.repairs import LONGEST_RAW, text_of, well_formed
from shared.ocpp.reading.times import format_time, parse_time

ROUNDS = 10
"""How often an answer is mended and looked at again. A round mends all that the schema names; what is missing then
takes another one for each level of objects."""
MOST_FINDINGS = 20
"""Each may cost a write."""

AnyWire = TypeVar("AnyWire", bound=Wire)
Place = tuple[str | int, ...]
"""Where a value stands: names of properties and positions in lists, from the outside in."""

Supply = Callable[[Place, Any], Any]
"""What stands in for a property that is missing at a place: `(place, payload) -> value`, or None if nothing does."""

ABSENT: Final = object()
"""In place of a value: it is left out."""


class Repair(NamedTuple):
    """What becomes of a value: the quirk (empty: it follows from another), what was done, and what stands there now."""

    code: str
    text: str
    value: Any


def read_answer(model: type[AnyWire], payload: dict[str, Any]) -> tuple[AnyWire | None, list[Finding]]:
    """The answer that a payload means, and what had to be repaired; no message if its meaning cannot be told.

    Never raises, whatever the payload holds. A time without a zone is read as UTC.
    """
    return mend(model, payload, lambda _place, _payload: None)


def mend(model: type[AnyWire], payload: Any, supply: Supply) -> tuple[AnyWire | None, list[Finding]]:
    """The message that a payload means, and what had to be repaired. Never raises."""
    findings: dict[tuple[str, str], Finding] = {}
    mended: Any = payload
    for _ in range(ROUNDS):
        try:
            return model.model_validate(mended), list(findings.values())[:MOST_FINDINGS]
        except ValidationError as error:
            repairs = _repairs(mended, error.errors(include_url=False), supply)
        if repairs is None:
            break
        for place, (value, repair) in repairs.items():
            if not repair.code:
                continue
            finding = Finding(repair.code, _path(place), repair.text, text_of(value)[:LONGEST_RAW])
            findings.setdefault((finding.code, finding.field), finding)
        mended = _mended(mended, {place: repair.value for place, (_, repair) in repairs.items()})
    return None, [Finding("Q-44", "", "the answer cannot be understood", text_of(payload)[:LONGEST_RAW])]


def _repairs(
    payload: Any, complaints: Sequence[ErrorDetails], supply: Supply
) -> dict[Place, tuple[Any, Repair]] | None:
    """What becomes of each place, with the value that stood there; None if a part is missing that the whole needs."""
    repairs: dict[Place, tuple[Any, Repair]] = {}
    strangers = {one["loc"]: one["input"] for one in complaints if one["type"] == "extra_forbidden"}
    for complaint in complaints:
        place = complaint["loc"]
        if complaint["type"] != "missing":
            value = reduce(lambda holder, step: holder[step], place, payload)
            repairs.setdefault(place, (value, _repair(value, complaint)))
        elif misspelled := _misspelled(place, strangers):
            meant = strangers[misspelled]
            repairs[misspelled] = (meant, Repair("Q-52", f"read as {place[-1]}", ABSENT))
            repairs[place] = (None, Repair("", "", meant))
        elif (supplied := supply(place, payload)) is not None:
            repairs[place] = (None, Repair("Q-49", f"missing, taken as {text_of(supplied)}", supplied))
        elif len(place) > 1:
            repairs[place[:-1]] = (complaint["input"], Repair("Q-44", f"without {place[-1]}, left out", ABSENT))
        else:
            return None
    return repairs


def _misspelled(place: Place, strangers: Mapping[Place, Any]) -> Place | None:
    """A property that stands beside the missing one and differs from it only in letter case or separators."""
    *around, name = place
    return next(
        (one for one in strangers if [*one[:-1]] == around and plain(str(one[-1])) == plain(str(name))),
        None,
    )


def _mended(payload: Any, repairs: Mapping[Place, Any]) -> Any:
    """The payload with these values in these places; what it shares with the original is left as it is there."""
    kept = {place: value for place, value in repairs.items() if value is not ABSENT}
    for place, value in kept.items():
        payload = _with(payload, place, value)
    # From the end, so that what is left out of a list moves nothing that is still to be left out.
    for place in sorted((place for place in repairs if place not in kept), reverse=True):
        payload = _with(payload, place, ABSENT)
    return payload


def _with(holder: Any, place: Sequence[str | int], value: Any) -> Any:
    if not place:
        return value
    step, *rest = place
    inner = _with(holder[step], rest, value) if rest else value
    changed = copy.copy(holder)
    if inner is ABSENT:
        del changed[step]
    else:
        changed[step] = inner
    return changed


def _repair(value: Any, complaint: ErrorDetails) -> Repair:
    if value is None:
        return Repair("Q-07", "null, taken as absent", ABSENT)
    make = REPAIRS.get(complaint["type"])
    return (make(value, complaint.get("ctx") or {}) if make else None) or Repair("Q-44", "unreadable, left out", ABSENT)


def _stranger(_value: Any, _context: Mapping[str, Any]) -> Repair:
    return Repair("Q-52", "not in the standard, left out", ABSENT)


def _cut(value: Any, context: Mapping[str, Any]) -> Repair | None:
    if not isinstance(value, str):  # what is too long stands inside customData, and nobody needs that
        return None
    longest = context["max_length"]
    return Repair("Q-10", f"longer than {longest} characters", value[:longest])


def _text(value: Any, _context: Mapping[str, Any]) -> Repair:
    return Repair("Q-44", "read as text", text_of(value))


def _well_formed(value: Any, _context: Mapping[str, Any]) -> Repair:
    """Half a surrogate pair, in a text or in the name of a property."""
    whole = well_formed(value) if isinstance(value, str) else {well_formed(name): one for name, one in value.items()}
    return Repair("Q-10", "half a character, replaced", whole)


def _whole_number(value: Any, _context: Mapping[str, Any]) -> Repair | None:
    number = number_of(value)
    if number is None or number != int(number):
        return None
    return Repair("Q-44", f"read as the number {int(number)}", int(number))


def _number(value: Any, _context: Mapping[str, Any]) -> Repair | None:
    number = number_of(value)
    return None if number is None else Repair("Q-44", f"read as the number {number}", number)


def _tenths(value: Any, _context: Mapping[str, Any]) -> Repair:
    return Repair("Q-44", "rounded to one decimal", round(value, 1))


def _boolean(value: Any, _context: Mapping[str, Any]) -> Repair | None:
    meant = {"true": True, "1": True, "false": False, "0": False}.get(text_of(value).strip().lower())
    return None if meant is None else Repair("Q-44", f"read as {str(meant).lower()}", meant)


def _word(value: Any, context: Mapping[str, Any]) -> Repair | None:
    words = re.findall(r"'([^']*)'", context["expected"])
    said = plain(text_of(value))
    return next((Repair("Q-16", f"read as {word}", word) for word in words if plain(word) == said), None)


def _time(value: Any, _context: Mapping[str, Any]) -> Repair | None:
    told = parse_time(value, datetime.now(UTC))
    return Repair(told.code or "Q-02", told.text, format_time(told.at)) if told.known else None


def _list(value: Any, _context: Mapping[str, Any]) -> Repair:
    return Repair("Q-13", "read as a list of one", [value])


def _empty(value: Any, _context: Mapping[str, Any]) -> Repair | None:
    return None if value else Repair("Q-14", "empty, left out", ABSENT)


REPAIRS: Mapping[str, Callable[[Any, Mapping[str, Any]], Repair | None]] = {
    "bool_type": _boolean,
    "date_time": _time,
    "datetime_type": _time,
    "extra_forbidden": _stranger,
    "float_type": _number,
    "int_type": _whole_number,
    "list_type": _list,
    "literal_error": _word,
    "multiple_of": _tenths,
    "string_too_long": _cut,
    "string_type": _text,
    "string_unicode": _well_formed,
    "too_short": _empty,
}
"""By pydantic's name of the complaint. Not here: `model_type`, since nothing else is an object."""


def _path(place: Place) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{well_formed(step)}" for step in place)
    return "".join(steps).removeprefix(".")
