"""AWS beyond the table, in this process: boto3's clients make their calls, and a test says what comes back."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.client import BaseClient

from shared.aws import dead_letters, files, gateway, timers

GONE = (410, "GoneException")


class Aws:
    """What was called, by names of operations, and the errors that operations end with."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.errors: dict[str, tuple[int, str]] = {}
        """HTTP status and code by operation; what is not in it succeeds."""
        self.results: dict[str, list[dict[str, Any]]] = {}
        """What operations answer, one after the other by operation; then they answer nothing."""

    def answer(self, operation: Any, *_request: object) -> tuple[Any, dict[str, Any]]:
        self.called.append(operation.name)
        status, code = self.errors.get(operation.name, (200, ""))
        error = {"Error": {"Code": code, "Message": ""}} if code else {}
        results = self.results.get(operation.name)
        result = results.pop(0) if results else {}
        return SimpleNamespace(status_code=status), {**result, **error, "ResponseMetadata": {"HTTPStatusCode": status}}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Clients of this test alone, none of which reaches a network."""
    made = Aws()
    own = (dead_letters._lambda, dead_letters._s3, dead_letters._sqs)
    clients = (files.client, gateway._client, gateway._sender, timers._client, *own)
    for client in clients:
        client.cache_clear()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(BaseClient, "_make_request", made.answer)
    yield made
    for client in clients:
        client.cache_clear()
