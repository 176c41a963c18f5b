"""The instrument that measures invocations: a function starts, answers and is held to its share of a core."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import invocations, invocations_cap, invocations_page
from bench.fresh import function_environment

BUSY = "import sys, time\nwhile True: pass"


@pytest.fixture
def busy() -> Iterator[int]:
    """A process that never rests."""
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    yield process.pid
    process.kill()
    process.wait()


def test_a_process_gets_no_more_than_its_share_and_then_all_it_wants(busy: int) -> None:
    used, ends = [1.0], time.monotonic() + 30
    with invocations_cap.capped(busy, 0.1, "signals"):
        while min(used) >= 0.2:  # who stops and continues it may itself have to wait on a busy machine
            assert time.monotonic() < ends, "it gets more than its share"
            before, began = invocations_cap.cpu_s(busy), time.monotonic()
            time.sleep(0.6)
            used.append((invocations_cap.cpu_s(busy) - before) / (time.monotonic() - began))
    before, ends = invocations_cap.cpu_s(busy), time.monotonic() + 30
    while invocations_cap.cpu_s(busy) - before < 0.2:
        assert time.monotonic() < ends, "it never went on"
        time.sleep(0.01)


def test_a_control_group_is_used_only_where_one_can_be_made(tmp_path: Path) -> None:
    assert invocations_cap.kind_of_cap(tmp_path) == "signals"
    (tmp_path / "cgroup.subtree_control").write_text("memory pids\n")
    assert invocations_cap.kind_of_cap(tmp_path) == "signals"
    (tmp_path / "cgroup.subtree_control").write_text("cpu memory\n")
    assert invocations_cap.kind_of_cap(tmp_path) == "signals"  # a folder that is none of the kernel's gets no files
    assert [path.name for path in tmp_path.iterdir()] == ["cgroup.subtree_control"]


def test_shares_are_those_of_lambda() -> None:
    assert invocations_cap.share_of(128) == pytest.approx(0.0724, abs=1e-4)
    assert invocations_cap.share_of(512) == pytest.approx(0.289, abs=1e-3)


def test_a_function_is_measured_from_its_import_to_its_warm_messages(tmp_path: Path) -> None:
    kept = tmp_path / "invocations.json"
    invocations.main(["Heartbeat", "StartTransaction", "--warm", "3", "--json", str(kept)])
    results = json.loads(kept.read_text("utf-8"))
    heartbeat, start = results["functions"]
    assert (heartbeat["name"], start["name"]) == ("Heartbeat", "StartTransaction")
    assert heartbeat["init_ratio"] > 0
    assert heartbeat["warm_cpu_ms"] > 0
    assert set(start["first_ms"]) == {"128", "256", "512"}
    assert len(results["targets"]) == 2
    page = invocations_page.page(results, tmp_path)
    assert page.startswith("## ")
    assert "| StartTransaction (1.6) |" in page
    assert (tmp_path / "invocations_ms.svg").exists()


def test_an_answer_that_is_none_is_no_measurement(tmp_path: Path) -> None:
    with invocations.endpoint(1) as served:
        variables = function_environment(tmp_path, served["url"], served["root"])
        (event,) = served["messages"][0]["events"]
        with invocations.started("from functions.actions.heartbeat import handler", variables) as environment:
            assert environment.invoke(event).wall_ms > 0
            with pytest.raises(ValueError, match="answered by"):
                environment.invoke({**event, "body": '[2,"m","Heartbeat"]'})
        with (
            pytest.raises(RuntimeError, match="ended with status 1"),
            invocations.started("import functions.nowhere", variables),
        ):
            """Never reached."""
