"""The part of CloudWatch Logs Insights' query language that our queries use, on lines that are at hand."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from infra.log_queries import QUERIES

PAGE = Path(__file__).parent.parent / "docs" / "operations.md"
WRITTEN = re.compile(r"^([^\n]+)\n\n```insights\n(.*?)```", re.MULTILINE | re.DOTALL)
TOKEN = re.compile(
    r'\s*(?:(?P<text>"[^"]*")|(?P<span>\d+[smhd])|(?P<name>[@A-Za-z_][\w.@]*)|(?P<other><=|>=|!=|[^\s\w]|\d+))'
)
WORDS = frozenset({"and", "or", "not", "in", "as", "by", "asc", "desc"})
FUNCTIONS = frozenset({"ispresent", "strcontains", "count", "count_distinct", "sum", "pct", "max", "bin"})
COMMANDS = frozenset({"filter", "fields", "stats", "sort", "limit"})

Line = Mapping[str, Any]


class Absent:
    """A field that a line does not have: it is neither equal to, nor less or more than, anything."""

    def _no(self, _other: object) -> bool:
        return False

    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = _no
    __hash__ = None  # type: ignore[assignment]  # what equals nothing can be no key


class Query(NamedTuple):
    """A query: what it is called, and its commands in order."""

    title: str
    commands: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, title: str, lines: Iterable[str]) -> "Query":
        commands = [line.removeprefix("| ").partition(" ") for line in lines]
        assert {command for command, _, _ in commands} <= COMMANDS, title
        return cls(title, tuple((command, rest) for command, _, rest in commands))

    def fields(self) -> set[str]:
        """The fields of lines that the query names; not those that it makes itself."""
        named: set[str] = set()
        made: set[str] = set()
        for command, rest in self.commands:
            if command == "limit":
                continue
            before = ""
            for kind, token in _tokens(rest):
                if kind == "name" and before == "as":
                    made.add(token)
                elif kind == "name" and token not in WORDS | FUNCTIONS | made:
                    named.add(token)
                before = token
        return named

    def matches(self, line: Line) -> bool:
        """Whether all its filters let a line pass."""
        return all(_holds(rest, line) for command, rest in self.commands if command == "filter")


def every() -> list[Query]:
    """The queries of the dashboard, and those of docs/operations.md by what is said before them."""
    written = WRITTEN.findall(PAGE.read_text("utf-8"))
    return [
        *(Query.of(query.title, query.lines) for query in QUERIES),
        *(Query.of(title, text.splitlines()) for title, text in written),
    ]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text.rstrip()):
        token = TOKEN.match(text, at)
        assert token is not None, text[at:]
        at = token.end()
        yield str(token.lastgroup), token[str(token.lastgroup)]


def _holds(expression: str, line: Line) -> bool:
    python = []
    for kind, token in _tokens(expression):
        if kind == "name" and token not in WORDS | FUNCTIONS:
            python.append(f"get({token!r})")
        else:
            python.append({"=": "=="}.get(token, token))
    names = {
        "__builtins__": {},
        "get": lambda name: found(line, name),
        "ispresent": lambda value: not isinstance(value, Absent),
    }
    return bool(eval(" ".join(python), names))  # the queries are our own


def found(line: Line, name: str) -> Any:
    """A field by its name, `record.status` and `findings.0` within others."""
    value: Any = line
    for part in name.split("."):
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, Mapping) and part in value:
            value = value[part]
        else:
            return Absent()
    return value
