"""Every resource of the operator API: its routes by who may use them, what its function may touch.

Data only, standard library only, as the catalog of actions: infra makes the Lambda, the routes and the rights of a
resource from its row, and the tests make their cases from it.
"""

from typing import Literal, NamedTuple

from shared.catalog import COMMANDS_READ, COMMANDS_WRITE, SENDING_READS, SENDING_WRITES

API_ROOT = "/api/v1"

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
