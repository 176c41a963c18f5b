"""What an account may do per second, as AWS publishes it (quotas.json, with source and date), and buckets of it."""

import json
from bisect import bisect_left
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FILE = Path(__file__).parent / "quotas.json"


class Quotas(NamedTuple):
    """The quotas that a storm meets; rates are per second."""

    connections_per_s: float
    connections_burst: float
    requests_per_s: float
    requests_burst: float
    concurrency: int
    environments_per_s: float
    environments_burst: float
    table_writes_per_s: float
    partition_writes_per_s: float
    connection_s: float
    idle_s: float


def published() -> dict[str, dict[str, str]]:
    """Each quota with `value`, `quota` (its name), `source`, `read_on`, and `raise`: where more is to be asked for."""
    return cast("dict[str, dict[str, str]]", json.loads(FILE.read_text("utf-8")))


def default_quotas() -> Quotas:
    """Those of an account that has asked for nothing."""
    return Quotas(**{name: entry["value"] for name, entry in published().items()})  # type: ignore[arg-type]  # numbers


class Bucket:
    """Tokens that come at a rate, up to a burst; what finds too few is refused and takes none."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self._level = burst
        self._at = 0.0

    def settle(self, at: float, rate: float) -> None:
        """Count what has come until now, and go on at another rate."""
        self._level = self._after(at)
        self._at = at
        self.rate = rate

    def take(self, at: float, weight: float = 1.0) -> bool:
        """Take tokens at a moment that is not before the last. False if there are too few."""
        level = self._after(at)
        if level < weight:
            return False
        self._level, self._at = level - weight, at
        return True

    def take_many(self, times: Floats, weights: Floats | None = None) -> Flags:
        """Which of many in a row get what they ask for, a token each if nothing else is said: as `take` would find."""
        if not len(times) or self._take_all(times, weights):
            return np.ones(len(times), dtype=bool)
        return self._take_each(times) if weights is None else self._take_weighted(times, weights)

    def _after(self, at: float) -> float:
        return min(self.burst, self._level + self.rate * (at - self._at))

    def _take_all(self, times: Floats, weights: Floats | None) -> bool:
        """Take everything, if that is there at each moment; the level is a sum that the burst cuts off."""
        asked = np.ones(len(times)) if weights is None else weights
        uncut = self._level + self.rate * (times - self._at) - np.cumsum(asked)
        cut = np.maximum.accumulate(np.maximum(uncut + asked - self.burst, 0.0))
        levels = uncut - cut
        if levels.min() < 0:
            return False
        self._level, self._at = float(levels[-1]), float(times[-1])
        return True

    def _take_each(self, times: Floats) -> Flags:
        """One after the other, passing over those for whom the next token comes too late."""
        when = times.tolist()
        admitted = np.zeros(len(when), dtype=bool)
        place = 0
        while place < len(when):
            if self.take(when[place]):
                admitted[place] = True
                place += 1
            elif self.rate <= 0:
                break
            else:
                place = bisect_left(when, self._at + (1 - self._level) / self.rate, lo=place + 1)
        return admitted

    def _take_weighted(self, times: Floats, weights: Floats) -> Flags:
        pairs = zip(times.tolist(), weights.tolist(), strict=True)
        return np.fromiter((self.take(at, weight) for at, weight in pairs), dtype=bool, count=len(times))
