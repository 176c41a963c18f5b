"""What each function's cold start costs: `python -m bench.imports` (docs/bench.md).

The CPU time of importing its module in a fresh process, as a ratio to `import boto3; boto3.client("dynamodb")` in the
same run.
"""

import argparse
import sys
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import report
from bench.fresh import BASELINE, ROOT, Cost, Fresh, fresh_processes, medians

BASELINE_NAME = "boto3 and its client"

HEARTBEAT = "actions.heartbeat"
HEARTBEAT_CEILING = 0.5
ACTION_CEILING = 1.1

PARTS = {
    "http.client and ssl": "import http.client, ssl",
    "ssl and the trust store": "import ssl; ssl.create_default_context()",
    "Powertools Logger and Metrics": "from aws_lambda_powertools import Logger, Metrics; Logger(); Metrics()",
    "pydantic, no model": "from pydantic import BaseModel",
    "pydantic, one model": "from pydantic import BaseModel\nclass One(BaseModel):\n    x: int",
    "cryptography's X.509": "from cryptography import x509",
    "our reader": "import shared.ocpp.reader",
    "our DynamoDB client, connecting": "import shared.store.table",
}
"""What functions are made of, each by itself; parts overlap, so they do not add up."""

COSTLY = {
    "aws_lambda_powertools": "Powertools",
    "pydantic": "pydantic",
    "cryptography": "cryptography",
    "botocore.session": "boto3",
}
"""Modules whose presence in a function explains its cost, and what to call them. (Powertools looks whether there is a
botocore, and for that imports its empty top.)"""


def functions() -> dict[str, str]:
    """Every Lambda function by the name of its module below `functions`, and the statement that imports it."""
    paths = sorted((ROOT / "functions").glob("*/*.py"))
    names = [f"{path.parent.name}.{path.stem}" for path in paths if path.stem != "__init__"]
    return {name: f"import functions.{name}" for name in names}


def ceiling(name: str) -> float | None:
    """The ratio that a function must not exceed; only what a station waits for has one."""
    if name == HEARTBEAT:
        return HEARTBEAT_CEILING
    return ACTION_CEILING if name.startswith("actions.") else None


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    console = Console()
    chosen = {name: statement for name, statement in functions().items() if _is_asked_for(name, options.only)}
    statements = {BASELINE_NAME: BASELINE, **chosen, **({} if options.only else PARTS)}
    with fresh_processes() as fresh:
        rounds = list(_measure(fresh, statements, options.rounds, console))
    cpu_ms = medians(rounds)
    ratios = {name: spent / cpu_ms[BASELINE_NAME] for name, spent in cpu_ms.items()}
    too_slow = [name for name in chosen if ratios[name] > (ceiling(name) or float("inf"))]
    console.print(_table(f"Imports, {options.rounds} rounds", [BASELINE_NAME, *chosen], rounds, cpu_ms, ratios))
    if not options.only:
        console.print(_table("What they are made of", list(PARTS), rounds, cpu_ms, ratios))
    report.write(options.json, {"rounds": options.rounds, "statements": _results(statements, rounds, cpu_ms, ratios)})
    for name in too_slow:
        console.print(f"[red]{name} costs more than {ceiling(name)} of {BASELINE_NAME}")
    return 1 if too_slow else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
    parser.add_argument("only", nargs="*", help="part of the name of a function; all functions if none is given")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured (7)")
    parser.add_argument("--json", type=Path, default=report.RESULTS / "imports.json", metavar="FILE")
    return parser.parse_args(arguments)


def _is_asked_for(name: str, only: list[str]) -> bool:
    return not only or any(part in name for part in only)


def _measure(fresh: Fresh, statements: dict[str, str], rounds: int, console: Console) -> list[dict[str, Cost]]:
    measured = fresh.rounds(statements, rounds + 1)
    _compiling, *counted = track(measured, "measuring", total=rounds + 1, console=console, transient=True)
    return counted


def _table(
    title: str, names: list[str], rounds: list[dict[str, Cost]], cpu_ms: dict[str, float], ratios: dict[str, float]
) -> Table:
    table = Table(title=title)
    table.add_column(no_wrap=True)
    for heading in ("CPU ms", "ratio", "ceiling", "memory MB"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("holds")
    for name in names:
        limit = ceiling(name)
        color = "red" if limit and ratios[name] > limit else "green" if limit else ""
        table.add_row(
            name,
            f"{cpu_ms[name]:.0f}",
            f"[{color}]{ratios[name]:.2f}" if color else f"{ratios[name]:.2f}",
            f"{limit:.1f}" if limit else "",
            f"{median(costs[name].rss_mb for costs in rounds):.0f}",
            " ".join(word for module, word in COSTLY.items() if module in rounds[0][name].modules),
        )
    return table


def _results(
    statements: dict[str, str], rounds: list[dict[str, Cost]], cpu_ms: dict[str, float], ratios: dict[str, float]
) -> dict[str, object]:
    return {
        name: {
            "statement": statement,
            "cpu_ms": round(cpu_ms[name], 1),
            "ratio": round(ratios[name], 3),
            "ceiling": ceiling(name),
            "rss_mb": round(median(costs[name].rss_mb for costs in rounds), 1),
            "packages": sorted(rounds[0][name].packages),
        }
        for name, statement in statements.items()
    }


if __name__ == "__main__":
    sys.exit(main())
