"""Meter values of OCPP 1.6 that name a wrong transaction: none is missing under the right one."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.schedule import close_transactions
from local.capacity import recording
from local.dynamodb.storage import Store
from shared.aws import misnamed_readings
from shared.domain import transaction_numbers
from shared.domain.authorization import IdToken
from shared.store import findings, meter_values, tokens, transactions
from tests.integration.api import call
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
TARIFF = {
    "currency": "EUR",
    "energy": {"prices": [{"price": 0.2, "conditions": {"max_power_w": 7000}}, {"price": 0.6}]},
}


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture
def station(stream: Stream) -> DirectStation:
    tokens.save(IdToken("TAG"))
    station = DirectStation(now=datetime.now(UTC) - timedelta(days=1))
    stream.flow()
    return station


@pytest.fixture
def no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the numbers that may be of their station is looked up as it comes."""
    monkeypatch.setattr(transaction_numbers, "DOUBTED_ONE_IN", 2**40)


def at(minute: float) -> str:
    return (START + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")


def begin(station: DirectStation, minute: int = 0, connector_id: int = 1) -> int:
    start = {"connectorId": connector_id, "idTag": "TAG", "meterStart": 100 * minute, "timestamp": at(minute)}
    return int(station.send("StartTransaction", **start)["transactionId"])


def stop(station: DirectStation, number: int, minute: int) -> None:
    station.send("StopTransaction", transactionId=number, meterStop=100 * minute, timestamp=at(minute))


def tell(station: DirectStation, number: int, minute: int, connector_id: int = 1) -> None:
    value = {"timestamp": at(minute), "sampledValue": [{"value": str(100 * minute)}]}
    station.send("MeterValues", connectorId=connector_id, transactionId=number, meterValue=[value])


def minutes_of(station: DirectStation, number: int) -> list[int]:
    """When the meter values that stand under a transaction are of."""
    reports = meter_values.of_transaction(station.station_id, number)
    return [round((value.at - START).total_seconds() / 60) for report in reports for value in report.values]


def codes(station: DirectStation) -> list[str]:
    return [one.finding.code for one in findings.page(station.station_id, None, 10)[0]]


def ended_then_another(station: DirectStation, stream: Stream) -> tuple[int, int]:
    old = begin(station)
    stop(station, old, 9)
    new = begin(station, 10)
    stream.flow()
    return old, new


def test_readings_with_a_stale_number_come_along_with_the_one_that_is_looked_up(
    stream: Stream, station: DirectStation
) -> None:
    old, new = ended_then_another(station, stream)
    looked_up = []
    for minute in range(11, 41):
        tell(station, old, minute)
        if any("doubtful" in record["dynamodb"].get("NewImage", {}) for record in stream.records):
            looked_up.append(minute)
        stream.flow()
    assert 1 < len(looked_up) < 15
    assert minutes_of(station, new) == list(range(11, looked_up[-1] + 1))
    assert codes(station) == ["Q-23"]
    stop(station, new, 41)
    stream.flow()
    assert minutes_of(station, new) == list(range(11, 41))
    assert all(one.inferred for one in meter_values.of_transaction(station.station_id, new))


@pytest.mark.usefixtures("no_chance")
def test_readings_of_which_none_was_looked_up_are_found_at_the_end(stream: Stream, station: DirectStation) -> None:
    old, new = ended_then_another(station, stream)
    tell(station, old, 5)  # its own, late
    tell(station, old, 20)
    tell(station, old, 21, connector_id=2)
    tell(station, old, 30)
    stop(station, new, 29)
    stream.flow()
    assert minutes_of(station, new) == [20]


@pytest.mark.usefixtures("no_chance")
@pytest.mark.parametrize("number", [-1, 0, 4711, 2**62])
def test_a_number_that_cannot_be_of_the_station_is_found_at_once(
    stream: Stream, station: DirectStation, number: int
) -> None:
    running = begin(station)
    for minute in (5, 6):
        tell(station, number, minute)
    stream.flow()
    assert minutes_of(station, running) == [5, 6]
    assert codes(station) == ["Q-24"]


def test_the_number_of_another_station_is_not_of_this_one(stream: Stream, station: DirectStation) -> None:
    other = DirectStation("CP2")
    theirs, running = begin(other), begin(station)
    tell(station, theirs, 5)
    stream.flow()
    assert minutes_of(station, running) == [5]
    assert codes(station) == ["Q-24"]


@pytest.mark.usefixtures("no_chance")
def test_a_number_that_tells_no_station_is_as_good(stream: Stream, station: DirectStation) -> None:
    """One from before numbers told it, or of a station that has used up those that do."""
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": at(0)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction_numbers, "SEEDS_OF_STATION", 0)
        number = int(station.send("StartTransaction", **start)["transactionId"])
    assert not transaction_numbers.may_be_of(station.station_id, number)
    tell(station, number, 5)
    stream.flow()
    assert codes(station) == []
    stop(station, number, 9)
    assert [one.energy_wh for one in transactions.recent_of_station(station.station_id)] == [900]


@pytest.mark.usefixtures("no_chance")
def test_a_transaction_that_is_given_up_has_the_energy_of_readings_with_a_stale_number(
    stream: Stream, station: DirectStation
) -> None:
    old, new = ended_then_another(station, stream)
    tell(station, old, 20)
    station.send("StatusNotification", connectorId=1, status="Available", errorCode="NoError", timestamp=at(30))
    close_transactions.handler({}, None)
    stream.flow()
    found = transactions.find(str(new))
    assert found is not None
    assert (found.energy_wh, found.flags) == (1000, ("abandoned",))
    assert minutes_of(station, new) == [20]


@pytest.mark.usefixtures("no_chance")
def test_a_new_start_gives_up_the_one_before_with_such_a_reading(stream: Stream, station: DirectStation) -> None:
    old, new = ended_then_another(station, stream)
    tell(station, old, 20)
    begin(station, 30)
    stream.flow()
    found = transactions.find(str(new))
    assert found is not None
    assert found.energy_wh == 1000


@pytest.mark.usefixtures("no_chance")
def test_readings_with_a_stale_number_count_in_the_bill(stream: Stream, station: DirectStation) -> None:
    assert call("PUT", "/tariffs/T", body=TARIFF).status == 201
    call("PATCH", f"/stations/{station.station_id}", body={"tariff_id": "T"})
    costs = []
    for first, is_right in ((10, True), (110, False)):
        old, new = begin(station, first - 10), 0
        stop(station, old, first - 1)
        new = begin(station, first)
        stream.flow()
        tell(station, new if is_right else old, first + 1)
        tell(station, new if is_right else old, first + 9)
        stop(station, new, first + 20)
        stream.flow()
        found = transactions.find(str(new))
        assert found is not None
        assert found.total_cost is not None
        costs.append(found.total_cost)
    assert costs[0] == costs[1] > 0


def test_a_session_that_knows_its_number_pays_half_a_unit_for_that(stream: Stream, station: DirectStation) -> None:
    number = begin(station)
    tell(station, number, 5)
    stop(station, number, 9)
    found = transactions.find(str(number))
    assert found is not None
    with recording() as meter:
        assert misnamed_readings.missing(found) == []
    assert (meter.write_units, meter.read_units) == (0, 0.5)


def test_looking_up_twice_files_once(stream: Stream, station: DirectStation) -> None:
    old, new = ended_then_another(station, stream)
    for minute in range(11, 31):
        tell(station, old, minute)
    stream.records *= 2
    stream.flow()
    filed = minutes_of(station, new)
    assert filed == sorted(set(filed))
    assert filed
