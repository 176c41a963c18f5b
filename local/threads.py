"""Threads that do what they are given, few of them at once.

They share one interpreter, so more of them at work do no more: they only take turns, wait for each other's locks, and
keep the event loop, which waits for its turn as well, from what stations have sent. A thread that waits for something
else works on nothing and is not counted. To start a thread takes longer than most functions do, so they are kept.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

Work = Callable[[], None]
Box = SimpleQueue[Work | None]
"""Through which a thread that is idle is given work, or told to end by None."""

URGENT_BEFORE_LATER = 4
"""How much of what is urgent goes before a piece of what is not, while there is both."""
STALLED_S = 0.05
"""Without anything done for so long, those at work wait for something that nobody here knows of."""


class Threads:
    """A group of daemon threads, of which so many work at once that one is always left to go on."""

    def __init__(self, name: str, at_once: int) -> None:
        self._name = name
        self._at_once = at_once
        self._most = at_once
        """More than `at_once` while those at work get nothing done."""
        self._lock = threading.Lock()
        self._urgent: deque[Work] = deque()
        self._later: deque[Work] = deque()
        self._urgent_in_a_row = 0
        self._idle: list[Box] = []
        self._working = 0
        self._started = 0
        self._done = 0
        self._closed = False
        self._of_group = threading.local()
        self._has_backlog = threading.Event()
        threading.Thread(target=self._watch, name=f"{name} watch", daemon=True).start()

    def run(self, work: Work, *, urgent: bool = True) -> None:
        """Do something in a thread of the group, which must not raise; nothing happens once the group is closed."""
        with self._lock:
            if self._closed:
                return
            (self._urgent if urgent else self._later).append(work)
            self._go_on()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While the block runs, the thread does nothing but wait: if it is one of the group, others go on."""
        if not getattr(self._of_group, "is_working", False):
            yield
            return
        with self._lock:
            self._working -= 1
            self._go_on()
        self._of_group.is_working = False
        try:
            yield
        finally:
            self._of_group.is_working = True
            with self._lock:
                self._working += 1

    def close(self) -> None:
        """Forget what waits, and end each thread when it has done what it is at."""
        with self._lock:
            self._closed = True
            self._urgent.clear()
            self._later.clear()
            for box in self._idle:
                box.put(None)
            self._idle.clear()
        self._has_backlog.set()

    # ------------------------------------------------------------------ with the lock

    def _next(self) -> Work | None:
        """What is to be done next, if one more may work."""
        if self._working >= self._most or self._closed:
            return None
        if self._urgent and (not self._later or self._urgent_in_a_row < URGENT_BEFORE_LATER):
            self._urgent_in_a_row += 1
            return self._urgent.popleft()
        if self._later:
            self._urgent_in_a_row = 0
            return self._later.popleft()
        return None

    def _go_on(self) -> None:
        """Have another thread do what is next."""
        if (work := self._next()) is None:
            if self._urgent or self._later:
                self._has_backlog.set()
            return
        self._working += 1
        if self._idle:
            self._idle.pop().put(work)
            return
        self._started += 1
        name = f"{self._name} {self._started}"
        threading.Thread(target=self._work, args=(work,), name=name, daemon=True).start()

    # ------------------------------------------------------------------ threads

    def _work(self, first: Work) -> None:
        self._of_group.is_working = True
        box: Box = SimpleQueue()
        work: Work | None = first
        while work is not None:
            work()
            with self._lock:
                self._done += 1
                self._working -= 1
                work = self._next()
                if work is not None:
                    self._working += 1
                elif self._closed:
                    return
                else:
                    self._idle.append(box)
            work = box.get() if work is None else work

    def _watch(self) -> None:
        """Let more work than at once for as long as those that do get nothing done."""
        while True:
            self._has_backlog.wait()
            done = self._done
            time.sleep(STALLED_S)
            with self._lock:
                if self._closed:
                    return
                if not (self._urgent or self._later):
                    self._has_backlog.clear()
                    self._most = self._at_once
                elif done == self._done:
                    self._most += 1
                    self._go_on()
