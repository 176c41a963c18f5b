"""What the benchmarks keep and say of what they measured."""

import json
import math
import os
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bench import load_targets, report
from bench.watch import usage


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_quantile_is_the_least_value_that_the_share_does_not_exceed(values: list[float], share: float) -> None:
    found = report.quantile(values, share)
    assert found in values
    assert sum(one <= found for one in values) >= share * len(values) - 1e-6
    smaller = [one for one in values if one < found]
    assert not smaller or len(smaller) < share * len(values) + 1e-6


def test_there_is_no_quantile_of_nothing() -> None:
    assert math.isnan(report.quantile([], 0.5))


def test_results_are_kept_with_the_machine_they_are_from(tmp_path: Path) -> None:
    targets = [report.Target("speed", 3, 2, "at least", "m/s"), report.Target("cost", 3, 2, why="too dear")]
    report.write(tmp_path / "new" / "results.json", {"answer": 42}, targets)
    kept = json.loads((tmp_path / "new" / "results.json").read_text())
    assert kept["answer"] == 42
    assert kept["machine"] == report.machine() | {key: kept["machine"][key] for key in ("measured_at", "load_1m")}
    assert [(target["what"], target["reached"]) for target in kept["targets"]] == [("speed", True), ("cost", False)]


def test_a_process_is_watched_until_it_is_gone() -> None:
    before = usage(os.getpid())
    assert before is not None
    sum(range(10**6))
    after = usage(os.getpid())
    assert after is not None
    assert after.rss_mb > 1
    assert 0 <= after.cores_since(before) < 64
    assert usage(2**22 + 1) is None


def sessions(per_s: float, p99_ms: float, differences: int) -> dict[str, Any]:
    offered = [{"rate_per_s": rate, "ms": {"all": {"p99": p99}}} for rate, p99 in ((100.0, p99_ms), (500.0, 9000.0))]
    closed = {"answered_per_s": per_s}
    return {"stations": 100, "closed": closed, "open": offered, "books": {"differences": differences}}


def storm(seconds: float, lost: int) -> dict[str, Any]:
    there = dict.fromkeys(("booted", "online_at_api", "still_connected"), 1000 - lost)
    return {"stations": 1000, "all_back_after_s": seconds, "books": {"differences": 0}, **there}


def test_the_load_is_held_against_its_targets() -> None:
    good = {"sessions": {"1.6": sessions(350, 100, 0), "2.0.1": sessions(300, 99, 0)}, "storm": storm(10, 0)}
    reached = load_targets.targets({**good, "memory_mb": {"resident": 400}})
    assert len(reached) == 10
    assert all(target.is_reached for target in reached)
    bad = {"sessions": {"1.6": sessions(349, 101, 1), "2.0.1": sessions(299, 101, 1)}, "storm": storm(10.1, 1)}
    missed = load_targets.targets({**bad, "memory_mb": {"resident": 401}})
    assert [target.is_reached for target in missed] == [*[False] * 8, True, False]
    assert load_targets.targets({}) == []
