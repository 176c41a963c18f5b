"""Transactions through the functions of their actions, and what the stream makes of them."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import transaction_numbers
from shared.domain.authorization import IdToken
from shared.domain.transactions import Transaction
from shared.store import tokens, transactions
from tests.integration.station import DirectStation

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
_stations = itertools.count()

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def station() -> DirectStation:
    tokens.save(IdToken("TAG", group_id="FLEET"))
    return DirectStation(f"T{next(_stations)}")


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def begin(station: DirectStation, **changed: Any) -> int:
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": at(0)} | changed
    number = station.send("StartTransaction", **start)["transactionId"]
    assert isinstance(number, int)
    return number


def stop(station: DirectStation, number: int, **changed: Any) -> dict[str, Any]:
    return station.send(
        "StopTransaction", **({"transactionId": number, "meterStop": 4500, "timestamp": at(60)} | changed)
    )


def only(station: DirectStation) -> Transaction:
    (found,) = transactions.recent_of_station(station.station_id)
    return found


def test_a_clash_of_numbers_is_resolved_by_another_number(
    station: DirectStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction_numbers, "drawn", lambda station_id, identity, seed: 41 + seed)
    assert begin(station, timestamp=at(0)) == 41
    assert begin(station, timestamp=at(1)) == 42
    assert begin(station, timestamp=at(0)) == 41
    assert begin(station, timestamp=at(1)) == 42


def test_a_start_without_a_time_is_repeated_while_active_and_new_once_ended(station: DirectStation) -> None:
    untimed = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000}
    first = station.send("StartTransaction", **untimed)["transactionId"]
    station.now += timedelta(seconds=30)
    assert station.send("StartTransaction", **untimed)["transactionId"] == first
    stop(station, first, meterStop=1000)
    second = station.send("StartTransaction", **untimed)["transactionId"]
    assert second != first
    assert station.send("StartTransaction", **untimed)["transactionId"] == second


def test_a_repeated_start_is_answered_alike_although_the_token_was_blocked_since(station: DirectStation) -> None:
    first = station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=at(0))
    tokens.save(IdToken("TAG", status="Blocked"))
    assert station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=at(0)) == first
    assert first["idTagInfo"] == {"status": "Accepted", "parentIdTag": "FLEET"}


def test_a_token_longer_than_the_standard_allows_is_kept_in_full(station: DirectStation) -> None:
    long = "X" * 21
    tokens.save(IdToken(long))
    answer = station.send("StartTransaction", connectorId=1, idTag=long, meterStart=0, timestamp=at(0))
    assert answer["idTagInfo"]["status"] == "Accepted"
    assert only(station).id_token == long


def test_a_stop_with_another_token_of_the_group_is_in_order_and_with_a_strangers_is_flagged(
    station: DirectStation,
) -> None:
    tokens.save(IdToken("FRIEND", group_id="FLEET"))
    tokens.save(IdToken("STRANGER"))
    stop(station, begin(station), idTag="FRIEND")
    assert only(station).flags == ()
    other = DirectStation(f"{station.station_id}-other")
    assert stop(other, begin(other), idTag="STRANGER")["idTagInfo"]["status"] == "Accepted"
    assert only(other).flags == ("stopped_by_other",)


@pytest.mark.parametrize("number", [0, -1, -7])
def test_a_stop_without_a_usable_id_ends_the_transaction_it_fits_once(station: DirectStation, number: int) -> None:
    begin(station)
    for _ in range(2):
        assert stop(station, number, idTag="TAG")["idTagInfo"]["status"] == "Accepted"
    assert (only(station).energy_wh, only(station).flags) == (3500, ("matched",))


def test_a_number_of_another_station_is_no_number_of_this_one(station: DirectStation) -> None:
    other = DirectStation(f"{station.station_id}-other")
    number = begin(other)
    stop(station, number)
    assert only(other).state == "active"
    assert only(station).flags == ("orphan",)


def test_the_data_of_a_stop_helps_where_its_reading_cannot_be(station: DirectStation) -> None:
    data = [{"timestamp": at(50), "sampledValue": [{"value": "4.2", "unit": "kWh"}]}]
    stop(station, begin(station), meterStop=-1, transactionData=data)
    assert (only(station).meter_stop_wh, only(station).energy_wh) == (-1, 3200)
    stop(station, only(station).number or 0, meterStop=4500)
    assert only(station).energy_wh == 3500


def test_the_first_proper_stop_stands(station: DirectStation) -> None:
    number = begin(station)
    first = stop(station, number, idTag="TAG")
    assert stop(station, number, idTag="TAG", meterStop=9999, reason="Other") == first
    assert (only(station).energy_wh, only(station).stopped_reason) == (3500, "Local")


messages = st.lists(st.sampled_from(["start", "stop", "values", "reconnect"]), min_size=1, max_size=12).map(
    lambda extra: ["start", *extra, "stop"]
)


@pytest.mark.requirement("M16-127")
@settings(max_examples=40)
@given(messages)
def test_any_order_of_repeated_messages_after_the_start_ends_in_the_same_transaction(messages: list[str]) -> None:
    station = DirectStation(f"P{next(_stations)}")
    numbers = set()
    for message in messages:
        if message == "start":
            numbers.add(begin(station))
        elif message == "stop":
            stop(station, next(iter(numbers)))
        elif message == "values":
            value = {"timestamp": at(30), "sampledValue": [{"value": "2000"}]}
            station.send("MeterValues", connectorId=1, transactionId=next(iter(numbers)), meterValue=[value])
        else:
            station.reconnect()
    assert len(numbers) == 1
    found = only(station)
    assert (found.state, found.energy_wh, found.number) == ("ended", 3500, next(iter(numbers)))
