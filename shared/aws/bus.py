"""The EventBridge bus on which domain events leave (docs/events.md)."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from shared.aws.clients import client
from shared.catalog import LIVE_MARK
from shared.domain.events import Event
from shared.settings import settings
from shared.store.patience import Trying

SOURCE = "idlewatt"
ENTRIES_AT_ONCE = 10
"""What EventBridge takes in one request."""
PASSING = ("InternalException", "InternalFailure", "ThrottlingException")
"""Why EventBridge does not take an event now, but may a moment later."""


class NotPublished(RuntimeError):
    """EventBridge did not take an event; the reason is its own."""


@cache
def _client() -> Any:
    return client("events")


def publish(events: Sequence[Event], *, is_watched: bool = False) -> None:
    """Put events on the bus, in order, with the mark of the live feed if a console watches (docs/live.md). Raises
    NotPublished, or botocore's error if EventBridge could not be asked."""
    for first in range(0, len(events), ENTRIES_AT_ONCE):
        _put([_entry(event, is_watched=is_watched) for event in events[first : first + ENTRIES_AT_ONCE]])


def _put(entries: list[dict[str, Any]]) -> None:
    """Put entries until all are taken: those that are refused for the moment go again, without the others."""
    trying = Trying()
    while True:
        answers = _client().put_events(Entries=entries)["Entries"]
        refused = [(entry, answer) for entry, answer in zip(entries, answers, strict=True) if "ErrorCode" in answer]
        if not refused:
            return
        for_good = any(answer["ErrorCode"] not in PASSING for _, answer in refused)
        if for_good or not trying.again():
            raise NotPublished(", ".join(sorted({_reason(answer) for _, answer in refused})))
        entries = [entry for entry, _ in refused]


def _reason(answer: dict[str, Any]) -> str:
    return f"{answer['ErrorCode']}: {answer.get('ErrorMessage', 'no reason given')}"


def _entry(event: Event, *, is_watched: bool) -> dict[str, Any]:
    return {
        "Source": SOURCE,
        "DetailType": event.type,
        "Detail": json.dumps(event.detail(), ensure_ascii=False),
        "Time": event.at,
        "EventBusName": settings().bus_name,
        **({"Resources": [LIVE_MARK]} if is_watched else {}),
    }
