"""Samples of all stations: counts, power and energy, from what stations of both kinds have told; and what they cost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.schedule import sample_fleet
from local.capacity import recording
from local.dynamodb.storage import Store
from shared.domain.authorization import IdToken
from shared.domain.fleet_samples import FleetSample
from shared.domain.stations import Connection, Station
from shared.store import connections, fleet_samples, stations, tokens
from tests.integration import many
from tests.integration.station import DirectStation
from tests.integration.stream import watched

NOW = datetime.now(UTC)
POWER: dict[str, Any] = {"measurand": "Power.Active.Import", "unit": "W"}


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def sample() -> FleetSample:
    sample_fleet.handler({}, None)
    found = fleet_samples.latest()
    assert found is not None
    return found


@pytest.fixture
def station(table: Store) -> DirectStation:
    tokens.save(IdToken("TAG", concurrent=True))
    return DirectStation(now=NOW)


def begin(station: DirectStation, connector: int = 1, at: datetime = NOW) -> int:
    start = {"connectorId": connector, "idTag": "TAG", "meterStart": 0, "timestamp": iso(at)}
    return int(station.send("StartTransaction", **start)["transactionId"])


def read(station: DirectStation, number: int, value: str, at: datetime = NOW, **sample: Any) -> None:
    station.send(
        "MeterValues",
        connectorId=1,
        transactionId=number,
        meterValue=[{"timestamp": iso(at), "sampledValue": [{"value": value, **sample}]}],
    )


def test_a_system_without_stations_has_samples_too(table: Store) -> None:
    assert sample()[1:] == (0, 0, 0, 0, 0, 0, 0, False)


def test_stations_are_counted_by_what_they_do(
    table: Store, station: DirectStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = watched(table, monkeypatch)
    for connector in (1, 2):
        begin(station, connector)
    stations.create(Station("OFFLINE", "Accepted", NOW))
    faulted = DirectStation("CP2", now=NOW)
    for connector in (1, 2):
        faulted.send("StatusNotification", connectorId=connector, status="Faulted", errorCode="OverVoltage")
    stream.flow()
    found = sample()
    assert (found.stations, found.online, found.charging, found.faulted, found.transactions) == (3, 2, 1, 1, 2)


def test_power_is_the_sum_of_the_latest_readings_of_each_transaction(station: DirectStation) -> None:
    first, second = begin(station), begin(station, 2)
    read(station, first, "7000", NOW - timedelta(minutes=2), **POWER)
    read(station, first, "8000", NOW - timedelta(minutes=1), **POWER)
    read(station, second, "1000", NOW - timedelta(minutes=10))
    read(station, second, "2000", NOW - timedelta(minutes=4))
    assert sample().power_w == 8000 + 10_000, "the second has a register only: 1 kWh in six minutes"


def test_a_transaction_that_has_ended_draws_nothing(station: DirectStation) -> None:
    number = begin(station)
    read(station, number, "7000", **POWER)
    station.send("StopTransaction", transactionId=number, meterStop=10, timestamp=iso(NOW))
    assert sample().power_w == 0


def test_a_clock_of_the_past_does_not_matter_but_silence_does(
    station: DirectStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begin(station, at=NOW - timedelta(days=30))
    read(station, number, "7000", NOW - timedelta(days=30), **POWER)
    assert sample().power_w == 7000
    monkeypatch.setattr(sample_fleet, "FRESH", timedelta(0))
    assert sample().power_w == 0


def test_a_station_of_2x_is_measured_by_its_transaction_events(table: Store) -> None:
    station = DirectStation("CP2", version="2.0.1", now=NOW)

    def tell(kind: str, seq_no: int, state: str, watts: int | None = None) -> None:
        meter = [{"timestamp": iso(NOW), "sampledValue": [{"value": watts, "measurand": POWER["measurand"]}]}]
        station.send(
            "TransactionEvent",
            eventType=kind,
            seqNo=seq_no,
            timestamp=iso(NOW + timedelta(seconds=seq_no)),
            triggerReason="MeterValuePeriodic",
            transactionInfo={"transactionId": "tx", "chargingState": state},
            evse={"id": 1, "connectorId": 1},
            **({"meterValue": meter} if watts is not None else {}),
        )

    tell("Started", 0, "Charging", 3000)
    assert sample().power_w == 3000, "the first event stands in the record itself"
    tell("Updated", 1, "Charging", 11_000)
    tell("Updated", 2, "Charging")
    assert sample().power_w == 11_000
    tell("Updated", 3, "SuspendedEV")
    assert sample().power_w == 0, "whatever was read before"


def test_energy_is_what_has_flowed_since_the_sample_before(station: DirectStation) -> None:
    before = FleetSample(datetime.now(UTC) - timedelta(minutes=6), 1, 1, 1, 0, 1, 4000, 0)
    fleet_samples.record(before)
    read(station, begin(station), "8000", **POWER)
    found = sample()
    assert found.energy_wh == pytest.approx(600, abs=2)
    assert [one.power_w for one in fleet_samples.since(before.at)] == [4000, 8000]


def test_of_very_many_transactions_some_stand_for_all(station: DirectStation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_fleet, "MOST_TRANSACTIONS", 3)
    for number in range(7):
        other = DirectStation(f"M{number}", now=NOW)
        read(other, begin(other, at=NOW - timedelta(minutes=number)), "1000", **POWER)
    found = sample()
    assert (found.transactions, found.charging, found.power_w, found.estimated) == (7, 7, 7000, True)


def test_a_sample_reads_keys_a_unit_for_each_transaction_and_writes_one(table: Store) -> None:
    station = Station("", "Accepted", NOW, vendor="Volt", model="One", serial_number="1", firmware_version="1.0")
    ids = [f"STATION-{number:05}" for number in range(1000)]
    many.put(table, (stations.to_item(station._replace(station_id=one, revision=1)) for one in ids))
    for one in ids:
        connections.connect(Connection(one, "c", NOW, NOW, "1.6"))
    with recording() as idle:
        sample_fleet.handler({}, None)
    assert idle.write_units == 1
    assert idle.read_units <= 25, "half a unit for each 4 KB of the keys of 1,000 stations and their connections"
    tokens.save(IdToken("TAG", concurrent=True))
    for number in range(100):
        charging = DirectStation(ids[number], now=NOW)
        read(charging, begin(charging), "7000", NOW, **POWER)
    with recording() as busy:
        sample_fleet.handler({}, None)
    assert busy.write_units == 1
    assert busy.read_units - idle.read_units <= 100 + 3, "a half for the transaction, a half for its readings"
