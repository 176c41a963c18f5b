"""The EventBridge bus on which domain events leave (docs/events.md)."""

import json
from functools import cache
from typing import Any

import boto3

from shared.domain.events import Event
from shared.settings import settings

SOURCE = "idlewatt"


class NotPublished(RuntimeError):
    """EventBridge did not take an event; the reason is its own."""


@cache
def _client() -> Any:
    return boto3.client("events")


def publish(event: Event) -> None:
    """Put an event on the bus. Raises NotPublished, or botocore's error if EventBridge could not be asked."""
    entry = {
        "Source": SOURCE,
        "DetailType": event.type,
        "Detail": json.dumps(event.detail(), ensure_ascii=False),
        "Time": event.at,
        "EventBusName": settings().bus_name,
    }
    answer = _client().put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise NotPublished(answer["Entries"][0].get("ErrorMessage", "no reason given"))
