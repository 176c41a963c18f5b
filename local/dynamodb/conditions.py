"""What a condition says about an item, and what a projection leaves of it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from local.capacity import value_size
from local.dynamodb.syntax import (
    Between,
    Call,
    Comparison,
    Condition,
    Junction,
    Membership,
    Not,
    Operand,
    Path,
    Value,
)
from local.dynamodb.values import SCALARS, SETS, AttributeValue, Item, equal, kind, sortable

Parts = tuple[str | int, ...]


class Scope(NamedTuple):
    """What the placeholders of a request's expressions stand for."""

    names: Mapping[str, str]
    values: Mapping[str, AttributeValue]

    def parts(self, path: Path) -> Parts:
        """A path with its names filled in."""
        return tuple(self.names[part] if isinstance(part, str) and part[0] == "#" else part for part in path.parts)


def lookup(item: Item, parts: Parts) -> AttributeValue | None:
    """The value at a document path, or `None` where the item has nothing."""
    value = item.get(str(parts[0]))
    for part in parts[1:]:
        if value is None:
            return None
        if isinstance(part, str):
            value = value["M"].get(part) if "M" in value else None
        else:
            elements = value.get("L", ())
            value = elements[part] if part < len(elements) else None
    return value


# ---------------------------------------------------------------------- conditions


def holds(condition: Condition, item: Item, scope: Scope) -> bool:
    """Whether a condition is true of an item; of no item at all, of which `item` is then empty."""
    match condition:
        case Junction(every, conditions):
            return (all if every else any)(holds(inner, item, scope) for inner in conditions)
        case Not(inner):
            return not holds(inner, item, scope)
        case Comparison(operator, left, right):
            return _compare(operator, _operand(left, item, scope), _operand(right, item, scope))
        case Between(operand, low, high):
            value = _operand(operand, item, scope)
            return _compare(">=", value, _operand(low, item, scope)) and _compare(
                "<=", value, _operand(high, item, scope)
            )
        case Membership(operand, options):
            value = _operand(operand, item, scope)
            return any(_compare("=", value, _operand(option, item, scope)) for option in options)
        case Call(function, arguments):
            return _test(function, [_operand(argument, item, scope) for argument in arguments])


def _operand(operand: Operand, item: Item, scope: Scope) -> AttributeValue | None:
    match operand:
        case Path():
            return lookup(item, scope.parts(operand))
        case Value(name):
            return scope.values[name]
        case Call("size", (argument,)):
            value = _operand(argument, item, scope)
            return None if value is None else _size(value)
        case _:
            raise AssertionError(f"{operand} stands in no condition")


def _size(value: AttributeValue) -> AttributeValue | None:
    of, content = next(iter(value.items()))
    if of == "S":
        return {"N": str(len(content))}
    if of == "B":
        return {"N": str(value_size(value))}
    return {"N": str(len(content))} if of in SETS or of in ("L", "M") else None


def _compare(operator: str, left: AttributeValue | None, right: AttributeValue | None) -> bool:
    if left is None or right is None:
        return operator == "<>" and left is not right
    if operator == "=":
        return equal(left, right)
    if operator == "<>":
        return not equal(left, right)
    if kind(left) != kind(right) or kind(left) not in SCALARS:
        return False
    a: Any = sortable(left)
    b: Any = sortable(right)
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])


def _test(function: str, arguments: Sequence[AttributeValue | None]) -> bool:
    subject = arguments[0]
    if function == "attribute_exists":
        return subject is not None
    if function == "attribute_not_exists":
        return subject is None
    wanted = arguments[1]
    if subject is None or wanted is None:
        return False
    if function == "attribute_type":
        return kind(subject) == wanted.get("S")
    if function == "begins_with":
        return (
            kind(subject) == kind(wanted)
            and kind(subject) in ("S", "B")
            and bool(sortable(subject)[: len(sortable(wanted))] == sortable(wanted))  # type: ignore[index,arg-type]  # S or B
        )
    return _contains(subject, wanted)


def _contains(subject: AttributeValue, wanted: AttributeValue) -> bool:
    of = kind(subject)
    if of in ("S", "B"):
        return kind(wanted) == of and sortable(wanted) in sortable(subject)  # type: ignore[operator]  # S or B
    if of in SETS:
        return any(equal({of[0]: member}, wanted) for member in subject[of])
    return of == "L" and any(equal(element, wanted) for element in subject["L"])


# ---------------------------------------------------------------------- projections


def project(item: Item, paths: Sequence[Parts]) -> Item:
    """The part of an item that the paths name; elements of a list keep their order and close up."""
    tree: dict[str | int, Any] = {}
    for parts in paths:
        branch = tree
        for part in parts[:-1]:
            branch = branch.setdefault(part, {})
        branch[parts[-1]] = None
    found = _prune({"M": item}, tree)
    return {} if found is None else found["M"]


def _prune(value: AttributeValue, tree: dict[str | int, Any] | None) -> AttributeValue | None:
    """What a tree of wanted parts leaves of a value; `None` as the tree wants all of it."""
    if tree is None:
        return value
    if "M" in value:
        wanted = [(part, value["M"][part], tree[part]) for part in tree if part in value["M"]]
        kept = {part: pruned for part, inner, rest in wanted if (pruned := _prune(inner, rest)) is not None}
        return {"M": kept} if kept else None
    if "L" in value:
        positions = sorted(part for part in tree if isinstance(part, int) and part < len(value["L"]))
        elements = [pruned for at in positions if (pruned := _prune(value["L"][at], tree[at])) is not None]
        return {"L": elements} if elements else None
    return None
