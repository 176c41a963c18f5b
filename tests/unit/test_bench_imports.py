"""The measurement of imports: what is measured, and that it is done."""

import json
import sys
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from bench import imports
from bench.fresh import Cost, fresh_processes, medians
from shared.catalog import FROM_STATION
from shared.resources import RESOURCES


def test_every_function_is_measured() -> None:
    names = imports.functions()
    assert {f"actions.{action.module}" for action in FROM_STATION} <= set(names)
    assert {f"api.{resource.name}" for resource in RESOURCES} <= set(names)
    assert {"connection.authorizer", "connection.connect", "stream.publish_events"} <= set(names)
    assert not any("__init__" in name for name in names)


def test_what_a_station_waits_for_has_a_ceiling() -> None:
    assert imports.ceiling("actions.heartbeat") == 0.5
    assert imports.ceiling("actions.start_transaction") == 1.1
    assert imports.ceiling("api.stations") is None


def test_a_fresh_process_tells_what_a_statement_costs_and_brings() -> None:
    with fresh_processes() as fresh:
        nothing, something = fresh.run("pass"), fresh.run("import rich, sqlite3; sum(range(3_000_000))")
        assert nothing.cpu_ms < something.cpu_ms
        assert "rich" in something.packages - nothing.packages
        assert not {"sqlite3", "sys"} & something.packages
        with pytest.raises(CalledProcessError):
            fresh.run("raise SystemExit(3)")


def test_medians_are_of_the_rounds_that_ran_a_statement() -> None:
    def cost(cpu_ms: float) -> Cost:
        return Cost(cpu_ms, 0, frozenset())

    rounds = [{"a": cost(1), "b": cost(5)}, {"a": cost(9)}, {"a": cost(2)}]
    assert medians(rounds) == {"a": 2, "b": 5}


def test_the_program_measures_what_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imports.main(["connection.default", "--rounds", "1", "--json", str(tmp_path / "imports.json")])
    measured = json.loads((tmp_path / "imports.json").read_text())["statements"]
    assert set(measured) == {imports.BASELINE_NAME, "connection.default"}
    assert measured["connection.default"]["packages"]
    assert not set(measured["connection.default"]["packages"]) & sys.stdlib_module_names
    assert "connection.default" in capsys.readouterr().out
