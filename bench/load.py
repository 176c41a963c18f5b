"""The local system under load: `python -m bench.load` (docs/bench.md).

Stations of this process, on raw WebSockets of this machine, against a system in a process of its own: one that is
started for the while and goes through all of it, or the one that `--port` names. Never use it against a system that
others use.
"""

import argparse
import asyncio
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import load_parts, load_tables, load_targets, report
from local.process import NoSystemError, System, find, started

PARTS = ("echo", "closed", "open", "storm")
FURTHER_PARTS = ("idle",)

Json = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for; 1 if a target is missed, or the system cannot be had."""
    options = _options(arguments)
    console = Console()
    _allow_open_files(2 * max(options.stations, options.storm, options.idle) + 500)
    try:
        results = asyncio.run(_measure(options, console))
    except NoSystemError as error:
        print(f"cannot measure: {error}", file=sys.stderr)
        return 1
    targets = load_targets.targets(results)
    report.write(options.json, results, targets)
    for table in load_tables.render(results):
        console.print(table)
    missed = [target for target in targets if not target.is_reached]
    for target in missed:
        console.print(f"[red]missed: {target.what}: {target.measured:g}, not {target.kind} {target.target:g}")
    return 1 if missed else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument(
        "what",
        nargs="*",
        help=f"{', '.join(PARTS)}: all of them if none is given; also {', '.join(FURTHER_PARTS)}",
    )
    parser.add_argument("--stations", type=int, default=100, metavar="N", help="stations with sessions (100)")
    parser.add_argument("--seconds", type=float, default=12, metavar="S", help="of the closed loop, and at 100/s (12)")
    parser.add_argument(
        "--rates", type=float, nargs="*", default=[100, 200, 300, 400, 500], metavar="R", help="messages/s (100 … 500)"
    )
    parser.add_argument("--storm", type=int, default=1000, metavar="N", help="stations that reconnect (1000)")
    parser.add_argument("--idle", type=int, default=2000, metavar="N", help="idle stations (2000)")
    parser.add_argument("--port", type=int, metavar="P", help="use the system there, not one of our own")
    parser.add_argument("--pid", type=int, help="its process, to measure memory and CPU")
    parser.add_argument("--json", type=Path, default=report.RESULTS / "load.json", metavar="FILE")
    options = parser.parse_args(arguments)
    if unknown := set(options.what) - {*PARTS, *FURTHER_PARTS}:
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join((*PARTS, *FURTHER_PARTS))}")
    options.what = options.what or list(PARTS)
    return options


def _allow_open_files(wanted: int) -> None:
    """Raise the limit of this process and of those it starts, as far as that is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _measure(options: argparse.Namespace, console: Console) -> Json:
    results: Json = {}
    if "echo" in options.what:
        with console.status("our own limit"):
            results["echo"] = await load_parts.echo_limits(options.stations)
    with _system(options) as system:
        if {"closed", "open"} & set(options.what):
            rates = options.rates if "open" in options.what else []
            seconds = options.seconds if "closed" in options.what else 0.0
            with console.status("charging sessions"):
                results["sessions"] = await load_parts.sessions(system, options.stations, seconds, rates)
        if "storm" in options.what:
            with console.status("a reconnect storm"):
                results["storm"] = await load_parts.reconnect(system, options.storm)
        if "idle" in options.what:
            with console.status("idle stations"):
                results["idle"] = await load_parts.idle(system, options.idle)
        results["memory_mb"] = load_parts.memory_mb(system)
    return results


@contextmanager
def _system(options: argparse.Namespace) -> Iterator[System]:
    """The system that is named, or one of our own."""
    if options.port is None:
        with started({"IDLEWATT_PORT": "0", "IDLEWATT_AWS_PORT": "0", "IDLEWATT_STATE": ""}) as system:
            yield system
        return
    there = find(options.port)
    if there is None:
        raise NoSystemError(f"nothing answers on port {options.port}")
    yield System(there.ws_url, there.api_url, options.pid)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a system of ours is stopped in any case
    sys.exit(main())
