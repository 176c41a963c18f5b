"""AWS beyond the table, in this process: boto3's clients make their calls, and a test says what comes back."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.client import BaseClient

from shared.aws import files, gateway, timers

GONE = (410, "GoneException")


class Aws:
    """What was called, by names of operations, and the errors that operations end with."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.errors: dict[str, tuple[int, str]] = {}
        """HTTP status and code by operation; what is not in it succeeds."""

    def answer(self, operation: Any, *_request: object) -> tuple[Any, dict[str, Any]]:
        self.called.append(operation.name)
        status, code = self.errors.get(operation.name, (200, ""))
        error = {"Error": {"Code": code, "Message": ""}} if code else {}
        return SimpleNamespace(status_code=status), {**error, "ResponseMetadata": {"HTTPStatusCode": status}}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Clients of this test alone, none of which reaches a network."""
    made = Aws()
    clients = (files.client, gateway._client, gateway._sender, timers._client)
    for client in clients:
        client.cache_clear()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(BaseClient, "_make_request", made.answer)
    yield made
    for client in clients:
        client.cache_clear()
