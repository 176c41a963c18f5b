"""How stations dial again: as OCPP 2.x has it, or as stations of OCPP 1.6 do, for which there is no rule."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.simulation.quotas import Floats
from shared.fleet import RetrySettings

Integers = npt.NDArray[np.int64]


class Retry(NamedTuple):
    """A wait, which doubles a few times, and a random part of it that is drawn anew for each attempt."""

    name: str
    wait_s: float
    range_s: float = 0.0
    doublings: int = 0

    def waits(self, failed: Integers, drawn: Floats) -> Floats:
        """Seconds until the next attempt, of stations that have failed so many times; `drawn` is from 0 to 1."""
        return self.wait_s * 2.0 ** np.minimum(failed, self.doublings) + self.range_s * drawn


def of_fleet(settings: RetrySettings, name: str = "") -> Retry:
    """As a station of OCPP 2.x does with these settings."""
    minimum, spread, times = settings
    return Retry(name or f"2.x: {minimum} s + 0 to {spread} s, {times} doublings", minimum, spread, times)


def drawn(seed: int, stations: Integers, number: Integers | int) -> Floats:
    """A number from 0 to 1 for each station and the number of its attempt: the same whenever it is asked for.

    (The finaliser of SplitMix64 over the three.)
    """
    mixed = stations.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed += (np.atleast_1d(number).astype(np.uint64) + np.uint64(1)) * np.uint64(0xD1B54A32D192ED03)
    mixed += np.atleast_1d(np.uint64(seed)) * np.uint64(0x8CB92BA72F3D8DD7)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    uniform: Floats = (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53
    return uniform
