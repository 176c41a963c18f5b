"""The section of docs/performance.md about the console (bench/console.py)."""

from pathlib import Path

from bench.page import table
from bench.report import Json

INTRODUCTION = """## The console in a browser

Lighthouse {lighthouse} on a local system with {stations} stations that are charging, as on a desktop and with nothing
in the browser's cache. The files are the console's own, compressed; what the API answers is not among them.
"""
LIVE = """
Of a status that a station tells, how long it takes until an open page shows it, by the live feed; station, system and
browser share this machine's cores.
"""
COLUMNS = {
    "page": "page",
    "accessibility": "accessibility",
    "best practices": "best_practices",
    "performance": "performance",
    "first paint ms": "first_paint_ms",
    "files": "files",
    "kB": "files_bytes",
    "API requests": "api_requests",
}

LIVE_COLUMNS = {"page": "page", "changes": "changes", "median ms": "median_ms", "p95 ms": "p95_ms"}


def page(results: Json, _plots_in: Path) -> str:
    """Every page with its figures, and what was found."""
    pages = [{**one, "files_bytes": round(one["files_bytes"] / 1000)} for one in results["pages"]]
    rows = ([one[name] for name in COLUMNS.values()] for one in pages)
    found = [f"* {one['page']}: {finding}" for one in results["pages"] for finding in one["findings"]]
    told = ([one[name] for name in LIVE_COLUMNS.values()] for one in results["live"])
    parts = [
        INTRODUCTION.format(**results),
        table(tuple(COLUMNS), rows),
        *found,
        LIVE,
        table(tuple(LIVE_COLUMNS), told),
        "",
    ]
    return "\n".join(parts).rstrip() + "\n"
