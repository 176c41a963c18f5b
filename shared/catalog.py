"""Every OCPP action this system speaks: who sends it, in which versions, what its function may touch.

Data only, standard library only: infra makes the Lambda, the route and the rights of an action from its row,
the tests make their cases from it, and `$default` tells an unknown action from one that is merely not ours to answer.
"""

from typing import Literal, NamedTuple

from shared.naming import snake

Sender = Literal["station", "csms", "both"]

ENTITIES = (
    "STATION",
    "CONNECTION",
    "CONNECTOR",
    "TRANSACTION",
    "METER_VALUES",
    "TOKEN",
    "EVENT",
    "FINDING",
    "CLOSING",
    "CALL",
    "JOB",
    "CONFIGURATION",
    "RESERVATION",
    "CHARGING_PROFILE",
    "LOCAL_LIST",
    "GROUP",
    "IDEMPOTENCY",
    "CERTIFICATE",
    "CAPABILITY",
    "REQUEST",
    "FIRMWARE",
    "CAMPAIGN",
    "UPDATE",
    "DIAGNOSTICS",
    "RETRIEVAL",
    "UPLOAD",
    "VARIABLE",
    "REPORT",
    "MONITOR",
    "DISPLAY_MESSAGE",
    "NETWORK_PROFILE",
    "TARIFF",
    "PAYMENT",
    "DER_CONTROL",
    "BATTERY_SWAP",
    "EVENT_STREAM",
    "ISSUED_CERTIFICATE",
    "FAULT",
    "FLEET",
    "LIVE",
)
"""The kinds of items in the table. A partition key is an entity, `#`, and an id, so rights can name the entity."""

ROUTE_SELECTION = "$request.body.[2]"
"""Where API Gateway finds the action in an OCPP frame `[2, message id, action, payload]`."""
LIVE_ROUTE_SELECTION = "$request.body.action"
"""Where it finds what an operator's console asks of the live feed: `{"action": "watch", …}` (docs/live.md)."""
LIVE_MARK = "idlewatt/live"
"""The resource that an event on the bus names while somebody watches: what a rule takes to the live feed."""


class Action(NamedTuple):
    """One OCPP action.

    `reads` and `writes` name entities. The function of an action that a station sends may also read STATION (a
    registration that was not Accepted at connect) and write FINDING (what the reader had to repair); that of an action
    that we send may also do what SENDING_READS and SENDING_WRITES say.
    """

    name: str
    sender: Sender
    versions: tuple[str, ...]
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()

    @property
    def from_station(self) -> bool:
        return self.sender != "csms"

    @property
    def module(self) -> str:
        """The file in functions/actions that handles it, and in functions/commands that sends it: `StartTransaction` ->
        `start_transaction`."""
        return snake(self.name)


def leading_key(entity: str) -> str:
    """The pattern of the partition keys that hold an entity, for `dynamodb:LeadingKeys`."""
    return f"{entity}#*"


ACTIONS = (
    # OCPP 1.6, sent by the station
    Action(
        "Authorize",
        "station",
        ("1.6", "2.0.1", "2.1"),
        reads=("CALL", "CONNECTOR", "ISSUED_CERTIFICATE", "TARIFF", "TOKEN", "VARIABLE"),
    ),
    Action("BootNotification", "station", ("1.6", "2.0.1", "2.1"), writes=("STATION",)),
    Action("DataTransfer", "both", ("1.6", "2.0.1", "2.1"), writes=("EVENT", "IDEMPOTENCY")),
    Action("DiagnosticsStatusNotification", "station", ("1.6",), writes=("EVENT",)),
    Action("FirmwareStatusNotification", "station", ("1.6", "2.0.1", "2.1"), writes=("EVENT", "IDEMPOTENCY")),
    Action("Heartbeat", "station", ("1.6", "2.0.1", "2.1"), writes=("CONNECTION",)),
    Action("MeterValues", "station", ("1.6", "2.0.1", "2.1"), writes=("METER_VALUES",)),
    Action("StartTransaction", "station", ("1.6",), reads=("TOKEN", "TRANSACTION"), writes=("TRANSACTION",)),
    Action("StatusNotification", "station", ("1.6", "2.0.1", "2.1"), writes=("CONNECTOR", "EVENT")),
    Action("StopTransaction", "station", ("1.6",), reads=("TOKEN", "TRANSACTION"), writes=("TRANSACTION",)),
    # OCPP 1.6 security extension, sent by the station
    Action("LogStatusNotification", "station", ("1.6", "2.0.1", "2.1"), writes=("EVENT", "IDEMPOTENCY")),
    Action("SecurityEventNotification", "station", ("1.6", "2.0.1", "2.1"), writes=("EVENT",)),
    Action("SignCertificate", "station", ("1.6", "2.0.1", "2.1"), writes=("EVENT", "IDEMPOTENCY")),
    Action("SignedFirmwareStatusNotification", "station", ("1.6",), writes=("EVENT",)),
    # OCPP 2.0.1, sent by the station
    Action(
        "ClearedChargingLimit",
        "station",
        ("2.0.1", "2.1"),
        reads=("CHARGING_PROFILE",),
        writes=("CHARGING_PROFILE", "EVENT"),
    ),
    Action("Get15118EVCertificate", "station", ("2.0.1", "2.1")),
    Action("GetCertificateStatus", "station", ("2.0.1", "2.1"), reads=("ISSUED_CERTIFICATE",)),
    Action("NotifyChargingLimit", "station", ("2.0.1", "2.1"), writes=("CHARGING_PROFILE", "EVENT")),
    Action("NotifyCustomerInformation", "station", ("2.0.1", "2.1"), reads=("REPORT",), writes=("REPORT",)),
    Action(
        "NotifyDisplayMessages",
        "station",
        ("2.0.1", "2.1"),
        reads=("DISPLAY_MESSAGE", "REPORT"),
        writes=("DISPLAY_MESSAGE", "REPORT"),
    ),
    Action(
        "NotifyEVChargingNeeds",
        "station",
        ("2.0.1", "2.1"),
        reads=("CHARGING_PROFILE", "TRANSACTION", "VARIABLE"),
        writes=("CHARGING_PROFILE", "EVENT", "IDEMPOTENCY"),
    ),
    Action(
        "NotifyEVChargingSchedule",
        "station",
        ("2.0.1", "2.1"),
        reads=("CHARGING_PROFILE", "TRANSACTION"),
        writes=("CHARGING_PROFILE",),
    ),
    Action(
        "NotifyEvent",
        "station",
        ("2.0.1", "2.1"),
        reads=("VARIABLE",),
        writes=("CONNECTOR", "EVENT", "METER_VALUES", "MONITOR"),
    ),
    Action(
        "NotifyMonitoringReport",
        "station",
        ("2.0.1", "2.1"),
        reads=("MONITOR", "REPORT"),
        writes=("MONITOR", "REPORT"),
    ),
    Action("NotifyReport", "station", ("2.0.1", "2.1"), reads=("REPORT", "VARIABLE"), writes=("REPORT", "VARIABLE")),
    Action("PublishFirmwareStatusNotification", "station", ("2.0.1", "2.1"), writes=("EVENT", "IDEMPOTENCY")),
    Action(
        "ReportChargingProfiles",
        "station",
        ("2.0.1", "2.1"),
        reads=("CHARGING_PROFILE", "REPORT", "TRANSACTION"),
        writes=("CHARGING_PROFILE", "REPORT"),
    ),
    Action(
        "ReservationStatusUpdate",
        "station",
        ("2.0.1", "2.1"),
        reads=("RESERVATION",),
        writes=("EVENT", "IDEMPOTENCY", "RESERVATION"),
    ),
    Action(
        "TransactionEvent",
        "station",
        ("2.0.1", "2.1"),
        reads=("CALL", "CONNECTOR", "GROUP", "TARIFF", "TOKEN", "TRANSACTION", "VARIABLE"),
        writes=("TRANSACTION",),
    ),
    # OCPP 2.1, sent by the station
    Action("BatterySwap", "station", ("2.1",), writes=("BATTERY_SWAP",)),
    Action("NotifySettlement", "station", ("2.1",), reads=("PAYMENT",), writes=("PAYMENT",)),
    Action("VatNumberValidation", "station", ("2.1",)),
    Action("GetCertificateChainStatus", "station", ("2.1",), reads=("ISSUED_CERTIFICATE",)),
    Action("ClosePeriodicEventStream", "station", ("2.1",), reads=("EVENT_STREAM",), writes=("EVENT_STREAM",)),
    Action("NotifyDERAlarm", "station", ("2.1",), reads=("DER_CONTROL",), writes=("DER_CONTROL", "EVENT")),
    Action("NotifyDERStartStop", "station", ("2.1",), reads=("DER_CONTROL",), writes=("DER_CONTROL", "EVENT")),
    Action(
        "NotifyPriorityCharging",
        "station",
        ("2.1",),
        reads=("TRANSACTION",),
        writes=("CHARGING_PROFILE",),
    ),
    Action("NotifyPeriodicEventStream", "station", ("2.1",), writes=("EVENT_STREAM",)),
    Action("OpenPeriodicEventStream", "station", ("2.1",), writes=("EVENT_STREAM",)),
    Action("PullDynamicScheduleUpdate", "station", ("2.1",), reads=("CHARGING_PROFILE",)),
    Action(
        "ReportDERControl",
        "station",
        ("2.1",),
        reads=("DER_CONTROL", "REPORT"),
        writes=("DER_CONTROL", "REPORT"),
    ),
    # OCPP 1.6, sent by us
    Action("CancelReservation", "csms", ("1.6", "2.0.1", "2.1"), reads=("RESERVATION",), writes=("RESERVATION",)),
    Action("ChangeAvailability", "csms", ("1.6", "2.0.1", "2.1"), writes=("CONNECTOR",)),
    Action("ChangeConfiguration", "csms", ("1.6",), reads=("CONFIGURATION",), writes=("CONFIGURATION", "STATION")),
    Action("ClearCache", "csms", ("1.6", "2.0.1", "2.1")),
    Action(
        "ClearChargingProfile",
        "csms",
        ("1.6", "2.0.1", "2.1"),
        reads=("CHARGING_PROFILE",),
        writes=("CHARGING_PROFILE",),
    ),
    Action("GetCompositeSchedule", "csms", ("1.6", "2.0.1", "2.1"), writes=("CHARGING_PROFILE",)),
    Action("GetConfiguration", "csms", ("1.6",), reads=("CONFIGURATION",), writes=("CONFIGURATION",)),
    Action("GetDiagnostics", "csms", ("1.6",), reads=("CONFIGURATION",)),
    Action("GetLocalListVersion", "csms", ("1.6", "2.0.1", "2.1"), reads=("LOCAL_LIST",), writes=("LOCAL_LIST",)),
    Action("RemoteStartTransaction", "csms", ("1.6",), reads=("CONFIGURATION",)),
    Action("RemoteStopTransaction", "csms", ("1.6",), reads=("TRANSACTION",)),
    Action(
        "ReserveNow",
        "csms",
        ("1.6", "2.0.1", "2.1"),
        reads=("CONFIGURATION", "RESERVATION"),
        writes=("RESERVATION",),
    ),
    Action("Reset", "csms", ("1.6", "2.0.1", "2.1")),
    Action(
        "SendLocalList",
        "csms",
        ("1.6", "2.0.1", "2.1"),
        reads=("CONFIGURATION", "LOCAL_LIST", "VARIABLE"),
        writes=("LOCAL_LIST",),
    ),
    Action(
        "SetChargingProfile",
        "csms",
        ("1.6", "2.0.1", "2.1"),
        reads=("CHARGING_PROFILE", "CONFIGURATION", "TRANSACTION", "VARIABLE"),
        writes=("CHARGING_PROFILE",),
    ),
    Action("TriggerMessage", "csms", ("1.6", "2.0.1", "2.1"), writes=("STATION",)),
    Action("UnlockConnector", "csms", ("1.6", "2.0.1", "2.1")),
    Action("UpdateFirmware", "csms", ("1.6", "2.0.1", "2.1"), reads=("CONFIGURATION", "VARIABLE"), writes=("REQUEST",)),
    # OCPP 1.6 security extension, sent by us
    Action(
        "CertificateSigned",
        "csms",
        ("1.6", "2.0.1", "2.1"),
        reads=("CONFIGURATION", "ISSUED_CERTIFICATE", "VARIABLE"),
        writes=("EVENT", "ISSUED_CERTIFICATE"),
    ),
    Action("DeleteCertificate", "csms", ("1.6", "2.0.1", "2.1"), reads=("CERTIFICATE",), writes=("CERTIFICATE",)),
    Action("ExtendedTriggerMessage", "csms", ("1.6",), reads=("CAPABILITY",), writes=("STATION",)),
    Action(
        "GetInstalledCertificateIds",
        "csms",
        ("1.6", "2.0.1", "2.1"),
        reads=("CERTIFICATE",),
        writes=("CERTIFICATE",),
    ),
    Action(
        "GetLog",
        "csms",
        ("1.6", "2.0.1", "2.1"),
        reads=("CAPABILITY", "CONFIGURATION", "VARIABLE"),
        writes=("REQUEST",),
    ),
    Action("InstallCertificate", "csms", ("1.6", "2.0.1", "2.1"), reads=("CERTIFICATE",), writes=("CERTIFICATE",)),
    Action("SignedUpdateFirmware", "csms", ("1.6",), reads=("CONFIGURATION",), writes=("REQUEST",)),
    # OCPP 2.0.1, sent by us
    Action("ClearDisplayMessage", "csms", ("2.0.1", "2.1"), writes=("DISPLAY_MESSAGE",)),
    Action("ClearVariableMonitoring", "csms", ("2.0.1", "2.1"), reads=("MONITOR", "VARIABLE"), writes=("MONITOR",)),
    Action("CostUpdated", "csms", ("2.0.1", "2.1")),
    Action(
        "CustomerInformation",
        "csms",
        ("2.0.1", "2.1"),
        reads=("LOCAL_LIST", "REPORT"),
        writes=("REPORT",),
    ),
    Action("GetBaseReport", "csms", ("2.0.1", "2.1"), reads=("REPORT",), writes=("REPORT",)),
    Action(
        "GetChargingProfiles",
        "csms",
        ("2.0.1", "2.1"),
        reads=("CHARGING_PROFILE", "REPORT"),
        writes=("CHARGING_PROFILE", "REPORT"),
    ),
    Action(
        "GetDisplayMessages",
        "csms",
        ("2.0.1", "2.1"),
        reads=("DISPLAY_MESSAGE", "REPORT"),
        writes=("DISPLAY_MESSAGE", "REPORT"),
    ),
    Action(
        "GetMonitoringReport",
        "csms",
        ("2.0.1", "2.1"),
        reads=("MONITOR", "REPORT"),
        writes=("MONITOR", "REPORT"),
    ),
    Action("GetTransactionStatus", "csms", ("2.0.1", "2.1"), reads=("TRANSACTION",), writes=("TRANSACTION",)),
    Action("GetReport", "csms", ("2.0.1", "2.1"), reads=("REPORT", "VARIABLE"), writes=("REPORT",)),
    Action(
        "GetVariables",
        "csms",
        ("2.0.1", "2.1"),
        reads=("NETWORK_PROFILE", "VARIABLE"),
        writes=("NETWORK_PROFILE", "STATION", "VARIABLE"),
    ),
    Action("PublishFirmware", "csms", ("2.0.1", "2.1"), reads=("VARIABLE",), writes=("REQUEST",)),
    Action(
        "RequestStartTransaction",
        "csms",
        ("2.0.1", "2.1"),
        reads=("TRANSACTION", "VARIABLE"),
        writes=("REQUEST", "TRANSACTION"),
    ),
    Action("RequestStopTransaction", "csms", ("2.0.1", "2.1"), reads=("TRANSACTION",)),
    Action("SetDisplayMessage", "csms", ("2.0.1", "2.1"), writes=("DISPLAY_MESSAGE",)),
    Action("SetMonitoringBase", "csms", ("2.0.1", "2.1"), reads=("MONITOR",), writes=("MONITOR",)),
    Action("SetMonitoringLevel", "csms", ("2.0.1", "2.1"), writes=("MONITOR",)),
    Action(
        "SetNetworkProfile",
        "csms",
        ("2.0.1", "2.1"),
        reads=("NETWORK_PROFILE", "VARIABLE"),
        writes=("NETWORK_PROFILE", "STATION"),
    ),
    Action("SetVariableMonitoring", "csms", ("2.0.1", "2.1"), reads=("MONITOR", "VARIABLE"), writes=("MONITOR",)),
    Action(
        "SetVariables",
        "csms",
        ("2.0.1", "2.1"),
        reads=("NETWORK_PROFILE", "VARIABLE"),
        writes=("NETWORK_PROFILE", "STATION", "VARIABLE"),
    ),
    Action("UnpublishFirmware", "csms", ("2.0.1", "2.1")),
    # OCPP 2.1, sent by us
    Action("ChangeTransactionTariff", "csms", ("2.1",), reads=("TARIFF", "TRANSACTION"), writes=("TRANSACTION",)),
    Action("ClearTariffs", "csms", ("2.1",), reads=("TARIFF",), writes=("TARIFF",)),
    Action("GetTariffs", "csms", ("2.1",), reads=("TARIFF",), writes=("TARIFF",)),
    Action("NotifyWebPaymentStarted", "csms", ("2.1",)),
    Action("RequestBatterySwap", "csms", ("2.1",), writes=("BATTERY_SWAP", "REQUEST")),
    Action("SetDefaultTariff", "csms", ("2.1",), reads=("TARIFF",), writes=("TARIFF",)),
    Action("AdjustPeriodicEventStream", "csms", ("2.1",), reads=("EVENT_STREAM",), writes=("EVENT_STREAM",)),
    Action("GetPeriodicEventStream", "csms", ("2.1",), reads=("EVENT_STREAM",), writes=("EVENT_STREAM",)),
    Action("AFRRSignal", "csms", ("2.1",)),
    Action("ClearDERControl", "csms", ("2.1",), reads=("DER_CONTROL",), writes=("DER_CONTROL",)),
    Action("GetDERControl", "csms", ("2.1",), reads=("DER_CONTROL", "REPORT"), writes=("DER_CONTROL", "REPORT")),
    Action("NotifyAllowedEnergyTransfer", "csms", ("2.1",), reads=("TRANSACTION",)),
    Action("SetDERControl", "csms", ("2.1",), reads=("DER_CONTROL",), writes=("DER_CONTROL",)),
    Action("UsePriorityCharging", "csms", ("2.1",), reads=("TRANSACTION",), writes=("CHARGING_PROFILE",)),
    Action("UpdateDynamicSchedule", "csms", ("2.1",), reads=("CHARGING_PROFILE",), writes=("CHARGING_PROFILE",)),
)

BY_NAME = {action.name: action for action in ACTIONS}
FROM_STATION = tuple(action for action in ACTIONS if action.from_station)
FROM_CSMS = tuple(action for action in ACTIONS if action.sender != "station")

SENDING_READS = ("STATION", "CONNECTION", "CALL")
SENDING_WRITES = ("CONNECTION", "CALL", "FINDING", "CAPABILITY")
"""What every function touches that sends calls to stations."""
COMMANDS_READ = (*SENDING_READS, *(entity for action in FROM_CSMS for entity in action.reads))
COMMANDS_WRITE = (*SENDING_WRITES, *(entity for action in FROM_CSMS for entity in action.writes))
"""What a function touches that sends any call and takes its answer."""

STATE_MACHINES = ("UpdateFirmware", "FirmwareCampaign", "RetrieveDiagnostics")
"""The state machines, by name; infra/workflows has a file for each: `update_firmware.asl.json`."""
