"""The kinds of values in OCPP messages: what each may be, and how one that it may not be is repaired.

A kind answers two questions. `fits`: is the value what the schema asks for? That is the common case and must be
quick. `read`: if it is not, or if one must look closer to know, which value does the payload get? The very same
object means that nothing had to be changed; UNREADABLE leaves it to the field what to do.
"""

import math
import re
from collections.abc import Collection, Mapping
from typing import Any, Final, Protocol

from shared.ocpp.reading.repairs import Repairs, text_of
from shared.ocpp.reading.times import AHEAD_TOLERANCE, format_time, parse_time

UNREADABLE: Final = object()
"""No meaning can be given to the value."""

DROPPED: Final = object()
"""The field is better left out; the kind has said why."""

LONGEST_ID_TAG = 255
"""OCPP 2.1's limit: no id token that anybody registered is longer."""

NUMBER = re.compile(r"\s*[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?0{0,2}[0-9])?\s*")
"""A decimal number as text. The limits keep a harmless-looking `1e999999` from filling its reader's memory."""

_SEPARATORS = str.maketrans("", "", " -_.°")


def plain(name: str) -> str:
    """A name without letter case and separators, which is what stations get wrong about names."""
    return name.translate(_SEPARATORS).casefold()


class Kind(Protocol):
    @property
    def code(self) -> str:
        """The quirk that a bad value of this kind usually is."""

    def fits(self, value: object, /) -> bool: ...

    def read(self, value: Any, path: str, repairs: Repairs, /) -> Any: ...


class Text:
    """A text of limited length. `filled`: an empty one is a quirk, although the schema has no minimum."""

    code = "Q-10"
    type_code = "Q-44"

    def __init__(self, max_length: int | None = None, *, filled: bool = False) -> None:
        self.max_length = max_length
        self.filled = filled

    def fits(self, value: object) -> bool:
        if type(value) is not str or not value.isascii():
            return False
        return bool(value or not self.filled) and (self.max_length is None or len(value) <= self.max_length)

    def read(self, value: Any, path: str, repairs: Repairs) -> Any:
        if value == "":
            return UNREADABLE
        text = text_of(value)
        if text != value:
            repairs.found(self.type_code, path, "read as text", value)
        if self.max_length is not None and len(text) > self.max_length:
            repairs.found(self.code, path, f"longer than {self.max_length} characters", value)
            repairs.keep(path, text)
            return text[: self.max_length]
        return value if text == value else text


class IdTag(Text):
    """An id tag: 20 characters, of which stations make more. The whole one is in `kept`: a cut tag is another tag."""

    code = "Q-45"

    def __init__(self, *, filled: bool = False) -> None:
        super().__init__(20, filled=filled)

    def read(self, value: Any, path: str, repairs: Repairs) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int):
            return UNREADABLE
        if isinstance(value, str) and len(value) > LONGEST_ID_TAG:
            value = value[:LONGEST_ID_TAG]
        return super().read(value, path, repairs)


class Measured(Text):
    """The value of a sample: a number as text, or signed data. Stations send JSON numbers."""

    code = type_code = "Q-12"

    def read(self, value: Any, path: str, repairs: Repairs) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return UNREADABLE
        return super().read(value, path, repairs)


class Word:
    """One of the words of an enumeration.

    Letter case and separators do not matter, `aliases` (in plain form) are other names for some words. A word that is
    still unknown is kept, and the payload gets `unknown` instead, or nothing.
    """

    def __init__(
        self,
        words: Collection[str],
        code: str = "Q-16",
        aliases: Mapping[str, str] | None = None,
        unknown: str | None = None,
    ) -> None:
        self.words = frozenset(words)
        self.code = code
        self.unknown = unknown
        self.meanings = {alias: word for alias, word in (aliases or {}).items() if word in self.words}
        self.meanings |= {plain(word): word for word in words}

    def fits(self, value: object) -> bool:
        return type(value) is str and value in self.words

    def read(self, value: Any, path: str, repairs: Repairs) -> Any:
        text = text_of(value)
        if not text.strip():
            return UNREADABLE
        word = self.meanings.get(plain(text))
        if word is not None:
            repairs.found(self.code, path, f"read as {word}", value)
            return word
        repairs.keep(path, value)
        repairs.found(self.code, path, f"unknown, taken as {self.unknown}" if self.unknown else "unknown", value)
        return self.unknown or DROPPED


class Whole:
    """A whole number that names something. Beyond `usual_bits` it is none that we gave, yet it is kept (Q-24)."""

    code = "Q-44"
    most_bits = 64

    def __init__(self, usual_bits: int = most_bits) -> None:
        self.usual_bits = usual_bits

    def fits(self, value: object) -> bool:
        return type(value) is int and value.bit_length() <= self.usual_bits

    def read(self, value: Any, path: str, repairs: Repairs) -> Any:
        number = self._whole(value)
        if number is None or number.bit_length() > self.most_bits:
            return UNREADABLE
        if type(value) is not int:
            repairs.found(self.code, path, f"read as the number {number}", value)
        if number.bit_length() > self.usual_bits:
            repairs.found("Q-24", path, "larger than any number we give", value)
        return value if type(value) is int else number

    def _whole(self, value: object) -> int | None:
        number = number_of(value)
        return int(number) if number is not None and number == int(number) else None


class Energy(Whole):
    """A register in whole Wh. A fraction goes to the nearest Wh, a half to the even one, so that roundings at start and
    stop have no common direction; the number with its fraction is in `kept`."""

    def read(self, value: Any, path: str, repairs: Repairs) -> Any:
        register = super().read(value, path, repairs)
        if register is not UNREADABLE and register != number_of(value):
            repairs.keep(path, value)
        return register

    def _whole(self, value: object) -> int | None:
        number = number_of(value)
        return None if number is None else round(number)


class Time:
    """A time. One that cannot be told becomes the time of receipt; the original is in `kept`.

    One that is ahead of its receipt stays, since a transaction's times must agree with each other. `now_if_ahead`: it
    becomes the time of receipt too, where what comes later must not look older.
    """

    code = "Q-06"

    def __init__(self, *, now_if_ahead: bool = False) -> None:
        self.now_if_ahead = now_if_ahead

    def fits(self, _value: object) -> bool:
        return False

    def read(self, value: Any, path: str, repairs: Repairs) -> Any:
        told = parse_time(value, repairs.received_at, repairs.utc_offset_min)
        if told.code:
            repairs.found(told.code, path, told.text, value)
        if not told.known:
            repairs.keep(path, value)
            return repairs.receipt
        if told.at - repairs.received_at > AHEAD_TOLERANCE:
            repairs.found("Q-03", path, "the station's clock is ahead of ours", value)
            if self.now_if_ahead:
                repairs.keep(path, value)
                return repairs.receipt
        return format_time(told.at) if told.code else value


def number_of(value: object) -> int | float | None:
    """The finite number that a JSON number or a text means, exact if it is whole."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if not isinstance(value, str) or NUMBER.fullmatch(value) is None:
        return None
    try:
        return int(value)
    except ValueError:
        return float(value)
