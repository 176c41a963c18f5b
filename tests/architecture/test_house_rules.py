"""House rules that neither the linters nor the type checker know."""

import ast
import importlib
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.catalog import ENTITIES, FROM_STATION, Action
from shared.resources import RESOURCES
from tests.architecture.sources import EVERYTHING, PRODUCTION, identifiers, name, python_files, texts, tree

MAX_LINES = 350
"""A longer module has more than one concern."""
MAY_BE_LONGER = {"shared/store/keys.py": 850, "shared/catalog.py": 500, "shared/resources.py": 500}
"""What is a table, and stands in one place: the keys, the actions, the resources of the API."""

DEVELOPERS_TOOLS = {"shared/ocpp/generate.py"}
"""Run by people at a terminal and left out of the package."""

KEY = re.compile(rf"\b({'|'.join(ENTITIES)})#")

WORDS_OF_1_6 = re.compile(r"(parent_?)?id_?tag(_?info)?s?|charge_?point\w*|list_?version|connectorId", re.IGNORECASE)
"""What 2.0.1, whose vocabulary is ours, calls differently: id token, group, station. (Its connectorId is
connector_id here; in camel case it is the wire's.)"""
SPEAKS_1_6 = ("shared/ocpp/", "functions/actions/", "functions/commands/")
"""The wire, and the functions per version that translate."""

SUPPRESSION = re.compile(r"#\s*(noqa(:[\sA-Z0-9,]+)?|type:\s*ignore(\[[\w, -]+\])?)\s*")
"""One that ends with the codes it silences."""


def modules(folder: str) -> set[str]:
    return {path.stem for path in python_files(folder)} - {"__init__"}


def comments(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_every_action_of_a_station_has_its_file_and_every_file_its_row() -> None:
    assert modules("functions/actions") == {action.module for action in FROM_STATION}


@pytest.mark.parametrize("action", FROM_STATION, ids=lambda action: action.name)
def test_an_action_is_handled_in_the_versions_of_its_row(action: Action) -> None:
    handler = importlib.import_module(f"functions.actions.{action.module}").handler
    assert handler.name == action.name
    assert set(handler.versions) == set(action.versions)


def test_every_resource_of_the_api_has_its_file_and_every_file_its_row() -> None:
    assert modules("functions/api") == {resource.name for resource in RESOURCES}


def test_only_one_module_spells_keys() -> None:
    found = [
        f"{name(path)}:{line}: {text[:60]!r}"
        for path in python_files(*PRODUCTION, "local")
        if name(path) != "shared/store/keys.py"
        for line, text in texts(path)
        if KEY.search(text)
    ]
    assert not found


def test_words_of_1_6_stay_where_1_6_is_spoken() -> None:
    found = [
        f"{name(path)}:{line}: {word}"
        for path in python_files(*PRODUCTION)
        if not name(path).startswith(SPEAKS_1_6)
        for line, word in (*identifiers(path), *texts(path))
        if WORDS_OF_1_6.fullmatch(word)
    ]
    assert not found


def test_a_module_is_short() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in python_files(*EVERYTHING)}
    assert not {path: lines for path, lines in lengths.items() if lines > MAY_BE_LONGER.get(path, MAX_LINES)}


def test_a_module_says_what_it_is() -> None:
    silent = [
        name(path)
        for path in python_files(*PRODUCTION, "bench", "local")
        if path.stat().st_size and not ast.get_docstring(tree(path))
    ]
    assert not silent


def test_functions_log_instead_of_printing() -> None:
    found = [
        f"{name(path)}:{node.lineno}"
        for path in python_files("functions", "shared")
        if name(path) not in DEVELOPERS_TOOLS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not found


def test_whoever_silences_a_check_says_why() -> None:
    found = [
        f"{name(path)}:{line}: {comment}"
        for path in python_files(*EVERYTHING)
        for line, comment in comments(path)
        if SUPPRESSION.fullmatch(comment)
    ]
    assert not found


def test_nothing_is_left_for_later_in_a_comment() -> None:
    found = [
        f"{name(path)}:{line}: {comment}"
        for path in python_files(*EVERYTHING)
        for line, comment in comments(path)
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", comment)
    ]
    assert not found
