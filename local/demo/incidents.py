"""What befalls the fleet of the demo, besides what happens at stations by themselves: a long fault, an outage."""

import asyncio
from collections.abc import Sequence

from local.simulation.clock import Clock
from local.simulation.session import Fault
from local.simulation.station import Station

BROKEN = Fault("GroundFailure", "residual current above 30 mA, call a technician")
BREAKS_AFTER_S = 15.0
BROKEN_FOR_S = 240.0
OUT_OF_REACH_AFTER_S = 70.0
OUT_OF_REACH_FOR_S = 75.0
OUTAGE_EVERY_S = 300.0


async def befall(stations: Sequence[Station], clock: Clock) -> None:
    """Until the clock is stopped (ClockStopped). A fleet of one or two is spared the fault."""
    async with asyncio.TaskGroup() as group:
        if len(stations) > 2:
            group.create_task(_break(stations[-1], clock))
        group.create_task(_lose(stations[len(stations) // 2], clock))


async def _break(station: Station, clock: Clock) -> None:
    """One connector stays broken for long, and again some time after it was repaired."""
    while True:
        await clock.sleep(BREAKS_AFTER_S)
        station.connectors[0].break_down(BROKEN, BROKEN_FOR_S)
        await clock.sleep(3 * BROKEN_FOR_S)


async def _lose(station: Station, clock: Clock) -> None:
    """The line to one station breaks now and then."""
    await clock.sleep(OUT_OF_REACH_AFTER_S)
    while True:
        await station.lose_connection(OUT_OF_REACH_FOR_S)
        await clock.sleep(OUTAGE_EVERY_S)
