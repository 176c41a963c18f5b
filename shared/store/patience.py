"""How long a function may go on trying: until shortly before Lambda would end it, for the answer needs its moment too.

A function that runs into Lambda's limit makes API Gateway send the station a frame that is not OCPP. So every shell
tells here when its invocation began, and every attempt at the table that fails asks here whether another one fits.
"""

import random
import time
from contextvars import ContextVar

RESERVE_S = 1.0
"""What is left of an invocation to answer and to log."""
BUDGET_S = 10.0
"""For one operation where nobody has told of an invocation."""
ATTEMPTS = 8
BACKOFF_S, LONGEST_PAUSE_S = 0.025, 1.0
TOKENS, RETRY_COST = 100, 5
"""A Lambda environment retries so often in a row that nothing succeeds, then fails at once until something does: while
DynamoDB is down, functions that wait for it would use up the concurrency that all others need."""

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


class _Tokens:
    left = TOKENS


def begin(context: object) -> None:
    """An invocation begins. `context` is Lambda's; without one (in tests) each operation has a budget of its own."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    _ends_at.set(time.monotonic() + remaining() / 1000 - RESERVE_S if remaining else None)


class Trying:
    """The attempts at one operation."""

    def __init__(self) -> None:
        self._ends_at = _ends_at.get() or time.monotonic() + BUDGET_S
        self._failed = 0

    def again(self) -> bool:
        """After an attempt that failed: wait a random while that grows (full jitter), or tell at once that there is
        neither time nor leave for another one."""
        self._failed += 1
        pause_s = random.uniform(0, min(LONGEST_PAUSE_S, BACKOFF_S * 2**self._failed))  # noqa: S311  # guards no secret
        if self._failed >= ATTEMPTS or time.monotonic() + pause_s >= self._ends_at or _Tokens.left < RETRY_COST:
            return False
        _Tokens.left -= RETRY_COST
        time.sleep(pause_s)
        return True

    def succeeded(self) -> None:
        """Gives back what the last attempt has cost, and a little where the first one was good."""
        _Tokens.left = min(TOKENS, _Tokens.left + (RETRY_COST if self._failed else 1))


def timeout_s(longest_s: float) -> float:
    """How long to wait for one answer: no longer than the invocation lasts."""
    ends_at = _ends_at.get()
    return longest_s if ends_at is None else max(0.05, min(longest_s, ends_at - time.monotonic()))


def forget() -> None:
    """Begin as a new Lambda environment does."""
    _ends_at.set(None)
    _Tokens.left = TOKENS
