"""The tables of requirements: the rows of docs/requirements/*.toml, and beside each the tests that show it.

A test names its rows: `@pytest.mark.requirement("M16-044", "M16-046")`. What is done is read from those marks, in the
syntax trees of the test files, so that no row can be called done by hand.

    python -m tests.requirements             write docs/requirements.md
    python -m tests.requirements --check     only say whether it is current, with exit status 1 if not
"""

import argparse
import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, get_args

ROOT = Path(__file__).parent.parent
ROWS = ROOT / "docs" / "requirements"
TABLE = ROOT / "docs" / "requirements.md"
TESTS = ROOT / "tests"

Priority = Literal["must", "should", "beyond"]
PRIORITIES: tuple[str, ...] = get_args(Priority)

PLANS: Mapping[str, str] = {
    "workflows": "later: firmware and diagnostics",
    "certificates": "later: certificates",
    "tariffs": "later: tariffs",
    "scale": "later: scale",
    "platform": "platform",
    "station": "the station's own",
}
"""What is not done, or not whole, and the words for where it stands."""

KINDS = ("end_to_end", "integration", "contract", "infra", "unit", "architecture")
"""Folders of tests, the most convincing first."""


class Row(NamedTuple):
    """One requirement. `plan` and `partly` say what of it is not for now; the head of a data file explains them."""

    id: str
    priority: Priority
    begins: Literal["station", "operator"]
    situation: str
    expected: str
    octt: tuple[str, ...] = ()
    plan: str = ""
    partly: bool = False
    note: str = ""

    @property
    def due(self) -> bool:
        """Whether the row, or a part of it, is to be shown by a test now."""
        return not self.plan or self.partly


class Sheet(NamedTuple):
    """One file of rows, which is one table of the page."""

    name: str
    title: str
    about: str

    @property
    def rows(self) -> "list[Row]":
        return rows(ROWS / f"{self.name}.toml")


SHEETS = (
    Sheet("ocpp_16", "OCPP 1.6", "By JSON over WebSocket, with the security extension."),
    Sheet("ocpp_201", "OCPP 2.0.1", "What is asked of a station of 2.0.1 holds for one of 2.1, too."),
    Sheet("ocpp_21", "OCPP 2.1", "What 2.1 adds and changes."),
    Sheet(
        "use_cases",
        "Use cases of OCPP 2.0.1 and 2.1",
        "By the numbers of the standard's part 2: what the central system has to do in each, in short.",
    ),
)


class Shown(NamedTuple):
    """A test that shows a row: its file below tests/, and its name (empty: the whole file)."""

    file: str
    test: str

    @property
    def order(self) -> tuple[int, str, str]:
        folder = self.file.partition("/")[0]
        return (KINDS.index(folder) if folder in KINDS else len(KINDS), *self)

    def __str__(self) -> str:
        return f"{self.file}::{self.test}" if self.test else self.file


class Marks(NamedTuple):
    """The marks of all tests: the tests of each row, and what is wrong with marks that count for nothing."""

    tests: dict[str, list[Shown]]
    faults: list[str]


def rows(path: Path) -> list[Row]:
    """The rows of a data file, in its order. Raises TypeError or ValueError for one that is not in form."""
    found = [Row(**fields) for fields in tomllib.loads(path.read_text("utf-8"))["row"]]
    for row in found:
        if row.priority not in PRIORITIES or row.begins not in ("station", "operator"):
            raise ValueError(f"{row.id}: priority {row.priority!r}, begins {row.begins!r}")
        if (row.plan and row.plan not in PLANS) or (row.partly and not row.plan):
            raise ValueError(f"{row.id}: plan {row.plan!r}, partly {row.partly}")
        if (row.partly or row.plan == "platform") and not row.note:
            raise ValueError(f"{row.id}: a note must say what holds")
    if len({row.id for row in found}) != len(found):
        raise ValueError("an id stands twice")
    return found


def all_rows() -> list[Row]:
    return [row for sheet in SHEETS for row in sheet.rows]


def marks(folder: Path = TESTS) -> Marks:
    """All requirement marks in the test files below a folder."""
    read = Marks({}, [])
    for path in sorted(folder.rglob("test_*.py")):
        _Reader(path, path.relative_to(folder).as_posix(), read).read()
    for tests in read.tests.values():
        tests.sort(key=lambda shown: shown.order)
    return read


class _Reader:
    """Reads the marks of one file: on functions, on classes, in `pytestmark`, and in the parameters of a function."""

    def __init__(self, path: Path, file: str, into: Marks) -> None:
        self.file = file
        self.into = into
        self.module = ast.parse(path.read_text("utf-8"), filename=str(path))
        self.placed: set[ast.Call] = set()

    def read(self) -> None:
        for statement in self.module.body:
            if isinstance(statement, ast.Assign) and "pytestmark" in map(ast.unparse, statement.targets):
                self._show("", [statement.value])
        self._tests(self.module.body, "")
        for call in _marks_in([self.module]):
            if call not in self.placed:
                self._fault(call, "is on nothing that pytest collects")

    def _tests(self, body: Sequence[ast.stmt], owner: str) -> None:
        for statement in body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name.startswith("test_"):
                self._show(owner + statement.name, statement.decorator_list)
            elif isinstance(statement, ast.ClassDef) and _is_collected(statement):
                self._show(owner + statement.name, statement.decorator_list)
                self._tests(statement.body, f"{owner}{statement.name}::")

    def _show(self, test: str, decorators: Sequence[ast.expr]) -> None:
        runs = not any(re.match(r"pytest\.mark\.(skip|xfail)\b", ast.unparse(decorator)) for decorator in decorators)
        for call in _marks_in(decorators):
            self.placed.add(call)
            if not call.args or call.keywords:
                self._fault(call, "names no row")
            for argument in call.args:
                if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                    self._fault(call, "does not spell out its row")
                elif runs:
                    shown = self.into.tests.setdefault(argument.value, [])
                    shown += [Shown(self.file, test)] if Shown(self.file, test) not in shown else []

    def _fault(self, call: ast.Call, problem: str) -> None:
        self.into.faults.append(f"tests/{self.file}:{call.lineno}: {ast.unparse(call)} {problem}")


def _marks_in(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.requirement"):
                yield node


def _is_collected(statement: ast.ClassDef) -> bool:
    bases = [ast.unparse(base) for base in statement.bases]
    return statement.name.startswith("Test") or any(base.endswith("StateMachine") for base in bases)


def status(row: Row, tests: Sequence[Shown]) -> str:
    """Where a row stands, in the words of the table."""
    if tests:
        return "done in part" if row.plan else "done"
    return "open" if row.due else PLANS[row.plan]


def page(tests: Mapping[str, Sequence[Shown]]) -> str:
    """The page docs/requirements.md."""
    return "\n".join([HEAD, *(line for sheet in SHEETS for line in section(sheet, tests))]) + "\n"


def section(sheet: Sheet, tests: Mapping[str, Sequence[Shown]]) -> list[str]:
    """A table with its heading and its sums."""
    found = sheet.rows
    return [
        f"## {sheet.title}",
        "",
        sheet.about,
        "",
        *_summary(found, tests),
        "",
        f"| {' | '.join(COLUMNS)} |",
        f"|{'---|' * len(COLUMNS)}",
        *(_line(row, tests.get(row.id, ())) for row in found),
        "",
    ]


HEAD = """\
# Requirements of OCPP

<!-- Written by `python -m tests.requirements` from docs/requirements/ and the marks of the tests; do not edit. -->

What a central system has to do for stations that speak OCPP, one row per check. A row is done when what comes back to
the station is right and what must be kept is found through the operator API afterwards.

* **Priority.** *must*: needed for safe operation, or tested for the Core and Advanced Security profiles. *should*:
  optional profiles, and what every serious system has. *beyond*: rare, new, or more than the tests ask for.
* **Status.** *done* and *done in part* follow from tests that name the row, which are linked; *open* has no test yet.
  *later* waits for a part of the system that does not exist yet. *platform* is for API Gateway or CloudFront to do, or
  a limit of theirs; of what is *the station's own* a central system sees nothing. Beside them stands what holds now.
* **TC_…** are the compliance test cases of the Open Charge Alliance (OCTT) that look at the same thing.
* **CALL**, **CALLRESULT** and **CALLERROR** are OCPP's request, answer and refusal; a *finding* is a deviation from the
  standard that we repaired and counted; other words are in [words.md](words.md).
"""

COLUMNS = (
    "Row",
    "Priority",
    "The station sends, or the situation",
    "What must come back, and be kept",
    "Status",
    "Shown by",
)


def _summary(found: Sequence[Row], tests: Mapping[str, Sequence[Shown]]) -> Iterator[str]:
    counted: Counter[tuple[str, str]] = Counter((status(row, tests.get(row.id, ())), row.priority) for row in found)
    yield f"| Status | {' | '.join(PRIORITIES)} | all |"
    yield "|---|--:|--:|--:|--:|"
    for words in ("done", "done in part", "open", *PLANS.values()):
        numbers = [counted[words, priority] for priority in PRIORITIES]
        if any(numbers):
            yield f"| {words} | {' | '.join(map(str, numbers))} | {sum(numbers)} |"


def _line(row: Row, tests: Sequence[Shown]) -> str:
    links = "<br>".join(f"[{shown}](../tests/{shown.file})" for shown in tests)
    standing = status(row, tests)
    if standing == "done in part" and row.plan != "platform":
        standing += f"; the rest {PLANS[row.plan]}"
    cells = (
        "<br>".join((row.id, *row.octt)),
        row.priority,
        row.situation,
        row.expected,
        f"{standing}. {row.note}" if row.note else standing,
        links,
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def unknown(found: Sequence[Row], tests: Mapping[str, Sequence[Shown]]) -> dict[str, list[str]]:
    """Ids in marks that no row has, and where they stand."""
    known = {row.id for row in found}
    return {id: [str(shown) for shown in shown_by] for id, shown_by in tests.items() if id not in known}


def not_shown_end_to_end(found: Sequence[Row], tests: Mapping[str, Sequence[Shown]]) -> list[str]:
    """Ids of rows that matter most, begin at a station and are due, but have no end-to-end test."""
    return [
        row.id
        for row in found
        if row.priority == "must" and row.begins == "station" and row.due
        if not any(shown.file.startswith("end_to_end/") for shown in tests.get(row.id, ()))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write docs/requirements.md from its rows and the marks of the tests.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with status 1 if it is not current")
    check = parser.parse_args(arguments).check

    read = marks()
    for fault in read.faults:
        print(fault, file=sys.stderr)
    written = page(read.tests)
    if not check:
        TABLE.write_text(written, encoding="utf-8")
    elif not TABLE.exists() or TABLE.read_text("utf-8") != written:
        print("docs/requirements.md is not current; `python -m tests.requirements` puts it right", file=sys.stderr)
        return 1
    return 1 if read.faults else 0


if __name__ == "__main__":
    sys.exit(main())
