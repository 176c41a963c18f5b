"""The proof: whatever the console can ask the API to change, a browser has asked for, and the API has granted it."""

import os
import re
from pathlib import Path

from tests.end_to_end.console import granted
from tests.proof.test_suite import RECORDED, pytestmark  # noqa: F401  # pytest looks for the mark in this module

WEB = Path(__file__).parents[2] / "web" / "src"
CHANGE = re.compile(r'\bapi\s*\.(POST|PUT|PATCH|DELETE)\(\s*"([^"]+)"')
CHANGES = sorted(
    {f"{method} {path}" for file in WEB.rglob("*.ts*") for method, path in CHANGE.findall(file.read_text("utf-8"))}
)


def test_every_change_that_the_console_can_ask_for_was_granted() -> None:
    seen = granted.read(Path(os.environ[RECORDED]))
    assert CHANGES
    assert [change for change in CHANGES if not any(map(_address(change).fullmatch, seen))] == []


def _address(change: str) -> re.Pattern[str]:
    method, path = change.split(" ")
    return re.compile(f"{method} /api/v1{re.sub(r'{[^}]+}', '[^/]+', path)}")
