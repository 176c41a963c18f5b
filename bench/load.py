"""The local system under load: `python -m bench.load` (docs/bench.md).

Stations of this process, on raw WebSockets of this machine, against a system in a process of its own: one that is
started for the while, or the one that `--port` names. Never use it against a system that others use.
"""

import argparse
import asyncio
import json
import resource
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import echo, load_tables, report
from bench.open_loop import highest_sustained, run
from bench.stations import CARD, Crowd
from bench.watch import Usage, usage
from local.process import NoSystemError, System, find, started

HEARTBEAT_EVERY_S = 300
ECHO_RATES, ECHO_S = (100.0, 1000.0, 4000.0), 5.0
FIRST_RATE, STEP_S = 200.0, 8.0
"""Where the search for the highest rate begins, and how long each is held."""
BEHIND_AT_MOST_S = 120.0

Json = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for; 1 if a target is missed, or the system cannot be had."""
    options = _options(arguments)
    console = Console()
    _allow_open_files(2 * max(options.stations, options.idle) + 500)
    try:
        results = asyncio.run(_measure(options, console))
    except NoSystemError as error:
        print(f"cannot measure: {error}", file=sys.stderr)
        return 1
    report.write(options.json, results)
    for table in load_tables.render(results):
        console.print(table)
    missed = load_tables.missed(results)
    for text in missed:
        console.print(f"[red]missed: {text}")
    return 1 if missed else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument(
        "what", nargs="*", help="echo (our own limit), rates, highest, idle; all of them if none is given"
    )
    parser.add_argument("--stations", type=int, default=500, metavar="N", help="charging stations (500)")
    parser.add_argument("--rates", type=float, nargs="+", default=[100, 200], metavar="R", help="messages/s (100 200)")
    parser.add_argument("--seconds", type=float, default=30, metavar="S", help="how long each rate is held (30)")
    parser.add_argument("--idle", type=int, default=2000, metavar="N", help="idle stations (2000)")
    parser.add_argument("--port", type=int, metavar="P", help="use the system there, not one of our own")
    parser.add_argument("--pid", type=int, help="its process, to measure memory and CPU")
    parser.add_argument("--json", type=Path, default=report.RESULTS / "load.json", metavar="FILE")
    options = parser.parse_args(arguments)
    known = ("echo", "rates", "highest", "idle")
    if unknown := set(options.what) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
    options.what = options.what or list(known)
    return options


def _allow_open_files(wanted: int) -> None:
    """Raise the limit of this process and of those it starts, as far as that is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _measure(options: argparse.Namespace, console: Console) -> Json:
    results: Json = {"stations": options.stations}
    if "echo" in options.what:
        with echo.started() as system, console.status("our own limit"):
            results["echo"] = await _rates(system, options.stations, ECHO_RATES, ECHO_S)
    if "rates" in options.what:
        with _system(options) as system, console.status("given rates"):
            results["rates"] = await _rates(system, options.stations, options.rates, options.seconds)
    if "highest" in options.what:
        with _system(options) as system, console.status("the highest rate"):
            results["highest"] = await _highest(system, options.stations)
    if "idle" in options.what:
        with _system(options) as system, console.status("idle stations"):
            results["idle"] = await _idle(system, options.idle, options.seconds)
    return results


@contextmanager
def _system(options: argparse.Namespace) -> Iterator[System]:
    """The system that is named, or one of our own; every measurement gets a new one, which holds nothing yet."""
    if options.port is None:
        with started({"IDLEWATT_PORT": "0", "IDLEWATT_AWS_PORT": "0", "IDLEWATT_STATE": ""}) as system:
            yield system
        return
    there = find(options.port)
    if there is None:
        raise NoSystemError(f"nothing answers on port {options.port}")
    yield System(there.ws_url, there.api_url, options.pid)


async def _rates(system: System, stations: int, rates: Sequence[float], seconds: float) -> Json:
    """What becomes of given rates, one after the other, with the same stations."""
    crowd, results = await _gather(system, stations, charging=bool(system.api_url))
    results["loads"] = []
    for rate in rates:
        before = _usage(system)
        load = await run(crowd.stations, rate, seconds)
        results["loads"].append({**load.results(), **_taken(before, _usage(system))})
    if system.api_url:
        results["streams_behind_s"] = await _streams_behind_s(system, crowd, "Finishing")
    return await _scatter(crowd, results)


async def _highest(system: System, stations: int) -> Json:
    """The highest rate that is sustained, to within a tenth."""
    crowd, results = await _gather(system, stations, charging=True)
    tried = await highest_sustained(crowd.stations, FIRST_RATE, STEP_S)
    results["highest_per_s"] = max((load.rate for load in tried if load.is_sustained), default=None)
    results["loads"] = [load.results() for load in sorted(tried, key=lambda load: load.rate)]
    results["streams_behind_s"] = await _streams_behind_s(system, crowd, "Finishing")
    return await _scatter(crowd, results)


async def _idle(system: System, stations: int, seconds: float) -> Json:
    """Stations that send nothing but their heartbeats."""
    crowd, results = await _gather(system, stations, charging=False)
    before = _usage(system)
    load = await run(crowd.stations, stations / HEARTBEAT_EVERY_S, seconds, mix={"Heartbeat": 1})
    results["loads"] = [{**load.results(), **_taken(before, _usage(system))}]
    results["held"] = crowd.connected
    return await _scatter(crowd, results)


async def _gather(system: System, stations: int, *, charging: bool) -> tuple[Crowd, Json]:
    """Connected stations, and how that went; what follows from that in the system has happened as well."""
    if system.api_url:
        await asyncio.to_thread(_save_card, system)
    before, began = _usage(system), time.monotonic()
    crowd = Crowd(stations, system.ws_url)
    await crowd.connect(charging=charging)
    seconds = time.monotonic() - began
    after = _usage(system)
    results: Json = {
        "stations": stations,
        "connected": crowd.connected,
        "ready_after_s": round(seconds, 1),
        "handshake_ms": {
            name: round(report.quantile(crowd.handshakes_ms, share), 1)
            for name, share in {"p50": 0.5, "p99": 0.99, "max": 1.0}.items()
        },
    }
    if system.api_url:
        results["settled_after_s"] = await _streams_behind_s(system, crowd, "SuspendedEVSE")
    if before and after:
        results["rss_mb"] = {"before": round(before.rss_mb), "connected": round(after.rss_mb)}
    return crowd, results


async def _scatter(crowd: Crowd, results: Json) -> Json:
    await crowd.leave()
    return {**results, "failures_beside": crowd.failures}


def _usage(system: System) -> Usage | None:
    return usage(system.pid) if system.pid else None


def _taken(before: Usage | None, after: Usage | None) -> Json:
    if before is None or after is None:
        return {}
    return {"cores": round(after.cores_since(before), 2), "rss_mb": round(after.rss_mb)}


def _save_card(system: System) -> None:
    request = urllib.request.Request(
        f"{system.api_url}/id-tokens/{CARD}", b"{}", {"content-type": "application/json"}, method="PUT"
    )
    urllib.request.urlopen(request, timeout=30).close()


async def _streams_behind_s(system: System, crowd: Crowd, status: str) -> float | None:
    """How long after a change of status it is in the station's history: what follows from messages has its own pace.

    None if it is not within two minutes. `status` is one that nobody had before.
    """
    station = crowd.stations[0]
    began = time.monotonic()
    await station.call("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": status})
    while time.monotonic() - began < BEHIND_AT_MOST_S:
        if await asyncio.to_thread(_last_status, system, station.station_id) == status:
            return round(time.monotonic() - began, 2)
        await asyncio.sleep(0.05)
    return None


def _last_status(system: System, station_id: str) -> str | None:
    url = f"{system.api_url}/stations/{station_id}/events?type=status.changed&limit=1"
    with urllib.request.urlopen(url, timeout=30) as answer:
        items = json.load(answer)["items"]
    return items[0]["data"]["reported_status"] if items else None


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a system of ours is stopped in any case
    sys.exit(main())
