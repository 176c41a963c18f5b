"""A reconnect storm: all stations lose their connection in the same moment, and all dial again at once."""

import asyncio
import time
from collections import Counter
from random import Random
from typing import Any

from bench.open_loop import SHARES
from bench.report import quantile
from bench.stations import CallFailed, Crowd, LoadStation

AGAIN_AFTER_S = (0.2, 1.0)
"""A station that is not let in dials again after a time between these."""
GIVES_UP_AFTER_S = 60.0
COURSE_STEP_S = 0.25


async def storm(crowd: Crowd) -> dict[str, Any]:
    """Drop all connections, and let every station dial until it is in and has booted. For JSON."""
    random = Random(1)
    booted_after_s: list[float] = []
    handshakes_ms: list[float] = []
    failures: Counter[str] = Counter()
    for station in crowd.stations:
        station.drop()
    began = time.perf_counter()

    async def come_back(station: LoadStation) -> None:
        while time.perf_counter() - began < GIVES_UP_AFTER_S:
            try:
                dialled_at = time.perf_counter()
                await station.connect()
                handshakes_ms.append((time.perf_counter() - dialled_at) * 1000)
                await station.boot()
            except (CallFailed, OSError, TimeoutError) as failure:
                failures[str(failure) or type(failure).__name__] += 1
                station.drop()
                await asyncio.sleep(random.uniform(*AGAIN_AFTER_S))
            else:
                booted_after_s.append(time.perf_counter() - began)
                return

    await asyncio.gather(*map(come_back, crowd.stations))
    return {
        "stations": len(crowd.stations),
        "booted": len(booted_after_s),
        "all_back_after_s": round(max(booted_after_s, default=GIVES_UP_AFTER_S), 2),
        "handshake_ms": {name: round(quantile(handshakes_ms, share), 1) for name, share in SHARES.items()},
        "failures": dict(failures),
        "course": _course(booted_after_s),
    }


def _course(booted_after_s: list[float]) -> dict[str, list[float]]:
    """How many stations were back after how many seconds."""
    steps = range(round(max(booted_after_s, default=0.0) / COURSE_STEP_S) + 2)
    seconds = [step * COURSE_STEP_S for step in steps]
    return {"seconds": seconds, "back": [sum(one <= at for one in booted_after_s) for at in seconds]}
