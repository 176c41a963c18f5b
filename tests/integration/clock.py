"""Time that passes only as a test lets it, for what tries again until its time is over."""

from collections.abc import Iterator

import pytest

from shared.store import dynamodb, patience


class Clock:
    """Time that passes only by pauses, and by as much as each request takes."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


class Context:
    """Lambda's, with so much time left."""

    def __init__(self, clock: Clock, timeout_s: float) -> None:
        self.clock = clock
        self.ends_at = clock.now_s + timeout_s

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends_at - self.clock.now_s) * 1000)


@pytest.fixture
def clock(table: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock by which functions are patient."""
    made = Clock()
    monkeypatch.setattr(patience, "time", made)
    patience.forget()
    yield made
    patience.forget()


def silence(clock: Clock) -> None:
    """From now on the table takes requests and never answers."""

    def wait(_operation: str, _body: bytes) -> tuple[int, bytes]:
        clock.sleep(patience.timeout_s(dynamodb.TIMEOUT_S))
        raise TimeoutError("timed out")

    dynamodb.set_transport(wait)
