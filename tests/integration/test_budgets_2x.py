"""What messages of 2.x and calls to its stations cost in DynamoDB's request units, each with what is usual in it.

What comes in every session is in test_budgets.py.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from local.capacity import recording
from shared.catalog import FROM_STATION
from shared.ocpp.messages import V2X
from tests.integration.called_station import CalledStation
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")

AT = "2026-11-20T08:00:00Z"
TRANSACTION = "0f8fad5b-d9cb-469f-a165-70867728950e"
TOKEN = {"idToken": "DE-IDL-C12345678-X", "type": "eMAID"}
PERIODS = [{"startPeriod": 900 * number, "limit": 16.0, "numberPhases": 3} for number in range(24)]
SCHEDULE = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": PERIODS}
PROFILE = {
    "id": 100,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Absolute",
    "chargingSchedule": [SCHEDULE | {"startSchedule": AT}],
}
NEEDS = {
    "requestedEnergyTransfer": "DC",
    "departureTime": "2026-11-20T17:00:00Z",
    "dcChargingParameters": {"evMaxCurrent": 200, "evMaxVoltage": 500, "stateOfCharge": 40, "energyAmount": 30000},
}
OCSP = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "a" * 64,
    "issuerKeyHash": "b" * 64,
    "serialNumber": "1" * 40,
}
VARIABLES = [
    {
        "component": {"name": "EVSE", "evse": {"id": evse_id}},
        "variable": {"name": "Power"},
        "variableAttribute": [{"type": "Actual", "value": "11000", "mutability": "ReadOnly"}],
        "variableCharacteristics": {"dataType": "decimal", "unit": "W", "supportsMonitoring": True},
    }
    for evse_id in range(1, 11)
]
MONITORS = [
    {
        "component": {"name": "EVSE", "evse": {"id": evse_id}},
        "variable": {"name": "Power"},
        "variableMonitoring": [
            {
                "id": evse_id,
                "transaction": False,
                "value": 1000.0,
                "type": "Delta",
                "severity": 8,
                "eventNotificationType": "CustomMonitor",
            }
        ],
    }
    for evse_id in range(1, 11)
]
DISPLAY_MESSAGES = [
    {"id": number, "priority": "NormalCycle", "message": {"format": "UTF8", "language": "en", "content": "C" * 200}}
    for number in range(1, 5)
]
CURVE = {"priority": 1, "yUnit": "PctMaxVar", "curveData": [{"x": x, "y": -x} for x in range(10)]}
STREAM = {"id": 3, "variableMonitoringId": 7, "params": {"interval": 60, "values": 60}}
COMPANY = {"name": "N" * 40, "address1": "A" * 40, "city": "C" * 20, "postalCode": "12345", "country": "DE"}


class Budget(NamedTuple):
    payload: Mapping[str, Any]
    write_units: float
    read_units: float
    before: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """What the station has sent before."""


# A page of a report costs what it brings, a unit for each variable, monitor or message, and the note that it has come:
# a station sends as many as it is asked for.
# What is kept by the moment it came costs one more, by which the same message that comes again is known.
BUDGETS = {
    "BatterySwap": Budget(
        {
            "requestId": 7,
            "eventType": "BatteryIn",
            "idToken": TOKEN,
            "batteryData": [
                {"evseId": slot, "serialNumber": "S" * 20, "soC": 20, "soH": 97, "vendorInfo": "V" * 50}
                for slot in (1, 2)
            ],
        },
        2,
        0,
    ),
    "BootNotification": Budget(
        {
            "reason": "PowerUp",
            "chargingStation": {
                "model": "M" * 20,
                "vendorName": "V" * 50,
                "serialNumber": "S" * 25,
                "firmwareVersion": "F" * 50,
                "modem": {"iccid": "I" * 20, "imsi": "I" * 20},
            },
        },
        1,
        0,
    ),
    "ClearedChargingLimit": Budget(
        {"chargingLimitSource": "EMS", "evseId": 1},
        2,
        1,
        (("NotifyChargingLimit", {"chargingLimit": {"chargingLimitSource": "EMS"}, "evseId": 1}),),
    ),
    "ClosePeriodicEventStream": Budget({"id": 3}, 1, 1, (("OpenPeriodicEventStream", {"constantStreamData": STREAM}),)),
    "DataTransfer": Budget({"vendorId": "V" * 50, "messageId": "M" * 20, "data": "D" * 200}, 2, 0),
    "FirmwareStatusNotification": Budget({"status": "Downloading", "requestId": 7}, 2, 0),
    "Get15118EVCertificate": Budget(
        {"iso15118SchemaVersion": "urn:iso:15118:2:2013:MsgDef", "action": "Install", "exiRequest": "E" * 2000}, 0, 0
    ),
    "GetCertificateChainStatus": Budget(
        {
            "certificateStatusRequests": [
                {"certificateHashData": OCSP, "source": "OCSP", "urls": ["http://127.0.0.1:9/"]},
            ]
        },
        0,
        1,
    ),
    "GetCertificateStatus": Budget({"ocspRequestData": OCSP | {"responderURL": "http://127.0.0.1:9/"}}, 0, 1),
    "Heartbeat": Budget({}, 1, 0),
    "LogStatusNotification": Budget({"status": "Uploading", "requestId": 7}, 2, 0),
    "NotifyChargingLimit": Budget(
        {
            "chargingLimit": {"chargingLimitSource": "EMS", "isGridCritical": False},
            "evseId": 1,
            "chargingSchedule": [SCHEDULE],
        },
        3,
        0,
    ),
    "NotifyCustomerInformation": Budget(
        {"requestId": 7, "seqNo": 0, "generatedAt": AT, "tbc": True, "data": "D" * 512}, 4, 1
    ),
    "NotifyDERAlarm": Budget(
        {"controlType": "HVMustTrip", "gridEventFault": "OverVoltage", "timestamp": AT, "extraInfo": "E" * 50}, 2, 0
    ),
    "NotifyDERStartStop": Budget({"controlId": "C" * 36, "started": True, "timestamp": AT}, 1, 1),
    "NotifyDisplayMessages": Budget({"requestId": 7, "messageInfo": DISPLAY_MESSAGES, "tbc": True}, 8, 2),
    "NotifyEVChargingNeeds": Budget({"evseId": 1, "chargingNeeds": NEEDS, "maxScheduleTuples": 12}, 3, 1),
    "NotifyEVChargingSchedule": Budget({"evseId": 1, "timeBase": AT, "chargingSchedule": SCHEDULE}, 2, 2),
    "NotifyMonitoringReport": Budget(
        {"requestId": 7, "seqNo": 0, "generatedAt": AT, "tbc": True, "monitor": MONITORS}, 13, 2
    ),
    "NotifyPriorityCharging": Budget({"transactionId": TRANSACTION, "activated": True}, 1, 2),
    "NotifyReport": Budget(
        {"requestId": 7, "seqNo": 0, "generatedAt": AT, "tbc": True, "reportData": VARIABLES}, 13, 6
    ),
    "NotifySettlement": Budget(
        {
            "pspRef": "P" * 40,
            "status": "Settled",
            "settlementAmount": 12.5,
            "settlementTime": AT,
            "transactionId": TRANSACTION,
            "receiptId": "R" * 20,
            "receiptUrl": "https://pay.example.com/" + "r" * 40,
            "vatCompany": COMPANY,
            "vatNumber": "DE123456789",
        },
        3,
        1,
    ),
    "OpenPeriodicEventStream": Budget({"constantStreamData": STREAM}, 1, 0),
    "PublishFirmwareStatusNotification": Budget({"status": "Downloading", "requestId": 7}, 2, 0),
    "PullDynamicScheduleUpdate": Budget({"chargingProfileId": 100}, 0, 1),
    "ReportChargingProfiles": Budget(
        {"requestId": 7, "chargingLimitSource": "CSO", "evseId": 1, "chargingProfile": [PROFILE], "tbc": True}, 7, 2
    ),
    "ReportDERControl": Budget(
        {
            "requestId": 7,
            "tbc": True,
            "curve": [
                {"id": "C" * 36, "curveType": "VoltVar", "isDefault": True, "isSuperseded": False, "curve": CURVE}
            ],
        },
        5,
        2,
    ),
    "ReservationStatusUpdate": Budget({"reservationId": 7, "reservationUpdateStatus": "Expired"}, 2, 1),
    "SecurityEventNotification": Budget(
        {"type": "TamperDetectionActivated", "timestamp": AT, "techInfo": "T" * 255}, 1, 0
    ),
    "SignCertificate": Budget({"csr": "C" * 1500, "certificateType": "ChargingStationCertificate"}, 3, 1),
    "StatusNotification": Budget({"timestamp": AT, "connectorStatus": "Occupied", "evseId": 1, "connectorId": 1}, 1, 0),
    "VatNumberValidation": Budget({"vatNumber": "DE123456789", "evseId": 1}, 0, 0),
}

OF_SESSIONS = {"Authorize", "MeterValues", "NotifyEvent", "NotifyPeriodicEventStream", "TransactionEvent"}
"""In test_budgets.py."""


@pytest.mark.parametrize("version", V2X)
def test_every_action_of_a_station_has_a_budget(version: str) -> None:
    actions = {action.name for action in FROM_STATION if version in action.versions}
    assert actions - OF_SESSIONS <= set(BUDGETS)


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_message_costs_no_more_than_its_budget(name: str) -> None:
    budget = BUDGETS[name]
    station = DirectStation("DE*IDL*E0123456", version="2.1")
    for action, payload in budget.before:
        station.send(action, **payload)
    with recording() as meter:
        answer = station.frame(name, budget.payload)
    assert answer
    assert answer[0] == 3, answer
    assert meter.write_units <= budget.write_units
    assert meter.read_units <= budget.read_units


HEARTBEAT_INTERVAL = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
ACCEPTED = {"status": "Accepted"}


class CallBudget(NamedTuple):
    """Of a call of ours, from its request to what follows from the answer. One without checks and consequences costs 5
    and 2."""

    payload: dict[str, Any]
    answer: dict[str, Any]
    write_units: float
    read_units: float


CALLS = {
    "ChangeAvailability": CallBudget({"operationalStatus": "Inoperative"}, ACCEPTED, 6, 2),
    "CostUpdated": CallBudget({"transactionId": TRANSACTION, "totalCost": 1.5}, {}, 5, 2),
    "GetVariables": CallBudget(
        {"getVariableData": [HEARTBEAT_INTERVAL]},
        {"getVariableResult": [HEARTBEAT_INTERVAL | {"attributeStatus": "Accepted", "attributeValue": "300"}]},
        6,
        3.5,
    ),
    "RequestStartTransaction": CallBudget(
        {"idToken": {"idToken": "TAG", "type": "Central"}, "remoteStartId": 7, "evseId": 1}, ACCEPTED, 6, 2.5
    ),
    "RequestStopTransaction": CallBudget({"transactionId": TRANSACTION}, ACCEPTED, 5, 4),
    # The profile, of more than 1 KB, stands in the call, and by itself before it goes out and after it is accepted.
    "SetChargingProfile": CallBudget({"evseId": 0, "chargingProfile": PROFILE}, ACCEPTED, 12, 9),
    "TriggerMessage": CallBudget({"requestedMessage": "Heartbeat"}, ACCEPTED, 6, 2),
    "UnlockConnector": CallBudget({"evseId": 1, "connectorId": 1}, {"status": "Unlocked"}, 5, 2),
}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_call_costs_no_more_than_its_budget(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = CALLS[name]
    station = CalledStation(monkeypatch, "DE*IDL*E0123456", version="2.1")
    with recording() as meter:
        call = station.order(name, budget.payload)
        station.text(json.dumps([3, call.call_id, budget.answer]))
    assert station.call(call.call_id).state == "answered"
    assert meter.write_units <= budget.write_units
    assert meter.read_units <= budget.read_units
