"""The measurement of imports: what is measured, and that it is done."""

import json
import sys
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from bench import imports, imports_page
from bench.fresh import Cost, fresh_processes, least
from shared.catalog import FROM_STATION
from shared.resources import RESOURCES


def test_every_function_is_measured() -> None:
    names = imports.functions()
    assert {f"actions.{action.module}" for action in FROM_STATION} <= set(names)
    assert {f"api.{resource.name}" for resource in RESOURCES} <= set(names)
    assert {"connection.authorizer", "connection.connect", "stream.publish_events"} <= set(names)
    assert not any("__init__" in name for name in names)


def test_what_a_station_waits_for_has_a_ceiling() -> None:
    assert imports.ceiling("actions.heartbeat") == 0.35
    assert imports.ceiling("actions.transaction_event") == 0.65
    assert imports.ceiling("actions.start_transaction") == 0.75
    assert imports.ceiling("connection.connect") is not None
    assert imports.ceiling("api.stations") is None


def test_a_fresh_process_tells_what_a_statement_costs_and_brings() -> None:
    with fresh_processes() as fresh:
        nothing, something = fresh.run("pass"), fresh.run("import rich, sqlite3; sum(range(3_000_000))")
        assert nothing.cpu_ms < something.cpu_ms
        assert "rich" in something.packages - nothing.packages
        assert not {"sqlite3", "sys"} & something.packages
        with pytest.raises(CalledProcessError):
            fresh.run("raise SystemExit(3)")


def test_the_least_is_of_the_rounds_that_ran_a_statement() -> None:
    def cost(cpu_ms: float) -> Cost:
        return Cost(cpu_ms, 0, frozenset())

    rounds = [{"a": cost(1), "b": cost(5)}, {"a": cost(9)}, {"a": cost(2)}]
    assert least(rounds) == {"a": 1, "b": 5}


def test_memory_is_that_of_the_process_alone() -> None:
    ballast = bytearray(200 * 2**20)
    with fresh_processes() as fresh:
        assert 5 < fresh.run("pass").rss_mb < len(ballast) / 2**20


def test_the_program_measures_what_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "imports.json"
    imports.main(["connection.default", "end_retrieval", "--rounds", "1", "--json", str(kept)])
    results = json.loads(kept.read_text("utf-8"))
    measured = results["statements"]
    assert set(measured) == {imports.BASELINE_NAME, "connection.default", "workflows.end_retrieval"}
    assert measured["connection.default"]["packages"]
    assert not set(measured["connection.default"]["packages"]) & sys.stdlib_module_names
    assert [target["unit"] for target in results["targets"]] == ["", "MB"]
    assert "connection.default" in capsys.readouterr().out

    page = imports_page.page(results, tmp_path)
    assert page.startswith("## ")
    assert "| connection.default |" in page
    assert "| workflows | 1 |" in page
    assert (tmp_path / "imports_ratios.svg").exists()
