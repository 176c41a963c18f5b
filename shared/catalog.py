"""Every OCPP action this system speaks: who sends it, in which versions, what its function may touch.

Data only, standard library only: infra makes the Lambda, the route and the rights of an action from its row,
the tests make their cases from it, and `$default` tells an unknown action from one that is merely not ours to answer.
"""

import re
from typing import Literal, NamedTuple

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
)
"""The kinds of items in the table. A partition key is an entity, `#`, and an id, so rights can name the entity."""

ROUTE_SELECTION = "$request.body.[2]"
"""Where API Gateway finds the action in an OCPP frame `[2, message id, action, payload]`."""


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


_WORD_BOUNDARY = re.compile(
    r"(?<=[a-z])(?=[A-Z])"  # id|Tag
    r"|(?<=[A-Z])(?=[A-Z](?!s$)[a-z])"  # EV|Charging, but EMAIDs
    r"|(?<=[a-z])(?=\d\d)"  # Get|15118, but language1
    r"|(?<=[a-z\d]\d)(?=[A-Z])"  # 15118|EV, level1|DC, but V2X
)


def snake(name: str) -> str:
    """The name of OCPP as Python writes it: `StartTransaction` -> `start_transaction`, `idTag` -> `id_tag`,
    `Get15118EVCertificate` -> `get_15118_ev_certificate`, `limit_L2` -> `limit_l2`."""
    return _WORD_BOUNDARY.sub("_", name).lower()


def leading_key(entity: str) -> str:
    """The pattern of the partition keys that hold an entity, for `dynamodb:LeadingKeys`."""
    return f"{entity}#*"


ACTIONS = (
    # OCPP 1.6, sent by the station
    Action("Authorize", "station", ("1.6",), reads=("TOKEN",)),
    Action("BootNotification", "station", ("1.6",), writes=("STATION",)),
    Action("DataTransfer", "both", ("1.6",), writes=("EVENT",)),
    Action("DiagnosticsStatusNotification", "station", ("1.6",), writes=("EVENT",)),
    Action("FirmwareStatusNotification", "station", ("1.6",), writes=("EVENT",)),
    Action("Heartbeat", "station", ("1.6",), writes=("CONNECTION",)),
    Action("MeterValues", "station", ("1.6",), writes=("METER_VALUES",)),
    Action("StartTransaction", "station", ("1.6",), reads=("TOKEN", "TRANSACTION"), writes=("TRANSACTION",)),
    Action("StatusNotification", "station", ("1.6",), writes=("CONNECTOR", "EVENT")),
    Action("StopTransaction", "station", ("1.6",), reads=("TOKEN", "TRANSACTION"), writes=("TRANSACTION",)),
    # OCPP 1.6 security extension, sent by the station
    Action("LogStatusNotification", "station", ("1.6",), writes=("EVENT",)),
    Action("SecurityEventNotification", "station", ("1.6",), writes=("EVENT",)),
    Action("SignCertificate", "station", ("1.6",), writes=("EVENT",)),
    Action("SignedFirmwareStatusNotification", "station", ("1.6",), writes=("EVENT",)),
    # OCPP 1.6, sent by us
    Action("CancelReservation", "csms", ("1.6",), reads=("RESERVATION",), writes=("RESERVATION",)),
    Action("ChangeAvailability", "csms", ("1.6",), writes=("CONNECTOR",)),
    Action("ChangeConfiguration", "csms", ("1.6",), reads=("CONFIGURATION",), writes=("CONFIGURATION", "STATION")),
    Action("ClearCache", "csms", ("1.6",)),
    Action("ClearChargingProfile", "csms", ("1.6",), reads=("CHARGING_PROFILE",), writes=("CHARGING_PROFILE",)),
    Action("GetCompositeSchedule", "csms", ("1.6",), writes=("CHARGING_PROFILE",)),
    Action("GetConfiguration", "csms", ("1.6",), reads=("CONFIGURATION",), writes=("CONFIGURATION",)),
    Action("GetDiagnostics", "csms", ("1.6",), reads=("CONFIGURATION",)),
    Action("GetLocalListVersion", "csms", ("1.6",), reads=("LOCAL_LIST",), writes=("LOCAL_LIST",)),
    Action("RemoteStartTransaction", "csms", ("1.6",), reads=("CONFIGURATION",)),
    Action("RemoteStopTransaction", "csms", ("1.6",), reads=("TRANSACTION",)),
    Action("ReserveNow", "csms", ("1.6",), reads=("CONFIGURATION", "RESERVATION"), writes=("RESERVATION",)),
    Action("Reset", "csms", ("1.6",)),
    Action("SendLocalList", "csms", ("1.6",), reads=("CONFIGURATION", "LOCAL_LIST"), writes=("LOCAL_LIST",)),
    Action(
        "SetChargingProfile",
        "csms",
        ("1.6",),
        reads=("CHARGING_PROFILE", "CONFIGURATION", "TRANSACTION"),
        writes=("CHARGING_PROFILE",),
    ),
    Action("TriggerMessage", "csms", ("1.6",)),
    Action("UnlockConnector", "csms", ("1.6",)),
    Action("UpdateFirmware", "csms", ("1.6",), reads=("CONFIGURATION",)),
    # OCPP 1.6 security extension, sent by us
    Action("CertificateSigned", "csms", ("1.6",), reads=("CONFIGURATION",), writes=("EVENT",)),
    Action("DeleteCertificate", "csms", ("1.6",), reads=("CERTIFICATE",), writes=("CERTIFICATE",)),
    Action("ExtendedTriggerMessage", "csms", ("1.6",), reads=("CAPABILITY",)),
    Action("GetInstalledCertificateIds", "csms", ("1.6",), reads=("CERTIFICATE",), writes=("CERTIFICATE",)),
    Action("GetLog", "csms", ("1.6",), reads=("CAPABILITY", "CONFIGURATION"), writes=("REQUEST",)),
    Action("InstallCertificate", "csms", ("1.6",), reads=("CERTIFICATE",), writes=("CERTIFICATE",)),
    Action("SignedUpdateFirmware", "csms", ("1.6",), reads=("CONFIGURATION",), writes=("REQUEST",)),
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
