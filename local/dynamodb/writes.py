"""PutItem, UpdateItem, DeleteItem and their transaction form, applied to a store.

A write is first worked out and then stored, so whatever is refused leaves nothing behind, and a transaction of many
writes needs no way back.
"""

from typing import Any, NamedTuple

from local.dynamodb.conditions import project
from local.dynamodb.errors import DynamoError, invalid
from local.dynamodb.requests import Expressions, choice, item_of, required
from local.dynamodb.storage import Row, Store
from local.dynamodb.updates import updated
from local.dynamodb.values import Item

_UPDATE_RETURNS = ("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")


class Write(NamedTuple):
    """A write that is worked out: the row it replaces, the row it leaves and the attributes that it gives back."""

    store: Store
    old: Row | None
    new: Row | None
    returned: Item | None = None

    def apply(self) -> None:
        self.store.replace(self.old, self.new)


class Refused(Exception):
    """A write whose condition did not hold: what the service answers, and the row that was there and is charged."""

    def __init__(self, error: DynamoError, store: Store, found: Row | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.store = store
        self.found = found


def put(store: Store, request: dict[str, Any]) -> Write:
    """PutItem, or Put in a transaction or a batch."""
    expressions = Expressions(request)
    returns = choice(request, "ReturnValues", "NONE", "ALL_OLD")
    old, new = store.row_for(item_of(required(request, "Item")))
    _require(expressions, store, old)
    return Write(store, old, new, old.item if old and returns == "ALL_OLD" else None)


def delete(store: Store, request: dict[str, Any]) -> Write:
    """DeleteItem, or Delete in a transaction or a batch."""
    expressions = Expressions(request)
    returns = choice(request, "ReturnValues", "NONE", "ALL_OLD")
    old = store.find(item_of(required(request, "Key")))
    _require(expressions, store, old)
    return Write(store, old, None, old.item if old and returns == "ALL_OLD" else None)


def update(store: Store, request: dict[str, Any]) -> Write:
    """UpdateItem, or Update in a transaction: an item that is not there begins as its key."""
    expressions = Expressions(request)
    returns = choice(request, "ReturnValues", *_UPDATE_RETURNS)
    key = item_of(required(request, "Key"))
    old = store.find(key)
    changed = [expressions.scope.parts(action.path) for action in expressions.actions]
    for parts in changed:
        if parts[0] in store.schema.attributes:
            raise invalid(
                f"One or more parameter values were invalid: Cannot update attribute {parts[0]}. "
                "This attribute is part of the key"
            )
    _require(expressions, store, old)
    before = old.item if old else {}
    _, new = store.row_for(updated(before or key, expressions.actions, expressions.scope))
    returned = {
        "NONE": {},
        "ALL_OLD": before,
        "ALL_NEW": new.item,
        "UPDATED_OLD": project(before, changed),
        "UPDATED_NEW": project(new.item, changed),
    }[returns]
    return Write(store, old, new, returned or None)


def check(store: Store, request: dict[str, Any]) -> Write:
    """ConditionCheck in a transaction: it changes nothing, but is charged as a write."""
    expressions = Expressions(request)
    if expressions.condition is None:
        raise invalid("The expression can not be empty;")
    old = store.find(item_of(required(request, "Key")))
    _require(expressions, store, old)
    return Write(store, old, old)


def _require(expressions: Expressions, store: Store, found: Row | None) -> None:
    try:
        expressions.require(found.item if found else None)
    except DynamoError as error:
        raise Refused(error, store, found) from None
