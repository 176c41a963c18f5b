"""The EventBridge bus on which domain events leave (docs/events.md)."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import boto3

from shared.domain.events import Event
from shared.settings import settings

SOURCE = "idlewatt"
ENTRIES_AT_ONCE = 10
"""What EventBridge takes in one request."""


class NotPublished(RuntimeError):
    """EventBridge did not take an event; the reason is its own."""


@cache
def _client() -> Any:
    return boto3.client("events")


def publish(events: Sequence[Event]) -> None:
    """Put events on the bus, in order. Raises NotPublished, or botocore's error if EventBridge could not be asked."""
    for first in range(0, len(events), ENTRIES_AT_ONCE):
        entries = [_entry(event) for event in events[first : first + ENTRIES_AT_ONCE]]
        answer = _client().put_events(Entries=entries)
        if answer["FailedEntryCount"]:
            reasons = {entry["ErrorMessage"] for entry in answer["Entries"] if "ErrorMessage" in entry}
            raise NotPublished(", ".join(sorted(reasons)) or "no reason given")


def _entry(event: Event) -> dict[str, Any]:
    return {
        "Source": SOURCE,
        "DetailType": event.type,
        "Detail": json.dumps(event.detail(), ensure_ascii=False),
        "Time": event.at,
        "EventBusName": settings().bus_name,
    }
