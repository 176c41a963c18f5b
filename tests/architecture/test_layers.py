"""Who may know whom: the contracts of import-linter in pyproject.toml, and what they cannot say."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name, python_files, tree

STANDARD_LIBRARY_ONLY = [
    *python_files("shared/domain"),
    *(ROOT / path for path in ("shared/catalog.py", "shared/naming.py", "shared/settings.py", "shared/ocpp/words.py")),
]
"""What is true of charging, and what the lightest functions and infra stand on."""


def imports(path: Path) -> Iterator[str]:
    """The modules that a module imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "imports are absolute"
            yield node.module


def test_the_contracts_are_kept() -> None:
    # In a process of its own: import-linter turns every logger off that it finds.
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter], check=False, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_the_command_line_knows_only_itself() -> None:
    files = python_files("local/cli")
    foreign = [
        f"{name(path)}: {module}"
        for path in files
        for module in imports(path)
        if f"{module}.".startswith("local.") and not f"{module}.".startswith("local.cli.")
    ]
    assert files
    assert not foreign


@pytest.mark.parametrize("path", STANDARD_LIBRARY_ONLY, ids=name)
def test_the_domain_needs_nothing_but_the_standard_library(path: Path) -> None:
    foreign = {
        module for module in imports(path) if module.partition(".")[0] not in {*sys.stdlib_module_names, "shared"}
    }
    assert not foreign
