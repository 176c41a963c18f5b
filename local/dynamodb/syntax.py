"""The syntax trees of DynamoDB's expressions."""

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

Tree = TypeVar("Tree")


class Path(NamedTuple):
    """A document path: attribute names (or `#name` placeholders) and list positions."""

    parts: tuple[str | int, ...]


class Value(NamedTuple):
    """A `:value` placeholder."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments: `size(path)`, `if_not_exists(path, operand)`, `begins_with(path, operand)` …"""

    function: str
    arguments: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`operand + operand` or `operand - operand`, in SET only."""

    operator: str
    left: "Operand"
    right: "Operand"


Operand = Path | Value | Call | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`, with the operators =, <>, <, <=, > and >=."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """`operand BETWEEN low AND high`, both bounds included."""

    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class Membership:
    """`operand IN (option, …)`."""

    operand: Operand
    options: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`NOT condition`."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by AND or by OR."""

    every: bool
    conditions: tuple["Condition", ...]


Condition = Comparison | Between | Membership | Not | Junction | Call


@dataclass(frozen=True, slots=True)
class Action:
    """One action of an update: `SET path = operand`, `REMOVE path`, `ADD path operand` or `DELETE path operand`."""

    verb: str
    path: Path
    operand: Operand | None = None


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Tree]):
    """A syntax tree and the placeholders that its text mentions."""

    tree: Tree
    names: frozenset[str]
    values: frozenset[str]
