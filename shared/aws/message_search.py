"""Finding a station's messages in CloudWatch Logs, newest first.

FilterLogEvents gives what it finds oldest first, looks through everything that all functions logged in the time asked
for, and costs nothing but time. So it is asked about one window of time after the other, from the newest back, each
longer than the one before while little is found. A window counts once it has been read to its end; when patience ends,
the cursor says where to go on, and with how long a window. docs/adr/0018-message-log.md has the reasons.
"""

import datetime as dt
import heapq
import re
import time
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from shared.aws import message_log
from shared.aws.message_log import LONGEST, Message
from shared.domain.errors import Invalid
from shared.settings import settings

DAY_MS = 24 * 60 * 60_000
FIRST_WINDOW_MS = 5 * 60_000
SHORTEST_WINDOW_MS = 1_000
GROWTH = 4
LONGEST_MS = round(LONGEST.total_seconds() * 1000)
PATIENCE_S = 12.0
"""After that no further request is begun; one takes up to two times READ_S, and API Gateway waits 29 seconds."""
READ_S = 6
MAX_PAGE_BYTES = 3_000_000
"""Half of what a function may answer (6 MB), since texts grow when they are put into JSON once more."""
THROTTLED = ("LimitExceededException", "ServiceUnavailableException", "ThrottlingException")
UNSAFE = re.compile(r'["\\*%]|[^ -~]')
"""Characters that mean something in a filter pattern, or may: nothing says how they are escaped, or what a text beyond
ASCII does there."""


class Search(NamedTuple):
    """Which messages are looked for."""

    station_id: str
    action: str | None
    start_at: dt.datetime | None = None
    """None: a day before the end."""
    end_at: dt.datetime | None = None
    """The first moment that does not count any more; None: none that has been."""


class Place(NamedTuple):
    """Where a message stands in the order of all; the newest has the greatest."""

    at_ms: int
    event_id: str = ""
    """Of the log event. Empty: before every message of that millisecond, in the order of time."""
    part: int = 0
    """Of the two frames of one line the answer is the newer one."""


class Found(NamedTuple):
    """A message and its place; `size_bytes` is that of its line."""

    place: Place
    message: Message
    size_bytes: int


class OutOfTime(Exception):
    """A window could not be read to its end."""


def page(search: Search, after: str | None, limit: int) -> tuple[list[Message], str | None]:
    """The next messages of a search, newest first, and the position to go on after, None if there are no more."""
    soon = dt.datetime.now(dt.UTC) + LONGEST
    end_ms = _ms(min(search.end_at or soon, soon))
    start_ms = max(0, _ms(search.start_at) if search.start_at else end_ms - DAY_MS)
    place, window_ms = _position(after) if after else (Place(end_ms), FIRST_WINDOW_MS)
    place = min(place, Place(end_ms))
    give_up_at = time.monotonic() + PATIENCE_S
    found: list[Found] = []
    while place.at_ms > start_ms:
        begin_ms = max(start_ms, place.at_ms - window_ms)
        try:
            window = _window(search, begin_ms, place, give_up_at)
            newest = heapq.nlargest(limit - len(found), window, key=_place)
        except OutOfTime:
            return _messages(found), _text(place, max(SHORTEST_WINDOW_MS, window_ms // GROWTH))
        fitting = _that_fit(found, newest)
        found += fitting
        if len(fitting) < len(newest) or len(found) == limit:
            return _messages(found), _text(found[-1].place, FIRST_WINDOW_MS)
        place, window_ms = Place(begin_ms), window_ms * GROWTH
        if time.monotonic() > give_up_at:
            return _messages(found), _text(place, window_ms) if begin_ms > start_ms else None
    return _messages(found), None


def _window(search: Search, begin_ms: int, before: Place, give_up_at: float) -> Iterator[Found]:
    """The messages from a moment on that stand before a place. The line of a message may be written later than it."""
    request: dict[str, Any] = {
        "logGroupName": settings().log_group_name,
        "filterPattern": _pattern(search),
        "startTime": begin_ms,
        "endTime": before.at_ms + LONGEST_MS,
    }
    while True:
        answer = _filter(request)
        for event in answer["events"]:
            for found in _found(search, event):
                if begin_ms <= found.place.at_ms and found.place < before:
                    yield found
        if "nextToken" not in answer:
            return
        if time.monotonic() > give_up_at:
            raise OutOfTime
        request["nextToken"] = answer["nextToken"]


def _found(search: Search, event: dict[str, Any]) -> Iterator[Found]:
    logged_at = dt.datetime.fromtimestamp(event["timestamp"] / 1000, dt.UTC)
    for message in message_log.read(event["message"], logged_at, search.station_id):
        if search.action in (None, message.action):
            place = Place(_ms(message.at), event["eventId"], int(message.direction == "out"))
            yield Found(place, message, len(event["message"].encode()))


def _filter(request: dict[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = _client().filter_log_events(**request)
    except ReadTimeoutError as error:
        raise OutOfTime from error
    except ClientError as error:
        if error.response["Error"]["Code"] in THROTTLED:
            raise OutOfTime from error
        raise
    return answer


@cache
def _client() -> Any:
    config = Config(connect_timeout=2, read_timeout=READ_S, retries={"total_max_attempts": 2, "mode": "standard"})
    return boto3.client("logs", config=config)


def _pattern(search: Search) -> str:
    """A JSON filter pattern that lets all of the messages pass, and few others."""
    conditions = [f"($.station_id = {_value(search.station_id)})"]
    if search.action is not None:
        conditions.append(f"($.action = {_value(search.action)})")
    return "{ " + " && ".join(conditions) + " }"


def _value(text: str) -> str:
    """A text to compare with; if it has unsafe characters, only up to the first or from after the last of them, for a
    wildcard may stand at one end."""
    beginning = UNSAFE.split(text)[0]
    if beginning == text:
        return f'"{text}"'
    return f'"{beginning}*"' if beginning else f'"*{UNSAFE.split(text)[-1]}"'


def _that_fit(before: list[Found], more: list[Found]) -> list[Found]:
    """As many as an answer can hold, though one at least."""
    size = sum(one.size_bytes for one in before)
    for number, one in enumerate(more):
        size += one.size_bytes
        if size > MAX_PAGE_BYTES and (before or number):
            return more[:number]
    return more


def _place(found: Found) -> Place:
    return found.place


def _messages(found: list[Found]) -> list[Message]:
    return [one.message for one in found]


def _text(place: Place, window_ms: int) -> str:
    return f"{place.at_ms}/{place.event_id}/{place.part}/{window_ms}"


def _position(text: str) -> tuple[Place, int]:
    try:
        at_ms, event_id, part, window_ms = text.split("/")
        return Place(int(at_ms), event_id, int(part)), max(SHORTEST_WINDOW_MS, int(window_ms))
    except ValueError as error:
        raise Invalid("is no cursor that this list gave", place="query", path="cursor") from error


def _ms(at: dt.datetime) -> int:
    return round(at.timestamp() * 1000)
