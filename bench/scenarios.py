"""The messages whose costs are measured and held: what a station sends in a session, with what is usual in it.

`bench.units` measures them and tests hold them to their budgets (DESIGN, section 3); messages of 2.x that do not come
in every session are in bench/scenarios_2x.py.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from shared.catalog import BY_NAME
from shared.ocpp.messages import V2X

Json = dict[str, Any]
Send = Callable[[str, Json], Json]
"""Sends a CALL, by its action and payload; returns the payload of its answer."""

STATION_ID = "DE*IDL*E0123456"
NOW = "2026-11-20T10:00:00+00:00"
"""When the messages are sent; what they tell of is from the two hours before."""
TAG = "TAG"
"""An id token that the operator knows; it belongs to the group `FLEET`."""
NUMBER = "number"
"""Stands for the number that the transaction in the answers before has got."""


class Message(NamedTuple):
    """A CALL of a station."""

    action: str
    payload: Json


class Scenario(NamedTuple):
    """A message, what the station has sent before, and the request units that it may cost."""

    action: str
    payload: Json
    write_units: float
    read_units: float
    before: tuple[Message, ...] = ()
    detail: str = ""
    """What tells it from other messages of its action: ` Started`, `, 8 samples`."""
    of_versions: tuple[str, ...] = V2X

    @property
    def name(self) -> str:
        return f"{self.action}{self.detail}"

    @property
    def versions(self) -> tuple[str, ...]:
        """The OCPP versions that have this message."""
        return tuple(version for version in self.of_versions if version in BY_NAME[self.action].versions)


class Budget(NamedTuple):
    """The request units that something may cost."""

    write_units: float
    read_units: float


CONNECT = Budget(2, 1)
"""The authorizer and $connect, of a station that is known and was connected before."""
DISCONNECT = Budget(2, 0)
"""The station leaves the list of those online, too."""


def prepare(scenario: Scenario, send: Send) -> Json:
    """Send what comes before; returns the payload of the message itself."""
    number = None
    for message in scenario.before:
        number = send(message.action, _with_number(message.payload, number)).get("transactionId", number)
    return _with_number(scenario.payload, number)


def _with_number(payload: Json, number: int | None) -> Json:
    return {name: number if value == NUMBER else value for name, value in payload.items()}


def each(*scenarios: Scenario) -> list[tuple[str, Scenario]]:
    """Every scenario in every version that has it."""
    return [(version, scenario) for scenario in scenarios for version in scenario.versions]


# ---------------------------------------------------------------------- OCPP 1.6

SAMPLES_16 = [
    {"value": "2000", "measurand": "Energy.Active.Import.Register", "unit": "Wh", "context": "Sample.Periodic"},
    {"value": "16.0", "measurand": "Current.Import", "unit": "A", "phase": "L1"},
    {"value": "16.0", "measurand": "Current.Import", "unit": "A", "phase": "L2"},
    {"value": "16.0", "measurand": "Current.Import", "unit": "A", "phase": "L3"},
    {"value": "230.1", "measurand": "Voltage", "unit": "V", "phase": "L1-N"},
    {"value": "230.2", "measurand": "Voltage", "unit": "V", "phase": "L2-N"},
    {"value": "11040", "measurand": "Power.Active.Import", "unit": "W"},
    {"value": "56", "measurand": "SoC", "unit": "Percent", "location": "EV"},
]
START = {"connectorId": 1, "idTag": TAG, "meterStart": 1000, "timestamp": "2026-11-20T08:00:00Z"}
STOP = {"transactionId": NUMBER, "meterStop": 4500, "timestamp": "2026-11-20T09:00:00Z", "reason": "Remote"}


def meter_values_16(minute: int) -> Json:
    value = {"timestamp": f"2026-11-20T08:{minute:02}:00Z", "sampledValue": SAMPLES_16}
    return {"connectorId": 1, "transactionId": NUMBER, "meterValue": [value]}


METER_VALUES_16 = meter_values_16(30)
LOOKED_UP_16 = meter_values_16(27)
"""One of the eighth whose transaction is looked up behind the stream (shared/domain/transaction_numbers.py)."""
BOOT_16 = {
    "chargePointVendor": "V" * 20,
    "chargePointModel": "M" * 20,
    "chargePointSerialNumber": "S" * 25,
    "firmwareVersion": "F" * 50,
    "iccid": "I" * 20,
    "imsi": "I" * 20,
    "meterType": "T" * 25,
    "meterSerialNumber": "N" * 25,
}
STATUS_16 = {"connectorId": 1, "status": "Charging", "errorCode": "NoError", "timestamp": "2026-11-20T08:00:05Z"}
FAULT_16 = {
    "connectorId": 1,
    "status": "Faulted",
    "errorCode": "GroundFailure",
    "info": "I" * 50,
    "vendorId": "V" * 100,
    "vendorErrorCode": "E" * 50,
}
OTHER_CONNECTOR = Message("StatusNotification", {"connectorId": 2, "status": "Available", "errorCode": "NoError"})
STARTED_16 = Message("StartTransaction", START)
METERED_16 = Message("MeterValues", METER_VALUES_16)
V16 = ("1.6",)

SESSION_16 = (
    Scenario("Heartbeat", {}, 1, 0, of_versions=V16),
    Scenario("BootNotification", BOOT_16, 2, 1, of_versions=V16),
    Scenario("StatusNotification", STATUS_16, 1, 0, (OTHER_CONNECTOR,), of_versions=V16),
    Scenario("StatusNotification", FAULT_16, 1, 0, (OTHER_CONNECTOR,), ", fault", of_versions=V16),
    Scenario("Authorize", {"idTag": TAG}, 0, 1, of_versions=V16),
    Scenario("StartTransaction", START, 3, 2, of_versions=V16),
    Scenario("MeterValues", METER_VALUES_16, 1, 0, (STARTED_16,), ", 8 samples", of_versions=V16),
    Scenario("MeterValues", LOOKED_UP_16, 1, 0, (STARTED_16,), ", 8 samples, looked up", of_versions=V16),
    Scenario("StopTransaction", STOP | {"idTag": TAG}, 3, 2, (STARTED_16, METERED_16), of_versions=V16),
)

MORE_16 = (
    Scenario("DataTransfer", {"vendorId": "V" * 50, "messageId": "M" * 20, "data": "D" * 200}, 1, 0, of_versions=V16),
    Scenario("DiagnosticsStatusNotification", {"status": "Uploading"}, 1, 0, of_versions=V16),
    Scenario("FirmwareStatusNotification", {"status": "Downloading"}, 1, 0, of_versions=V16),
    Scenario("LogStatusNotification", {"status": "Uploading", "requestId": 7}, 1, 0, of_versions=V16),
    Scenario(
        "SecurityEventNotification",
        {"type": "TamperDetectionActivated", "timestamp": "2026-11-20T09:00:00Z", "techInfo": "I" * 255},
        1,
        0,
        of_versions=V16,
    ),
    Scenario("SignCertificate", {"csr": "C" * 1500}, 2, 1, of_versions=V16),
    Scenario("SignedFirmwareStatusNotification", {"status": "Downloading", "requestId": 7}, 1, 0, of_versions=V16),
)

# ---------------------------------------------------------------------- OCPP 2.x

SAMPLES_2X = [
    {
        "value": float(str(sample["value"])),
        "measurand": sample["measurand"],
        "context": "Sample.Periodic",
        **{name: sample[name] for name in ("phase", "location") if name in sample},
        "unitOfMeasure": {"unit": sample["unit"]},
    }
    for sample in SAMPLES_16
]
TOKEN = {"idToken": TAG, "type": "ISO14443"}


TRANSACTION_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def event(kind: str, seq_no: int, samples: list[Json] | None = None, **more: Any) -> Json:
    """A TransactionEvent of one transaction, a minute after the one before."""
    info = {"transactionId": TRANSACTION_ID, **more.pop("info", {})}
    said = {"eventType": kind, "seqNo": seq_no, "timestamp": f"2026-11-20T08:{seq_no:02}:00Z", "offline": False}
    value = {
        "timestamp": said["timestamp"],
        "sampledValue": samples or [{"value": 1000 + seq_no, "context": "Sample.Clock"}],
    }
    return {**said, "triggerReason": "Trigger", "transactionInfo": info, "meterValue": [value], **more}


STARTED = event("Started", 0, evse={"id": 1, "connectorId": 1}, idToken=TOKEN, info={"chargingState": "EVConnected"})
UPDATED = [event("Updated", number, info={"chargingState": "Charging"}) for number in range(1, 6)]
SAMPLED = event("Updated", 5, SAMPLES_2X, triggerReason="MeterValuePeriodic", info={"chargingState": "Charging"})
ENDED = event("Ended", 6, idToken=TOKEN, info={"stoppedReason": "Local", "timeSpentCharging": 300})
METER_VALUES_2X = {"evseId": 0, "meterValue": [{"timestamp": "2026-11-20T08:01:00Z", "sampledValue": SAMPLES_2X}]}
STATUS_2X = {"timestamp": "2026-11-20T08:00:05Z", "connectorStatus": "Occupied", "evseId": 1, "connectorId": 1}
BOOT_2X = {
    "reason": "PowerUp",
    "chargingStation": {
        "model": "M" * 20,
        "vendorName": "V" * 50,
        "serialNumber": "S" * 25,
        "firmwareVersion": "F" * 50,
        "modem": {"iccid": "I" * 20, "imsi": "I" * 20},
    },
}


def events(*payloads: Json) -> tuple[Message, ...]:
    return tuple(Message("TransactionEvent", payload) for payload in payloads)


SESSION_2X = (
    Scenario("Heartbeat", {}, 1, 0),
    Scenario("BootNotification", BOOT_2X, 1, 0),
    Scenario("StatusNotification", STATUS_2X, 1, 0),
    Scenario("Authorize", {"idToken": TOKEN}, 0, 1),
    Scenario("TransactionEvent", STARTED, 3, 2, detail=" Started"),
    Scenario("TransactionEvent", UPDATED[1] | {"idToken": TOKEN}, 2, 2, events(STARTED), " Updated, authorized"),
    Scenario("TransactionEvent", UPDATED[0], 2, 1, events(STARTED), " Updated, charging"),
    Scenario("TransactionEvent", UPDATED[4], 2, 1, events(STARTED, *UPDATED[:4]), " Updated, 1 sample"),
    Scenario("TransactionEvent", SAMPLED, 2, 1, events(STARTED, *UPDATED[:4]), " Updated, 8 samples"),
    Scenario("TransactionEvent", ENDED, 3, 3, events(STARTED, *UPDATED), " Ended"),
    Scenario("MeterValues", METER_VALUES_2X, 1, 0, detail=", 8 samples"),
)
