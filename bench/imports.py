"""What each function's cold start costs: `python -m bench.imports` (docs/bench.md).

The CPU time of importing its module in a fresh process, as a ratio to `import boto3; boto3.client("dynamodb")` in the
same run, and the memory that it holds then.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import report
from bench.fresh import BASELINE, ROOT, Cost, Fresh, fresh_processes, least
from bench.report import Json, Target

BASELINE_NAME = "boto3 and its client"
HEARTBEAT = "actions.heartbeat"
ROUNDS, ROUNDS_BESIDE = 5, 1
"""How often what stations wait for is measured, and what no station waits for."""


class Kind(NamedTuple):
    """Functions of which as much is asked."""

    name: str
    ceiling: float
    """The ratio that none of them may exceed."""
    functions: tuple[str, ...]
    """By their modules below `functions`; empty: all of the folders."""
    folders: tuple[str, ...] = ("actions",)

    def has(self, name: str) -> bool:
        return name in self.functions or (not self.functions and name.partition(".")[0] in self.folders)


KINDS = (
    Kind("Heartbeat", 0.35, (HEARTBEAT,)),
    Kind(
        "MeterValues, StatusNotification, TransactionEvent",
        0.65,
        ("actions.meter_values", "actions.status_notification", "actions.transaction_event"),
    ),
    Kind("every other action", 0.75, ()),
    Kind("authorizer, connect, disconnect, default", 0.45, (), ("connection",)),
)
"""What a station waits for. The first kind that has a function counts."""
PEAK_MB = 45.0

PARTS = {
    "http.client and ssl": "import http.client, ssl",
    "ssl and the trust store": "import os, ssl; ssl.create_default_context(cafile=os.environ['TRUST_STORE'])",
    "Powertools Logger and Metrics": "from aws_lambda_powertools import Logger, Metrics; Logger(); Metrics()",
    "pydantic_core": "import pydantic_core",
    "pydantic, no model": "from pydantic import BaseModel",
    "pydantic, one model": "from pydantic import BaseModel\nclass One(BaseModel):\n    x: int",
    "cryptography's X.509": "from cryptography import x509",
    "our reader": "import shared.ocpp.reader",
    "our DynamoDB client, connecting": "import shared.store.table",
}
"""What functions are made of, or could be, each by itself; parts overlap, so they do not add up."""

COSTLY = {
    "aws_lambda_powertools": "Powertools",
    "pydantic_core": "pydantic_core",
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


def kind_of(name: str) -> Kind | None:
    """What is asked of a function; nothing, if no station waits for it."""
    return next((kind for kind in KINDS if kind.has(name)), None)


def ceiling(name: str) -> float | None:
    """The ratio that a function must not exceed; only what a station waits for has one."""
    kind = kind_of(name)
    return kind.ceiling if kind else None


def main(arguments: list[str] | None = None) -> int:
    """0 if all targets are reached."""
    options = _options(arguments)
    console = Console()
    chosen = {name: statement for name, statement in functions().items() if _is_asked_for(name, options.only)}
    waited_for = {name: statement for name, statement in chosen.items() if kind_of(name)}
    often = {BASELINE_NAME: BASELINE, **waited_for, **({} if options.only else PARTS)}
    beside = {name: statement for name, statement in chosen.items() if name not in waited_for}
    with fresh_processes() as fresh:
        rounds = list(_measured(fresh, often, beside, options, console))
    results = _results({**often, **beside}, rounds)
    targets = _targets(results)
    console.print(_table("Imports", [BASELINE_NAME, *waited_for], results))
    if beside:
        console.print(_table("What no station waits for", list(beside), results))
    if not options.only:
        console.print(_table("What they are made of", list(PARTS), results))
    said = {"rounds": options.rounds, "rounds_beside": options.rounds_beside, "parts": list(PARTS)}
    report.write(options.json, {**said, "statements": results}, targets)
    missed = [target for target in targets if not target.is_reached]
    for target in missed:
        console.print(f"[red]{target.what}: {target.measured:.2f}, not {target.target}")
    return 1 if missed else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
    parser.add_argument("only", nargs="*", help="part of the name of a function; all functions if none is given")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured that stations wait for")
    parser.add_argument("--rounds-beside", type=int, default=ROUNDS_BESIDE, help="how often every other one is")
    parser.add_argument("--json", type=Path, default=report.RESULTS / "imports.json", metavar="FILE")
    return parser.parse_args(arguments)


def _is_asked_for(name: str, only: list[str]) -> bool:
    return not only or any(part in name for part in only)


def _measured(
    fresh: Fresh, often: dict[str, str], beside: dict[str, str], options: argparse.Namespace, console: Console
) -> Iterator[dict[str, Cost]]:
    """The rounds of what stations wait for, one process at a time; then those of the rest, on all cores at once."""
    fresh.run("\n".join([*often.values(), *beside.values()]))  # compiles all of it
    yield from track(
        fresh.rounds(often, options.rounds), "measuring", total=options.rounds, console=console, transient=True
    )
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in range(options.rounds_beside):
            yield dict(zip(beside, pool.map(fresh.run, beside.values()), strict=True))


# ---------------------------------------------------------------------- results


def _results(statements: dict[str, str], rounds: list[dict[str, Cost]]) -> dict[str, Json]:
    cpu_ms = least(rounds)
    results = {}
    for name, statement in statements.items():
        costs = [costs[name] for costs in rounds if name in costs]
        results[name] = {
            "statement": statement,
            "cpu_ms": round(cpu_ms[name], 1),
            "ratio": round(cpu_ms[name] / cpu_ms[BASELINE_NAME], 3),
            "ceiling": ceiling(name),
            "rss_mb": round(median(cost.rss_mb for cost in costs), 1),
            "holds": [word for module, word in COSTLY.items() if module in costs[0].modules],
            "packages": sorted(costs[0].packages),
        }
    return results


def _targets(results: dict[str, Json]) -> list[Target]:
    """For each kind of functions the one that costs most."""
    targets = []
    for kind in KINDS:
        ratios = {name: result["ratio"] for name, result in results.items() if kind_of(name) == kind}
        if ratios:
            most = max(ratios, key=lambda name: ratios[name])
            of_many = f", most of {len(ratios)}: {most.partition('.')[2]}" if len(ratios) > 1 else ""
            targets.append(Target(f"import of {kind.name} to boto3's{of_many}", ratios[most], kind.ceiling))
    memory = {name: result["rss_mb"] for name, result in results.items() if kind_of(name)}
    if memory:
        most = max(memory, key=lambda name: memory[name])
        what = f"memory after the import of what a station waits for, most of {len(memory)}: {most.partition('.')[2]}"
        targets.append(Target(what, memory[most], PEAK_MB, unit="MB"))
    return targets


def _table(title: str, names: list[str], results: dict[str, Json]) -> Table:
    table = Table(title=title)
    table.add_column(no_wrap=True)
    for heading in ("CPU ms", "ratio", "ceiling", "MB"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("holds")
    for name in names:
        result = results[name]
        limit, ratio = result["ceiling"], result["ratio"]
        color = "[red]" if limit and ratio > limit else "[green]" if limit else ""
        said = (f"{result['cpu_ms']:.0f}", f"{color}{ratio:.2f}", f"{limit or ''}", f"{result['rss_mb']:.0f}")
        table.add_row(name, *said, " ".join(result["holds"]))
    return table


if __name__ == "__main__":
    sys.exit(main())
