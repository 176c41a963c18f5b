"""The log group of the functions, as CloudWatch Logs answers for it, with lines of any time."""

import time
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import log_patterns, logs
from shared.aws import message_search
from tests.conftest import ENVIRONMENT

Event = dict[str, Any]


class LogGroup:
    """Stands in the place of the boto3 client. What functions log in this process comes here, too."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.requests: list[dict[str, Any]] = []
        self.page_size = 10_000
        self.errors: list[Exception] = []
        """Raised by the next requests, one each."""
        self.seconds_per_request = 0.0
        """How long a request takes on the clock of the search, which the tests set."""
        self.clock_s = 0.0

    def put(self, text: str, at: datetime | None = None) -> None:
        at_ms = int((at.timestamp() if at else time.time()) * 1000)
        self.events.append({"timestamp": at_ms, "message": text, "eventId": f"{len(self.events) + 1:056d}"})

    def filter_log_events(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        self.clock_s += self.seconds_per_request
        if self.errors:
            raise self.errors.pop(0)
        assert request["logGroupName"] == ENVIRONMENT["LOG_GROUP_NAME"]
        pattern = log_patterns.read(request["filterPattern"])
        found = [
            event
            for event in sorted(self.events, key=lambda event: (event["timestamp"], event["eventId"]))
            if request["startTime"] <= event["timestamp"] <= request["endTime"] and pattern.matches(event["message"])
        ]
        begin = int(request.get("nextToken", 0))
        end = begin + self.page_size
        return {"events": found[begin:end], **({"nextToken": str(end)} if end < len(found) else {})}


def client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "FilterLogEvents")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[LogGroup]:
    """The log group, empty."""
    group = LogGroup()
    monkeypatch.setattr(message_search, "_client", lambda: group)
    monkeypatch.setattr(message_search, "time", SimpleNamespace(monotonic=lambda: group.clock_s))
    with logs.copied(group.put):
        yield group
