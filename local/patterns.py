"""Event patterns: what an EventBridge rule or the filter of an event source mapping lets through.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

_ABSENT = object()
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, bound: bool(value == bound),
    "<": lambda value, bound: bool(value < bound),
    "<=": lambda value, bound: bool(value <= bound),
    ">": lambda value, bound: bool(value > bound),
    ">=": lambda value, bound: bool(value >= bound),
}


class PatternError(ValueError):
    """An event pattern that the service would refuse, or one that this module does not know."""


Test = Callable[[Any], bool]


def matches(pattern: Mapping[str, Any], event: object) -> bool:
    """Whether an event has every field that the pattern names, with a value that the pattern allows."""
    return compiled(pattern)(event)


def compiled(pattern: Mapping[str, Any]) -> Test:
    """`matches` for a pattern that is held against many events: which of its rules are of what kind is found once."""
    tests = [_alternatives(wanted) if name == "$or" else _field(name, wanted) for name, wanted in pattern.items()]

    def test(event: object) -> bool:
        for one in tests:  # noqa: SIM110  # `all` with a generator takes three times as long, for every record
            if not one(event):
                return False
        return True

    return test


def _alternatives(patterns: list[Mapping[str, Any]]) -> Test:
    tests = [compiled(pattern) for pattern in patterns]
    return lambda event: any(test(event) for test in tests)


def _field(name: str, wanted: Any) -> Test:
    is_inner = isinstance(wanted, Mapping)
    inner = compiled(wanted) if is_inner else _any_of(wanted)

    def test(event: object) -> bool:
        value = event.get(name, _ABSENT) if isinstance(event, dict) else _ABSENT
        if is_inner and isinstance(value, list):
            # Within an array of objects one element that matches is enough.
            return any(map(inner, value or [_ABSENT]))
        return inner(value)

    return test


def _any_of(rules: list[Any]) -> Test:
    """Whether a value is allowed by one of some rules. Most values are texts, and most rules texts or their beginnings,
    of which all are tried at once."""
    texts = frozenset(rule for rule in rules if isinstance(rule, str))
    beginnings = tuple(rule["prefix"] for rule in rules if _is_beginning(rule))
    others = [rule for rule in rules if not isinstance(rule, str) and not _is_beginning(rule)]

    def test(value: object) -> bool:
        if not isinstance(value, str):
            return any(_allows(rule, value) for rule in rules)
        return value in texts or value.startswith(beginnings) or any(_allows(rule, value) for rule in others)

    return test


def _is_beginning(rule: object) -> bool:
    return isinstance(rule, Mapping) and isinstance(rule.get("prefix"), str)


def check(pattern: object, path: str = "") -> None:
    """Refuse a pattern with a shape or a comparison that `matches` does not know."""
    if not isinstance(pattern, Mapping) or not pattern:
        raise PatternError(f"{path or 'the pattern'} must be an object with at least one field")
    for name, wanted in pattern.items():
        where = f"{path}.{name}" if path else str(name)
        if name == "$or":
            for alternative in wanted:
                check(alternative, where)
        elif isinstance(wanted, list) and wanted:
            for rule in wanted:
                _check_rule(rule, where)
        elif isinstance(wanted, Mapping):
            check(wanted, where)
        else:
            raise PatternError(f"{where} must be an object or an array with at least one value")


def _check_rule(rule: object, where: str) -> None:
    if not isinstance(rule, Mapping):
        return
    name, operand = next(iter(rule.items()), ("", None))
    if len(rule) != 1 or name not in _TESTS.keys() | {"exists"}:
        raise PatternError(f"{where} compares by {', '.join(map(str, rule))}, which is not known here")
    if name == "anything-but" and isinstance(operand, Mapping):
        _check_rule(operand, where)


def _allows(rule: object, value: object) -> bool:
    if isinstance(rule, Mapping):
        name, operand = next(iter(rule.items()))
        if name == "exists":
            return (value is not _ABSENT) is bool(operand)
        return any(_TESTS[name](operand, one) for one in _each(value))
    return any(_same(rule, one) for one in _each(value))


def _each(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [] if value is _ABSENT else [value]


def _same(wanted: object, value: object) -> bool:
    return bool(wanted == value) and isinstance(wanted, bool) == isinstance(value, bool)


def _prefix(operand: Any, value: object) -> bool:
    if not isinstance(value, str):
        return False
    if isinstance(operand, Mapping):
        return value.lower().startswith(operand["equals-ignore-case"].lower())
    return value.startswith(str(operand))


def _suffix(operand: Any, value: object) -> bool:
    if not isinstance(value, str):
        return False
    if isinstance(operand, Mapping):
        return value.lower().endswith(operand["equals-ignore-case"].lower())
    return value.endswith(str(operand))


def _anything_but(operand: Any, value: object) -> bool:
    if isinstance(operand, Mapping):
        name, inner = next(iter(operand.items()))
        return not any(_TESTS[name](one, value) for one in (inner if isinstance(inner, list) else [inner]))
    return not any(_same(one, value) for one in (operand if isinstance(operand, list) else [operand]))


def _numeric(operand: list[Any], value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return all(_COMPARISONS[sign](value, bound) for sign, bound in zip(operand[::2], operand[1::2], strict=True))


def _cidr(operand: str, value: object) -> bool:
    try:
        return ip_address(str(value)) in ip_network(operand)
    except ValueError:
        return False


@lru_cache(maxsize=256)
def _wildcard_expression(operand: str) -> re.Pattern[str]:
    parts = re.split(r"(\\[*\\]|\*)", operand)
    return re.compile(
        "".join(".*" if part == "*" else re.escape(part[1:] if part.startswith("\\") else part) for part in parts), re.S
    )


def _wildcard(operand: str, value: object) -> bool:
    return isinstance(value, str) and _wildcard_expression(operand).fullmatch(value) is not None


def _ignoring_case(operand: str, value: object) -> bool:
    return isinstance(value, str) and value.lower() == operand.lower()


_TESTS: dict[str, Callable[[Any, object], bool]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    "equals-ignore-case": _ignoring_case,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
}
