"""From the queue of bulk jobs: a page of a job's stations is called, and the next page is put into the queue.

A page may come twice. Its stations are chosen once, by one conditional write, and a call has the same id whenever it
is made; so what an earlier attempt did is found, and what it left undone is done. A job that is cancelled goes through
its pages once more, to take back what waits.
"""

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any

from shared.aws import command, outbox, selections
from shared.aws import jobs as queue
from shared.aws.command import Terms
from shared.aws.jobs import Work
from shared.aws.telemetry import logger
from shared.domain.calls import Call, Json
from shared.domain.errors import DomainError
from shared.domain.jobs import STATIONS_PER_PAGE, Job, Page, Row, RowState
from shared.store import calls, jobs, patience

LAST_ATTEMPT = 4
"""After it the queue would set a message aside."""


class StationsFailed(Exception):
    """Faults of ours met some stations of a page, which is done but for these."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """What fails is named in the answer, and comes again."""
    patience.begin(context)
    failed = []
    for record in event["Records"]:
        try:
            attempt = int(record["attributes"]["ApproximateReceiveCount"])
            _work(queue.read(record["body"]), is_last_attempt=attempt >= LAST_ATTEMPT)
        except Exception:  # noqa: BLE001  # whatever it is, the queue brings this message again and at last sets it aside
            logger.exception("failed", extra={"message_id": record["messageId"]})
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _work(work: Work, *, is_last_attempt: bool) -> None:
    job = jobs.find(work.job_id)
    if job is None:  # forgotten after its time
        return
    page = jobs.find_page(job, work.page) or jobs.add_page(job, _chosen(job, work.page))
    jobs.begin_page(job, page)
    if page.goes_on:
        _go_on(job, page.number + 1)
    else:
        jobs.set_total(job, page.end)
    if not job.cancelled_at:
        _call(job, page, is_last_attempt=is_last_attempt)
        job = jobs.find(work.job_id) or job
    if job.cancelled_at:  # perhaps while the calls were made
        _take_back(job, page)


def _go_on(job: Job, number: int) -> None:
    """Put the next page into the queue, unless an earlier attempt at this one has: each would start another chain."""
    page = jobs.find_page(job, number)
    if page is None or page.begun != job.purpose:
        queue.give(Work(job.job_id, number))


# ---------------------------------------------------------------------- which stations


def _chosen(job: Job, number: int) -> Page:
    """The next stations that the job is for."""
    previous = jobs.find_page(job, number - 1) if number else None
    begin = previous.end if previous else 0
    if job.selection is None or job.cancelled_at:
        return Page(number, (), begin)
    found, rest = selections.choose(job.selection, previous.after if previous else None, STATIONS_PER_PAGE)
    return Page(number, tuple(found), begin, goes_on=rest is not None, after=rest)


# ---------------------------------------------------------------------- their calls


def _call(job: Job, page: Page, *, is_last_attempt: bool) -> None:
    """Call the stations of a page as far as no earlier attempt has. Raises StationsFailed."""
    payload = jobs.payload(job)
    begun = _begun(job, page.stations)
    refused = jobs.rows_of(job.job_id, page.stations)
    failed = []
    for station_id in page.stations:
        try:
            if station_id not in refused or station_id in begun:
                _call_one(job, station_id, payload, is_begun=station_id in begun)
        except Exception:  # noqa: BLE001  # a fault that one station meets must not keep the others from being called
            logger.exception("not called", extra={"station_id": station_id, "job_id": job.job_id})
            failed.append(station_id)
    if failed and not is_last_attempt:
        raise StationsFailed(*failed)
    for station_id in failed:
        _end(job, station_id, "not_made", "A fault of ours; the log has the reason")


def _call_one(job: Job, station_id: str, payload: Json | None, *, is_begun: bool) -> None:
    call_id = job.call_id(station_id)
    # Up, since a job of one second has never a whole one left.
    expires_in_s = math.ceil((job.expires_at - dt.datetime.now(dt.UTC)).total_seconds())
    try:
        if is_begun and command.resume(station_id, call_id):
            return
        if payload is None or expires_in_s < 1:
            _end(job, station_id, "expired")
            return
        terms = Terms(expires_in_s, call_id, requested_by=job.requested_by, job_id=job.job_id)
        command.of(job.action).submit(command.target(station_id), payload, terms)
    except DomainError as error:
        _end(job, station_id, "not_made", _reason(error))


def _begun(job: Job, station_ids: Iterable[str]) -> dict[str, Call]:
    """The job's calls to these stations that there are."""
    made = calls.find_many([(station_id, job.call_id(station_id)) for station_id in station_ids])
    return {call.station_id: call for call in made}


def _end(job: Job, station_id: str, state: RowState, reason: str | None = None) -> None:
    jobs.refuse(job.job_id, Row(station_id, state, dt.datetime.now(dt.UTC), reason))


def _reason(error: DomainError) -> str:
    wrong = (f"{path}: {text}" for path, text in error.fields.get("errors", ()))
    return "; ".join((error.reason, *wrong))


# ---------------------------------------------------------------------- taken back


def _take_back(job: Job, page: Page) -> None:
    """Cancel the calls of a page that have not been sent; stations without one get none."""
    begun = _begun(job, page.stations)
    for station_id in page.stations:
        if station_id not in begun:
            _end(job, station_id, "cancelled")
        elif begun[station_id].state == "queued":
            outbox.cancel(begun[station_id])
