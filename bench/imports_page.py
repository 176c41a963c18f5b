"""The section of docs/performance.md about cold starts (bench/imports.py)."""

from pathlib import Path
from statistics import median

from bench import plots
from bench.imports import BASELINE_NAME, KINDS, PEAK_MB, kind_of
from bench.page import table
from bench.report import Json

INTRODUCTION = """## What a cold start costs

The CPU of importing a function in a fresh process, as a ratio to `{baseline}` ({cpu_ms:.0f} ms here), each the least of
{rounds} rounds, since what disturbs a machine only ever adds; and the memory that the process holds then (at most
{peak_mb:.0f} MB where a station waits).
"""
BESIDE = "What no station waits for, by the folder of the function ({rounds} round each):\n"
PARTS = "What functions are made of, or could be, each by itself:\n"
HEADINGS = ("function", "ratio", "ceiling", "memory MB", "holds")


def page(results: Json, plots_in: Path) -> str:
    """A plot and a table of what stations wait for, the rest by folders, and the parts."""
    statements = results["statements"]
    baseline = statements[BASELINE_NAME]
    waited_for = {name: result for name, result in statements.items() if kind_of(name)}
    costly = sorted(waited_for, key=lambda name: waited_for[name]["ratio"])
    plots.bars(
        plots_in / "imports_ratios.svg",
        {name.partition(".")[2]: {"import": waited_for[name]["ratio"]} for name in costly},
        title="CPU of importing a function, as a ratio to boto3's client",
        x="ratio",
        limits={f"≤ {kind.ceiling}: {kind.name}": kind.ceiling for kind in KINDS},
    )
    introduction = INTRODUCTION.format(
        baseline=baseline["statement"], cpu_ms=baseline["cpu_ms"], rounds=results["rounds"], peak_mb=PEAK_MB
    )
    parts = {name: statements[name] for name in results["parts"] if name in statements}
    beside = {name: one for name, one in statements.items() if name not in {BASELINE_NAME, *waited_for, *parts}}
    sections = [introduction, "![Imports](plots/imports_ratios.svg)\n", table(HEADINGS, map(_row, waited_for.items()))]
    if beside:
        headings = ("folder", "functions", "median ratio", "most", "which")
        sections += [BESIDE.format(rounds=results["rounds_beside"]), table(headings, _folders(beside))]
    if parts:
        sections += [
            PARTS,
            table(("part", "ratio", "memory MB"), ((_row(one)[0], *_row(one)[1:4:2]) for one in parts.items())),
        ]
    return "\n".join(sections)


def _row(named: tuple[str, Json]) -> tuple[object, ...]:
    name, result = named
    limit = "" if result["ceiling"] is None else result["ceiling"]
    return name, f"{result['ratio']:.2f}", limit, f"{result['rss_mb']:.0f}", ", ".join(result["holds"])


def _folders(statements: dict[str, Json]) -> list[tuple[object, ...]]:
    rows = list[tuple[object, ...]]()
    for folder in dict.fromkeys(name.partition(".")[0] for name in statements):
        ratios = {name: one["ratio"] for name, one in statements.items() if name.startswith(f"{folder}.")}
        most = max(ratios, key=lambda name: ratios[name])
        figures = (f"{median(ratios.values()):.2f}", f"{ratios[most]:.2f}")
        rows.append((folder, len(ratios), *figures, most.partition(".")[2]))
    return rows
