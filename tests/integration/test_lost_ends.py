"""The ends of connections that the table refuses, as it does when very many are cut at once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.connection import disconnect
from functions.schedule import sweep_connections
from shared.aws import gateway
from shared.domain.stations import Connection, Station
from shared.store import connections, dynamodb, patience, stations
from shared.store.dynamodb import DynamoDBError
from tests.integration.api import get
from tests.integration.clock import Clock, Context

THROTTLED = {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "of the index by_list"}
LONG_AGO = datetime.now(UTC) - timedelta(minutes=30)
INVOCATION_S = 15


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def throttled(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Let so many writes be throttled; returns the operations that come."""

    def install(writes: int) -> list[str]:
        seen: list[str] = []
        inner = dynamodb._transport

        def send(operation: str, body: bytes) -> tuple[int, bytes]:
            seen.append(operation)
            if operation == "UpdateItem" and seen.count(operation) <= writes:
                return 400, json.dumps(THROTTLED).encode()
            return inner(operation, body)

        monkeypatch.setattr(dynamodb, "_transport", send)
        return seen

    return install


def connect(station_id: str, connection_id: str, at: datetime = LONG_AGO) -> None:
    stations.create(Station(station_id, "Accepted", at))
    assert connections.connect(Connection(station_id, connection_id, at, at, "1.6"))


def ended(station_id: str, connection_id: str, clock: Clock) -> Any:
    context = {
        "connectionId": connection_id,
        "connectedAt": int(LONG_AGO.timestamp() * 1000),
        "authorizer": {"station_id": station_id},
    }
    return disconnect.handler({"requestContext": context}, Context(clock, INVOCATION_S))


def online() -> list[str]:
    return [one["station_id"] for one in get("/stations", online="true")["items"]]


def test_an_end_that_is_throttled_for_a_while_is_noted(throttled: Callable[[int], list[str]], clock: Clock) -> None:
    connect("CP1", "c1")
    seen = throttled(patience.ATTEMPTS - 1)
    assert ended("CP1", "c1", clock) == {"statusCode": 200}
    assert len(seen) == patience.ATTEMPTS
    assert clock.now_s < 1000 + INVOCATION_S - patience.RESERVE_S
    assert online() == []


def test_an_end_that_stays_refused_fails_in_time_and_the_sweep_finds_it(
    throttled: Callable[[int], list[str]], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect("CP1", "c1")
    connect("CP2", "c2")
    seen = throttled(patience.ATTEMPTS)
    with pytest.raises(DynamoDBError, match="Throttling"):
        ended("CP1", "c1", clock)
    assert len(seen) == patience.ATTEMPTS
    assert clock.now_s < 1000 + INVOCATION_S - patience.RESERVE_S
    assert online() == ["CP1", "CP2"]
    monkeypatch.setattr(gateway, "is_open", lambda connection_id: connection_id == "c2")
    assert sweep_connections.handler({}, None) == {"swept": 1}
    assert online() == ["CP2"]


def test_a_station_that_comes_back_needs_no_end_of_its_last_connection(
    throttled: Callable[[int], list[str]], clock: Clock
) -> None:
    connect("CP1", "c1")
    throttled(patience.ATTEMPTS)
    with pytest.raises(DynamoDBError):
        ended("CP1", "c1", clock)
    connect("CP1", "c2", datetime.now(UTC))
    assert ended("CP1", "c1", clock) == {"statusCode": 200}
    assert online() == ["CP1"]
    found = connections.find("CP1")
    assert found is not None
    assert found.connection_id == "c2"


def test_where_all_ends_are_refused_an_environment_soon_waits_no_more(
    throttled: Callable[[int], list[str]], clock: Clock
) -> None:
    """So that functions that wait for the table do not use up the concurrency that stations need."""
    names = [f"CP{number}" for number in range(30)]
    for name in names:
        connect(name, f"c-{name}")
    seen = throttled(10_000)
    for name in names:
        with pytest.raises(DynamoDBError):
            ended(name, f"c-{name}", clock)
    retries = patience.TOKENS // patience.RETRY_COST
    assert len(seen) == len(names) + retries
    assert clock.now_s - 1000 < retries * patience.LONGEST_PAUSE_S
