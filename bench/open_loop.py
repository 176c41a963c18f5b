"""Load at a given rate, whatever becomes of it.

Messages are due at times that are drawn beforehand, as independent stations would send them (a Poisson process), and
an answer's time counts from when its message was due. So a system that stalls is charged for everybody who waited.
Whose message is due is drawn as well; the station then sends what comes next in its session.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from bench.report import quantile
from bench.stations import CallFailed

DRAIN_S = 10.0
"""How long after the last message was due its answer is waited for."""
ANSWERED_SHARE = 0.999
SUSTAINED_P99_MS = 1000.0
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


class Stepper(Protocol):
    """A station; `step` sends what comes next, waits for its answer and returns its action. It raises CallFailed."""

    async def step(self) -> str: ...


@dataclass
class Load:
    """What became of a load. Times in milliseconds, by action."""

    rate: float | None
    """Messages per second that were due; None of a closed loop, which goes as fast as it is answered."""
    seconds: float
    due: int = 0
    answered_ms: dict[str, list[float]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    late_ms: list[float] = field(default_factory=list)
    """How late we ourselves were: from when a message was due until we came to send it."""
    elapsed_s: float = 0.0
    """From when the first message was due until the last answer, or until we gave up waiting."""

    @property
    def answered(self) -> int:
        return sum(map(len, self.answered_ms.values()))

    @property
    def answered_per_s(self) -> float:
        return self.answered / self.elapsed_s if self.elapsed_s else 0.0

    def ms(self, share: float, action: str | None = None) -> float:
        """A quantile of the time to the answer, of one action or of all."""
        chosen = [self.answered_ms.get(action, [])] if action else self.answered_ms.values()
        return quantile([one for times in chosen for one in times], share)

    @property
    def is_sustained(self) -> bool:
        """Nearly everything was answered, and in time."""
        return self.answered >= ANSWERED_SHARE * self.due and self.ms(0.99) < SUSTAINED_P99_MS

    async def charge(self, station: Stepper, due_at_s: float) -> None:
        """Let a station send what was due at a time of `perf_counter`, and count what becomes of it."""
        try:
            action = await station.step()
        except CallFailed as failure:
            self.failures[str(failure)] += 1
        else:
            self.answered_ms.setdefault(action, []).append((time.perf_counter() - due_at_s) * 1000)

    def results(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "rate_per_s": self.rate,
            "seconds": self.seconds,
            "due": self.due,
            "answered": self.answered,
            "answered_per_s": round(self.answered_per_s, 1),
            "sustained": self.is_sustained,
            "failures": dict(self.failures),
            "ms": {
                action or "all": {name: round(self.ms(share, action), 1) for name, share in SHARES.items()}
                for action in (None, *sorted(self.answered_ms))
            },
            "generator_late_ms": {"p99": round(quantile(self.late_ms, 0.99), 1)} if self.late_ms else None,
        }


async def run(stations: Sequence[Stepper], rate: float, seconds: float, *, seed: int = 1) -> Load:
    """Let the stations send `rate` messages per second for some seconds; equal seeds make equal loads."""
    random = Random(seed)
    load = Load(rate, seconds)
    began = time.perf_counter()
    under_way: set[asyncio.Task[None]] = set()

    async def send(station: Stepper, due_at_s: float) -> None:
        load.late_ms.append((time.perf_counter() - due_at_s) * 1000)
        await load.charge(station, due_at_s)

    due_s = random.expovariate(rate)
    while due_s < seconds:
        await asyncio.sleep(max(0.0, began + due_s - time.perf_counter()))
        task = asyncio.create_task(send(random.choice(stations), began + due_s))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        load.due += 1
        due_s += random.expovariate(rate)
    if under_way:
        _answered, unanswered = await asyncio.wait(under_way, timeout=DRAIN_S)
        for task in unanswered:
            task.cancel()
            load.failures["unanswered"] += 1
    load.elapsed_s = max(seconds, time.perf_counter() - began)
    return load
