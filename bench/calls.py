"""How long a call takes from the operator's request to the station's socket: `python -m bench.calls` (docs/bench.md).

Requests come at a given rate (a Poisson process), each to a station drawn at random, which answers at once. Two times
are measured: until the frame is at the station, and until the API says how the call ended.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from bench import report
from bench.open_loop import Load, run
from bench.stations import CallFailed, Crowd, LoadStation
from local.process import NoSystemError, System, find, started

ACTION = "ClearCache"
ARRIVES_WITHIN_S = 30
P50_TARGET_MS = 60.0
ENDED = "until the answer is known"
ARRIVED = "until the frame is at the station"


class CalledStation:
    """A station that answers what it is sent; `step` makes a call to it."""

    def __init__(self, station: LoadStation, session: aiohttp.ClientSession, url: str) -> None:
        self._station = station
        self._session = session
        self._url = f"{url}/stations/{station.station_id}/calls"
        self._arrived: dict[str, asyncio.Future[float]] = {}
        self.ended_ms: list[float] = []
        self.failures: list[str] = []
        station.called = lambda message_id: self._of(message_id).set_result(time.perf_counter())

    def _of(self, message_id: str) -> asyncio.Future[float]:
        return self._arrived.setdefault(message_id, asyncio.get_running_loop().create_future())

    async def step(self) -> str:
        """Make a call, and wait until its frame is there; returns its action. Raises CallFailed."""
        async with self._session.post(self._url, json={"action": ACTION}) as answer:
            made = await answer.json()
            if answer.status not in (200, 202):
                raise CallFailed(str(answer.status))
        try:
            async with asyncio.timeout(ARRIVES_WITHIN_S):
                await self._of(made["call_id"])
        except TimeoutError as error:
            raise CallFailed("not there") from error
        return ACTION

    async def call(self) -> None:
        """Make a call and wait until the API says how it ended."""
        began = time.perf_counter()
        async with self._session.post(self._url, json={"action": ACTION, "wait_s": 20}) as answer:
            made = await answer.json()
        if made.get("state") == "answered":
            self.ended_ms.append((time.perf_counter() - began) * 1000)
        else:
            self.failures.append(str(made.get("state")))


def main(arguments: list[str] | None = None) -> int:
    """Measure; 1 if the target is missed, or the system cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m bench.calls", description=__doc__)
    parser.add_argument("--stations", type=int, default=200, metavar="N", help="connected stations (200)")
    parser.add_argument("--rate", type=float, default=20, metavar="R", help="calls per second (20)")
    parser.add_argument("--seconds", type=float, default=30, metavar="S", help="how long (30)")
    parser.add_argument("--port", type=int, metavar="P", help="use the system there, not one of our own")
    parser.add_argument("--json", type=Path, default=report.RESULTS / "calls.json", metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        if options.port is None:
            with started({"IDLEWATT_PORT": "0", "IDLEWATT_AWS_PORT": "0", "IDLEWATT_STATE": ""}) as system:
                results = asyncio.run(_measure(system, options))
        elif there := find(options.port):
            results = asyncio.run(_measure(there, options))
        else:
            raise NoSystemError(f"nothing answers on port {options.port}")
    except NoSystemError as error:
        print(f"cannot measure: {error}", file=sys.stderr)
        return 1
    report.write(options.json, results)
    Console().print(_table(results))
    return 1 if results[ARRIVED]["p50"] >= P50_TARGET_MS or results["failures"] else 0


async def _measure(system: System, options: argparse.Namespace) -> dict[str, Any]:
    crowd = Crowd(options.stations, system.ws_url, "CALLED")
    await crowd.connect()
    async with aiohttp.ClientSession() as session:
        stations = [CalledStation(station, session, system.api_url) for station in crowd.stations]
        await asyncio.gather(*(station.step() for station in stations[:10]))  # what is made once is made
        load = await run(stations, options.rate, options.seconds)
        for station in stations[:50]:
            await station.call()
    await crowd.leave()
    return _results(load, stations, options.stations)


def _results(load: Load, stations: list[CalledStation], connected: int) -> dict[str, Any]:
    ended = [one for station in stations for one in station.ended_ms]
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {
        "stations": connected,
        "rate_per_s": load.rate,
        "calls": load.due,
        ARRIVED: {name: round(load.ms(share), 1) for name, share in shares.items()},
        ENDED: {name: round(report.quantile(ended, share), 1) for name, share in shares.items()},
        "failures": {**load.failures, **{state: 1 for station in stations for state in station.failures}},
        "generator_late_ms_p99": round(report.quantile(load.late_ms, 0.99), 1),
    }


def _table(results: dict[str, Any]) -> Table:
    table = Table(
        title=f"{results['calls']} calls at {results['rate_per_s']:g}/s to {results['stations']} stations",
        caption=f"failures: {results['failures'] or 'none'}; we late p99 {results['generator_late_ms_p99']:g} ms",
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("from the request")
    for name in ("p50", "p95", "p99", "max"):
        table.add_column(f"{name} ms", justify="right")
    for what in (ARRIVED, ENDED):
        table.add_row(what, *(f"{results[what][name]:g}" for name in ("p50", "p95", "p99", "max")))
    return table


if __name__ == "__main__":
    sys.exit(main())
