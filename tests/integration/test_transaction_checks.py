"""What a station is asked after it has come back: about what ran before, once, and only where it can answer."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws import timers
from shared.ocpp.messages import V2X
from shared.store import calls, outbox
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

_stations = itertools.count()
BEFORE = datetime.now(UTC) - timedelta(minutes=10)


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    monkeypatch.setattr(timers, "set", lambda _timer: None)
    return watched(table, monkeypatch)


def connected(version: str) -> DirectStation:
    return DirectStation(f"K{next(_stations)}", version=version, now=BEFORE)


def tell(station: DirectStation, kind: str, seq_no: int, name: str, **more: Any) -> None:
    said = {"eventType": kind, "seqNo": seq_no, "timestamp": "2026-11-20T08:00:00Z", "triggerReason": "Trigger"}
    station.send("TransactionEvent", **said, transactionInfo={"transactionId": name}, **more)


def comes_back(station: DirectStation, stream: Stream) -> None:
    station.now += timedelta(seconds=10)
    station.reconnect()
    stream.flow()


def asked(station: DirectStation) -> list[str]:
    made = calls.made_since(station.station_id, BEFORE, 100)
    assert {call.action for call in made} <= {"GetTransactionStatus"}
    return sorted(call.payload["transactionId"] for call in made)


@pytest.mark.parametrize("version", V2X)
def test_each_transaction_that_was_open_before_is_asked_about_by_the_name_that_the_station_has_for_it(
    stream: Stream, version: str
) -> None:
    first, station = connected(version), connected(version)
    own = f"x@{station.station_id}"
    for name in ("same", own, "over"):
        tell(first, "Started", 0, name)
        tell(station, "Started", 0, name, evse={"id": 1 + len(name)})
    tell(station, "Ended", 1, "over")
    comes_back(station, stream)
    assert asked(station) == ["same", own]


@pytest.mark.parametrize("version", V2X)
def test_a_station_that_comes_and_goes_is_asked_once_about_each(stream: Stream, version: str) -> None:
    station = connected(version)
    for number in range(3):
        tell(station, "Started", 0, f"{station.station_id}-{number}", evse={"id": number + 1})
    for _ in range(20):
        comes_back(station, stream)
    assert len(asked(station)) == 3
    assert len(outbox.find(station.station_id).waiting) == 3


def test_what_has_begun_on_the_new_connection_is_not_asked_about(stream: Stream) -> None:
    station = connected("2.1")
    tell(station, "Started", 0, "old")
    stream.flow()
    station.now += timedelta(seconds=10)
    station.reconnect()
    station.now += timedelta(seconds=1)
    tell(station, "Started", 0, "new", evse={"id": 2})
    stream.flow()
    assert asked(station) == ["old"]


def test_a_station_of_16_is_asked_nothing(stream: Stream) -> None:
    station = connected("1.6")
    station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp="2026-11-20T08:00:00Z")
    comes_back(station, stream)
    assert asked(station) == []
