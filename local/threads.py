"""Threads that do what they are given, and then wait for more: to start one takes longer than most functions do.

The standard library's executor makes a future with a lock of its own for each piece of work, and can have no threads
without a bound.
"""

import math
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

Work = Callable[[], None]


class Threads:
    """A group of daemon threads that grows while none of it is idle."""

    def __init__(self, name: str, most: float = math.inf) -> None:
        self._name = name
        self._most = most
        self._waiting: SimpleQueue[Work | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        # Threads that are done with what they were meant for; once no more may be started, it counts too high and
        # does not matter.
        self._free = 0
        self._closed = False

    def run(self, work: Work) -> None:
        """Do something in a thread of the group, which must not raise; nothing happens once the group is closed."""
        with self._lock:
            if self._closed:
                return
            if self._free:
                self._free -= 1
            elif self._started < self._most:
                self._started += 1
                threading.Thread(target=self._work, name=f"{self._name} {self._started}", daemon=True).start()
        self._waiting.put(work)

    def close(self) -> None:
        """Forget what waits, and end each thread when it has done what it is at."""
        with self._lock:
            self._closed = True
            try:
                while True:
                    self._waiting.get_nowait()
            except Empty:
                pass
            for _ in range(self._started):
                self._waiting.put(None)

    def _work(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()
            with self._lock:
                self._free += 1
