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
    reads_meters: bool = False
    """Whether it reads what AWS has metered."""
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
        reads=("STATION", "CONNECTION", "CONNECTOR", "FAULT", "TARIFF", "TRANSACTION"),
        writes=("STATION",),
    ),
    Resource(
        "station_positions",
        viewer=("GET /station-positions",),
        reads=("STATION", "CONNECTION", "FAULT", "TRANSACTION"),
    ),
    Resource(
        "overview",
        viewer=(
            "GET /overview",
            "GET /faults",
            "GET /failed-calls",
            "GET /refused-connections",
            "GET /system",
        ),
        reads=(
            *("CALL", "CAMPAIGN", "CONNECTION", "EVENT", "FAULT", "FLEET"),
            *("MONITOR", "STATION", "TRANSACTION"),
        ),
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
            "GET /transactions/{transaction_id}/events",
        ),
        reads=("TRANSACTION", "METER_VALUES", "TARIFF", "TOKEN"),
    ),
    Resource(
        "id_tokens",
        viewer=("GET /id-tokens", "GET /id-tokens/{id_token}"),
        operator=("PUT /id-tokens/{id_token}", "DELETE /id-tokens/{id_token}"),
        reads=("TOKEN", "TARIFF"),
        writes=("TOKEN",),
    ),
    Resource(
        "groups",
        viewer=("GET /groups", "GET /groups/{group_id}", "GET /groups/{group_id}/id-tokens"),
        operator=("PUT /groups/{group_id}", "DELETE /groups/{group_id}"),
        reads=("GROUP", "TOKEN", "TARIFF"),
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
        reads=(*SENDING_READS, "CONFIGURATION", "VARIABLE"),
        writes=(*SENDING_WRITES, "CONFIGURATION", "STATION", "IDEMPOTENCY"),
        sends=True,
    ),
    Resource(
        "reservations",
        viewer=(
            "GET /reservations",
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
        reads=(*SENDING_READS, "CONFIGURATION", "LOCAL_LIST", "TOKEN", "VARIABLE"),
        writes=(*SENDING_WRITES, "LOCAL_LIST"),
        sends=True,
    ),
    Resource(
        "charging_profiles",
        viewer=(
            "GET /stations/{station_id}/charging-profiles",
            "GET /stations/{station_id}/charging-limits",
            "GET /stations/{station_id}/charging-needs",
            "GET /transactions/{transaction_id}/priority-charging",
            "GET /stations/{station_id}/composite-schedules",
            "GET /stations/{station_id}/composite-schedule",
        ),
        operator=(
            "PUT /stations/{station_id}/charging-profiles",
            "DELETE /stations/{station_id}/charging-profiles",
            "DELETE /stations/{station_id}/charging-profiles/{profile_id}",
            "POST /stations/{station_id}/charging-profiles/report",
            "PUT /stations/{station_id}/charging-profiles/{profile_id}/setpoint",
            "PUT /transactions/{transaction_id}/priority-charging",
        ),
        reads=(*SENDING_READS, "CHARGING_PROFILE", "CONFIGURATION", "REPORT", "TRANSACTION", "VARIABLE"),
        writes=(*SENDING_WRITES, "CHARGING_PROFILE", "IDEMPOTENCY", "REPORT"),
        sends=True,
    ),
    Resource(
        "der_controls",
        viewer=(
            "GET /stations/{station_id}/der-controls",
            "GET /stations/{station_id}/der-controls/{control_id}",
            "GET /stations/{station_id}/der-alarms",
        ),
        operator=(
            "PUT /stations/{station_id}/der-controls/{control_id}",
            "DELETE /stations/{station_id}/der-controls",
            "DELETE /stations/{station_id}/der-controls/{control_id}",
            "POST /stations/{station_id}/der-controls/refresh",
        ),
        reads=(*SENDING_READS, "DER_CONTROL", "REPORT"),
        writes=(*SENDING_WRITES, "DER_CONTROL", "IDEMPOTENCY", "REPORT"),
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
        viewer=("GET /stations/{station_id}/certificates", "GET /stations/{station_id}/certificate-requests"),
        operator=("POST /stations/{station_id}/certificates/renewal",),
        admin=(
            "POST /stations/{station_id}/certificates",
            "DELETE /stations/{station_id}/certificates/{certificate_id}",
            "POST /stations/{station_id}/certificate-requests/{signing_id}/chain",
        ),
        reads=(*SENDING_READS, "CAPABILITY", "CERTIFICATE", "CONFIGURATION", "ISSUED_CERTIFICATE", "VARIABLE"),
        writes=(*SENDING_WRITES, "IDEMPOTENCY", "ISSUED_CERTIFICATE"),
        sends=True,
    ),
    Resource(
        "certificate_authority",
        viewer=(
            "GET /certificate-authority",
            "GET /certificate-authority/certificates",
            "GET /certificate-authority/roots",
        ),
        admin=(
            "DELETE /certificate-authority/certificates/{serial_number}",
            "PUT /certificate-authority/roots/{root_id}",
            "DELETE /certificate-authority/roots/{root_id}",
        ),
        reads=("ISSUED_CERTIFICATE",),
        writes=("ISSUED_CERTIFICATE",),
        reads_certificates=True,
    ),
    Resource(
        "monitoring",
        viewer=(
            "GET /alarms",
            "GET /stations/{station_id}/alarms",
            "GET /stations/{station_id}/event-streams",
            "GET /stations/{station_id}/event-streams/{stream_id}/values",
            "GET /stations/{station_id}/monitors",
        ),
        operator=(
            "PUT /stations/{station_id}/monitors",
            "DELETE /stations/{station_id}/monitors/{monitor_id}",
            "POST /stations/{station_id}/monitors/refresh",
        ),
        reads=(*SENDING_READS, "EVENT_STREAM", "MONITOR", "VARIABLE"),
        writes=(*SENDING_WRITES, "IDEMPOTENCY", "REPORT"),
        sends=True,
    ),
    Resource(
        "customer_information",
        operator=(
            "GET /stations/{station_id}/customer-information",
            "POST /stations/{station_id}/customer-information",
        ),
        reads=(*SENDING_READS, "REPORT", "TOKEN"),
        writes=(*SENDING_WRITES, "IDEMPOTENCY", "REPORT"),
        sends=True,
    ),
    Resource(
        "display_messages",
        viewer=("GET /stations/{station_id}/display-messages",),
        operator=(
            "PUT /stations/{station_id}/display-messages",
            "DELETE /stations/{station_id}/display-messages/{message_id}",
            "POST /stations/{station_id}/display-messages/refresh",
        ),
        reads=(*SENDING_READS, "DISPLAY_MESSAGE", "REPORT", "TRANSACTION"),
        writes=(*SENDING_WRITES, "DISPLAY_MESSAGE", "IDEMPOTENCY", "REPORT"),
        sends=True,
    ),
    Resource(
        "station_capabilities",
        viewer=("GET /stations/{station_id}/capabilities",),
        operator=("DELETE /stations/{station_id}/capabilities/{action}",),
        reads=("STATION", "CAPABILITY"),
        writes=("CAPABILITY",),
    ),
    Resource(
        "device_model",
        viewer=(
            "GET /stations/{station_id}/variables",
            "GET /stations/{station_id}/reports",
            "GET /stations/{station_id}/reports/{request_id}",
        ),
        operator=(
            "PATCH /stations/{station_id}/variables",
            "POST /stations/{station_id}/variables/refresh",
        ),
        reads=(*SENDING_READS, "NETWORK_PROFILE", "REPORT", "VARIABLE"),
        writes=(*SENDING_WRITES, "IDEMPOTENCY", "NETWORK_PROFILE", "REPORT", "STATION", "VARIABLE"),
        sends=True,
    ),
    Resource(
        "network_profiles",
        viewer=(
            "GET /stations/{station_id}/network-profiles",
            "GET /stations/{station_id}/security-profile",
        ),
        admin=(
            "PUT /stations/{station_id}/network-profiles/{slot}",
            "POST /stations/{station_id}/security-profile",
        ),
        reads=(*SENDING_READS, "NETWORK_PROFILE", "VARIABLE"),
        writes=(*SENDING_WRITES, "IDEMPOTENCY", "NETWORK_PROFILE", "STATION"),
        sends=True,
    ),
    Resource(
        "tariffs",
        viewer=("GET /tariffs", "GET /tariffs/{tariff_id}"),
        operator=("PUT /tariffs/{tariff_id}", "DELETE /tariffs/{tariff_id}"),
        reads=("TARIFF",),
        writes=("TARIFF",),
    ),
    Resource(
        "station_tariffs",
        viewer=("GET /stations/{station_id}/tariffs",),
        operator=(
            "PUT /stations/{station_id}/default-tariff",
            "POST /stations/{station_id}/tariffs/refresh",
            "DELETE /stations/{station_id}/tariffs",
        ),
        reads=(*SENDING_READS, "TARIFF"),
        writes=(*SENDING_WRITES, "IDEMPOTENCY", "TARIFF"),
        sends=True,
    ),
    Resource(
        "transaction_costs",
        operator=(
            "POST /transactions/{transaction_id}/cost-updates",
            "PUT /transactions/{transaction_id}/tariff",
        ),
        reads=(*SENDING_READS, "TARIFF", "TRANSACTION"),
        writes=(*SENDING_WRITES, "IDEMPOTENCY", "TRANSACTION"),
        sends=True,
    ),
    Resource(
        "battery_swaps",
        viewer=("GET /battery-swaps",),
        operator=("POST /stations/{station_id}/battery-swaps",),
        reads=(*SENDING_READS, "BATTERY_SWAP", "TOKEN"),
        writes=(*SENDING_WRITES, "BATTERY_SWAP", "IDEMPOTENCY", "REQUEST"),
        sends=True,
    ),
    Resource(
        "payments",
        viewer=("GET /payments", "GET /payments/{payment_id}"),
        operator=(
            "POST /payments",
            "DELETE /payments/{payment_id}",
            "PUT /stations/{station_id}/web-payments",
            "POST /stations/{station_id}/web-payments",
        ),
        reads=(*SENDING_READS, "PAYMENT", "TARIFF", "TRANSACTION", "VARIABLE"),
        writes=(*SENDING_WRITES, "IDEMPOTENCY", "PAYMENT", "REQUEST", "STATION", "TOKEN", "VARIABLE"),
        sends=True,
    ),
    Resource(
        "dead_letters",
        admin=(
            "GET /dead-letters",
            "GET /dead-letters/{letter_id}",
            "POST /dead-letters/redrive",
            "DELETE /dead-letters/{letter_id}",
        ),
        writes=("IDEMPOTENCY",),
    ),
    Resource(
        "cloud_costs",
        viewer=("GET /cloud-costs", "GET /cloud-costs/estimate"),
        reads=("CONNECTION", "TRANSACTION"),
        reads_meters=True,
    ),
    Resource("live_tickets", viewer=("POST /live-tickets",), writes=("LIVE",)),
    Resource("me", viewer=("GET /me",)),
    Resource("documentation", anyone=("GET /openapi.json", "GET /docs")),
)
