"""docs/requirements.md says what the tests show, and what matters most is shown end to end."""

from pathlib import Path

import pytest

from tests.requirements import (
    SHEETS,
    TABLE,
    Row,
    Shown,
    all_rows,
    marks,
    not_shown_end_to_end,
    page,
    rows,
    status,
    unknown,
)

MARKED = """
import pytest
from hypothesis.stateful import RuleBasedStateMachine

pytestmark = pytest.mark.requirement("M16-001")

@pytest.mark.requirement("M16-002", "M16-003")
def test_plain() -> None: ...

@pytest.mark.parametrize("tag", [pytest.param("x", marks=pytest.mark.requirement("M16-004")), "y"])
async def test_with_parameters(tag: str) -> None: ...

class TestGroup:
    @pytest.mark.requirement("M16-005")
    def test_inside(self) -> None: ...

@pytest.mark.requirement("M16-006")
class Books(RuleBasedStateMachine): ...

@pytest.mark.skip
@pytest.mark.requirement("M16-007")
def test_that_never_runs() -> None: ...
"""

MISPLACED = """
import pytest

ROW = "M16-001"
CASES = [pytest.param("x", marks=pytest.mark.requirement("M16-002"))]

@pytest.mark.requirement(ROW)
def test_not_spelled_out() -> None: ...

@pytest.mark.requirement()
def test_without_a_row() -> None: ...

@pytest.mark.requirement("M16-003")
def helper() -> None: ...
"""


def a_row(id: str = "M16-001", **fields: object) -> Row:
    return Row(**{"id": id, "priority": "must", "begins": "station", "situation": "s", "expected": "e", **fields})  # type: ignore[arg-type]  # fields of a test, by name


@pytest.mark.parametrize(("sheet", "prefix", "count"), [(0, "M16", 127), (1, "M20", 144), (2, "M21", 52)])
def test_every_row_of_the_matrices_is_there(sheet: int, prefix: str, count: int) -> None:
    assert [row.id for row in SHEETS[sheet].rows] == [f"{prefix}-{number:03}" for number in range(1, count + 1)]


def test_every_use_case_is_there() -> None:
    # 2.0.1 has 119; of the 58 numbers that 2.1 adds some stand for more than one.
    ids = [row.id for row in SHEETS[3].rows]
    assert ids == sorted(ids)
    assert len(ids) == 119 + 58


def test_the_tables_are_current() -> None:
    assert TABLE.read_text("utf-8") == page(marks().tests), "run: python -m tests.requirements"


def test_every_mark_counts() -> None:
    assert marks().faults == []


def test_every_id_in_a_mark_is_a_row() -> None:
    assert unknown(all_rows(), marks().tests) == {}


def test_no_row_is_called_done_without_a_test() -> None:
    shown = marks().tests
    lines = (line.split(" | ") for line in TABLE.read_text("utf-8").splitlines())
    done = [
        cells[0].removeprefix("| ").partition("<br>")[0] for cells in lines if cells[4:] and cells[4].startswith("done")
    ]
    assert done
    assert [id for id in done if not shown.get(id)] == []


def test_what_matters_most_and_begins_at_a_station_is_shown_end_to_end() -> None:
    missing = not_shown_end_to_end(all_rows(), marks().tests)
    assert not missing, f"no test under tests/end_to_end names {', '.join(missing)}"


def test_a_mark_counts_where_pytest_collects_it(tmp_path: Path) -> None:
    (tmp_path / "unit").mkdir()
    (tmp_path / "unit" / "test_marked.py").write_text(MARKED)
    read = marks(tmp_path)
    assert read.faults == []
    assert {id: [shown.test for shown in tests] for id, tests in read.tests.items()} == {
        "M16-001": [""],
        "M16-002": ["test_plain"],
        "M16-003": ["test_plain"],
        "M16-004": ["test_with_parameters"],
        "M16-005": ["TestGroup::test_inside"],
        "M16-006": ["Books"],
    }


def test_a_mark_that_counts_for_nothing_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "test_misplaced.py").write_text(MISPLACED)
    read = marks(tmp_path)
    assert read.tests == {}
    assert sorted(int(fault.split(":")[1]) for fault in read.faults) == [5, 7, 10, 13]


def test_end_to_end_tests_come_first(tmp_path: Path) -> None:
    for folder in ("unit", "end_to_end"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test_a.py").write_text('@pytest.mark.requirement("M16-001")\ndef test_it(): ...\n')
    assert [shown.file for shown in marks(tmp_path).tests["M16-001"]] == ["end_to_end/test_a.py", "unit/test_a.py"]


@pytest.mark.parametrize(
    ("row", "tests", "expected"),
    [
        (a_row(), [Shown("unit/test_a.py", "test_it")], "done"),
        (a_row(), [], "open"),
        (a_row(plan="scale"), [], "later: scale"),
        (a_row(plan="scale", partly=True), [], "open"),
        (a_row(plan="scale", partly=True), [Shown("unit/test_a.py", "test_it")], "done in part"),
    ],
)
def test_the_status_follows_from_the_tests(row: Row, tests: list[Shown], expected: str) -> None:
    assert status(row, tests) == expected


def test_only_what_is_due_must_be_shown_end_to_end() -> None:
    found = [
        a_row("M16-001"),
        a_row("M16-002", priority="should"),
        a_row("M16-003", begins="operator"),
        a_row("M16-004", plan="platform"),
        a_row("M16-005", plan="scale", partly=True),
        a_row("M16-006"),
    ]
    tests = {"M16-001": [Shown("end_to_end/test_a.py", "t")], "M16-006": [Shown("unit/test_a.py", "t")]}
    assert not_shown_end_to_end(found, tests) == ["M16-005", "M16-006"]


@pytest.mark.parametrize(
    "fields",
    [
        'priority = "maybe"\nbegins = "station"',
        'priority = "must"\nbegins = "station"\nplan = "someday"',
        'priority = "must"\nbegins = "station"\npartly = true',
        'priority = "must"\nbegins = "station"\nplan = "platform"',
    ],
)
def test_a_row_out_of_form_is_refused(fields: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.toml"
    file.write_text(f'[[row]]\nid = "M16-001"\nsituation = "s"\nexpected = "e"\n{fields}\n')
    with pytest.raises(ValueError, match="M16-001"):
        rows(file)
