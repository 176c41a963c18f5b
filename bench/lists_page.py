"""The section of docs/performance.md about pages of lists (bench/lists.py)."""

from pathlib import Path

from bench.page import table
from bench.report import Json

INTRODUCTION = """## What a page of a list takes

Over HTTP on the local system, with {stations:,} stations and {transactions:,} transactions in the table, a hundredth of
them running. A read unit is two items, or some eighty keys. A search that finds little goes through five thousand ids
and their names.
"""
HEADINGS = ("list", "p50 ms", "p95 ms", "read units", "items")


def page(results: Json, _plots_in: Path) -> str:
    """Every list with its figures."""
    rows = (
        (f"`{one['list']}`", one["p50_ms"], one["p95_ms"], one["read_units"], one["items"]) for one in results["lists"]
    )
    return "\n".join([INTRODUCTION.format(**results), table(HEADINGS, rows)])
