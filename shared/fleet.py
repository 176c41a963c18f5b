"""What a fleet's size demands of its stations: when they dial again, and how often they say that they are there.

Chosen by simulation (docs/scale.md). Pure, and data for infra as the catalog is.
"""

import math
from typing import NamedTuple

CONNECTIONS_PER_S = 400
"""At which rate stations that were cut off together come back: four fifths of the 500 new connections that API Gateway
admits per second and account, which leaves room for those that are not told when to dial."""
SHORTEST_RANGE_S, LONGEST_RANGE_S = 10, 3600
WAIT_MINIMUM_S = 10
"""A service that went away for a moment is back by then, and the ends of the old connections are noted."""
REPEAT_TIMES = 3
"""The wait doubles up to 80 s: while a service is away for long, it is not besieged by those who wait for it."""

HEARTBEAT_INTERVAL_S = 480
"""How often a station says that it is there, whatever the fleet's size: each time is two messages and a write, most of
what an idle one costs (docs/cost.md). API Gateway cuts what is silent for 600 s: the two minutes between are for a
clock that runs slow, a heartbeat that waits for an answer before it, a link that sends it again. Planned reconnects
ride on heartbeats (shared/domain/stations.py): 110 minutes and this stay below the two hours."""


class RetrySettings(NamedTuple):
    """The variables RetryBackOff… of OCPPCommCtrlr in OCPP 2.x: a station that has lost its connection waits the
    minimum and a random time within the range; after each attempt that fails the minimum doubles, so many times at
    most, and the random time is drawn anew."""

    wait_minimum_s: int
    random_range_s: int
    repeat_times: int


def retry_settings(expected_stations: int) -> RetrySettings | None:
    """How stations of a fleet of this size dial again. None for 0: they are told nothing."""
    if expected_stations <= 0:
        return None
    spread_s = math.ceil(expected_stations / CONNECTIONS_PER_S)
    return RetrySettings(WAIT_MINIMUM_S, min(max(spread_s, SHORTEST_RANGE_S), LONGEST_RANGE_S), REPEAT_TIMES)
