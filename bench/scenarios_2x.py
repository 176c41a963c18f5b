"""The messages of OCPP 2.x that do not come in every session, each with what is usual in it (bench/scenarios.py)."""

from typing import Any

from bench.scenarios import Message, Scenario

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


def monitors(**more: str) -> dict[str, Any]:
    """A page of ten monitors; OCPP 2.1 also tells what kind of notification they make."""
    rules = {"transaction": False, "value": 1000.0, "type": "Delta", "severity": 8, **more}
    pages = [
        {
            "component": {"name": "EVSE", "evse": {"id": evse_id}},
            "variable": {"name": "Power"},
            "variableMonitoring": [{"id": evse_id, **rules}],
        }
        for evse_id in range(1, 11)
    ]
    return {"requestId": 7, "seqNo": 0, "generatedAt": AT, "tbc": True, "monitor": pages}


DISPLAY_MESSAGES = [
    {"id": number, "priority": "NormalCycle", "message": {"format": "UTF8", "language": "en", "content": "C" * 200}}
    for number in range(1, 5)
]
CURVE = {"priority": 1, "yUnit": "PctMaxVar", "curveData": [{"x": x, "y": -x} for x in range(10)]}
STREAM = {"id": 3, "variableMonitoringId": 7, "params": {"interval": 60, "values": 60}}
TEMPERATURE = {
    "eventId": 1,
    "timestamp": AT,
    "actualValue": "V" * 40,
    "techInfo": "I" * 100,
    "component": {"name": "EVSE", "evse": {"id": 1}},
    "variable": {"name": "Temperature"},
    "eventNotificationType": "CustomMonitor",
    "variableMonitoringId": 7,
}
STATUS = TEMPERATURE | {"trigger": "Delta", "actualValue": "Occupied", "variable": {"name": "AvailabilityState"}}
COMPANY = {"name": "N" * 40, "address1": "A" * 40, "city": "C" * 20, "postalCode": "12345", "country": "DE"}


def noticed(data: dict[str, Any]) -> dict[str, Any]:
    return {"generatedAt": AT, "seqNo": 0, "eventData": [data]}


# A page of a report costs what it brings, a unit for each variable, monitor or message, and the note that it has come:
# a station sends as many as it is asked for.
# What is kept by the moment it came costs one more, by which the same message that comes again is known.
MORE_2X = (
    Scenario(
        "BatterySwap",
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
    Scenario(
        "ClearedChargingLimit",
        {"chargingLimitSource": "EMS", "evseId": 1},
        2,
        1,
        (Message("NotifyChargingLimit", {"chargingLimit": {"chargingLimitSource": "EMS"}, "evseId": 1}),),
    ),
    Scenario(
        "ClosePeriodicEventStream",
        {"id": 3},
        1,
        1,
        (Message("OpenPeriodicEventStream", {"constantStreamData": STREAM}),),
    ),
    Scenario("DataTransfer", {"vendorId": "V" * 50, "messageId": "M" * 20, "data": "D" * 200}, 2, 0),
    Scenario("FirmwareStatusNotification", {"status": "Downloading", "requestId": 7}, 2, 0),
    Scenario(
        "Get15118EVCertificate",
        {"iso15118SchemaVersion": "urn:iso:15118:2:2013:MsgDef", "action": "Install", "exiRequest": "E" * 2000},
        0,
        0,
    ),
    Scenario(
        "GetCertificateChainStatus",
        {
            "certificateStatusRequests": [
                {"certificateHashData": OCSP, "source": "OCSP", "urls": ["http://127.0.0.1:9/"]},
            ]
        },
        0,
        1,
    ),
    Scenario("GetCertificateStatus", {"ocspRequestData": OCSP | {"responderURL": "http://127.0.0.1:9/"}}, 0, 1),
    Scenario("LogStatusNotification", {"status": "Uploading", "requestId": 7}, 2, 0),
    Scenario(
        "NotifyChargingLimit",
        {
            "chargingLimit": {"chargingLimitSource": "EMS", "isGridCritical": False},
            "evseId": 1,
            "chargingSchedule": [SCHEDULE],
        },
        3,
        0,
    ),
    Scenario(
        "NotifyCustomerInformation",
        {"requestId": 7, "seqNo": 0, "generatedAt": AT, "tbc": True, "data": "D" * 512},
        4,
        1,
    ),
    Scenario(
        "NotifyDERAlarm",
        {"controlType": "HVMustTrip", "gridEventFault": "OverVoltage", "timestamp": AT, "extraInfo": "E" * 50},
        2,
        0,
    ),
    Scenario("NotifyDERStartStop", {"controlId": "C" * 36, "started": True, "timestamp": AT}, 1, 1),
    Scenario("NotifyDisplayMessages", {"requestId": 7, "messageInfo": DISPLAY_MESSAGES, "tbc": True}, 8, 2),
    Scenario("NotifyEvent", noticed(TEMPERATURE | {"trigger": "Periodic"}), 1, 0, detail=", periodic"),
    Scenario("NotifyEvent", noticed(STATUS), 2, 0, detail=", status"),
    Scenario("NotifyEvent", noticed(TEMPERATURE | {"trigger": "Alerting"}), 3, 0, detail=", alert"),
    Scenario(
        "NotifyPeriodicEventStream",
        {
            "id": 3,
            "pending": 0,
            "basetime": AT,
            "data": [{"t": second, "v": f"{second}.5"} for second in range(60)],
        },
        1,
        0,
    ),
    Scenario("NotifyEVChargingNeeds", {"evseId": 1, "chargingNeeds": NEEDS, "maxScheduleTuples": 12}, 3, 1),
    Scenario("NotifyEVChargingSchedule", {"evseId": 1, "timeBase": AT, "chargingSchedule": SCHEDULE}, 2, 2),
    Scenario("NotifyMonitoringReport", monitors(), 13, 2, of_versions=("2.0.1",)),
    Scenario("NotifyMonitoringReport", monitors(eventNotificationType="CustomMonitor"), 13, 2, of_versions=("2.1",)),
    Scenario("NotifyPriorityCharging", {"transactionId": TRANSACTION, "activated": True}, 1, 2),
    Scenario(
        "NotifyReport", {"requestId": 7, "seqNo": 0, "generatedAt": AT, "tbc": True, "reportData": VARIABLES}, 13, 6
    ),
    Scenario(
        "NotifySettlement",
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
    Scenario("OpenPeriodicEventStream", {"constantStreamData": STREAM}, 1, 0),
    Scenario("PublishFirmwareStatusNotification", {"status": "Downloading", "requestId": 7}, 2, 0),
    Scenario("PullDynamicScheduleUpdate", {"chargingProfileId": 100}, 0, 1),
    Scenario(
        "ReportChargingProfiles",
        {"requestId": 7, "chargingLimitSource": "CSO", "evseId": 1, "chargingProfile": [PROFILE], "tbc": True},
        7,
        2,
    ),
    Scenario(
        "ReportDERControl",
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
    Scenario("ReservationStatusUpdate", {"reservationId": 7, "reservationUpdateStatus": "Expired"}, 2, 1),
    Scenario(
        "SecurityEventNotification", {"type": "TamperDetectionActivated", "timestamp": AT, "techInfo": "T" * 255}, 1, 0
    ),
    Scenario("SignCertificate", {"csr": "C" * 1500, "certificateType": "ChargingStationCertificate"}, 3, 1),
    Scenario("VatNumberValidation", {"vatNumber": "DE123456789", "evseId": 1}, 0, 0),
)
