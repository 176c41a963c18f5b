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


Role = Literal["viewer", "operator", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "operator", "admin")
"""Who uses the operator API; each may do what those before it may: look, act, and change who and what there is."""

RESOURCE_SERVER = "idlewatt"
"""The operator API's name where machines ask for tokens (OAuth 2.0's resource server)."""


def scope(role: Role) -> str:
    """The OAuth 2.0 scope by which a machine has a role: `idlewatt/operator`."""
    return f"{RESOURCE_SERVER}/{role}"


class Resource(NamedTuple):
    """One resource of the operator API: its Lambda (functions/api/<name>.py), its routes below /api/v1 by the least
    role that may use them, and its rights. What `anyone` may use needs no token."""

    name: str
    viewer: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()
    admin: tuple[str, ...] = ()
    anyone: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    sends: bool = False
    """Whether it sends calls to stations."""
    reads_log: bool = False
    """Whether it searches what all functions have logged."""
    starts_jobs: bool = False
    """Whether it gives work to the queue of bulk jobs."""
    reads_files: tuple[str, ...] = ()
    writes_files: tuple[str, ...] = ()
    """The folders of which it reads, or writes and removes, files: `firmware`, `uploads`."""
    reads_certificates: bool = False
    """Whether it reads certificates, which takes the larger package."""

    @property
    def routes(self) -> tuple[str, ...]:
        return self.viewer + self.operator + self.admin + self.anyone

    def role(self, route: str) -> Role | None:
        """The least role that may use a route; None: no token is needed."""
        by_role: tuple[tuple[Role, tuple[str, ...]], ...] = (
            ("viewer", self.viewer),
            ("operator", self.operator),
            ("admin", self.admin),
        )
        return next((role for role, routes in by_role if route in routes), None)


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

API_ROOT = "/api/v1"

RESOURCES = (
    Resource(
        "stations",
        viewer=("GET /stations", "GET /stations/{station_id}"),
        operator=("PATCH /stations/{station_id}",),
        admin=("PUT /stations/{station_id}", "DELETE /stations/{station_id}"),
        reads=("STATION", "CONNECTION", "CONNECTOR"),
        writes=("STATION",),
    ),
    Resource(
        "station_history",
        viewer=(
            "GET /stations/{station_id}/findings",
            "GET /stations/{station_id}/events",
            "GET /stations/{station_id}/meter-values",
            "GET /stations/{station_id}/firmware-updates",
        ),
        reads=("STATION", "FINDING", "EVENT", "METER_VALUES", "UPDATE"),
    ),
    Resource("station_messages", viewer=("GET /stations/{station_id}/messages",), reads=("STATION",), reads_log=True),
    Resource(
        "transactions",
        viewer=(
            "GET /transactions",
            "GET /transactions.csv",
            "GET /transactions/{transaction_id}",
            "GET /transactions/{transaction_id}/meter-values",
        ),
        reads=("TRANSACTION", "METER_VALUES", "TOKEN"),
    ),
    Resource(
        "id_tokens",
        viewer=("GET /id-tokens", "GET /id-tokens/{id_token}"),
        operator=("PUT /id-tokens/{id_token}", "DELETE /id-tokens/{id_token}"),
        reads=("TOKEN",),
        writes=("TOKEN",),
    ),
    Resource(
        "groups",
        viewer=("GET /groups", "GET /groups/{group_id}", "GET /groups/{group_id}/id-tokens"),
        operator=("PUT /groups/{group_id}", "DELETE /groups/{group_id}"),
        reads=("GROUP", "TOKEN"),
        writes=("GROUP",),
    ),
    Resource(
        "calls",
        viewer=("GET /stations/{station_id}/calls", "GET /stations/{station_id}/calls/{call_id}"),
        operator=("POST /stations/{station_id}/calls", "DELETE /stations/{station_id}/calls/{call_id}"),
        reads=COMMANDS_READ,
        writes=(*COMMANDS_WRITE, "IDEMPOTENCY"),
        sends=True,
    ),
    Resource(
        "configuration",
        viewer=(
            "GET /stations/{station_id}/configuration",
            "GET /stations/{station_id}/configuration/{key}",
        ),
        operator=(
            "PATCH /stations/{station_id}/configuration",
            "POST /stations/{station_id}/configuration/refresh",
        ),
        admin=("POST /stations/{station_id}/password",),
        reads=(*SENDING_READS, "CONFIGURATION"),
        writes=(*SENDING_WRITES, "CONFIGURATION", "STATION", "IDEMPOTENCY"),
        sends=True,
    ),
    Resource(
        "reservations",
        viewer=(
            "GET /stations/{station_id}/reservations",
            "GET /stations/{station_id}/reservations/{reservation_id}",
        ),
        operator=(
            "POST /stations/{station_id}/reservations",
            "DELETE /stations/{station_id}/reservations/{reservation_id}",
        ),
        reads=(*SENDING_READS, "CONFIGURATION", "RESERVATION", "TOKEN"),
        writes=(*SENDING_WRITES, "RESERVATION", "IDEMPOTENCY"),
        sends=True,
    ),
    Resource(
        "local_list",
        viewer=("GET /stations/{station_id}/local-list",),
        operator=("PUT /stations/{station_id}/local-list",),
        reads=(*SENDING_READS, "CONFIGURATION", "LOCAL_LIST", "TOKEN"),
        writes=(*SENDING_WRITES, "LOCAL_LIST"),
        sends=True,
    ),
    Resource(
        "charging_profiles",
        viewer=(
            "GET /stations/{station_id}/charging-profiles",
            "GET /stations/{station_id}/composite-schedules",
            "GET /stations/{station_id}/composite-schedule",
        ),
        operator=(
            "PUT /stations/{station_id}/charging-profiles",
            "DELETE /stations/{station_id}/charging-profiles/{profile_id}",
        ),
        reads=(*SENDING_READS, "CHARGING_PROFILE", "CONFIGURATION", "TRANSACTION"),
        writes=(*SENDING_WRITES, "CHARGING_PROFILE"),
        sends=True,
    ),
    Resource(
        "jobs",
        viewer=("GET /jobs", "GET /jobs/{job_id}", "GET /jobs/{job_id}/calls"),
        operator=("POST /calls", "DELETE /jobs/{job_id}"),
        reads=("JOB", "CALL"),
        writes=("JOB", "IDEMPOTENCY"),
        starts_jobs=True,
    ),
    Resource(
        "firmware",
        viewer=("GET /firmware", "GET /firmware/{firmware_id}"),
        operator=(
            "POST /firmware",
            "PATCH /firmware/{firmware_id}",
            "DELETE /firmware/{firmware_id}",
            "POST /firmware/{firmware_id}/upload",
            "POST /firmware/{firmware_id}/parts",
            "POST /firmware/{firmware_id}/complete",
        ),
        reads=("FIRMWARE",),
        writes=("FIRMWARE", "IDEMPOTENCY"),
        reads_files=("firmware",),
        writes_files=("firmware",),
        reads_certificates=True,
    ),
    Resource(
        "diagnostics",
        viewer=(
            "GET /diagnostics",
            "GET /diagnostics/{diagnostics_id}",
            "GET /diagnostics/{diagnostics_id}/stations",
            "GET /stations/{station_id}/diagnostics",
        ),
        operator=("POST /diagnostics", "DELETE /diagnostics/{diagnostics_id}"),
        reads=("CONNECTION", "DIAGNOSTICS", "RETRIEVAL", "STATION"),
        writes=("DIAGNOSTICS", "IDEMPOTENCY", "RETRIEVAL"),
        reads_files=("uploads",),
    ),
    Resource(
        "firmware_campaigns",
        viewer=(
            "GET /firmware-campaigns",
            "GET /firmware-campaigns/{campaign_id}",
            "GET /firmware-campaigns/{campaign_id}/stations",
        ),
        operator=(
            "POST /firmware-campaigns",
            "PATCH /firmware-campaigns/{campaign_id}",
            "DELETE /firmware-campaigns/{campaign_id}",
        ),
        reads=("CAMPAIGN", "FIRMWARE", "UPDATE"),
        writes=("CAMPAIGN", "UPDATE", "IDEMPOTENCY"),
        reads_certificates=True,
    ),
    Resource(
        "station_certificates",
        viewer=("GET /stations/{station_id}/certificates",),
        reads=("STATION", "CERTIFICATE"),
    ),
    Resource(
        "station_capabilities",
        viewer=("GET /stations/{station_id}/capabilities",),
        operator=("DELETE /stations/{station_id}/capabilities/{action}",),
        reads=("STATION", "CAPABILITY"),
        writes=("CAPABILITY",),
    ),
    Resource("documentation", anyone=("GET /openapi.json", "GET /docs")),
)
