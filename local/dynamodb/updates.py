"""What an update expression makes of an item."""

import copy
from collections.abc import Sequence
from decimal import Context, Decimal

from local.dynamodb.conditions import Parts, Scope, lookup
from local.dynamodb.errors import invalid
from local.dynamodb.syntax import Action, Arithmetic, Call, Operand, Path, Value
from local.dynamodb.values import SETS, AttributeValue, Item, kind, number

_INVALID_PATH = "The document path provided in the update expression is invalid for update"
_WRONG_TYPE = "An operand in the update expression has an incorrect data type"
_EXACT = Context(prec=400)
_NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"


def updated(item: Item, actions: Sequence[Action], scope: Scope) -> Item:
    """A copy of an item with an update's actions applied; every operand is read from the item as it was."""
    result = dict(item)
    copied: set[str] = set()
    changes = [(action, scope.parts(action.path)) for action in actions]
    _refuse_overlaps([parts for _, parts in changes])
    values = [_new_value(action, parts, item, scope) for action, parts in changes]
    # Positions are those of the list as it was: its elements are removed last, and from its end.
    order = sorted(range(len(changes)), key=lambda index: _turn(*changes[index]))
    for index in order:
        parts = changes[index][1]
        top = str(parts[0])
        if len(parts) > 1 and top not in copied and top in result:
            result[top] = copy.deepcopy(result[top])
            copied.add(top)
        if values[index] is None:
            _remove(result, parts)
        else:
            _set(result, parts, values[index])
    return result


def _turn(action: Action, parts: Parts) -> tuple[bool, int]:
    last = parts[-1]
    return (True, -last) if action.verb == "REMOVE" and isinstance(last, int) else (False, 0)


def _refuse_overlaps(paths: Sequence[Parts]) -> None:
    for index, one in enumerate(paths):
        for other in paths[index + 1 :]:
            shorter = min(len(one), len(other))
            if one[:shorter] == other[:shorter]:
                raise invalid(
                    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one "
                    f"of these paths; path one: {_spelt(one)}, path two: {_spelt(other)}"
                )


def _spelt(parts: Parts) -> str:
    return "[" + ", ".join(f"[{part}]" if isinstance(part, int) else part for part in parts) + "]"


def _new_value(action: Action, parts: Parts, item: Item, scope: Scope) -> AttributeValue | None:
    """What an action puts at its path; `None`: nothing stays there."""
    if action.operand is None:
        return None
    if action.verb == "SET":
        return _assigned(action.operand, item, scope)
    value = _assigned(action.operand, item, scope)
    current = lookup(item, parts)
    if action.verb == "ADD":
        return _added(current, value)
    return _without(current, value)


def _assigned(operand: Operand, item: Item, scope: Scope) -> AttributeValue:
    match operand:
        case Value(name):
            return scope.values[name]
        case Path():
            found = lookup(item, scope.parts(operand))
            if found is None:
                raise invalid(_NO_ATTRIBUTE)
            return found
        case Call("if_not_exists", (Path() as path, otherwise)):
            found = lookup(item, scope.parts(path))
            return _assigned(otherwise, item, scope) if found is None else found
        case Call("list_append", (first, second)):
            left, right = _assigned(first, item, scope), _assigned(second, item, scope)
            if "L" not in left or "L" not in right:
                raise invalid(_WRONG_TYPE)
            return {"L": [*left["L"], *right["L"]]}
        case Arithmetic(operator, first, second):
            left, right = _assigned(first, item, scope), _assigned(second, item, scope)
            if "N" not in left or "N" not in right:
                raise invalid(_WRONG_TYPE)
            return _sum(left, right, 1 if operator == "+" else -1)
        case _:
            raise AssertionError(f"{operand} stands in no update")


def _sum(left: AttributeValue, right: AttributeValue, sign: int) -> AttributeValue:
    return {"N": number(str(_EXACT.add(Decimal(left["N"]), sign * Decimal(right["N"]))))}


def _added(current: AttributeValue | None, value: AttributeValue) -> AttributeValue:
    of = kind(value)
    if of != "N" and of not in SETS:
        raise invalid(
            "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, "
            f"operand type: {_type_name(of)}"
        )
    if current is None:
        return value
    if kind(current) != of:
        raise invalid(_WRONG_TYPE)
    if of == "N":
        return _sum(current, value, 1)
    return {of: [*current[of], *(member for member in value[of] if member not in current[of])]}


def _without(current: AttributeValue | None, value: AttributeValue) -> AttributeValue | None:
    of = kind(value)
    if of not in SETS:
        raise invalid(
            "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, "
            f"operand type: {_type_name(of)}"
        )
    if current is None:
        return None
    if kind(current) != of:
        raise invalid(_WRONG_TYPE)
    kept = [member for member in current[of] if member not in value[of]]
    return {of: kept} if kept else None


def _type_name(of: str) -> str:
    return {"S": "STRING", "N": "NUMBER", "B": "BINARY", "M": "MAP", "L": "LIST", "BOOL": "BOOLEAN"}.get(of, of)


def _parent(item: Item, parts: Parts) -> AttributeValue:
    value = lookup(item, parts[:-1])
    if value is None or ("M" if isinstance(parts[-1], str) else "L") not in value:
        raise invalid(_INVALID_PATH)
    return value


def _set(item: Item, parts: Parts, value: AttributeValue | None) -> None:
    last = parts[-1]
    if len(parts) == 1:
        item[str(last)] = value or {}
        return
    parent = _parent(item, parts)
    if isinstance(last, str):
        parent["M"][last] = value
    elif last < len(parent["L"]):
        parent["L"][last] = value
    else:
        parent["L"].append(value)


def _remove(item: Item, parts: Parts) -> None:
    last = parts[-1]
    if len(parts) == 1:
        item.pop(str(last), None)
        return
    parent = _parent(item, parts)
    if isinstance(last, str):
        parent["M"].pop(last, None)
    elif last < len(parent["L"]):
        del parent["L"][last]
