"""What differs between the stages of the system; each stage is a stack of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from infra.console_headers import tiles_origin
from shared.resources import ROLES, Role

Onboarding = Literal["closed", "quarantine", "open"]
MachineRole = Role | Literal[""]

LAMBDA_ARN = re.compile(r"arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?")
MOST_SAMPLE_MINUTES = 15
"""Samples further apart tell of no energy (shared/domain/fleet_samples.py)."""
SILENT_S = 600
"""After this time without a message API Gateway and CloudFront close a connection."""


def _check_provider(name: str, value: str, others: tuple[str, ...]) -> None:
    if value not in others and not LAMBDA_ARN.fullmatch(value):
        raise ValueError(f"{name} is {', '.join(others)} or the ARN of a Lambda function, not {value!r}")


@dataclass(frozen=True, slots=True)
class Settings:
    """One stage. A value given as CDK context (`-c alarm_email=…`, or in cdk.json) replaces the one here."""

    stage: str

    onboarding: Onboarding = "closed"
    """What an unknown station meets: refused, recorded as Pending, or recorded as Accepted."""
    expected_stations: int = 1000
    """The size that the fleet may reach: how stations dial again after an outage follows from it (docs/scale.md).
    0: they are not told."""
    heartbeat_interval_s: int = 0
    """Told to stations when they boot; 0: HEARTBEAT_INTERVAL_S of shared/fleet.py."""
    cpo_name: str = ""
    """The organisation that station certificates must name; empty: not checked."""
    certificate_authority: str = "none"
    """Who signs stations' certificates: `none` (an operator brings them by the API), `embedded` (a key of ours in KMS,
    1 USD a month), or the ARN of a Lambda function (docs/certificates.md)."""
    contract_certificates: str = "none"
    """Who provides vehicles with the certificates of contracts: `none`, `test`, or the ARN of a Lambda function."""
    payment_provider: str = "none"
    """Who moves the money of ad hoc payments: `none` (somebody else does), `test`, or the ARN of a Lambda function
    (docs/tariffs.md)."""
    vat_register: str = "form"
    """Who says whether a VAT number is valid: `form` (nobody: it must look like one), `vies` or `test`."""
    message_log: bool = False
    """Whether log lines carry the OCPP frames."""

    domain_name: str = ""
    """Our own host name; needs certificate_arn. Without it the front door is a name of cloudfront.net."""
    certificate_arn: str = ""
    """An ACM certificate for domain_name in us-east-1, where CloudFront looks."""
    plain_ws: bool = False
    """Also serve ws:// without TLS, for stations that cannot do better (security profiles 0 and 1)."""
    meter_value_events: bool = False
    """Whether each MeterValues of OCPP 1.6 in a transaction goes onto the bus as an event, for some 1.25 USD a million;
    in 2.x readings never do."""
    sample_minutes: int = 5
    """How often it is noted what all stations do, for the console's curves of the day (docs/cost.md)."""
    map_tiles_url: str = ""
    """Where the console's map has its images from, `https://tile.example/{z}/{x}/{y}.png`; empty: it has outlines only,
    and nobody else learns where somebody looks."""
    map_tiles_attribution: str = ""
    """Whom the map names for its images, as they want it."""
    alarm_email: str = ""
    """Who is told of alarms; without it alarms only show in CloudWatch."""
    daily_cost_alarm_usd: float = 0.0
    """The list price of a day above which an alarm rings, itself 1 USD a month; 0: none does."""
    actions_dashboard: bool = False
    """A dashboard more, of each action by its function's metrics. It has more of them than are free: 3 USD a month."""

    machine_role: MachineRole = ""
    """The most that the client for machines may ask for; empty: there is none (docs/adr/0017-roles.md)."""

    messages_per_s: int = 500
    """Where API Gateway begins to refuse OCPP messages; an account's default quota is 10,000 for all its APIs."""
    api_requests_per_s: int = 50
    log_retention: str = "ONE_MONTH"
    """A name of CDK's RetentionDays."""
    access_log: bool = False
    """API Gateway's own line per OCPP message (docs/adr/0013-access-logs.md)."""
    keep_data: bool = False
    """The table and the logs outlive the stack, and the table cannot be deleted by accident."""
    point_in_time_recovery: bool = False

    def __post_init__(self) -> None:
        if self.onboarding not in get_args(Onboarding):
            raise ValueError(f"onboarding is one of {', '.join(get_args(Onboarding))}, not {self.onboarding!r}")
        _check_provider("certificate_authority", self.certificate_authority, ("none", "embedded"))
        _check_provider("contract_certificates", self.contract_certificates, ("none", "test"))
        _check_provider("payment_provider", self.payment_provider, ("none", "test"))
        if self.vat_register not in ("form", "vies", "test"):
            raise ValueError(f"vat_register is form, vies or test, not {self.vat_register!r}")
        if self.machine_role not in ("", *ROLES):
            raise ValueError(f"machine_role is one of {', '.join(ROLES)} or empty, not {self.machine_role!r}")
        if self.expected_stations < 0:
            raise ValueError(f"expected_stations is a number of stations, or 0, not {self.expected_stations}")
        if not 0 <= self.heartbeat_interval_s < SILENT_S:
            raise ValueError(f"heartbeat_interval_s must be below {SILENT_S}, where silent connections are closed")
        if not 1 <= self.sample_minutes <= MOST_SAMPLE_MINUTES:
            raise ValueError(f"sample_minutes is 1 to {MOST_SAMPLE_MINUTES}, not {self.sample_minutes}")
        if self.map_tiles_url:
            tiles_origin(self.map_tiles_url)
        if self.map_tiles_url and not self.map_tiles_attribution:
            raise ValueError("map_tiles_url needs map_tiles_attribution: whoever made the map wants to be named")
        if bool(self.domain_name) != bool(self.certificate_arn):
            raise ValueError("domain_name and certificate_arn go together")


STAGES = {
    "dev": Settings(stage="dev", message_log=True, log_retention="ONE_WEEK"),
    "prod": Settings(
        stage="prod",
        messages_per_s=5000,
        api_requests_per_s=200,
        log_retention="THREE_MONTHS",
        keep_data=True,
        point_in_time_recovery=True,
    ),
}


def settings_of(context: Callable[[str], Any]) -> Settings:
    """The stage that the context names (dev if none), with every setting the context replaces.

    Raises ValueError for a stage that is not in STAGES and for a setting that cannot be.
    """
    stage = context("stage") or "dev"
    if stage not in STAGES:
        raise ValueError(f"unknown stage {stage!r}; infra/settings.py has {', '.join(STAGES)}")
    settings = STAGES[stage]
    given = {field.name: context(field.name) for field in fields(Settings) if field.name != "stage"}
    replaced = {
        name: _as(type(getattr(settings, name)), name, str(value)) for name, value in given.items() if value is not None
    }
    return replace(settings, **replaced)


def _as(kind: type, name: str, text: str) -> Any:
    if kind is not bool:
        return kind(text)
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{name} is true or false, not {text!r}")
    return text.lower() == "true"
