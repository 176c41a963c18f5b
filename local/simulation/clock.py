"""The time in which simulated stations live."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class ClockStopped(Exception):
    """Nobody waits on this clock any more: the simulation is to end."""


def _present() -> datetime:
    return datetime.now(UTC)


class Bell:
    """Wakes one who sleeps by a clock before the time."""

    def __init__(self) -> None:
        self._rang = asyncio.Event()

    def ring(self) -> None:
        self._rang.set()

    async def rings_within(self, seconds: float) -> bool:
        """Whether it rings within some of the world's seconds, or has rung since this was asked last."""
        try:
            # wait_for of Python 3.11 would lose a cancellation that comes just as it rings.
            async with asyncio.timeout(seconds):
                await self._rang.wait()
        except TimeoutError:
            return False
        self._rang.clear()
        return True


class Clock:
    """A clock that runs faster than the world's, from some time in the past until it has caught up with it.

    So sessions of an hour are over in a minute, their times and energies are those of an hour, and nothing ever lies
    in the future, where no system would believe it. From then on it is the world's clock.
    """

    def __init__(self, speed: float, began_at: datetime, present: Callable[[], datetime] = _present) -> None:
        """`speed`: how many of its seconds pass in one of ours, at least 1; `began_at`: what it shows now."""
        self.speed = speed
        self._began_at = began_at
        self._present = present
        self._started_at = present()
        self._stopped = asyncio.Event()
        self._bells: set[Bell] = set()

    @classmethod
    def for_a_run(cls, speed: float, run_s: float) -> "Clock":
        """A clock that shows the present when it has run for `run_s` of our seconds."""
        return cls(speed, _present() - timedelta(seconds=run_s * (speed - 1)))

    def now(self) -> datetime:
        """The time it shows, in UTC."""
        present = self._present()
        return min(present, self._began_at + (present - self._started_at) * self.speed)

    def text(self) -> str:
        """The time it shows as OCPP writes it."""
        return self.now().isoformat(timespec="seconds").replace("+00:00", "Z")

    async def sleep(self, seconds: float, bell: "Bell | None" = None) -> None:
        """Wait for some of its seconds, or until the bell rings, or rang since the last time. Raises ClockStopped if it
        is stopped before or meanwhile."""
        bell = bell or Bell()
        until = self.now() + timedelta(seconds=seconds)
        self._bells.add(bell)
        try:
            while (left := self._until(until)) > 0 or self._stopped.is_set():
                if self._stopped.is_set():
                    raise ClockStopped
                if await bell.rings_within(left) and not self._stopped.is_set():
                    return
        finally:
            self._bells.discard(bell)

    def present(self) -> datetime:
        """The world's time, by which a central system says when something is to be."""
        return self._present()

    def stop(self) -> None:
        """End the waiting of all who wait on it, now and later."""
        self._stopped.set()
        for bell in self._bells:
            bell.ring()

    async def wait_stopped(self) -> None:
        """Wait until somebody stops it."""
        await self._stopped.wait()

    def _until(self, at: datetime) -> float:
        """Our seconds until it shows `at`."""
        left = (at - self.now()).total_seconds() / self.speed
        return max(left, (at - self._present()).total_seconds())
