"""Filter patterns of CloudWatch Logs: which lines FilterLogEvents finds.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html

Known here are plain terms (`connect`, `"a phrase"`: all of them must be in the line) and JSON patterns
(`{ ($.station_id = "CP1") && ($.ms > 100) }`) with comparisons, `IS`, `NOT EXISTS`, `&&`, `||` and parentheses. The
rest, and what is not documented, such as escapes within a text, is an error.
"""

import json
import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

_ABSENT = object()
_TOKEN = re.compile(r'\s*(?:(&&|\|\||<=|>=|!=|[()=<>])|"([^"]*)"|(\$[\w.\[\]-]*)|([^\s()=<>!&|"]+))')
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]")
_TERM = re.compile(r'\s*(?:"([^"]*)"|(\w+))')
_NUMBERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_STATES: dict[str, object] = {"NULL": None, "TRUE": True, "FALSE": False}
_LONGEST = 1024


class LogPatternError(ValueError):
    """A filter pattern that the service would refuse, or one that this module does not know."""


class Condition(NamedTuple):
    """What a JSON line must be. `texts` are in every line that meets it, which is quicker to see."""

    holds: Callable[[Any], bool]
    texts: tuple[str, ...] = ()


class LogPattern(NamedTuple):
    """A pattern that has been read."""

    condition: Condition | None
    """None: the line need not be JSON."""
    texts: tuple[str, ...]
    """All of them must be in the line."""

    def matches(self, line: str) -> bool:
        if not all(text in line for text in self.texts):
            return False
        if self.condition is None:
            return True
        try:
            value = json.loads(line)
        except ValueError:
            return False
        return isinstance(value, dict) and self.condition.holds(value)


@lru_cache(maxsize=64)
def read(pattern: str) -> LogPattern:
    """Read a pattern; the empty one lets every line pass. Raises LogPatternError."""
    if len(pattern) > _LONGEST:
        raise LogPatternError(f"a filter pattern has at most {_LONGEST} characters")
    text = pattern.strip()
    if text.startswith("{") and text.endswith("}"):
        condition = _Reader(text[1:-1]).whole()
        return LogPattern(condition, condition.texts)
    return LogPattern(None, _terms(text))


def _terms(text: str) -> tuple[str, ...]:
    terms, at = [], 0
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None:
            raise LogPatternError(f"{text[at:]!r} is no term that is known here")
        terms.append(match[1] if match[1] is not None else match[2])
        at = match.end()
    return tuple(terms)


class _Reader:
    """Reads what stands between the braces of a JSON pattern, from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: list[re.Match[str]] = []
        at = 0
        while text[at:].strip():
            token = _TOKEN.match(text, at)
            if token is None:
                raise LogPatternError(f"{text[at:]!r} cannot be read")
            self._tokens.append(token)
            at = token.end()
        self._tokens.reverse()

    def whole(self) -> Condition:
        condition = self._either()
        if self._tokens:
            raise LogPatternError(f"{self._next()[0].strip()!r} is too much")
        return condition

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._takes("||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Condition(lambda value: any(part.holds(value) for part in parts))

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._takes("&&"):
            parts.append(self._one())
        texts = tuple(text for part in parts for text in part.texts)
        return Condition(lambda value: all(part.holds(value) for part in parts), texts)

    def _one(self) -> Condition:
        if self._takes("("):
            condition = self._either()
            if not self._takes(")"):
                raise LogPatternError("a parenthesis is not closed")
            return condition
        select = _selector(self._next()[3] or "")
        token = self._next()
        if token[1] in _NUMBERS:
            return _comparison(select, token[1], self._next())
        words = token[4]
        state = self._next()[4]
        if words == "IS" and state in _STATES:
            return Condition(lambda value: select(value) is _STATES[state])
        if words == "NOT" and state == "EXISTS":
            return Condition(lambda value: select(value) is _ABSENT)
        raise LogPatternError(f"{words} {state} is no comparison")

    def _next(self) -> re.Match[str]:
        if not self._tokens:
            raise LogPatternError("the pattern ends too early")
        return self._tokens.pop()

    def _takes(self, symbol: str) -> bool:
        if self._tokens and self._tokens[-1][1] == symbol:
            self._tokens.pop()
            return True
        return False


def _selector(text: str) -> Callable[[Any], Any]:
    steps = [name or int(number) for name, number in _STEP.findall(text)]
    if not steps or _STEP.sub("", text) != "$":
        raise LogPatternError(f"{text!r} selects no field")

    def select(value: Any) -> Any:
        for step in steps:
            is_there = (
                step in value
                if isinstance(value, dict)
                else isinstance(value, list) and isinstance(step, int) and step < len(value)
            )
            if not is_there:
                return _ABSENT
            value = value[step]
        return value

    return select


def _comparison(select: Callable[[Any], Any], sign: str, token: re.Match[str]) -> Condition:
    text = token[2] if token[2] is not None else token[4]
    if text is None:
        raise LogPatternError(f"{token[0].strip()!r} is nothing to compare with")
    if token[2] is None and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return _number(select, sign, float(text))
    if sign not in ("=", "!="):
        raise LogPatternError(f"texts are equal or not, and not {sign}")
    if re.search(r"[\\%]", text) or "*" in text[1:-1]:
        raise LogPatternError(f"{text!r} has an escape, an expression or a wildcard in its middle")
    matches = _text_test(text)
    if sign == "!=":
        return Condition(lambda value: isinstance(found := select(value), str) and not matches(found))
    plain = text.strip("*")
    texts = (plain,) if plain.isascii() and plain.isprintable() else ()
    return Condition(lambda value: isinstance(found := select(value), str) and matches(found), texts)


def _number(select: Callable[[Any], Any], sign: str, bound: float) -> Condition:
    def holds(value: Any) -> bool:
        found = select(value)
        return isinstance(found, int | float) and not isinstance(found, bool) and _NUMBERS[sign](found, bound)

    return Condition(holds)


def _text_test(text: str) -> Callable[[str], bool]:
    starts, ends = text.startswith("*"), text.endswith("*")
    core = text.strip("*")
    if starts and ends:
        return lambda found: core in found
    if starts:
        return lambda found: found.endswith(core)
    if ends:
        return lambda found: found.startswith(core)
    return lambda found: found == text
