"""The request units that a message may cost (DESIGN, section 3), by DynamoDB's published rules."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.connection import authorizer, connect
from local.capacity import recording
from shared.aws import gateway
from shared.domain.authorization import IdToken
from shared.store import tokens
from tests.integration.api import call
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

START = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": "2026-11-20T08:00:00Z"}
SAMPLES = [
    {"value": "2000", "measurand": "Energy.Active.Import.Register", "unit": "Wh", "context": "Sample.Periodic"},
    {"value": "16.0", "measurand": "Current.Import", "unit": "A", "phase": "L1"},
    {"value": "16.0", "measurand": "Current.Import", "unit": "A", "phase": "L2"},
    {"value": "16.0", "measurand": "Current.Import", "unit": "A", "phase": "L3"},
    {"value": "230.1", "measurand": "Voltage", "unit": "V", "phase": "L1-N"},
    {"value": "230.2", "measurand": "Voltage", "unit": "V", "phase": "L2-N"},
    {"value": "11040", "measurand": "Power.Active.Import", "unit": "W"},
    {"value": "56", "measurand": "SoC", "unit": "Percent", "location": "EV"},
]


@pytest.fixture
def station() -> DirectStation:
    tokens.save(IdToken("TAG", group_id="FLEET"))
    return DirectStation()


def heartbeat(station: DirectStation) -> Callable[[], object]:
    return lambda: station.send("Heartbeat")


def boot(station: DirectStation) -> Callable[[], object]:
    said = {"chargePointVendor": "V" * 20, "chargePointModel": "M" * 20, "chargePointSerialNumber": "S" * 25}
    more = {"firmwareVersion": "F" * 50, "iccid": "I" * 20, "imsi": "I" * 20, "meterType": "T" * 25}
    return lambda: station.send("BootNotification", **said, **more, meterSerialNumber="N" * 25)


def status(station: DirectStation) -> Callable[[], object]:
    station.send("StatusNotification", connectorId=2, status="Available", errorCode="NoError")
    said = {"connectorId": 1, "status": "Faulted", "errorCode": "GroundFailure", "info": "I" * 50}
    return lambda: station.send("StatusNotification", **said, vendorId="V" * 100, vendorErrorCode="E" * 50)


def authorize(station: DirectStation) -> Callable[[], object]:
    return lambda: station.send("Authorize", idTag="TAG")


def meter_values(station: DirectStation) -> Callable[[], object]:
    values = [{"timestamp": "2026-11-20T08:30:00Z", "sampledValue": SAMPLES}]
    return lambda: station.send("MeterValues", connectorId=1, transactionId=7, meterValue=values)


def start(station: DirectStation) -> Callable[[], object]:
    return lambda: station.send("StartTransaction", **START)


def stop(station: DirectStation) -> Callable[[], object]:
    number = station.send("StartTransaction", **START)["transactionId"]
    ended = {"transactionId": number, "meterStop": 4500, "timestamp": "2026-11-20T09:00:00Z", "reason": "Remote"}
    return lambda: station.send("StopTransaction", **ended, idTag="TAG")


def security_event(station: DirectStation) -> Callable[[], object]:
    said = {"type": "TamperDetectionActivated", "timestamp": "2026-11-20T09:00:00Z", "techInfo": "I" * 255}
    return lambda: station.send("SecurityEventNotification", **said)


def event(kind: str, seq_no: int, **more: Any) -> dict[str, Any]:
    info = {"transactionId": "0f8fad5b-d9cb-469f-a165-70867728950e", **more.pop("info", {})}
    said = {"eventType": kind, "seqNo": seq_no, "timestamp": f"2026-11-20T08:{seq_no:02}:00Z", "offline": False}
    value = {"timestamp": said["timestamp"], "sampledValue": [{"value": 1000 + seq_no, "context": "Sample.Clock"}]}
    return {**said, "triggerReason": "Trigger", "transactionInfo": info, "meterValue": [value], **more}


def of_2x(station: DirectStation, *before: dict[str, Any], **message: Any) -> Callable[[], object]:
    """A message after some others of a station of 2.x with a name of usual length."""
    later = DirectStation("DE*IDL*E0123456", version="2.1")
    for one in before:
        later.send("TransactionEvent", **one)
    return lambda: later.send(message["action"], **message["payload"])


TOKEN = {"idToken": "TAG", "type": "ISO14443"}
STARTED = event("Started", 0, evse={"id": 1, "connectorId": 1}, idToken=TOKEN, info={"chargingState": "EVConnected"})
UPDATED = [event("Updated", number, info={"chargingState": "Charging"}) for number in range(1, 6)]


def authorize_2x(station: DirectStation) -> Callable[[], object]:
    return of_2x(station, action="Authorize", payload={"idToken": TOKEN})


def started(station: DirectStation) -> Callable[[], object]:
    return of_2x(station, action="TransactionEvent", payload=STARTED)


def updated(station: DirectStation) -> Callable[[], object]:
    return of_2x(station, STARTED, *UPDATED[:4], action="TransactionEvent", payload=UPDATED[4])


def authorized(station: DirectStation) -> Callable[[], object]:
    return of_2x(station, STARTED, action="TransactionEvent", payload=UPDATED[1] | {"idToken": TOKEN})


def ended(station: DirectStation) -> Callable[[], object]:
    last = event("Ended", 6, idToken=TOKEN, info={"stoppedReason": "Local", "timeSpentCharging": 300})
    return of_2x(station, STARTED, *UPDATED, action="TransactionEvent", payload=last)


def meter_values_2x(station: DirectStation) -> Callable[[], object]:
    return of_2x(station, action="MeterValues", payload={"evseId": 0, "meterValue": UPDATED[0]["meterValue"]})


def noticed(station: DirectStation, **fields: Any) -> Callable[[], object]:
    said = {"eventId": 1, "timestamp": "2026-11-20T08:00:00Z", "actualValue": "V" * 40, "techInfo": "I" * 100}
    named = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Temperature"}}
    data = {**said, **named, "eventNotificationType": "CustomMonitor", "variableMonitoringId": 7, **fields}
    page = {"generatedAt": "2026-11-20T08:00:00Z", "seqNo": 0, "eventData": [data]}
    return of_2x(station, action="NotifyEvent", payload=page)


def periodic_event(station: DirectStation) -> Callable[[], object]:
    return noticed(station, trigger="Periodic")


def status_event(station: DirectStation) -> Callable[[], object]:
    return noticed(station, trigger="Delta", actualValue="Occupied", variable={"name": "AvailabilityState"})


def alert(station: DirectStation) -> Callable[[], object]:
    return noticed(station, trigger="Alerting")


def streamed(station: DirectStation) -> Callable[[], object]:
    data = [{"t": second, "v": f"{second}.5"} for second in range(60)]
    payload = {"id": 3, "pending": 0, "basetime": "2026-11-20T08:00:00Z", "data": data}
    return of_2x(station, action="NotifyPeriodicEventStream", payload=payload)


@pytest.mark.parametrize(
    ("message", "writes", "reads"),
    [
        (periodic_event, 1, 0),
        (status_event, 2, 0),
        (alert, 3, 0),
        (streamed, 1, 0),
        (authorize_2x, 0, 1),
        (started, 3, 2),
        (updated, 2, 1),
        (authorized, 2, 2),
        (ended, 3, 3),
        (meter_values_2x, 1, 0),
        (heartbeat, 1, 0),
        (status, 1, 0),
        (meter_values, 1, 0),
        (boot, 2, 1),
        (authorize, 0, 1),
        (start, 3, 2),
        (stop, 3, 2),
        (security_event, 1, 0),
    ],
)
def test_a_message_costs_no_more_than_its_budget(
    station: DirectStation, message: Callable[[DirectStation], Callable[[], object]], writes: int, reads: int
) -> None:
    send = message(station)
    with recording() as meter:
        send()
    assert meter.write_units <= writes
    assert meter.read_units <= reads


def test_a_reconnect_costs_no_more_than_its_budget(station: DirectStation) -> None:
    moment = int((station.now + timedelta(minutes=1)).timestamp() * 1000)
    context = {"connectionId": "new", "connectedAt": moment, "requestTimeEpoch": moment}
    headers = {"x-idlewatt-station": station.station_id, "sec-websocket-protocol": "ocpp1.6"}
    event = {"methodArn": "arn", "headers": headers, "requestContext": context}
    with recording() as meter:
        found = authorizer.handler(event, None)
        answer = connect.handler({**event, "requestContext": {**context, "authorizer": found["context"]}}, None)
    assert answer["statusCode"] == 200
    assert meter.write_units <= 2
    assert meter.read_units <= 1


def test_a_call_costs_no_more_than_its_budget_before_it_is_sent(
    station: DirectStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[tuple[float, float]] = []

    def send(_connection_id: str, _text: str) -> str:
        spent.append((meter.write_units, meter.read_units))
        return "sent"

    monkeypatch.setattr(gateway, "send", send)
    with recording() as meter:
        answer = call("POST", "/stations/CP1/calls", body={"action": "Reset", "payload": {"type": "Soft"}})
    assert answer.json["state"] == "sent"
    assert spent == [(2, 1)]
    assert (meter.write_units, meter.read_units) == (3, 1)
