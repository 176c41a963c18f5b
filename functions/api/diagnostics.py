"""Logs of stations: wanted of many at once, watched, fetched and taken back as one."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict, Field

from shared.aws import idempotency, selections, views, views_diagnostics, views_jobs
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.invocation import WEEK_S
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import DiagnosticsId, OptionalTime, StationId, StationIdText
from shared.aws.views_diagnostics import (
    DiagnosticsList,
    DiagnosticsWithStations,
    RetrievedLog,
    RetrievedLogList,
    StationLogList,
)
from shared.domain.diagnostics import MOST_STATIONS, Diagnostics, state_of, tally
from shared.domain.errors import Conflict, Invalid, NotFound
from shared.domain.file_links import MOST_MIB
from shared.domain.file_transfers import check_order
from shared.domain.jobs import Selection
from shared.domain.log_retrievals import LogType, Retrieval, RetrievalState, Terms, seen_at
from shared.store import diagnostics, retrievals, stations

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such collection."}
UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
ENDED = {HTTPStatus.CONFLICT: "The collection has ended."}
USUAL = Terms()

api = handler = Api("diagnostics")


class DiagnosticsOrder(views.View):
    """A log that is wanted of stations: of those that are named, or of those of a selection."""

    model_config = ConfigDict(extra="forbid", strict=True)

    stations: Annotated[list[StationIdText], Field(min_length=1, max_length=MOST_STATIONS)] | None = None
    """The stations by their ids."""
    selection: views_jobs.Selection | None = None
    """The stations by what is known of them, of which something must be said; at most 1,000 may fit."""
    log_type: LogType = "DiagnosticsLog"
    """SecurityLog: the log of security events, which stations without the security extension do not have."""
    oldest_at: OptionalTime = Field(None, alias="from")
    """Since when; without it as far as the log goes back."""
    latest_at: OptionalTime = Field(None, alias="to")
    """Until when; without it to its end."""
    attempts: Annotated[int, Field(ge=1, le=10)] = USUAL.attempts
    """How many times each station is asked before its retrieval has failed; each time it gets a new link."""
    retry_after_s: Annotated[int, Field(ge=0, le=86_400)] = USUAL.retry_after_s
    """The pause between two attempts."""
    online_within_s: Annotated[int, Field(ge=1, le=WEEK_S)] = USUAL.online_within_s
    """How long an attempt waits for its station to come online."""
    upload_within_s: Annotated[int, Field(ge=1, le=86_400)] = USUAL.upload_within_s
    """How long the upload may take from the station's answer."""
    file_within_s: Annotated[int, Field(ge=1, le=3_600)] = USUAL.file_within_s
    """How long the file may take to arrive once the station has reported it as uploaded."""
    most_mib: Annotated[int, Field(ge=1, le=MOST_MIB)] = USUAL.most_mib
    """The largest file that is taken, in MiB."""
    retries: Annotated[int, Field(ge=0, le=100)] | None = None
    """How many times the station itself is to try to upload, if it does; without it as it likes."""
    retry_interval_s: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """Its pause between two tries."""

    @property
    def terms(self) -> Terms:
        return Terms(**{name: getattr(self, name) for name in Terms._fields})


@api.route("POST /diagnostics", {HTTPStatus.ACCEPTED: DiagnosticsWithStations})
def collect_diagnostics(
    order: DiagnosticsOrder, idempotency_key: IdempotencyKey = None
) -> Response[DiagnosticsWithStations]:
    """Have stations upload their logs.

    Each station is asked once it is online: by GetLog, or by GetDiagnostics if it does not know that. It uploads the
    file to a link of its own. A station that is not there is a row that has failed, and stops none of the others.
    A log has succeeded once its file is here, whatever the station reports. Files are kept for 90 days.
    """
    check_order(order.oldest_at, order.latest_at, "to")
    now = dt.datetime.now(dt.UTC)
    diagnostics_id = idempotency.promise(api, idempotency_key).resource_id
    kept = diagnostics.find(diagnostics_id) or _create(order, diagnostics_id, now)
    return Response(HTTPStatus.ACCEPTED, JSON, _whole(kept, now))


def _create(order: DiagnosticsOrder, diagnostics_id: str, now: dt.datetime) -> Diagnostics:
    """The stations first: an attempt that broke off between is gone on with, and has chosen no fewer."""
    begun = [one.station_id for one in retrievals.of_collection(diagnostics_id)]
    station_ids = list(dict.fromkeys([*_stations(order), *begun]))
    new = Diagnostics(
        diagnostics_id=diagnostics_id,
        created_at=now,
        total=len(station_ids),
        log_type=order.log_type,
        oldest_at=order.oldest_at,
        latest_at=order.latest_at,
        terms=order.terms,
        requested_by=api.caller.principal,
    )
    known = {one.station_id for one in stations.find_many(station_ids)}
    retrievals.create(_begun(new, station_id, is_known=station_id in known) for station_id in station_ids)
    return diagnostics.create(new)


def _begun(collection: Diagnostics, station_id: str, *, is_known: bool) -> Retrieval:
    begun, at = collection.retrieval(station_id), collection.created_at
    if is_known:
        return begun
    reason = f"There is no station {station_id}"
    return begun._replace(state="failed", reason=reason, ended_at=at).noted(at, "failed", reason)


def _stations(order: DiagnosticsOrder) -> list[str]:
    """Which stations are asked. Raises Invalid unless they are either named or selected, and not too many."""
    if (order.stations is None) == (order.selection is None):
        raise Invalid("Either stations or selection says whose logs are wanted", path="stations")
    if order.selection is None:
        return order.stations or []
    selection = Selection(**order.selection.model_dump())
    if selection == Selection():
        raise Invalid("Nothing is said of the stations whose logs are wanted", path="selection")
    found: list[str] = []
    after: str | None = None
    while True:
        chosen, after = selections.choose(selection, after, MOST_STATIONS + 1 - len(found))
        found += chosen
        if len(found) > MOST_STATIONS:
            raise Invalid(f"The selection fits more than {MOST_STATIONS} stations", path="selection")
        if after is None:
            break
    if not found:
        raise Invalid("The selection fits no station", path="selection")
    return found


@api.route("GET /diagnostics", {HTTPStatus.OK: DiagnosticsList})
def list_diagnostics(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> DiagnosticsList:
    """Collections of logs, newest first. They are kept for 400 days, their files for 90."""
    found, rest = diagnostics.page(cursor, limit)
    now = dt.datetime.now(dt.UTC)
    items = [views_diagnostics.Diagnostics(**_fields(one, now)) for one in found]
    return DiagnosticsList(items=items, next_cursor=rest)


@api.route("GET /diagnostics/{diagnostics_id}", {HTTPStatus.OK: DiagnosticsWithStations}, UNKNOWN)
def get_diagnostics(diagnostics_id: DiagnosticsId) -> DiagnosticsWithStations:
    """One collection with the logs of all its stations, and how far each has come."""
    return _whole(_existing(diagnostics_id), dt.datetime.now(dt.UTC))


@api.route("GET /diagnostics/{diagnostics_id}/stations", {HTTPStatus.OK: RetrievedLogList}, UNKNOWN)
def list_stations_of_diagnostics(
    diagnostics_id: DiagnosticsId,
    state: Annotated[RetrievalState | None, Query(description="Only stations whose log is in this state.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> RetrievedLogList:
    """The stations of a collection in order of their ids, page by page."""
    _existing(diagnostics_id)
    now = dt.datetime.now(dt.UTC)
    found, rest = page_where(
        lambda after, size: retrievals.page_of_collection(diagnostics_id, after, size),
        lambda one: state in (None, seen_at(one, now).state),
        cursor,
        limit,
    )
    items = [RetrievedLog(**views_diagnostics.log(one, now)) for one in found]
    return RetrievedLogList(items=items, next_cursor=rest)


@api.route("DELETE /diagnostics/{diagnostics_id}", {HTTPStatus.ACCEPTED: DiagnosticsWithStations}, UNKNOWN | ENDED)
def cancel_diagnostics(diagnostics_id: DiagnosticsId) -> Response[DiagnosticsWithStations]:
    """Take back what a collection has not asked for; it takes a moment.

    Stations that have not been asked are not, and calls that wait are cancelled. A station that has been asked may
    bring its file still. What has come is kept.
    """
    now = dt.datetime.now(dt.UTC)
    shown = _fields(_existing(diagnostics_id), now)
    cancelled = diagnostics.cancel(diagnostics_id, now) if shown["state"] == "running" else None
    if cancelled is None:
        raise Conflict("The collection has ended")
    return Response(HTTPStatus.ACCEPTED, JSON, _whole(cancelled, now))


@api.route("GET /stations/{station_id}/diagnostics", {HTTPStatus.OK: StationLogList}, UNKNOWN_STATION)
def list_logs_of_station(station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> StationLogList:
    """The logs that were wanted of a station, newest first, each with all that happened."""
    stations.existing(station_id)
    found, rest = retrievals.page_of_station(station_id, cursor, limit)
    now = dt.datetime.now(dt.UTC)
    return StationLogList(items=[views_diagnostics.station_log(one, now) for one in found], next_cursor=rest)


def _existing(diagnostics_id: str) -> Diagnostics:
    found = diagnostics.find(diagnostics_id)
    if found is None:
        raise NotFound(f"There is no collection {diagnostics_id}")
    return found


def _fields(one: Diagnostics, now: dt.datetime) -> dict[str, Any]:
    """The collection as it counts now."""
    if one.ended_at:
        return views_diagnostics.diagnostics(one, one.by_state)
    return _counted(one, [seen_at(retrieval, now) for retrieval in retrievals.of_collection(one.diagnostics_id)])


def _whole(one: Diagnostics, now: dt.datetime) -> DiagnosticsWithStations:
    found = [seen_at(retrieval, now) for retrieval in retrievals.of_collection(one.diagnostics_id)]
    rows = [RetrievedLog(**views_diagnostics.log(retrieval, now)) for retrieval in found]
    return DiagnosticsWithStations(**_counted(one, found), stations=rows)


def _counted(one: Diagnostics, found: list[Retrieval]) -> dict[str, Any]:
    """Whoever finds that a collection has ended notes it, so that a list of them need not count again."""
    by_state = tally(one.total, found)
    if not one.ended_at and state_of(by_state) != "running":
        one = diagnostics.end(one, max(row.ended_at or row.created_at for row in found), by_state)
    return views_diagnostics.diagnostics(one, by_state)
