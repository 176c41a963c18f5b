"""The expressions and values of a request, checked as DynamoDB checks them before it looks at an item."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from local.dynamodb.conditions import Parts, Scope, holds, project
from local.dynamodb.errors import condition_failed, invalid
from local.dynamodb.expressions import parse_condition, parse_projection, parse_update
from local.dynamodb.syntax import Action, Condition, Parsed
from local.dynamodb.values import Item, normalised

Response = dict[str, Any]

_LEGACY = frozenset(
    {
        "AttributesToGet",
        "AttributeUpdates",
        "ConditionalOperator",
        "Expected",
        "KeyConditions",
        "QueryFilter",
        "ScanFilter",
    }
)

_PARSERS: dict[str, Callable[[str], Parsed[Any]]] = {
    "ConditionExpression": parse_condition,
    "FilterExpression": partial(parse_condition, what="FilterExpression"),
    "KeyConditionExpression": partial(parse_condition, what="KeyConditionExpression"),
    "UpdateExpression": parse_update,
    "ProjectionExpression": parse_projection,
}


def item_of(value: object) -> Item:
    """An item or a key of a request, checked and with its numbers in their shortest form."""
    if not isinstance(value, Mapping):
        raise invalid("Supplied item is not a map of attributes")
    return {str(name): normalised(content) for name, content in value.items()}


class Expressions:
    """The expressions of one request, or of one action of a transaction, with what their placeholders stand for."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        legacy = _LEGACY & request.keys()
        if legacy:
            raise invalid(f"The local table knows expressions only, not {', '.join(sorted(legacy))}")
        self.request = request
        self._parsed: dict[str, Parsed[Any]] = {
            what: parse(request[what]) for what, parse in _PARSERS.items() if request.get(what) is not None
        }
        self.scope = self._scope()
        self.condition: Condition | None = self._tree("ConditionExpression")
        self.filter: Condition | None = self._tree("FilterExpression")
        self.key_condition: Condition | None = self._tree("KeyConditionExpression")
        self.actions: tuple[Action, ...] = self._tree("UpdateExpression") or ()
        paths = self._tree("ProjectionExpression")
        self.paths: list[Parts] | None = None if paths is None else [self.scope.parts(path) for path in paths]

    def _tree(self, what: str) -> Any:
        return self._parsed[what].tree if what in self._parsed else None

    def _scope(self) -> Scope:
        names: Mapping[str, str] = self.request.get("ExpressionAttributeNames") or {}
        values: Mapping[str, Any] = self.request.get("ExpressionAttributeValues") or {}
        for what, given in (("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)):
            if what in self.request and not given:
                raise invalid(f"{what} must not be empty")
            if given and not self._parsed:
                raise invalid(f"{what} can only be specified when using expressions")
        for what, expression in self._parsed.items():
            for name in sorted(expression.names - names.keys()):
                raise invalid(
                    f"Invalid {what}: An expression attribute name used in the document path is not defined; "
                    f"attribute name: {name}"
                )
            for value in sorted(expression.values - values.keys()):
                raise invalid(
                    f"Invalid {what}: An expression attribute value used in expression is not defined; "
                    f"attribute value: {value}"
                )
        used = self._parsed.values()
        _refuse_unused("Names", names, {name for expression in used for name in expression.names})
        _refuse_unused("Values", values, {name for expression in used for name in expression.values})
        return Scope(names, {name: normalised(value) for name, value in values.items()})

    def require(self, item: Item | None) -> None:
        """Refuse the request unless its condition holds for the item that is there."""
        if self.condition is not None and not holds(self.condition, item or {}, self.scope):
            wanted = self.request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            raise condition_failed(item if wanted else None)

    def passes(self, item: Item) -> bool:
        """Whether an item passes the FilterExpression."""
        return self.filter is None or holds(self.filter, item, self.scope)

    def projected(self, item: Item) -> Item:
        """What the ProjectionExpression leaves of an item."""
        return item if self.paths is None else project(item, self.paths)


def _refuse_unused(what: str, given: Mapping[str, Any], used: set[str]) -> None:
    unused = sorted(given.keys() - used)
    if unused:
        raise invalid(
            f"Value provided in ExpressionAttribute{what} unused in expressions: keys: {{{', '.join(unused)}}}"
        )


def required(request: Mapping[str, Any], member: str) -> Any:
    """A member that a request must have."""
    if member not in request:
        raise invalid(
            f"1 validation error detected: Value null at '{member[0].lower()}{member[1:]}' failed to satisfy "
            "constraint: Member must not be null"
        )
    return request[member]


def choice(request: Mapping[str, Any], member: str, *allowed: str) -> str:
    """One of the words a member of a request may have; the first is the default."""
    word = request.get(member, allowed[0])
    if word not in allowed:
        raise invalid(
            f"1 validation error detected: Value '{word}' at '{member[0].lower()}{member[1:]}' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(allowed)}]"
        )
    return str(word)


def limited(entries: list[Any], limit: int, what: str) -> list[Any]:
    """A list of a request with one to `limit` entries."""
    if not 1 <= len(entries) <= limit:
        raise invalid(
            f"1 validation error detected: Value at '{what}' failed to satisfy constraint: Member must have length "
            f"{'greater than or equal to 1' if not entries else f'less than or equal to {limit}'}"
        )
    return entries
