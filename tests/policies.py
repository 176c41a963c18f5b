"""IAM's judgement of a request by the statements of a role, for what our templates say; anything else is an error.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

Statement = Mapping[str, Any]
"""One statement of a policy, its intrinsic functions resolved."""

_ELEMENTS = {"Action", "Condition", "Effect", "Resource", "Sid"}
_ARN_PARTS = 6
_SETS = ("ForAllValues:", "ForAnyValue:")
_IF_EXISTS = "IfExists"


class UnknownElement(Exception):
    """A policy says something that is not known here, so nothing can be said of what it allows."""


class Request(NamedTuple):
    """One request: what IAM is asked."""

    action: str
    """`dynamodb:GetItem`"""
    resource: str
    """Its ARN; `*` where an action knows no resources."""
    context: Mapping[str, Sequence[str]] = {}
    """The values of condition keys; a key that a request does not have is left out."""


def allows(statements: Iterable[Statement], request: Request) -> bool:
    """Whether a request is allowed: by a statement, and refused by none."""
    effects = [_effect(statement) for statement in statements if matches(statement, request)]
    return "Allow" in effects and "Deny" not in effects


def matches(statement: Statement, request: Request) -> bool:
    """Whether a statement, whatever its effect, speaks of a request."""
    if unknown := statement.keys() - _ELEMENTS:
        raise UnknownElement(f"{', '.join(sorted(unknown))} of a statement")
    conditions = statement.get("Condition", {})
    return (
        any(_like(pattern.lower(), request.action.lower()) for pattern in listed(statement["Action"]))
        and any(is_arn_like(pattern, request.resource) for pattern in listed(statement["Resource"]))
        and all(
            _holds(operator, listed(wanted), request.context.get(key, ()))
            for operator, keys in conditions.items()
            for key, wanted in keys.items()
        )
    )


def is_arn_like(pattern: str, arn: str) -> bool:
    """Whether an ARN is one of those that a pattern names: a wildcard stands for nothing beyond its part."""
    if pattern == "*":
        return True
    patterns, parts = pattern.split(":", _ARN_PARTS - 1), arn.split(":", _ARN_PARTS - 1)
    return len(patterns) == len(parts) and all(map(_like, patterns, parts))


def listed(value: Any) -> list[Any]:
    """What may stand alone or in a list, as a list."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _effect(statement: Statement) -> str:
    effect = str(statement["Effect"])
    if effect not in ("Allow", "Deny"):
        raise UnknownElement(f"the effect {effect}")
    return effect


# ---------------------------------------------------------------------- conditions


def _like(pattern: str, value: str) -> bool:
    return _expression(pattern).fullmatch(value) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """A pattern of IAM: `*` for any characters, `?` for one."""
    if "${" in pattern:
        raise UnknownElement(f"the policy variable in {pattern}")
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(one) or re.escape(one) for one in pattern), re.DOTALL)


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "ArnEquals": is_arn_like,
    "ArnLike": is_arn_like,
    "Bool": lambda wanted, value: wanted.lower() == value.lower(),
    "StringEquals": lambda wanted, value: wanted == value,
    "StringEqualsIgnoreCase": lambda wanted, value: wanted.lower() == value.lower(),
    "StringLike": _like,
}
_NEGATED = {
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
}


def _holds(operator: str, wanted: list[Any], values: Sequence[str]) -> bool:
    """Whether a condition holds for the values of its key in the request.

    A key that is not there makes it false, but true for a negated operator, for one that ends with IfExists, and for
    all of no values.
    """
    quantifier = next((one for one in _SETS if operator.startswith(one)), "")
    name = operator.removeprefix(quantifier)
    if_exists, name = name.endswith(_IF_EXISTS), name.removesuffix(_IF_EXISTS)
    negated, name = name in _NEGATED, _NEGATED.get(name, name)
    if name not in _OPERATORS:
        raise UnknownElement(f"the operator {operator}")
    if not quantifier and len(values) > 1:
        raise UnknownElement(f"{operator} of a key with several values")
    test = _OPERATORS[name]
    verdicts = [any(test(str(one), value) for one in wanted) != negated for value in values]
    if quantifier == "ForAllValues:":
        return all(verdicts)
    if not verdicts:
        return if_exists or (negated and not quantifier)
    return any(verdicts)
