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


def matches(pattern: Mapping[str, Any], event: object) -> bool:
    """Whether an event has every field that the pattern names, with a value that the pattern allows."""
    for name, wanted in pattern.items():
        if name == "$or":
            if not any(matches(alternative, event) for alternative in wanted):
                return False
            continue
        value = event.get(name, _ABSENT) if isinstance(event, Mapping) else _ABSENT
        if isinstance(wanted, Mapping):
            # Within an array of objects one element that matches is enough.
            candidates = value if isinstance(value, list) else [value]
            if not any(matches(wanted, candidate) for candidate in candidates or [_ABSENT]):
                return False
        elif not any(_allows(rule, value) for rule in wanted):
            return False
    return True


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
