"""`python -m local` as a program of its own, for tests of what only a program has: exit status, output, signals."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from local.synth import ROOT, assembly

START_S = 180.0
STOP_S = 60.0


@dataclass(frozen=True)
class Program:
    """A running `python -m local`."""

    process: "subprocess.Popen[str]"
    ws_url: str
    """Stations add their identity to it."""
    api_url: str
    """The root of the operator API."""
    aws_url: str
    """The endpoint of the AWS API."""
    ready: str
    """The line that it printed when everything answered."""

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(STOP_S)


@contextmanager
def running(**environment: str) -> Iterator[Program]:
    """The program on ports that the system chooses, with further variables such as IDLEWATT_ONBOARDING."""
    assembly()
    process = subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env={**os.environ, "IDLEWATT_PORT": "0", "IDLEWATT_AWS_PORT": "0", **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    overdue = threading.Timer(START_S, process.kill)
    overdue.start()
    try:
        try:
            program = _announced(process)
        finally:
            overdue.cancel()
        yield program
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
        if process.stdout is not None:
            process.stdout.close()


def _announced(process: "subprocess.Popen[str]") -> Program:
    """The program, once it has said that it is ready."""
    ready, urls = "", dict[str, str]()
    for line in process.stdout or ():
        if line.startswith("ready"):
            ready = line.strip()
        elif match := re.match(r"\s+(stations|API|AWS)\s+(\S+)", line):
            urls[match[1]] = match[2]
        if ready and len(urls) == 3:
            return Program(
                process,
                ws_url=urls["stations"].removesuffix("{stationId}"),
                api_url=urls["API"].removesuffix("/docs"),
                aws_url=urls["AWS"],
                ready=ready,
            )
    raise RuntimeError(f"the program ended before it was ready, with status {process.wait(STOP_S)}")
