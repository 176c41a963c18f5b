"""What stations did: findings, history, meter values and firmware updates."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.aws import views, views_firmware_updates, views_transactions
from shared.aws.http import Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import StationId
from shared.domain import shapes
from shared.domain.events import EventType
from shared.store import events, findings, firmware_updates, meter_values, stations
from shared.store.findings import CountedFinding
from shared.store.meter_values import MeterReport

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station, and nothing is known of one."}

MAX_PAGE_BYTES = 4_000_000
SAMPLE_BYTES = 200
"""What a measurement takes in an answer beside its value."""

api = handler = Api("station_history")


@api.route("GET /stations/{station_id}/findings", {HTTPStatus.OK: views.FindingList}, UNKNOWN)
def list_findings(station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> views.FindingList:
    """What a station sends against the standard and what was done about it, each kind once with its count."""
    found, rest = findings.page(station_id, cursor, limit)
    _check_known(station_id, is_empty=not found and cursor is None)
    return views.FindingList(items=[_finding(one) for one in found], next_cursor=rest)


@api.route("GET /stations/{station_id}/events", {HTTPStatus.OK: views.EventList}, UNKNOWN)
def list_events(
    station_id: StationId,
    type: Annotated[EventType | None, Query(description="Only events of this type.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> views.EventList:
    """The history of a station, newest first.

    Refused handshakes are in it as well, so there may be a history without a station.
    """
    found, rest = page_where(
        lambda after, size: events.page(station_id, after, size),
        lambda event: type in (None, event.type),
        cursor,
        limit,
    )
    _check_known(station_id, is_empty=not found and cursor is None)
    items = [views.Event(type=event.type, at=event.at, data=event.data) for event in found]
    return views.EventList(items=items, next_cursor=rest)


@api.route("GET /stations/{station_id}/meter-values", {HTTPStatus.OK: views_transactions.MeterReportList}, UNKNOWN)
def list_meter_values(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> views_transactions.MeterReportList:
    """All meter values of a station, in transactions and outside, message by message."""
    found, rest = _page_that_fits(station_id, cursor, limit)
    _check_known(station_id, is_empty=not found and cursor is None)
    return views_transactions.MeterReportList(items=[_report(one) for one in found], next_cursor=rest)


@api.route(
    "GET /stations/{station_id}/firmware-updates", {HTTPStatus.OK: views_firmware_updates.FirmwareUpdateList}, UNKNOWN
)
def list_firmware_updates(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> views_firmware_updates.FirmwareUpdateList:
    """The firmware updates of a station, newest first, each with what happened in it and when."""
    found, rest = firmware_updates.page(station_id, cursor, limit)
    _check_known(station_id, is_empty=not found and cursor is None)
    items = [views_firmware_updates.firmware_update(one) for one in found]
    return views_firmware_updates.FirmwareUpdateList(items=items, next_cursor=rest)


def _page_that_fits(station_id: str, after: str | None, limit: int) -> tuple[list[MeterReport], str | None]:
    """A page of meter values, shorter than asked for if it would be more than a function may answer (6 MB)."""
    while True:
        found, rest = meter_values.page(station_id, after, limit)
        if limit == 1 or sum(map(_size_bytes, found)) <= MAX_PAGE_BYTES:
            return found, rest
        limit = max(1, limit // 4)


def _size_bytes(report: MeterReport) -> int:
    return sum(SAMPLE_BYTES + len(sample.value) for value in report.values for sample in value.samples)


def _check_known(station_id: str, *, is_empty: bool) -> None:
    """Tell a station of which nothing is known from one that does not exist; a removed one still has its history."""
    if is_empty:
        stations.existing(station_id)


def _finding(counted: CountedFinding) -> views.Finding:
    return views.Finding(
        **counted.finding._asdict(),
        action=counted.action,
        count=counted.seen,
        first_at=counted.first_at,
        last_at=counted.last_at,
    )


def _report(report: MeterReport) -> views_transactions.MeterReport:
    values = [shapes.meter_value(value, inferred=report.inferred) for value in report.values]
    return views_transactions.MeterReport(
        evse_id=report.evse_id,
        transaction_number=report.number,
        inferred=report.inferred,
        received_at=report.received_at,
        meter_values=[views_transactions.MeterValue(**value) for value in values],
    )
