"""The project's own Python, read as text and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PRODUCTION = ("functions", "infra", "shared")
EVERYTHING = (*PRODUCTION, "bench", "local", "tests")
GENERATED = tuple(ROOT / "shared" / "ocpp" / package for package in ("v16", "v201", "v21"))


@cache
def python_files(*packages: str) -> tuple[Path, ...]:
    """The modules of these packages that somebody wrote by hand."""
    found = (path for package in packages for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(path for path in found if not any(path.is_relative_to(folder) for folder in GENERATED))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def name(path: Path) -> str:
    """The path of a file as people write it: `shared/store/keys.py`."""
    return path.relative_to(ROOT).as_posix()


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every string in a module, docstrings and the fixed parts of f-strings among them, with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def identifiers(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that a module defines or uses, with its line."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word) | ast.keyword(arg=str(word)):
                yield node.lineno, word
            case ast.FunctionDef(name=word) | ast.AsyncFunctionDef(name=word) | ast.ClassDef(name=word):
                yield node.lineno, word
            case ast.alias(name=word):
                yield node.lineno, word
            case _:
                pass
