"""What all stations did at one moment: sampled every few minutes, for the curves of a day."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LONGEST_GAP = dt.timedelta(minutes=20)
"""Between samples that lie further apart nobody knows what flowed."""


class FleetSample(NamedTuple):
    """All stations at one moment."""

    at: dt.datetime
    stations: int
    online: int
    charging: int
    """Stations with a transaction that runs."""
    faulted: int
    """Stations with a fault that stands."""
    transactions: int
    """Those that run."""
    power_w: int
    """What they all draw, by their latest readings."""
    energy_wh: int
    """What has flowed since the sample before: the mean of the two powers for the time between."""
    estimated: bool = False
    """Whether only a part of the transactions was looked at, and the others taken for the like."""


def energy_between(before: FleetSample | None, power_w: int, at: dt.datetime) -> int:
    """The energy since the sample before, of now so much power; 0 where that is too long ago to tell."""
    if before is None or not dt.timedelta(0) <= at - before.at <= LONGEST_GAP:
        return 0
    return round((before.power_w + power_w) / 2 * (at - before.at).total_seconds() / 3600)


def thinned(samples: Sequence[FleetSample], every: dt.timedelta, most: int) -> list[FleetSample]:
    """The samples, or if there are too many the last of each period, with the energy of all in it."""
    if len(samples) <= most:
        return list(samples)
    periods: dict[int, FleetSample] = {}
    for sample in samples:
        period = int(sample.at.timestamp() // every.total_seconds())
        flowed = periods[period].energy_wh if period in periods else 0
        periods[period] = sample._replace(energy_wh=flowed + sample.energy_wh)
    return list(periods.values())


def energy_since(samples: Iterable[FleetSample], at: dt.datetime) -> int:
    """The energy that has flowed since a moment."""
    return sum(sample.energy_wh for sample in samples if sample.at > at)
