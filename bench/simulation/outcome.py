"""What came of a storm."""

from dataclasses import dataclass, field

import numpy as np

from bench.simulation.quotas import Floats
from bench.simulation.retries import Integers

REASONS = ("down", "requests", "connections", "environments", "table", "index")
"""Why an attempt fails: the service is away, or this is used up."""


@dataclass
class Outcome:
    """Times count from the moment at which the connections were lost; NaN: not within the horizon."""

    connected_at: Floats
    done_at: Floats
    """When a station has said what it had to say."""
    attempts: Integers
    """Of each station, the successful one among them."""
    refused: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REASONS, 0))
    throttled_messages: int = 0
    ends_noted: int = 0
    ends_lost: int = 0
    """`$disconnect`s that were refused; the table then says for a while that those stations are online."""
    seconds: dict[str, Floats] = field(default_factory=dict)
    """Per second: `attempts`, `connects`, `messages` (requests to the API, with the usual traffic), `writes` of the
    table and `index_writes` of the list of stations online."""
    environments: dict[str, int] = field(default_factory=dict)
    """How many there are of each function at the end."""
    cold_starts: int = 0
    peak_concurrency: int = 0

    def back_within_s(self, share: float) -> float:
        """After how long this share of the stations is connected; NaN if it never was."""
        known = np.sort(self.connected_at[~np.isnan(self.connected_at)])
        place = int(np.ceil(share * len(self.connected_at))) - 1
        return float(known[place]) if place < len(known) else float("nan")

    def peak(self, name: str) -> float:
        series = self.seconds[name]
        return float(series.max()) if len(series) else 0.0

    @property
    def attempts_per_station(self) -> float:
        return float(self.attempts.mean())
