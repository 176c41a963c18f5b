"""The section of docs/performance.md about first and warm invocations (bench/invocations.py)."""

from pathlib import Path

from bench import plots
from bench.invocations import DEPLOYED_MB, SIZES_MB, WARM_MB
from bench.page import table
from bench.report import Json

INTRODUCTION = """## First and warm invocations

A process per function imports it at full speed and then handles messages with the share of a core that Lambda gives
its size (capped by {cap}; deployed are {deployed} MB). DynamoDB answers over HTTPS from this machine, so the cloud's
round trips, some milliseconds for each request, come on top, and the whole start of a Lambda environment before the
first invocation. *CPU* is that of one warm message, uncapped.
"""


def page(results: Json, plots_in: Path) -> str:
    functions = results["functions"]
    groups = {
        _name(one): {f"first, {DEPLOYED_MB} MB": one["first_ms"][str(DEPLOYED_MB)], **_warm(one)} for one in functions
    }
    title = f"How long a message takes with the CPU of {DEPLOYED_MB} MB"
    plots.bars(plots_in / "invocations_ms.svg", groups, title=title, x="ms")
    headings = [
        "message",
        "import (ratio)",
        *(f"first, {size} MB" for size in SIZES_MB),
        *(f"warm p50/p95, {size} MB" for size in WARM_MB),
        "warm, uncapped",
        "CPU ms",
        "requests",
        "memory MB",
    ]
    return "\n".join(
        [
            INTRODUCTION.format(cap=results["cap"], deployed=DEPLOYED_MB),
            "![How long messages take](plots/invocations_ms.svg)\n",
            f"Times in ms, of {results['warm']} warm messages each:\n",
            table(headings, map(_row, functions)),
        ]
    )


def _name(function: Json) -> str:
    return f"{function['name']} ({function['version']})"


def _warm(function: Json) -> dict[str, float]:
    spread = function["warm_ms"][str(DEPLOYED_MB)]
    return {"warm, p50": spread["p50"], "warm, p95": spread["p95"]}


def _row(function: Json) -> list[object]:
    spreads = [*(function["warm_ms"][str(size)] for size in WARM_MB), function["warm_free_ms"]]
    return [
        _name(function),
        f"{function['init_ratio']:.2f}",
        *(f"{function['first_ms'][str(size)]:.0f}" for size in SIZES_MB),
        *(f"{spread['p50']:.1f}/{spread['p95']:.1f}" for spread in spreads),
        f"{function['warm_cpu_ms']:.2f}",
        str(function["requests"]),
        f"{function['peak_mb']:.0f}",
    ]
