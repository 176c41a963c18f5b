"""Load at a given rate, whatever becomes of it.

Messages are due at times that are drawn beforehand, as independent stations would send them (a Poisson process), and
an answer's time counts from when its message was due. So a system that stalls is charged for everybody who waited.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from bench.report import quantile
from bench.stations import CallFailed

MIX: Mapping[str, float] = {"Heartbeat": 0.3, "MeterValues": 0.5, "StatusNotification": 0.2}
"""What stations that charge send, by share."""

DRAIN_S = 10.0
"""How long after the last message was due its answer is waited for."""
ANSWERED_SHARE = 0.999
SUSTAINED_P99_MS = 1000.0


class Sender(Protocol):
    """A station; `send` raises CallFailed."""

    async def send(self, action: str) -> None: ...


@dataclass
class Load:
    """What became of a load. Times in milliseconds, by action."""

    rate: float
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

    def results(self) -> dict[str, Any]:
        """For JSON."""
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
        return {
            "rate_per_s": self.rate,
            "seconds": self.seconds,
            "due": self.due,
            "answered": self.answered,
            "answered_per_s": round(self.answered_per_s, 1),
            "sustained": self.is_sustained,
            "failures": dict(self.failures),
            "ms": {
                action or "all": {name: round(self.ms(share, action), 1) for name, share in shares.items()}
                for action in (None, *sorted(self.answered_ms))
            },
            "generator_late_ms": {"p99": round(quantile(self.late_ms, 0.99), 1)},
        }


async def run(
    stations: Sequence[Sender], rate: float, seconds: float, *, mix: Mapping[str, float] = MIX, seed: int = 1
) -> Load:
    """Let the stations send `rate` messages per second for some seconds; equal seeds make equal loads."""
    random = Random(seed)
    load = Load(rate, seconds)
    began = time.perf_counter()
    under_way: set[asyncio.Task[None]] = set()
    due_s = random.expovariate(rate)
    while due_s < seconds:
        await asyncio.sleep(max(0.0, began + due_s - time.perf_counter()))
        action = random.choices(list(mix), list(mix.values()))[0]
        task = asyncio.create_task(_send(random.choice(stations), action, began + due_s, load))
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


async def _send(station: Sender, action: str, due: float, load: Load) -> None:
    load.late_ms.append((time.perf_counter() - due) * 1000)
    try:
        await station.send(action)
    except CallFailed as failure:
        load.failures[str(failure)] += 1
    else:
        load.answered_ms.setdefault(action, []).append((time.perf_counter() - due) * 1000)


async def highest_sustained(
    stations: Sequence[Sender], first: float, seconds: float, *, limit: float = 20_000
) -> list[Load]:
    """Loads of rising rates until one is not sustained, then of rates between, to within a tenth. In this order.

    The highest sustained is the answer; there is none if not even `first` is.
    """
    tried: list[Load] = []
    low, high = 0.0, first
    while high <= limit:
        tried.append(await run(stations, high, seconds))
        if not tried[-1].is_sustained:
            break
        low, high = high, high * 2
    while low and high <= limit and high / low > 1.1:
        middle = (low + high) / 2
        tried.append(await run(stations, middle, seconds))
        low, high = (middle, high) if tried[-1].is_sustained else (low, middle)
    return tried
