"""What follows from a change: events and history, sockets to close, transactions and meter values put in order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.actions import heartbeat
from functions.schedule import close_transactions
from functions.stream import publish_events
from local.dynamodb.storage import Store
from shared.aws import bus
from shared.domain.authorization import IdToken
from shared.domain.events import Event
from shared.store import connections, events, findings, keys, stations, tokens, transactions
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture
def station(stream: Stream) -> DirectStation:
    tokens.save(IdToken("TAG", concurrent=False))
    station = DirectStation(now=datetime.now(UTC) - timedelta(days=1))
    stream.flow()
    stream.published.clear()
    return station


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def begin(station: DirectStation, **changed: Any) -> int:
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": at(0)} | changed
    return int(station.send("StartTransaction", **start)["transactionId"])


def sampled(value: str, minute: int) -> list[dict[str, Any]]:
    return [{"timestamp": at(minute), "sampledValue": [{"value": value}]}]


def history(station: DirectStation) -> list[str]:
    return [event.type for event in events.page(station.station_id, None, 100)[0]]


def test_a_new_connection_replaces_the_old_socket_and_tells_of_itself(stream: Stream, station: DirectStation) -> None:
    before = station.connection_id
    station.reconnect()
    stream.flow()
    assert stream.closed == [before]
    assert stream.types() == ["station.online"]


def test_a_late_end_of_a_replaced_connection_changes_nothing(stream: Stream, station: DirectStation) -> None:
    before = station.connection_id
    station.reconnect()
    assert not connections.disconnect(station.station_id, before, station.now)
    assert connections.disconnect(station.station_id, station.connection_id, station.now)
    stream.flow()
    assert stream.types()[-1] == "station.offline"


def test_a_heartbeat_at_the_planned_age_closes_an_idle_connection_and_no_busy_one(
    stream: Stream, station: DirectStation
) -> None:
    event = station.event('[2,"1","Heartbeat",{}]')
    event["requestContext"]["requestTimeEpoch"] += 7_000_000
    number = begin(station)
    heartbeat.handler(event, None)
    stream.flow()
    assert station.connection_id not in stream.closed
    station.send("StopTransaction", transactionId=number, meterStop=2000, timestamp=at(9))
    event["requestContext"]["requestTimeEpoch"] += 1000
    heartbeat.handler(event, None)
    stream.flow()
    assert station.connection_id in stream.closed


def test_changing_a_registration_closes_the_connection_and_a_boot_does_not(
    stream: Stream, station: DirectStation
) -> None:
    station.send("BootNotification", chargePointVendor="V", chargePointModel="M")
    stream.flow()
    assert stream.closed == []
    assert "station.booted" in stream.types()
    found = stations.find(station.station_id)
    assert found is not None
    stations.replace(found._replace(registration="Rejected"))
    stream.flow()
    assert stream.closed == [station.connection_id]
    assert stream.types()[-1] == "station.registration_changed"


def test_a_connection_from_after_a_change_stays(stream: Stream, station: DirectStation) -> None:
    found = stations.find(station.station_id)
    assert found is not None
    stations.replace(found._replace(registration="Pending"))
    station.now = datetime.now(UTC)
    before = station.connection_id
    station.reconnect()
    stream.flow()
    assert stream.closed == [before]


def test_a_deleted_station_is_disconnected(stream: Stream, station: DirectStation) -> None:
    stations.delete(station.station_id)
    stream.flow()
    assert stream.closed == [station.connection_id]


@pytest.mark.requirement("M16-040")
def test_a_fault_is_raised_and_cleared(stream: Stream, station: DirectStation) -> None:
    fault = {"errorCode": "GroundFailure", "vendorErrorCode": "E7", "info": "wet"}
    station.send("StatusNotification", connectorId=1, status="Available", errorCode="NoError", timestamp=at(0))
    station.send("StatusNotification", connectorId=1, status="Faulted", timestamp=at(1), **fault)
    station.send("StatusNotification", connectorId=1, status="Available", errorCode="NoError", timestamp=at(2))
    stream.flow()
    assert stream.types() == [
        "status.changed", "status.changed", "fault.raised", "status.changed", "fault.cleared"
    ]  # fmt: skip
    raised = stream.published[2].data
    assert (raised["error_code"], raised["vendor_error_code"], raised["info"]) == ("GroundFailure", "E7", "wet")
    assert history(station).count("status.changed") == 3


def test_the_same_status_again_is_no_change(stream: Stream, station: DirectStation) -> None:
    for minute in (0, 1):
        station.send("StatusNotification", connectorId=1, status="Available", errorCode="NoError", timestamp=at(minute))
    stream.flow()
    assert stream.types() == ["status.changed"]


def test_a_session_is_told_from_start_to_end(stream: Stream, station: DirectStation) -> None:
    number = begin(station)
    station.send("MeterValues", connectorId=1, transactionId=number, meterValue=sampled("2000", 10))
    station.send("StopTransaction", transactionId=number, meterStop=4500, timestamp=at(60))
    stream.flow()
    assert stream.types() == ["transaction.started", "transaction.updated", "transaction.ended"]
    started, updated, ended = (event.data for event in stream.published)
    assert (started["state"], ended["energy_wh"], updated["meter_wh"]) == ("active", 3500, 2000)


def test_an_event_is_delivered_again_after_a_failure_and_told_once_in_the_history(
    stream: Stream, station: DirectStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    station.send("StatusNotification", connectorId=1, status="Available", errorCode="NoError", timestamp=at(0))

    def refuse(_events: list[Event], *, is_watched: bool) -> None:
        raise bus.NotPublished("the bus is full")

    batch = {"Records": list(stream.records)}
    with monkeypatch.context() as patch:
        patch.setattr(bus, "publish", refuse)
        with pytest.raises(bus.NotPublished):
            publish_events.handler(batch, None)
    stream.flow()
    assert stream.types() == ["status.changed"]
    assert history(station).count("status.changed") == 1


def test_a_token_is_in_use_while_its_transaction_runs(stream: Stream, station: DirectStation) -> None:
    number = begin(station)
    stream.flow()
    other = DirectStation("CP2")
    assert other.send("Authorize", idTag="tag")["idTagInfo"]["status"] == "ConcurrentTx"
    assert station.send("Authorize", idTag="TAG")["idTagInfo"]["status"] == "Accepted"
    station.send("StopTransaction", transactionId=number, meterStop=2000, timestamp=at(9))
    stream.flow()
    assert other.send("Authorize", idTag="TAG")["idTagInfo"]["status"] == "Accepted"


def test_a_new_start_on_the_connector_gives_up_the_one_before_with_its_last_reading(
    stream: Stream, station: DirectStation
) -> None:
    lost = begin(station)
    station.send("MeterValues", connectorId=1, transactionId=lost, meterValue=sampled("3000", 10))
    begin(station, timestamp=at(60), meterStart=3200)
    begin(station, timestamp=at(61), connectorId=2)
    stream.flow()
    found = transactions.find(str(lost))
    assert found is not None
    assert (found.state, found.energy_wh, found.flags) == ("ended", 2000, ("abandoned",))
    station.send("StopTransaction", transactionId=lost, meterStop=3200, timestamp=at(59))
    found = transactions.find(str(lost))
    assert found is not None
    assert (found.energy_wh, found.flags) == (2200, ())


@pytest.mark.requirement("M16-060")
def test_a_stop_that_came_before_its_start_is_joined_with_it(stream: Stream, station: DirectStation) -> None:
    station.send("StopTransaction", transactionId=-1, idTag="TAG", meterStop=4500, timestamp=at(60))
    begin(station)
    stream.flow()
    (found,) = transactions.recent_of_station(station.station_id)
    assert (found.state, found.energy_wh, found.flags) == ("ended", 3500, ("matched",))


def test_a_stop_with_a_number_we_never_gave_stays_an_orphan(stream: Stream, station: DirectStation) -> None:
    station.send("StopTransaction", transactionId=4711, idTag="TAG", meterStop=4500, timestamp=at(60))
    begin(station)
    stream.flow()
    assert sorted(one.state for one in transactions.recent_of_station(station.station_id)) == ["active", "ended"]


def test_meter_values_from_before_the_end_belong_where_they_say(stream: Stream, station: DirectStation) -> None:
    number = begin(station)
    station.send("StopTransaction", transactionId=number, meterStop=2000, timestamp=at(9))
    station.send("MeterValues", connectorId=1, transactionId=number, meterValue=sampled("1500", 5))
    stream.flow()
    assert findings.page(station.station_id, None, 10)[0] == []


@pytest.mark.parametrize(("minutes_since", "state"), [(10, "active"), (20, "ended")])
def test_the_watchdog_gives_up_a_transaction_whose_connector_is_free_again(
    stream: Stream, station: DirectStation, minutes_since: int, state: str
) -> None:
    number = begin(station)
    station.send("MeterValues", connectorId=1, transactionId=number, meterValue=sampled("3000", 10))
    station.now = datetime.now(UTC) - timedelta(minutes=minutes_since)
    station.reconnect()
    station.send("StatusNotification", connectorId=1, status="Available", errorCode="NoError", timestamp=at(60))
    close_transactions.handler({}, None)
    found = transactions.find(str(number))
    assert found is not None
    assert found.state == state
    if state == "ended":
        assert (found.energy_wh, found.ended_at, found.flags) == (2000, keys.time(at(60)), ("abandoned",))
