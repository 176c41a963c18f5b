"""Ways through functions that are gone so seldom that no other test goes them: that they may do what is done there."""

import datetime as dt
import importlib
import io
import json
from typing import Any

import pytest

from functions.bus import issue_certificates
from functions.queue import watch_calls
from functions.schedule import sweep_connections
from functions.workflows import look_at_campaign
from local.dynamodb.storage import Store
from local.synth import assembly
from shared.aws import outbox
from shared.domain.configuration import Variable
from shared.domain.firmware import Firmware
from shared.domain.stations import Connection, Station
from shared.store import configuration, connections, firmware, firmware_turns, keys, stations, transactions
from tests.integration import api
from tests.integration.aws_answers import GONE, Aws
from tests.integration.called_station import CalledStation
from tests.integration.campaign_world import CampaignWorld, connected, updates
from tests.integration.events_2x import event
from tests.integration.least_payloads import CONNECTION_DATA, profile
from tests.integration.seed import FIRMWARE
from tests.integration.sessions import began
from tests.integration.station import DirectStation
from tests.integration.stream import watched
from tests.integration.test_certificate_authorities import requested
from tests.proof.roles import Roles

NOW = dt.datetime.now(dt.UTC)
LONG_AGO = NOW - dt.timedelta(hours=1)


def command(action: str, payload: dict[str, Any], station_id: str = "CP1") -> str:
    """The state of a call that a command's function makes."""
    made = importlib.import_module(f"functions.commands.{action}").handler(
        {"station_id": station_id, "payload": payload}, None
    )
    assert "state" in made, made
    state: str = made["state"]
    return state


# ---------------------------------------------------------------------- what runs without being asked


def test_a_silent_connection_that_is_gone_is_swept_and_one_that_is_there_is_not(
    table: Store,
    aws: Aws,
) -> None:
    now = dt.datetime.now(dt.UTC)
    connections.connect(Connection("CP1", "silent", LONG_AGO, LONG_AGO, "1.6"))
    connections.connect(Connection("CP2", "lively", LONG_AGO, now, "1.6"))
    assert sweep_connections.handler({}, None) == {"swept": 0}
    aws.errors["GetConnection"] = GONE
    assert sweep_connections.handler({}, None) == {"swept": 1}
    assert aws.called == ["GetConnection", "GetConnection"]
    assert connections.online_page(None, 10) == (["CP2"], None)


def test_a_campaign_finds_its_stations_among_those_online_and_gives_them_their_turns_by_itself(
    table: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    CampaignWorld(table, monkeypatch)
    connected("CP1", "CP2")
    began(NOW, station_id="CP2")
    stations.create(Station("CP3", "Accepted", NOW))
    body = {
        "selection": {"online": True},
        "location": "https://files.example/fw.bin",
        "version": "2.0",
        "when_idle": True,
    }
    campaign_id = api.call("POST", "/firmware-campaigns", body=body).json["campaign_id"]
    look_at(campaign_id)
    assert [(one.station_id, one.state) for one in updates(campaign_id)] == [("CP1", "queued"), ("CP2", "queued")]
    for update in updates(campaign_id):
        assert firmware_turns.put(update, "ready")
    take, outrun = firmware_turns.take_turn, iter([False])
    monkeypatch.setattr(firmware_turns, "take_turn", lambda *given: next(outrun, None) is None and take(*given))
    look_at(campaign_id)
    assert [one.state for one in updates(campaign_id)] == ["running", "queued"]


def look_at(campaign_id: str) -> None:
    """The looks of an execution until it waits."""
    given = {"campaign_id": campaign_id, "looks": 0, "began_at": keys.stamp(NOW)}
    while look_at_campaign.handler(given, None)["next"] == "again":
        pass


def test_stations_online_are_asked_for_their_diagnostics(table: Store) -> None:
    DirectStation("CP1")
    stations.create(Station("CP2", "Accepted", NOW))
    answer = api.call("POST", "/diagnostics", body={"selection": {"online": True}})
    assert [one["station_id"] for one in answer.json["stations"]] == ["CP1"]


def test_the_data_of_a_stop_that_came_before_its_start_are_joined_to_it(
    table: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, station = watched(table, monkeypatch), DirectStation("CP1")
    at = (NOW - dt.timedelta(minutes=30)).isoformat()
    data = [{"timestamp": at, "sampledValue": [{"value": "1500"}]}]
    stop = {
        "transactionId": 0,
        "meterStop": 2000,
        "timestamp": NOW.isoformat(),
        "idTag": "TAG",
        "transactionData": data,
    }
    station.send("StopTransaction", **stop)
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": LONG_AGO.isoformat()}
    number = station.send("StartTransaction", **start)["transactionId"]
    stream.flow()
    (one,) = api.get("/transactions")["items"]
    assert (one["number"], one["state"]) == (number, "ended")
    assert transactions.data(one["transaction_id"])


def test_a_certificate_is_brought_whatever_the_outbox_holds(
    table: Store,
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    station = DirectStation("CP1")
    first = {"detail-type": "certificate.requested", "detail": requested(station)}
    command("clear_cache", {})
    now = outbox._now
    with monkeypatch.context() as later:
        later.setattr(outbox, "_now", lambda: now() + dt.timedelta(minutes=10))
        issue_certificates.handler(first, None)
    aws.called.clear()
    other = DirectStation("CP2")
    aws.errors["PostToConnection"] = GONE
    issue_certificates.handler({"detail-type": "certificate.requested", "detail": requested(other)}, None)
    assert aws.called == ["PostToConnection", "SendMessage"]


def test_a_timer_that_comes_before_its_moment_is_set_again(
    table: Store,
    aws: Aws,
) -> None:
    body = json.dumps({"station_id": "CP1", "call_id": None, "at": (NOW + dt.timedelta(days=1)).isoformat()})
    record = {"messageId": "1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
    assert watch_calls.handler({"Records": [record]}, None) == {"batchItemFailures": []}
    assert aws.called == ["SendMessage"]


def test_parts_of_firmware_that_never_became_a_file_are_given_up_with_it(
    table: Store,
    aws: Aws,
) -> None:
    firmware.create(Firmware(FIRMWARE, "fw.bin", "1.2", NOW, upload_id="parts"))
    assert api.call("DELETE", f"/firmware/{FIRMWARE}").status == 204
    assert "AbortMultipartUpload" in aws.called


ATTENDED = (
    *("bus.issue_certificates", "bus.push_live", "files.note_upload", "schedule.close_transactions"),
    *("schedule.sample_fleet", "schedule.sweep_connections", "stream.follow_up", "stream.publish_events"),
)
"""What leaves dead letters."""


@pytest.fixture(scope="module")
def roles() -> Roles:
    return Roles.of_assembly(assembly())


@pytest.mark.parametrize("name", ATTENDED)
def test_an_event_that_a_function_failed_at_is_given_to_it_again(
    table: Store, aws: Aws, roles: Roles, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    arn = roles.function_arn(name)
    monkeypatch.setenv("BUS_NAME", "Idlewatt-dev")  # as the stack is called, and so its functions
    told = {"requestContext": {"functionArn": f"{arn}:$LATEST", "condition": "RetriesExhausted"}, "requestPayload": {}}
    letter = {"MessageId": "letter-1", "ReceiptHandle": "1", "Body": json.dumps(told)}
    aws.results = {"ReceiveMessage": [{"Messages": [letter]}], "Invoke": [{"Payload": io.BytesIO(b"null")}]}
    assert api.call("POST", "/dead-letters/redrive", body={}).json["redriven"] == ["letter-1"]
    assert {"Invoke", "DeleteMessage"} <= set(aws.called)


@pytest.mark.parametrize("queue", ["jobs", "timers"])
def test_a_message_that_was_set_aside_goes_back_to_its_queue(table: Store, aws: Aws, queue: str) -> None:
    source = {"DeadLetterQueueSourceArn": f"arn:aws:sqs:us-east-1:123456789012:{queue}"}
    letter = {"MessageId": "letter-1", "ReceiptHandle": "1", "Body": "{}", "Attributes": source}
    aws.results = {"ReceiveMessage": [{"Messages": [letter]}]}
    assert api.call("POST", "/dead-letters/redrive", body={}).json["redriven"] == ["letter-1"]
    assert {"SendMessage", "DeleteMessage"} <= set(aws.called)


# ---------------------------------------------------------------------- what stations send


def test_a_profile_is_reported_of_a_transaction(table: Store) -> None:
    station = DirectStation("CP1", version="2.0.1")
    station.send("TransactionEvent", **event("Started", 0, evse={"id": 1}))
    given = profile("2.0.1")["chargingProfile"] | {"chargingProfilePurpose": "TxProfile", "transactionId": "tx"}
    report = {"requestId": 1, "chargingLimitSource": "CSO", "evseId": 1, "chargingProfile": [given]}
    assert station.send("ReportChargingProfiles", **report) == {}


# ---------------------------------------------------------------------- what is sent to them


def test_a_profile_is_set_for_the_transaction_of_an_evse(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    station = CalledStation(monkeypatch)
    station.send("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=NOW.isoformat())
    wanted = profile("1.6")
    wanted["csChargingProfiles"]["chargingProfilePurpose"] = "TxProfile"
    assert command("set_charging_profile", wanted) == "sent"


def test_a_network_profile_brings_a_password(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    CalledStation(monkeypatch, version="2.1")
    data = {**CONNECTION_DATA, "basicAuthPassword": "correct-horse-battery"}
    assert command("set_network_profile", {"configurationSlot": 1, "connectionData": data}) == "sent"
    station = stations.find("CP1")
    assert station
    assert station.passwords.pending


def test_a_monitor_that_has_a_number_is_set_anew(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    CalledStation(monkeypatch, version="2.0.1")
    place = {"component": {"name": "EVSE"}, "variable": {"name": "Power"}}
    monitor = {"id": 7, "value": 1, "type": "UpperThreshold", "severity": 3, **place}
    assert command("set_variable_monitoring", {"setMonitoringData": [monitor]}) == "sent"


def test_a_remote_start_brings_a_profile(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    CalledStation(monkeypatch, version="2.0.1")
    start = {
        "idToken": {"idToken": "TAG", "type": "ISO14443"},
        "chargingProfile": profile("2.0.1")["chargingProfile"] | {"chargingProfilePurpose": "TxProfile"},
    }
    assert command("request_start_transaction", start) == "sent"


def test_a_request_of_several_calls_that_is_repeated_finds_them_all(
    table: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    CalledStation(monkeypatch)
    configuration.note_read("CP1", Variable("GetConfigurationMaxKeys", "1", readonly=True, is_known=True), NOW)
    body = {"keys": ["HeartbeatInterval", "ConnectionTimeOut"]}
    first, second = (
        api.call("POST", "/stations/CP1/configuration/refresh", body=body, headers={"idempotency-key": "again"})
        for _ in range(2)
    )
    assert first.json["call_id"] == second.json["call_id"]
    assert len(first.json["parts"]) == 1
