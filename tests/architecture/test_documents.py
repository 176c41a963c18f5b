"""What the documents and the code refer to is there."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import EVERYTHING, ROOT, name, python_files

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ADRS = ROOT / "docs" / "adr"
LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#[^)\s]*)?\)")
MENTION = re.compile(r"\bdocs/[\w/-]+\.md\b")
OTHER_SOURCES = ("Makefile", "pyproject.toml", ".pre-commit-config.yaml", "infra/edge/station_identity.js")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_link_leads_to_a_file(page: Path) -> None:
    paths = [link["path"] for link in LINK.finditer(page.read_text("utf-8"))]
    assert [path for path in paths if path and not (page.parent / path).exists()] == []


def test_a_page_that_is_named_exists() -> None:
    files = [*python_files(*EVERYTHING), *PAGES, *(ROOT / path for path in OTHER_SOURCES)]
    missing = [
        f"{name(file)}: {page}"
        for file in files
        for page in sorted(set(MENTION.findall(file.read_text("utf-8"))))
        if not (ROOT / page).exists()
    ]
    assert missing == []


def test_a_decision_has_a_number_of_its_own_and_a_line_in_the_index() -> None:
    pages = sorted(page.name for page in ADRS.glob("[0-9]*.md"))
    numbers = [page[:4] for page in pages]
    assert numbers == sorted(set(numbers))
    index = (ADRS / "README.md").read_text("utf-8")
    assert [page for page in pages if f"({page})" not in index] == []
