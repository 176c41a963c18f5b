"""The version that the system tells of itself."""

import tomllib
from pathlib import Path

from shared.version import VERSION


def test_it_is_that_of_the_project() -> None:
    project = Path(__file__).parent.parent.parent / "pyproject.toml"
    assert tomllib.loads(project.read_text("utf-8"))["project"]["version"] == VERSION
