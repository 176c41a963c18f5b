"""How long functions take, first and warm, with the CPU that Lambda gives them: `python -m bench.invocations`.

Each function runs in a process of its own with Lambda's environment, which imports it at full speed, as Lambda's init
does. Then it handles messages with the share of a core that 128, 256 or 512 MB have, and reaches DynamoDB over HTTPS:
on this machine, where the endpoint answers within a millisecond (docs/bench.md).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from bench import report
from bench.fresh import BASELINE, ROOT, function_environment
from bench.invocations_cap import capped, kind_of_cap, share_of
from bench.report import Json, Target, quantile
from bench.units_events import Event
from shared.catalog import BY_NAME

SIZES_MB = (128, 256, 512)
DEPLOYED_MB = 256
WARM_MB = (128, 256)
WARM_CPU_MS, PEAK_MB = 2.0, 45.0
PAUSE_S = 0.025
"""Between two messages: a station's next one does not come in the same period of Lambda's clock."""
AGAIN_MB = (128,)
"""Where the first invocation varies most: it is measured once more, in a new process."""


class Handled(NamedTuple):
    """One invocation: how long it took, the CPU it used, the answer's frame, and the process's peak memory by then."""

    wall_ms: float
    cpu_ms: float
    body: str | None
    peak_mb: float


class Environment:
    """A Lambda environment. Raises RuntimeError if the function does not start."""

    def __init__(self, statement: str, variables: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.invocations_process", statement],
            env=variables,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid
        self.init_cpu_ms, self.init_peak_mb = self._read()

    def invoke(self, event: Event) -> Handled:
        """Raises ValueError if the answer is not a CALLRESULT."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(event) + "\n")
        self._process.stdin.flush()
        handled = Handled(*self._read())
        if not (handled.body or "").startswith("[3"):
            raise ValueError(f"answered by {handled.body}")
        return handled

    def _read(self) -> list[Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the function's process ended with status {self._process.wait()}")
        said: list[Any] = json.loads(line)
        return said

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def started(statement: str, variables: dict[str, str]) -> Iterator[Environment]:
    environment = Environment(statement, variables)
    try:
        yield environment
    finally:
        environment.close()


@contextmanager
def endpoint(count: int) -> Iterator[Json]:
    """What bench/invocations_endpoint.py says of itself, while it serves."""
    command = [sys.executable, "-m", "bench.invocations_endpoint", str(count)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the endpoint ended with status {process.wait()}")
        said: Json = json.loads(line)
        yield said
    finally:
        process.kill()
        process.communicate()


def main(arguments: list[str] | None = None) -> int:
    """0 if all targets are reached."""
    options = _options(arguments)
    kind = kind_of_cap()
    count = len(AGAIN_MB) + len(SIZES_MB) + (len(WARM_MB) + 1) * options.warm
    with endpoint(count) as served, tempfile.TemporaryDirectory() as folder:
        variables = function_environment(Path(folder), served["url"], served["root"])
        chosen = [one for one in served["messages"] if not options.only or any(p in one["name"] for p in options.only)]
        for statement in {BASELINE, *map(_statement, chosen)}:
            with started(statement, variables):
                """Compiles what it imports."""
        baselines, functions = [], []
        for message in chosen:
            with started(BASELINE, variables) as baseline:
                baselines.append(baseline.init_cpu_ms)
            functions.append(_measured(message, variables, kind, options.warm))
    for function in functions:
        function["init_ratio"] = round(function["init_cpu_ms"] / median(baselines), 3)
    targets = _targets(functions)
    results = {"cap": kind, "warm": options.warm, "baseline_cpu_ms": round(median(baselines), 1)}
    report.write(options.json, results | {"functions": functions}, targets)
    Console().print(_table(functions, kind))
    missed = [target for target in targets if not target.is_reached]
    for target in missed:
        print(f"{target.what}: {target.measured} {target.unit}, not {target.target}", file=sys.stderr)
    return 1 if missed else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.invocations", description=__doc__)
    parser.add_argument("only", nargs="*", help="part of the name of a message; all messages if none is given")
    parser.add_argument("--warm", type=int, default=30, help="warm invocations of each kind (30)")
    parser.add_argument("--json", type=Path, default=report.RESULTS / "invocations.json", metavar="FILE")
    return parser.parse_args(arguments)


def _statement(message: Json) -> str:
    return f"from functions.actions.{BY_NAME[message['action']].module} import handler"


# ---------------------------------------------------------------------- measuring


def _measured(message: Json, variables: dict[str, str], kind: str, warm: int) -> Json:
    """A function's figures; every invocation is the message of another station."""
    events = iter(message["events"])
    inits: list[float] = []
    firsts: dict[int, list[float]] = {size: [] for size in SIZES_MB}
    capped_ms: dict[int, list[float]] = {}
    for size in (*AGAIN_MB, *SIZES_MB):
        with started(_statement(message), variables) as environment:
            inits.append(environment.init_cpu_ms)
            with capped(environment.pid, share_of(size), kind):
                firsts[size].append(environment.invoke(next(events)).wall_ms)
                if size in WARM_MB and size not in capped_ms:
                    capped_ms[size] = [one.wall_ms for one in _paced(environment, events, warm)]
            free = list(_paced(environment, events, warm)) if size == SIZES_MB[-1] else []
    return {
        **{name: message[name] for name in ("name", "version", "action", "requests")},
        "init_cpu_ms": round(median(inits), 1),
        "first_ms": {str(size): round(median(measured), 1) for size, measured in firsts.items()},
        "warm_ms": {str(size): _spread(measured) for size, measured in capped_ms.items()},
        "warm_free_ms": _spread([one.wall_ms for one in free]),
        "warm_cpu_ms": round(median(one.cpu_ms for one in free), 2),
        "peak_mb": round(free[-1].peak_mb, 1),
    }


def _paced(environment: Environment, events: Iterator[Event], count: int) -> Iterator[Handled]:
    for _ in range(count):
        time.sleep(PAUSE_S)
        yield environment.invoke(next(events))


def _spread(measured: list[float]) -> Json:
    return {"p50": round(quantile(measured, 0.5), 2), "p95": round(quantile(measured, 0.95), 2)}


# ---------------------------------------------------------------------- results


def _targets(functions: list[Json]) -> list[Target]:
    slowest = max(functions, key=lambda one: one["warm_cpu_ms"])
    largest = max(functions, key=lambda one: one["peak_mb"])
    what = f"a warm message's CPU, most of {len(functions)} ({slowest['name']})"
    memory = f"memory of a function that answers stations, most of {len(functions)} ({largest['name']})"
    one_ms = min(one["warm_cpu_ms"] / max(1, one["requests"]) for one in functions)
    why = f"It makes {slowest['requests']} requests to DynamoDB; a message with one takes {one_ms:.1f} ms."
    return [
        Target(what, slowest["warm_cpu_ms"], WARM_CPU_MS, unit="ms", why=why),
        Target(memory, largest["peak_mb"], PEAK_MB, unit="MB"),
    ]


def _table(functions: list[Json], kind: str) -> Table:
    table = Table(title=f"First and warm invocations in ms (cap by {kind})", box=None, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    for heading in ("init", *(f"1st@{size}" for size in SIZES_MB), "p50/p95@128", "@256", "CPU", "MB"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in functions:
        firsts = (f"{one['first_ms'][str(size)]:.0f}" for size in SIZES_MB)
        warm = (f"{one['warm_ms'][str(size)]['p50']:.1f}/{one['warm_ms'][str(size)]['p95']:.1f}" for size in WARM_MB)
        cpu, memory = f"{one['warm_cpu_ms']:.2f}", f"{one['peak_mb']:.0f}"
        table.add_row(one["name"], f"{one['init_ratio']:.2f}", *firsts, *warm, cpu, memory)
    return table


if __name__ == "__main__":
    sys.exit(main())
