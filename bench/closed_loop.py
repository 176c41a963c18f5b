"""Load as high as it goes: every station keeps one call outstanding, and sends the next when the answer is there."""

import asyncio
import time
from collections.abc import Sequence

from bench.open_loop import Load, Stepper

FAILED_PAUSE_S = 0.05
"""Before a station that failed goes on: without a connection a message fails at once."""


async def run(stations: Sequence[Stepper], seconds: float) -> Load:
    """Let every station speak for some seconds; what is under way then is waited for and counts as well."""
    load = Load(None, seconds)
    began = time.perf_counter()

    async def speak(station: Stepper) -> None:
        while (now := time.perf_counter()) < began + seconds:
            load.due += 1
            failed = load.failures.total()
            await load.charge(station, now)
            if load.failures.total() > failed:
                await asyncio.sleep(FAILED_PAUSE_S)

    await asyncio.gather(*map(speak, stations))
    load.elapsed_s = time.perf_counter() - began
    return load
