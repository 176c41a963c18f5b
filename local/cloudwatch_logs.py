"""CloudWatch Logs on one machine: the lines of the functions, found by FilterLogEvents.

moto keeps the log group. Its own FilterLogEvents takes every JSON filter pattern for one that matches all, and keeps
every line for ever, so for the group of the functions it is answered here, from the latest lines.
"""

import threading
import time
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogsBackend

from local import log_patterns
from local.log_patterns import LogPatternError
from local.patching import replaced

MAX_LINES = 50_000
MAX_CHARS = 16_000_000
"""What is beyond is forgotten from the oldest line on."""
PAGE_LINES = 10_000
PAGE_CHARS = 1_000_000
"""What FilterLogEvents gives at once."""
STREAM = "local"

Event = dict[str, Any]
Answer = tuple[list[Event], str | None, list[dict[str, Any]]]
"""Events, the token of the next page, and the streams that were searched, which AWS leaves empty."""


class Line(NamedTuple):
    """One line of the log; numbers and times only grow."""

    number: int
    at_ms: int
    text: str


class FunctionLog:
    """What the functions logged last."""

    def __init__(self, max_lines: int = MAX_LINES, max_chars: int = MAX_CHARS) -> None:
        self._max_lines = max_lines
        self._max_chars = max_chars
        self._lines: deque[Line] = deque()
        self._chars = 0
        self._lock = threading.Lock()

    def put(self, text: str) -> None:
        """Add a line as of now."""
        with self._lock:
            last = self._lines[-1] if self._lines else Line(0, 0, "")
            self._lines.append(Line(last.number + 1, max(last.at_ms, int(time.time() * 1000)), text))
            self._chars += len(text)
            while len(self._lines) > self._max_lines or self._chars > self._max_chars:
                self._chars -= len(self._lines.popleft().text)

    def find(
        self,
        start_ms: int | None,
        end_ms: int | None,
        pattern: str,
        limit: int | None = None,
        token: str | None = None,
    ) -> tuple[list[Line], str | None]:
        """FilterLogEvents: a page of the lines of a time that match a pattern, oldest first, and the next token.

        Raises LogPatternError for a pattern, ValueError for a token that is none.
        """
        wanted = log_patterns.read(pattern)
        after = int(token) if token else 0
        found: list[Line] = []
        chars = 0
        for line in self._between(start_ms, end_ms):
            if line.number <= after or not wanted.matches(line.text):
                continue
            chars += len(line.text)
            if len(found) == (limit or PAGE_LINES) or (found and chars > PAGE_CHARS):
                return found, str(found[-1].number)
            found.append(line)
        return found, None

    def _between(self, start_ms: int | None, end_ms: int | None) -> list[Line]:
        with self._lock:
            lines = list(self._lines)
        first = 0 if start_ms is None else bisect_left(lines, start_ms, key=_time)
        after = len(lines) if end_ms is None else bisect_right(lines, end_ms, key=_time)
        return lines[first:after]

    @contextmanager
    def installed(self, group: str) -> Iterator[None]:
        """Answer FilterLogEvents for one log group."""
        motos = LogsBackend.filter_log_events

        def filter_log_events(backend: LogsBackend, log_group_name: str, *given: Any) -> Answer:
            if log_group_name != group:
                answer: Answer = motos(backend, log_group_name, *given)
                return answer
            _streams, start_ms, end_ms, limit, next_token, pattern, _interleaved = given
            try:
                lines, token = self.find(start_ms, end_ms, pattern or "", limit, next_token)
            except LogPatternError as error:
                raise InvalidParameterException(f"Invalid filter pattern: {error}") from error
            except ValueError as error:
                raise InvalidParameterException("The specified nextToken is invalid.") from error
            return [_event(line) for line in lines], token, []

        with replaced(LogsBackend, "filter_log_events", filter_log_events):
            yield


def _time(line: Line) -> int:
    return line.at_ms


def _event(line: Line) -> Event:
    return {
        "logStreamName": STREAM,
        "timestamp": line.at_ms,
        "message": line.text,
        "ingestionTime": line.at_ms,
        "eventId": f"{line.number:056d}",
    }
