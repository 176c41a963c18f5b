"""The parts of `bench.load`, each of which is measured on a system and comes out as JSON."""

import asyncio
import time
from collections.abc import Sequence
from itertools import count
from typing import Any

from bench import closed_loop, echo, load_books, open_loop
from bench.load_sessions import VERSIONS
from bench.load_storm import storm
from bench.open_loop import SHARES, Load
from bench.report import quantile
from bench.stations import Crowd, LoadStation
from bench.watch import Usage, usage
from local.process import System

ECHO_S = 3.0
STEP_S = 5.0
"""How long each of the higher rates is held."""
CHARGING_SHARE = 10
"""In a reconnect storm every tenth station is charging."""
ONLINE_WITHIN_S = 30.0
HEARTBEAT_EVERY_S = 300
IDLE_S = 30.0

Json = dict[str, Any]
_runs = count()
"""Stations of one run are not those of the run before on the same system."""


async def echo_limits(stations: int) -> Json:
    """What the generator reaches in a closed loop against a server that only answers, by version."""
    results: Json = {}
    for version in VERSIONS:
        with echo.started() as system:
            crowd = Crowd(stations, system.ws_url, versions=[version])
            await crowd.connect()
            began_cpu_s = time.process_time()
            load = await closed_loop.run(crowd.stations, ECHO_S)
            cpu_s = time.process_time() - began_cpu_s
            results[version] = {
                **load.results(),
                "generator_cpu_ms_per_message": round(cpu_s * 1000 / load.answered, 3),
            }
            await crowd.leave()
    return results


async def sessions(system: System, stations: int, closed_s: float, rates: Sequence[float]) -> Json:
    """Charging sessions of either version: as fast as they are answered, at given rates, and the books afterwards."""
    results: Json = {}
    for version in VERSIONS:
        crowd = Crowd(stations, system.ws_url, f"LOAD{next(_runs)}-{version.replace('.', '')}", [version])
        await asyncio.to_thread(load_books.save_cards, system, crowd.stations)
        result: Json = {"stations": stations, **await _connect(system, crowd)}
        if closed_s:
            result["closed"] = await _watched(system, crowd, closed_loop.run(crowd.stations, closed_s))
        result["open"] = []
        for rate in rates:
            seconds = closed_s or STEP_S if rate == rates[0] else STEP_S
            result["open"].append(await _watched(system, crowd, open_loop.run(crowd.stations, rate, seconds)))
            if not result["open"][-1]["sustained"]:
                break
        await crowd.finish()
        await load_books.settled(system, crowd.stations[0])
        result["books"] = await asyncio.to_thread(load_books.compare_sessions, system, crowd.stations)
        await crowd.leave()
        results[version] = {**result, "asked_by_system": _asked(crowd), "failures_beside": dict(crowd.failures)}
    return results


async def reconnect(system: System, stations: int) -> Json:
    """All stations, of both versions in turn, drop and dial again at once; what the system knows of them then."""
    crowd = Crowd(stations, system.ws_url, f"STORM{next(_runs)}", VERSIONS)
    charging = crowd.stations[::CHARGING_SHARE]
    await asyncio.to_thread(load_books.save_cards, system, charging)
    connected = await _connect(system, crowd)
    await crowd.begin(charging)
    await load_books.settled(system, crowd.stations[0])
    before = _usage(system)
    result = await storm(crowd)
    result |= _taken(before, _usage(system))
    result["history_behind_s"] = await load_books.settled(system, crowd.stations[0])
    result["online_at_api"] = await _online(system, crowd)
    await crowd.finish()
    await load_books.settled(system, crowd.stations[0])
    result["still_connected"] = crowd.connected
    result["books"] = await asyncio.to_thread(load_books.compare_sessions, system, charging)
    await crowd.leave()
    return {"before": connected, **result, "asked_by_system": _asked(crowd), "failures_beside": dict(crowd.failures)}


async def idle(system: System, stations: int) -> Json:
    """Stations that send nothing but their heartbeats."""
    crowd = Crowd(stations, system.ws_url, f"IDLE{next(_runs)}", VERSIONS)
    result = await _connect(system, crowd)
    beating = [_Beating(station) for station in crowd.stations]
    load = await _watched(system, crowd, open_loop.run(beating, stations / HEARTBEAT_EVERY_S, IDLE_S))
    held = crowd.connected
    await crowd.leave()
    return {"stations": stations, **result, **load, "held": held, "failures_beside": dict(crowd.failures)}


def memory_mb(system: System) -> Json | None:
    """What the system holds after all of it, and the most it ever held; None if it is not ours to look at."""
    taken = _usage(system)
    return {"resident": round(taken.rss_mb), "peak": round(taken.peak_mb)} if taken else None


class _Beating:
    """A station that is not charging."""

    def __init__(self, station: LoadStation) -> None:
        self._station = station

    async def step(self) -> str:
        await self._station.call("Heartbeat", {})
        return "Heartbeat"


async def _connect(system: System, crowd: Crowd) -> Json:
    """How connecting went; what follows from it in the system has happened as well."""
    began = time.monotonic()
    await crowd.connect()
    seconds = time.monotonic() - began
    return {
        "connected": crowd.connected,
        "ready_after_s": round(seconds, 1),
        "handshake_ms": {name: round(quantile(crowd.handshakes_ms, share), 1) for name, share in SHARES.items()},
        "settled_after_s": await load_books.settled(system, crowd.stations[0]),
    }


async def _watched(system: System, crowd: Crowd, running: Any) -> Json:
    """A load with what it took of the machine, and how far the history was behind at its end."""
    before = _usage(system)
    load: Load = await running
    taken = _taken(before, _usage(system), load.answered)
    return {**load.results(), **taken, "history_behind_s": await load_books.settled(system, crowd.stations[0])}


async def _online(system: System, crowd: Crowd) -> int:
    """How many are online by the system's account, once it is all of them or has had time enough."""
    began = time.monotonic()
    while True:
        online = await asyncio.to_thread(load_books.online, system, crowd.stations)
        if online == len(crowd.stations) or time.monotonic() - began > ONLINE_WITHIN_S:
            return online
        await asyncio.sleep(1)


def _asked(crowd: Crowd) -> int:
    return sum(station.asked for station in crowd.stations)


def _usage(system: System) -> Usage | None:
    return usage(system.pid) if system.pid else None


def _taken(before: Usage | None, after: Usage | None, answered: int | None = None) -> Json:
    """Cores and memory, and messages answered for each second of the system's CPU time."""
    if before is None or after is None:
        return {}
    taken: Json = {"cores": round(after.cores_since(before), 2), "rss_mb": round(after.rss_mb)}
    if answered is not None:
        taken["answered_per_cpu_s"] = round(answered / max(after.cpu_s - before.cpu_s, 0.01))
    return taken
