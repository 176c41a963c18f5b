"""What is due when: rows of columns that belong together, in windows of time of one length."""

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.simulation.quotas import Floats

WINDOW_S = 0.5
"""What follows from an event is due no sooner than in the next window, so that a window is worked on as a whole."""

Columns = tuple[npt.NDArray[Any], ...]


class Calendar:
    """Rows whose first column is the time."""

    def __init__(self, empty: Columns) -> None:
        self._empty = empty
        self._windows: defaultdict[int, list[Columns]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._windows)

    @property
    def next_window(self) -> int:
        """The first window that holds anything."""
        return min(self._windows)

    def add(self, times: Floats, *columns: npt.NDArray[Any], after: int = -1) -> None:
        """Enter rows, none of them into the window `after` or before."""
        if not len(times):
            return
        windows = np.maximum((times / WINDOW_S).astype(np.int64), after + 1)
        order = np.argsort(windows, kind="stable")
        windows = windows[order]
        starts = np.flatnonzero(np.diff(windows, prepend=-1))
        rows = [column[order] for column in (times, *columns)]
        for first, last in zip(starts, [*starts[1:], len(windows)], strict=True):
            self._windows[int(windows[first])].append(tuple(column[first:last] for column in rows))

    def take(self, window: int) -> Columns:
        """The rows of a window, by time."""
        found = self._windows.pop(window, None)
        if found is None:
            return self._empty
        rows = tuple(np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(rows[0], kind="stable")
        return tuple(column[order] for column in rows)
