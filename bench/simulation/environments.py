"""Environments of Lambda functions: how many there are, how many are busy, and what is refused for want of one.

An invocation takes an idle environment or starts a new one, which takes its init time longer. New ones come at most as
fast as Lambda's scaling rate of a function, and all that are busy are at most as many as the account's concurrency.
Time goes in steps, fine against how long a function runs.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.simulation.quotas import Quotas

STEP_S = 0.01
Counts = npt.NDArray[np.int64]


class Function(NamedTuple):
    """What an invocation takes."""

    warm_s: float
    init_s: float


class Environments:
    """All functions of an account, over windows of time of one length."""

    def __init__(
        self, functions: Mapping[str, Function], quotas: Quotas, window_steps: int, warm: Mapping[str, int]
    ) -> None:
        """`warm` is how many environments of a function there are at the beginning."""
        longest_s = max(one.warm_s + one.init_s for one in functions.values())
        length = window_steps + math.ceil(longest_s / STEP_S) + 1
        self._quotas = quotas
        self._steps = window_steps
        self._functions = functions
        self._busy = {name: np.zeros(length, dtype=np.int64) for name in functions}
        self._tokens = dict.fromkeys(functions, float(quotas.environments_burst))
        self.existing = {name: warm.get(name, 0) for name in functions}
        self.cold_starts = dict.fromkeys(functions, 0)
        self.peak_busy = dict.fromkeys(functions, 0)
        self.peak_concurrency = 0

    def run(self, arrivals: Mapping[str, Counts]) -> dict[str, Counts]:
        """A window in which so many invocations come in each step; how many of them are served."""
        asked = {name: counts for name, counts in arrivals.items() if counts.any()}
        served = asked if self._all_warm(asked) else self._one_step_after_another(asked)
        self._note_peaks()
        self._go_on()
        return {**{name: np.zeros(self._steps, dtype=np.int64) for name in arrivals}, **served}

    def _all_warm(self, asked: Mapping[str, Counts]) -> bool:
        """Serve all from environments that exist, if there are enough in every step."""
        wanted = {name: self._busy_with(name, counts) for name, counts in asked.items()}
        enough = all(busy.max() <= self.existing[name] for name, busy in wanted.items())
        if not enough or sum((wanted.get(name, self._busy[name]) for name in self._busy), start=_NONE).max(
            initial=0
        ) > int(self._quotas.concurrency):
            return False
        self._busy.update(wanted)
        return True

    def _busy_with(self, name: str, counts: Counts) -> Counts:
        steps = _steps(self._functions[name].warm_s)
        added = np.zeros(len(self._busy[name]) + 1, dtype=np.int64)
        added[: self._steps] += counts
        added[steps : steps + self._steps] -= counts
        busy: Counts = self._busy[name] + np.cumsum(added)[:-1]
        return busy

    def _one_step_after_another(self, asked: Mapping[str, Counts]) -> dict[str, Counts]:
        served = {name: np.zeros(self._steps, dtype=np.int64) for name in asked}
        for step in range(self._steps):
            free = int(self._quotas.concurrency) - sum(int(busy[step]) for busy in self._busy.values())
            for name, counts in asked.items():
                if counts[step]:
                    served[name][step] = taken = self._serve(name, step, min(int(counts[step]), max(free, 0)))
                    free -= taken
        return served

    def _serve(self, name: str, step: int, asked: int) -> int:
        """Serve what environments there are for, and can be made for, in one step."""
        function, busy = self._functions[name], self._busy[name]
        warm = min(asked, max(self.existing[name] - int(busy[step]), 0))
        tokens = self._tokens[name] + self._quotas.environments_per_s * STEP_S * step
        cold = min(asked - warm, int(min(tokens, self._quotas.environments_burst)))
        busy[step : step + _steps(function.warm_s)] += warm
        busy[step : step + _steps(function.warm_s + function.init_s)] += cold
        self.existing[name] += cold
        self.cold_starts[name] += cold
        self._tokens[name] -= cold
        return warm + cold

    def _note_peaks(self) -> None:
        for name, busy in self._busy.items():
            self.peak_busy[name] = max(self.peak_busy[name], int(busy[: self._steps].max()))
        together = sum((busy[: self._steps] for busy in self._busy.values()), start=_NONE)
        self.peak_concurrency = max(self.peak_concurrency, int(together.max()))

    def _go_on(self) -> None:
        gained = self._quotas.environments_per_s * STEP_S * self._steps
        for name, busy in self._busy.items():
            busy[: -self._steps] = busy[self._steps :]
            busy[-self._steps :] = 0
            self._tokens[name] = min(self._tokens[name] + gained, self._quotas.environments_burst)


_NONE: Counts = np.zeros(1, dtype=np.int64)


def _steps(duration_s: float) -> int:
    return max(1, round(duration_s / STEP_S))
