"""The environment of a function, typed and read once."""

import os
from functools import cache
from typing import Literal, NamedTuple, cast

Onboarding = Literal["closed", "quarantine", "open"]


class Settings(NamedTuple):
    """What infra tells every function through its environment variables; all functions have the same."""

    table_name: str
    bus_name: str
    stage: str
    onboarding: Onboarding
    """What an unknown station meets: closed 404; quarantine is recorded as Pending; open is recorded as Accepted."""
    heartbeat_interval_s: int
    """Sent in every BootNotification answer; below API Gateway's idle limit of 600 s."""
    expected_stations: int
    """The size that the fleet may reach, by which stations are told how to dial again (shared/fleet.py); 0: they are
    told nothing."""
    connections_url: str
    """The @connections endpoint, `https://{api}.execute-api.{region}.amazonaws.com/{stage}`."""
    live_url: str
    """That of the API of the live feed (docs/live.md)."""
    jobs_url: str
    """The queue of bulk jobs (shared/aws/jobs.py)."""
    dead_letters_url: str
    """The queue of what nothing could handle (shared/aws/dead_letters.py)."""
    timers_url: str
    """The queue that says when to look at a station's outbox again (shared/aws/timers.py)."""
    message_log: bool
    """Whether log lines carry the frames of stations that do not say otherwise."""
    log_group_name: str
    """The CloudWatch Logs group that all functions write to."""
    cpo_name: str
    """The organisation a station's certificate must name (A00.FR.508); empty: not checked."""
    files_bucket: str
    """The bucket of files of stations and for them."""
    files_url: str
    """Where stations fetch and bring files, the front door without a slash at the end: `https://csms.example.com`."""
    state_machines: str
    """What the ARNs of our state machines begin with; the name of one (shared.catalog.STATE_MACHINES) follows."""
    origin_secret: str
    """What CloudFront puts into `x-idlewatt-origin`; empty: not checked (the local system)."""
    certificate_authority: str
    """Who signs stations' certificates (shared/aws/certificate_authorities.py): `none`; the ARN of the KMS key of the
    embedded authority; `table`, its key in the table, on a developer's machine only; the ARN of a Lambda function."""
    contract_certificates: str
    """Who provides the certificates of contracts (shared/aws/contract_providers.py): `none`, `test`, or the ARN of a
    Lambda function."""
    payment_provider: str
    """Who moves the money of ad hoc payments (shared/aws/payment_providers.py): `none`, `test`, or the ARN of a Lambda
    function."""
    vat_register: str
    """Who says whether a VAT number is valid (shared/aws/vat_registers.py): `form`, `vies` or `test`."""
    private_hosts: bool
    """Whether URLs that stations tell may lead to private addresses; on a developer's machine only."""


@cache
def settings() -> Settings:
    """The settings of this process. Raises KeyError naming a variable that infra forgot."""
    env = os.environ
    return Settings(
        table_name=env["TABLE_NAME"],
        bus_name=env["BUS_NAME"],
        stage=env["STAGE"],
        onboarding=cast("Onboarding", env["ONBOARDING"]),
        heartbeat_interval_s=int(env["HEARTBEAT_INTERVAL_S"]),
        expected_stations=int(env["EXPECTED_STATIONS"]),
        connections_url=env["CONNECTIONS_URL"],
        live_url=env["LIVE_URL"],
        jobs_url=env["JOBS_URL"],
        dead_letters_url=env["DEAD_LETTERS_URL"],
        timers_url=env["TIMERS_URL"],
        message_log=env["MESSAGE_LOG"] == "on",
        log_group_name=env["LOG_GROUP_NAME"],
        cpo_name=env["CPO_NAME"],
        files_bucket=env["FILES_BUCKET"],
        files_url=env["FILES_URL"],
        state_machines=env["STATE_MACHINES"],
        origin_secret=env["ORIGIN_SECRET"],
        certificate_authority=env["CERTIFICATE_AUTHORITY"],
        contract_certificates=env["CONTRACT_CERTIFICATES"],
        payment_provider=env["PAYMENT_PROVIDER"],
        vat_register=env["VAT_REGISTER"],
        private_hosts=env["PRIVATE_HOSTS"] == "on",
    )
