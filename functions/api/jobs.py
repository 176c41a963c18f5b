"""Bulk jobs: one call to many stations, watched and taken back as one."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict, Field, JsonValue

from shared.aws import command, idempotency, views, views_jobs
from shared.aws import jobs as queue
from shared.aws.access import role_for, variables_of
from shared.aws.command import WEEK_S
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.jobs import Work
from shared.aws.masking import masked_at
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import ActionName, JobId, StationIdText
from shared.aws.views_jobs import Counts, JobCall, JobCallList, JobList
from shared.domain import device_settings, shapes
from shared.domain.calls import Call, Json
from shared.domain.configuration import is_password
from shared.domain.errors import Conflict, Invalid, NotFound
from shared.domain.jobs import MOST_STATIONS, Job, Row, RowState, Selection, have_ended, pages, tally
from shared.store import calls, jobs

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such job."}
ENDED = {HTTPStatus.CONFLICT: "The job has ended."}

api = handler = Api("jobs")


class JobOrder(views.View):
    """A call to be made to many stations: to those that are named, or to those of a selection."""

    model_config = ConfigDict(extra="forbid", strict=True)

    action: ActionName
    """The OCPP action."""
    payload: dict[str, JsonValue] = Field(default_factory=dict)
    """Its request in the words of the stations' OCPP version."""
    stations: Annotated[list[StationIdText], Field(min_length=1, max_length=MOST_STATIONS)] | None = None
    """The stations by their ids."""
    selection: views_jobs.Selection | None = None
    """The stations by what is known of them, of which something must be said."""
    expires_in_s: Annotated[int, Field(ge=1, le=WEEK_S)] | None = None
    """How long from now the calls may wait to be sent. Without it as long as a single call of the action."""


@api.route("POST /calls", {HTTPStatus.ACCEPTED: views_jobs.Job})
def start_job(order: JobOrder, idempotency_key: IdempotencyKey = None) -> Response[views_jobs.Job]:
    """Call many stations.

    Each gets a call of its own, as if it were called alone. A station that is not there, or must not be sent this, is
    a row of the job with its reason, and stops none of the others. With a selection the stations are chosen while the
    job runs. What changes stations' credentials (certificates, the configuration key
    SecurityProfile) takes the role `admin`; a password is each station's own, so no job sets one.
    """
    api.require(role_for(order.action, order.payload))
    if order.action == "ChangeConfiguration" and is_password(str(order.payload.get("key"))):
        reason = "Every station has a password of its own: POST /stations/{station_id}/password sets one"
        raise Invalid(reason, path="payload.key")
    if order.action == "SetVariables" and any(map(device_settings.is_password, variables_of(order.payload))):
        reason = "Every station has a password of its own: POST /stations/{station_id}/password sets one"
        raise Invalid(reason, path="payload.setVariableData")
    ordered = command.of(order.action)
    ordered.check(order.payload)
    selection = _selection(order)
    named = pages(order.stations or ())
    now = dt.datetime.now(dt.UTC)
    job = Job(
        job_id=idempotency.promise(api, idempotency_key).resource_id,
        action=order.action,
        payload=_shown(order),
        created_at=now,
        expires_at=now + dt.timedelta(seconds=order.expires_in_s or ordered.expires_in_s),
        requested_by=api.caller.principal,
        selection=selection,
        total=named[-1].end if named else None,
    )
    kept = jobs.create(job, order.payload, named)
    if not kept.ended_at:
        queue.give(Work(kept.job_id))
    return Response(HTTPStatus.ACCEPTED, JSON, _view(kept))


@api.route("GET /jobs", {HTTPStatus.OK: JobList})
def list_jobs(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> JobList:
    """Bulk jobs, newest first. They are kept for 90 days."""
    found, rest = jobs.page(cursor, limit)
    return JobList(items=[_view(one) for one in found], next_cursor=rest)


@api.route("GET /jobs/{job_id}", {HTTPStatus.OK: views_jobs.Job}, UNKNOWN)
def get_job(job_id: JobId) -> views_jobs.Job:
    """One bulk job, and how far it has come."""
    return _view(_existing(job_id))


@api.route("GET /jobs/{job_id}/calls", {HTTPStatus.OK: JobCallList}, UNKNOWN)
def list_calls_of_job(
    job_id: JobId,
    state: Annotated[RowState | None, Query(description="Only stations at which the call is in this state.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> JobCallList:
    """What has become of a job at its stations, in order of their ids.

    Stations whose turn has not come are not listed.
    """
    job = _existing(job_id)
    found, rest = page_where(
        lambda after, size: jobs.page_of_rows(job_id, after, size),
        lambda row: state in (None, row.state),
        cursor,
        limit,
    )
    made = calls.find_many([(row.station_id, job.call_id(row.station_id)) for row in found])
    by_station = {call.station_id: call for call in made}
    items = [_row_view(row, by_station.get(row.station_id)) for row in found]
    return JobCallList(items=items, next_cursor=rest)


@api.route("DELETE /jobs/{job_id}", {HTTPStatus.ACCEPTED: views_jobs.Job}, UNKNOWN | ENDED)
def cancel_job(job_id: JobId) -> Response[views_jobs.Job]:
    """Take back what a job has not sent.

    Stations whose turn has not come are not called, and calls that wait are cancelled; it takes a moment. What was
    sent comes to its end.
    """
    cancelled = jobs.cancel(_existing(job_id), dt.datetime.now(dt.UTC))
    if cancelled is None:
        raise Conflict("The job has ended")
    queue.give(Work(job_id))
    return Response(HTTPStatus.ACCEPTED, JSON, _view(cancelled))


def _selection(order: JobOrder) -> Selection | None:
    """Which stations are selected, if they are not named. Raises Invalid unless exactly one of both says something."""
    if (order.stations is None) == (order.selection is None):
        raise Invalid("Either stations or selection says which stations are called", path="stations")
    if order.selection is None:
        return None
    selection = Selection(**order.selection.model_dump())
    if selection == Selection():
        raise Invalid("Nothing is said of the stations to be called", path="selection")
    return selection


def _shown(order: JobOrder) -> Json:
    """The payload of a job without its secrets. A variable may be secret at some stations whatever it is called, so
    of SetVariables no value is shown: each station's call has those that are none."""
    data = order.payload.get("setVariableData")
    count = len(data) if isinstance(data, list) else 0
    return masked_at(order.payload, [f"setVariableData[{number}].attributeValue" for number in range(count)])


def _existing(job_id: str) -> Job:
    found = jobs.find(job_id)
    if found is None:
        raise NotFound(f"There is no job {job_id}")
    return found


def _view(job: Job) -> views_jobs.Job:
    """The job as it counts now. Whoever finds that it has ended notes it, so that nobody has to count again."""
    by_state = tally(0, ()) | job.by_state
    if not job.ended_at:
        rows = list(jobs.rows(job.job_id))
        by_state = tally(job.total, rows)
        if have_ended(job.total, rows):
            job = jobs.end(job, max((row.at for row in rows), default=job.created_at), by_state)
    fields = job._asdict() | {
        "selection": views_jobs.Selection(**job.selection._asdict()) if job.selection else None,
        "by_state": Counts(**by_state),
    }
    return views_jobs.Job(state=job.state, **fields)


def _row_view(row: Row, call: Call | None) -> JobCall:
    shown = shapes.call(call) if call else {"call_id": None, "answer": None, "error": None}
    return JobCall(
        station_id=row.station_id,
        state=row.state,
        reason=row.reason,
        changed_at=row.at,
        **{name: shown[name] for name in ("call_id", "answer", "error")},
    )
