"""All stations at once: how they are and have been, what is wrong, and how the system is set."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.aws.http import Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import StationIdText, Time
from shared.aws.views_calls import CallList, call_view
from shared.aws.views_overview import (
    FaultList,
    Overview,
    RefusedConnectionList,
    StationCounts,
    System,
    fault_view,
    refused_connection_view,
    sample_view,
)
from shared.domain.errors import Invalid
from shared.domain.fleet_samples import LONGEST_GAP, FleetSample, energy_since, thinned
from shared.settings import settings
from shared.store import failures, faults, firmware_campaigns, fleet, fleet_samples
from shared.version import VERSION

DAY = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=7)
EVERY = dt.timedelta(minutes=5)
MOST_SAMPLES = 300
LATEST_CAMPAIGNS = 50
COUNTED_ONE_BY_ONE = 100
"""So many transactions are read to tell at how many stations they are: half a unit each."""
RUNNING = ("running", "paused")

api = handler = Api("overview")


@api.route("GET /overview", {HTTPStatus.OK: Overview})
def get_overview(
    since: Annotated[
        Time | None,
        Query(
            description="From when on energy is added up, such as midnight where the operator is: at most seven days"
            " ago; 24 hours ago if it is not said."
        ),
    ] = None,
) -> Overview:
    """All stations now, and over the last 24 hours.

    Counts are those of this moment; power, energy and the curves come from samples that are taken every five minutes.
    Energy is what flowed by the power of the samples, not what will be billed.
    """
    now = dt.datetime.now(dt.UTC)
    begin = since or now - DAY
    if not now - LONGEST <= begin <= now:
        raise Invalid("lies within the last seven days", place="query", path="since")
    samples = fleet_samples.since(min(begin, now - DAY))
    latest = samples[-1] if samples else None
    active = fleet.active_transactions()
    total, online = fleet.stations(), fleet.online()
    standing = faults.stations()
    return Overview(
        at=now,
        stations=StationCounts(
            total=total,
            online=online,
            offline=max(0, total - online),
            charging=_charging(active, latest),
            faulted=len(standing),
        ),
        active_transactions=active,
        power_w=latest.power_w if latest and now - latest.at <= LONGEST_GAP else None,
        energy_wh=energy_since(samples, begin),
        energy_since=begin,
        faults=sum(standing.values()),
        alarms=fleet.alarms(),
        failed_calls=failures.failed_calls_since(now - DAY),
        refused_connections=failures.refused_connections_since(now - DAY),
        running_campaigns=_running_campaigns(),
        samples=[sample_view(one) for one in thinned(_of_a_day(samples, now), EVERY, MOST_SAMPLES)],
    )


@api.route("GET /faults", {HTTPStatus.OK: FaultList})
def list_faults(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> FaultList:
    """The connectors and stations that report an error now, the latest first.

    A moment after the report. An error from before this list was kept is in it once its report changes.
    """
    found, rest = faults.page(cursor, limit)
    return FaultList(items=[fault_view(one) for one in found], next_cursor=rest)


@api.route("GET /failed-calls", {HTTPStatus.OK: CallList})
def list_failed_calls(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> CallList:
    """The calls to any station that were refused, timed out or expired, the latest first.

    Of the last 30 days.
    """
    found, rest = failures.failed_calls(cursor, limit)
    return CallList(items=[call_view(one) for one in found], next_cursor=rest)


@api.route("GET /refused-connections", {HTTPStatus.OK: RefusedConnectionList})
def list_refused_connections(
    station_id: Annotated[StationIdText | None, Query(description="Only of this station.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> RefusedConnectionList:
    """The connections that were refused, the latest first, with the reason.

    Of the last 30 days. A station that keeps dialling is recorded about once a minute for each reason; of stations that
    do not exist some are recorded each minute, the others only logged.
    """
    found, rest = failures.refused_connections(cursor, limit, station_id)
    return RefusedConnectionList(items=[refused_connection_view(one) for one in found], next_cursor=rest)


@api.route("GET /system", {HTTPStatus.OK: System})
def get_system() -> System:
    """How this stage of the system is set."""
    own = settings()
    return System(
        stage=own.stage,
        version=VERSION,
        onboarding=own.onboarding,
        heartbeat_interval_s=own.heartbeat_interval_s,
        expected_stations=own.expected_stations,
        message_log=own.message_log,
        cpo_name=own.cpo_name or None,
        certificate_authority=_authority(own.certificate_authority),
        contract_certificates=_provider(own.contract_certificates),
        payment_provider=_provider(own.payment_provider),
        vat_register=own.vat_register,  # type: ignore[arg-type]  # infra/settings.py takes no other
    )


def _charging(active: int, latest: FleetSample | None) -> int:
    """At how many stations transactions run."""
    if active <= COUNTED_ONE_BY_ONE:
        return len(fleet.stations_charging(COUNTED_ONE_BY_ONE))
    if latest is None or not latest.transactions:
        return active
    return round(active * latest.charging / latest.transactions)


def _running_campaigns() -> int:
    found, _ = firmware_campaigns.page(None, LATEST_CAMPAIGNS)
    return sum(one.state in RUNNING for one in found)


def _of_a_day(samples: list[FleetSample], now: dt.datetime) -> list[FleetSample]:
    return [one for one in samples if one.at > now - DAY]


def _authority(kind: str) -> Literal["none", "embedded", "external"]:
    """A key of ours is one in KMS, or on a developer's machine one in the table."""
    if kind == "none":
        return "none"
    return "embedded" if kind == "table" or ":kms:" in kind else "external"


def _provider(kind: str) -> Literal["none", "test", "external"]:
    if kind == "none":
        return "none"
    return "test" if kind == "test" else "external"
