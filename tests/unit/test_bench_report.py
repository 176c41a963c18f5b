"""What the benchmarks keep and say of what they measured."""

import json
import math
import os
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bench import load_tables, report
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


def load(rate: float, p99_ms: float, *, sustained: bool = True) -> dict[str, Any]:
    return {"rate_per_s": rate, "sustained": sustained, "ms": {"all": {"p99": p99_ms}}}


def test_only_what_misses_its_target_is_said() -> None:
    good = {"rates": {"loads": [load(100, 249), load(200, 900)]}, "idle": {"held": 2000, "stations": 2000}}
    assert load_tables.missed(good) == []
    bad = {
        "rates": {"loads": [load(100, 250), load(200, 1200, sustained=False), load(400, 9999, sustained=False)]},
        "idle": {"held": 1999, "stations": 2000},
    }
    assert load_tables.missed(bad) == [
        "p99 at 100 messages/s is 250 ms, not below 250 ms",
        "200 messages/s are not sustained",
        "1999 of 2000 idle stations are still connected",
    ]
    assert load_tables.missed({}) == []
