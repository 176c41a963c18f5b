"""What tests of every kind share: an empty table, answered in this process by the rules of DynamoDB."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from local import accesses
from local.capacity import IndexShape
from local.dynamodb import DynamoError
from local.dynamodb.operations import Operations
from local.dynamodb.storage import KeySchema, Store
from shared.settings import settings
from shared.store import dynamodb, findings, live, transaction_lists
from shared.store.keys import INDEX_KEYS

ENVIRONMENT = {
    "TABLE_NAME": "idlewatt",
    "BUS_NAME": "idlewatt",
    "STAGE": "test",
    "ONBOARDING": "open",
    "HEARTBEAT_INTERVAL_S": "480",
    "EXPECTED_STATIONS": "0",
    "CONNECTIONS_URL": "https://stations.example/test",
    "LIVE_URL": "https://live.example/test",
    "TIMERS_URL": "https://sqs.example/timers",
    "JOBS_URL": "https://sqs.example/jobs",
    "DEAD_LETTERS_URL": "https://sqs.example/dead-letters",
    "MESSAGE_LOG": "off",
    "LOG_GROUP_NAME": "idlewatt",
    "CPO_NAME": "",
    "FILES_BUCKET": "files",
    "FILES_URL": "https://files.example",
    "STATE_MACHINES": "arn:aws:states:us-east-1:123456789012:stateMachine:Idlewatt-test-",
    "ORIGIN_SECRET": "",
    "CERTIFICATE_AUTHORITY": "table",
    "CONTRACT_CERTIFICATES": "test",
    "PAYMENT_PROVIDER": "test",
    "VAT_REGISTER": "test",
    "PRIVATE_HOSTS": "on",
    "TRUST_STORE": "",
    "POWERTOOLS_METRICS_NAMESPACE": "Idlewatt",
    "POWERTOOLS_SERVICE_NAME": "idlewatt",
}
"""What infra tells every function. A test that wants another onboarding sets it and clears the settings' cache."""


# Every run tries the same examples, as long as they take: what functions are seen to do must depend neither on luck nor
# on how busy a machine is. Tests that share a fixture between examples begin each with things of their own.
hypothesis_settings.register_profile(
    "same",
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=(
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ),
)
hypothesis_settings.load_profile("same")


def pytest_configure() -> None:
    accesses.record()


def pytest_unconfigure() -> None:
    """At the end of each process of a test run, that of a worker too."""
    if folder := os.environ.get(accesses.FOLDER):
        accesses.write(Path(folder))


def _empty_store() -> Store:
    table = KeySchema(*INDEX_KEYS[None])
    shapes = {
        name: (KeySchema(*keys), IndexShape(name, keys, frozenset({*table.attributes, *keys})))
        for name, keys in INDEX_KEYS.items()
        if name is not None
    }
    types = {attribute: "S" for keys in INDEX_KEYS.values() for attribute in keys}
    return Store(ENVIRONMENT["TABLE_NAME"], table, types, shapes)


def install_table(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Make an empty table, with its real keys and indexes, the one that this process works on."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    # What a new environment has not seen yet:
    monkeypatch.setattr(findings, "_waiting", {})
    transaction_lists.list_day.cache_clear()
    live.consoles.cache_clear()
    live.watched_until.cache_clear()
    store = _empty_store()
    operations = Operations(lambda _name: store)

    def answer(operation: str, body: bytes) -> tuple[int, bytes]:
        try:
            return 200, json.dumps(operations.run(operation, json.loads(body))).encode()
        except DynamoError as error:
            return 400, error.body

    monkeypatch.setattr(dynamodb, "_transport", answer)
    return store


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The table, empty: the functions and the store of this process work on it.

    What it holds can be looked at as it is stored: `table.items()`.
    """
    yield install_table(monkeypatch)
    settings.cache_clear()
