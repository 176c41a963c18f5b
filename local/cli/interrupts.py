"""Ctrl-C that is not lost.

Python raises KeyboardInterrupt wherever the program happens to be. In a finalizer or a callback of the garbage
collector nobody takes it: then whoever waits next is told of it.
"""

import signal
import time
from types import FrameType

_came = False


def heed() -> None:
    """Remember Ctrl-C from now on, beside raising it."""
    signal.signal(signal.SIGINT, _take)


def sleep(seconds: float) -> None:
    """Wait. Raises KeyboardInterrupt if Ctrl-C has come, be it before."""
    if _came:
        raise KeyboardInterrupt
    time.sleep(seconds)


def _take(number: int, frame: FrameType | None) -> None:
    global _came  # noqa: PLW0603  # a signal comes to the process as a whole
    _came = True
    signal.default_int_handler(number, frame)
