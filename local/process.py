"""The local system as a process of its own: found where it runs already, or started and stopped again."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 180.0
"""The first start synthesises the template."""
STOPPED_WITHIN_S = 30.0


class NoSystemError(Exception):
    """There is no system to work with; the message says why."""


@dataclass(frozen=True)
class System:
    """Where a system answers, and its process if it is ours."""

    ws_url: str
    """Stations add their identity to it."""
    api_url: str
    """The root of the operator API."""
    pid: int | None = None


def find(port: int) -> System | None:
    """The system that answers on a port of this machine, or None if nothing does.

    Raises NoSystemError if something else answers there.
    """
    api_url = f"http://127.0.0.1:{port}/api/v1"
    try:
        with urllib.request.urlopen(f"{api_url}/openapi.json", timeout=10) as answer:  # noqa: S310  # a URL of ours
            title = str(json.load(answer)["info"]["title"])
    except ConnectionRefusedError:
        return None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionRefusedError):
            return None
        raise NoSystemError(f"port {port} is taken by something else: {error}") from error
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException) as error:
        raise NoSystemError(f"port {port} is taken by something else: {error}") from error
    if "idlewatt" not in title.lower():
        raise NoSystemError(f"port {port} is taken by {title!r}")
    return System(f"ws://127.0.0.1:{port}/ocpp/", api_url)


@contextmanager
def started(environment: Mapping[str, str]) -> Iterator[System]:
    """A new system, which is stopped at the end. `environment` is added to ours.

    It has a session of its own, so that a Ctrl-C in the terminal reaches only us: what we run on it ends first.
    """
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "local"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,
        )
        try:
            yield _when_ready(process, complaints)
        finally:
            _stop(process)


def _when_ready(process: subprocess.Popen[str], complaints: IO[str]) -> System:
    assert process.stdout is not None  # noqa: S101  # it is a pipe
    too_late = threading.Timer(READY_WITHIN_S, process.kill)
    too_late.start()
    try:
        for line in process.stdout:
            if line.startswith("ready"):
                where = dict(process.stdout.readline().split() for _ in ("stations", "API"))
                ws_url, api_url = where["stations"].removesuffix("{stationId}"), where["API"].removesuffix("/docs")
                return System(ws_url, api_url, process.pid)
    finally:
        too_late.cancel()
    process.wait()
    complaints.seek(0)
    raise NoSystemError(complaints.read().strip() or "the local system ended before it was ready")


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
