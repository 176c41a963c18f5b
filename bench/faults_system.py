"""A local system in which things go wrong, as a process of its own that tells in the end what has."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.report import ROOT, Json
from local import logs
from local.faults import FaultInjector
from local.system import LocalSystem

SETTLED_WITHIN_S = 60.0


class Faulty:
    """Where it answers; `injected` is how often what went wrong, once it has ended."""

    def __init__(self, process: subprocess.Popen[str], ws_url: str, api_url: str) -> None:
        self._process = process
        self.ws_url = ws_url
        self.api_url = api_url
        self.injected: dict[str, int] = {}

    def settle(self) -> bool:
        """Wait until the functions behind stream and queues have had everything; whether they had it in time."""
        assert self._process.stdin is not None  # it is a pipe
        self._process.stdin.write("settle\n")
        self._process.stdin.flush()
        is_settled: bool = _line(self._process)
        return is_settled


@contextmanager
def faulty(rate: float, seed: int) -> Iterator[Faulty]:
    """The system while the block runs. Raises RuntimeError if it does not start."""
    command = [sys.executable, "-m", "bench.faults_system", str(rate), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        system = Faulty(process, **_line(process))
        try:
            yield system
        finally:
            assert process.stdin is not None  # it is a pipe
            process.stdin.close()
            system.injected = _line(process)


def _line(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None  # it is a pipe
    text = process.stdout.readline()
    if not text:
        raise RuntimeError("the local system has ended; what it wrote says why")
    return json.loads(text)


def main() -> None:
    """Run until the standard input ends; a line asks for the streams to run dry."""
    rate, seed = float(sys.argv[1]), int(sys.argv[2])
    terminal = logs.to_file(ROOT / ".local" / "faults.log")
    system = LocalSystem.of_project()
    system.injector = FaultInjector(rate, seed)
    with system:
        _tell(terminal, {"ws_url": system.ws_url, "api_url": system.api_url})
        for _ in sys.stdin:
            _tell(terminal, system.wait_idle(SETTLED_WITHIN_S))
    _tell(terminal, dict(sorted(system.injector.done.items())))


def _tell(terminal: Any, told: Json | bool) -> None:
    print(json.dumps(told), file=terminal, flush=True)


if __name__ == "__main__":
    main()
