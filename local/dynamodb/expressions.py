"""DynamoDB's expression language: condition, filter, key condition, projection and update expressions, parsed.

A tree depends on the text alone, so it is parsed once and kept; names (`#n`) and values (`:v`) are filled in when the
tree is evaluated. Texts that the service refuses, reserved words among them, are refused here with its words.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from local.dynamodb.errors import invalid
from local.dynamodb.syntax import (
    Action,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Condition,
    Junction,
    Membership,
    Not,
    Operand,
    Parsed,
    Path,
    Value,
)

_T = TypeVar("_T")

_TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<name>#[A-Za-z0-9_-]+)|(?P<value>:[A-Za-z0-9_-]+)"
    r"|(?P<number>[0-9]+)|(?P<sign><>|<=|>=|[=<>+\-(),.\[\]]))"
)
_COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_TESTS = {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2}
_SET_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}
_VERBS = ("SET", "REMOVE", "ADD", "DELETE")
_RESERVED = frozenset(ReservedKeywords.get_reserved_keywords())


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


class _Parser:
    """Recursive descent over the tokens of one expression; `what` is its name in error messages."""

    def __init__(self, text: str, what: str) -> None:
        self.text = text
        self.what = what
        self.tokens = list(self._scan())
        self.position = 0
        self.names: set[str] = set()
        self.values: set[str] = set()

    def _scan(self) -> Iterator[_Token]:
        at = 0
        end = len(self.text.rstrip())
        if not end:
            raise invalid(f"Invalid {self.what}: The expression can not be empty;")
        while at < end:
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise self._syntax_error(self.text[at:].split()[0], at)
            kind = str(match.lastgroup)
            yield _Token(kind, match[kind], match.start(kind))
            at = match.end()

    # ------------------------------------------------------------------ tokens

    def _syntax_error(self, token: str, at: int) -> Exception:
        near = self.text[max(0, at - 12) : at + 12].strip()
        return invalid(f'Invalid {self.what}: Syntax error; token: "{token}", near: "{near}"')

    def fail(self) -> Exception:
        if self.position >= len(self.tokens):
            return self._syntax_error("<EOF>", len(self.text))
        token = self.tokens[self.position]
        return self._syntax_error(token.text, token.start)

    def peek(self) -> str:
        return self.tokens[self.position].text if self.position < len(self.tokens) else ""

    def take(self, text: str) -> bool:
        """Step over the next token if it is this sign or, in any case of letters, this word."""
        if self.peek().upper() != text.upper():
            return False
        self.position += 1
        return True

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.fail()

    def finish(self) -> None:
        if self.position < len(self.tokens):
            raise self.fail()

    def comma_separated(self, one: Callable[[], _T]) -> tuple[_T, ...]:
        found = [one()]
        while self.take(","):
            found.append(one())
        return tuple(found)

    # ------------------------------------------------------------------ operands

    def path(self) -> Path:
        parts: list[str | int] = [self._attribute()]
        while True:
            if self.take("."):
                parts.append(self._attribute())
            elif self.take("["):
                if not self.peek().isdigit():
                    raise self.fail()
                parts.append(int(self.peek()))
                self.position += 1
                self.expect("]")
            else:
                return Path(tuple(parts))

    def _attribute(self) -> str:
        if self.position >= len(self.tokens):
            raise self.fail()
        token = self.tokens[self.position]
        if token.kind == "name":
            self.names.add(token.text)
        elif token.kind != "word":
            raise self.fail()
        elif token.text.upper() in _RESERVED:
            raise invalid(f"Invalid {self.what}: Attribute name is a reserved keyword; reserved keyword: {token.text}")
        self.position += 1
        return token.text

    def operand(self, functions: dict[str, int]) -> Operand:
        if self.position >= len(self.tokens):
            raise self.fail()
        token = self.tokens[self.position]
        if token.kind == "value":
            self.values.add(token.text)
            self.position += 1
            return Value(token.text)
        if token.kind == "word" and self._is_call():
            return self.call(functions)
        return self.path()

    def _is_call(self) -> bool:
        following = self.position + 1
        return following < len(self.tokens) and self.tokens[following].text == "("

    def call(self, functions: dict[str, int]) -> Call:
        function = self.peek()
        if function not in functions:
            raise invalid(f"Invalid {self.what}: Invalid function name; function: {function}")
        self.position += 1
        self.expect("(")
        arguments = self.comma_separated(lambda: self.operand(_SET_FUNCTIONS if function in _SET_FUNCTIONS else {}))
        self.expect(")")
        if len(arguments) != functions[function]:
            raise invalid(
                f"Invalid {self.what}: Incorrect number of operands for operator or function; "
                f"operator or function: {function}, number of operands: {len(arguments)}"
            )
        if function != "list_append" and not isinstance(arguments[0], Path):
            raise invalid(
                f"Invalid {self.what}: Operator or function requires a document path; operator or function: {function}"
            )
        return Call(function, arguments)

    # ------------------------------------------------------------------ conditions

    def condition(self) -> Condition:
        return self._junction(False, "OR", lambda: self._junction(True, "AND", self._negatable))

    def _junction(self, every: bool, word: str, one: Callable[[], Condition]) -> Condition:
        conditions = [one()]
        while self.take(word):
            conditions.append(one())
        return conditions[0] if len(conditions) == 1 else Junction(every, tuple(conditions))

    def _negatable(self) -> Condition:
        if self.take("NOT"):
            return Not(self._negatable())
        if self.take("("):
            if self.peek() == "(" and self._closes_twice():
                raise invalid(f"Invalid {self.what}: The expression has redundant parentheses;")
            inside = self.condition()
            self.expect(")")
            return inside
        return self._test()

    def _closes_twice(self) -> bool:
        """Whether the parenthesis at the next token closes right before the one just taken does."""
        depth = 0
        for index in range(self.position, len(self.tokens)):
            text = self.tokens[index].text
            depth += (text == "(") - (text == ")")
            if depth == 0:
                return index + 1 < len(self.tokens) and self.tokens[index + 1].text == ")"
        return False

    def _test(self) -> Condition:
        if self.peek() in _TESTS and self._is_call():
            return self.call(_TESTS)
        left = self.operand({"size": 1})
        operator = self.peek()
        if operator in _COMPARATORS:
            self.position += 1
            return Comparison(operator, left, self.operand({"size": 1}))
        if self.take("BETWEEN"):
            low = self.operand({"size": 1})
            self.expect("AND")
            return Between(left, low, self.operand({"size": 1}))
        if self.take("IN"):
            self.expect("(")
            options = self.comma_separated(lambda: self.operand({"size": 1}))
            self.expect(")")
            return Membership(left, options)
        raise self.fail()

    # ------------------------------------------------------------------ updates

    def update(self) -> tuple[Action, ...]:
        actions: list[Action] = []
        seen: set[str] = set()
        while self.position < len(self.tokens):
            verb = self.peek().upper()
            if verb not in _VERBS:
                raise self.fail()
            if verb in seen:
                raise invalid(
                    f'Invalid {self.what}: The "{verb}" section can only be used once in an update expression;'
                )
            seen.add(verb)
            self.position += 1
            actions += self.comma_separated(partial(self._action, verb))
        return tuple(actions)

    def _action(self, verb: str) -> Action:
        path = self.path()
        if verb == "REMOVE":
            return Action(verb, path)
        if verb == "SET":
            self.expect("=")
            return Action(verb, path, self._assigned())
        operand = self.operand({})
        if not isinstance(operand, Value):
            raise self.fail()
        return Action(verb, path, operand)

    def _assigned(self) -> Operand:
        if self.take("("):
            inside = self._assigned()
            self.expect(")")
            return inside
        left = self.operand(_SET_FUNCTIONS)
        for operator in ("+", "-"):
            if self.take(operator):
                return Arithmetic(operator, left, self.operand(_SET_FUNCTIONS))
        return left


@lru_cache(maxsize=2048)
def parse_condition(text: str, what: str = "ConditionExpression") -> Parsed[Condition]:
    """The tree of a ConditionExpression, FilterExpression or KeyConditionExpression."""
    parser = _Parser(text, what)
    tree = parser.condition()
    parser.finish()
    return Parsed(tree, frozenset(parser.names), frozenset(parser.values))


@lru_cache(maxsize=2048)
def parse_update(text: str) -> Parsed[tuple[Action, ...]]:
    """The actions of an UpdateExpression in the order of its text."""
    parser = _Parser(text, "UpdateExpression")
    tree = parser.update()
    return Parsed(tree, frozenset(parser.names), frozenset(parser.values))


@lru_cache(maxsize=2048)
def parse_projection(text: str) -> Parsed[tuple[Path, ...]]:
    """The paths of a ProjectionExpression."""
    parser = _Parser(text, "ProjectionExpression")
    tree = parser.comma_separated(parser.path)
    parser.finish()
    return Parsed(tree, frozenset(parser.names), frozenset(parser.values))
