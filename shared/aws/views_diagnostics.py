"""The shapes of logs that are retrieved from stations, in the operator API."""

import datetime as dt
from typing import Any

from shared.aws import files
from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain import diagnostics as collections
from shared.domain import log_retrievals
from shared.domain.diagnostics import DiagnosticsState
from shared.domain.log_retrievals import Awaited, LogType, Retrieval, RetrievalState
from shared.store.retrievals import FILES_KEPT

DOWNLOAD_S = 3_600
"""How long a link to download a file is good."""


class LogCounts(View):
    """How many stations of a collection are in which state."""

    queued: int
    running: int
    succeeded: int
    failed: int
    cancelled: int


class RetrievedLog(View):
    """The log of one station of a collection."""

    station_id: str
    state: RetrievalState
    """queued: the station has not been asked. running: it has."""
    reason: str | None
    """Why it failed or was cancelled, or what is remarkable about its success."""
    awaits: Awaited | None
    """What it waits for: the station to be online; the upload; the file that the station has reported as uploaded."""
    attempt: int
    """How many times the station has been asked."""
    status: str | None
    """The latest that the station reported of the upload in this attempt, in its own words."""
    file_name: str | None
    """What the station calls it, or a name of ours; null: it has named none and none has come."""
    size_bytes: int | None
    """Null: no file has come."""
    sha256: str | None
    """Of the file, in hex digits."""
    download_url: str | None
    """Where the file can be fetched, without a token, for an hour. Null: no file has come, or it has been removed:
    files are kept for 90 days."""
    call_id: str | None
    """The latest call to the station."""
    created_at: dt.datetime
    arrived_at: dt.datetime | None
    ended_at: dt.datetime | None


class Diagnostics(View):
    """The same log wanted of one or many stations."""

    diagnostics_id: str
    state: DiagnosticsState
    """succeeded: at every station. failed: at one or more. cancelled: at one or more, and failed at none."""
    log_type: LogType
    oldest_at: dt.datetime | None
    """The log is wanted from then on; null: as far as it goes back."""
    latest_at: dt.datetime | None
    """The log is wanted up to then; null: to its end."""
    total: int
    """How many stations."""
    by_state: LogCounts
    attempts: int
    retry_after_s: int
    online_within_s: int
    upload_within_s: int
    file_within_s: int
    most_mib: int
    created_at: dt.datetime
    cancelled_at: dt.datetime | None
    requested_by: str | None
    """Who asked for it."""


class DiagnosticsWithStations(Diagnostics):
    """A collection with all its stations."""

    stations: list[RetrievedLog]
    """In order of their ids."""


class DiagnosticsList(View):
    """A page of collections, newest first."""

    items: list[Diagnostics]
    next_cursor: NextCursor


class RetrievedLogList(View):
    """A page of the stations of a collection, in order of their ids."""

    items: list[RetrievedLog]
    next_cursor: NextCursor


class RetrievalEntry(View):
    """One thing that happened in the retrieval of a log."""

    at: dt.datetime
    event: str
    detail: str | None


class StationLog(RetrievedLog):
    """A log that was wanted of a station, and all that happened."""

    diagnostics_id: str
    log_type: LogType
    history: list[RetrievalEntry]


class StationLogList(View):
    """A page of the logs that were wanted of a station, newest first."""

    items: list[StationLog]
    next_cursor: NextCursor


def diagnostics(one: collections.Diagnostics, by_state: dict[str, int]) -> dict[str, Any]:
    """The fields of a collection."""
    terms = one.terms._asdict()
    names = ("attempts", "retry_after_s", "online_within_s", "upload_within_s", "file_within_s", "most_mib")
    shown = ("diagnostics_id", "log_type", "oldest_at", "latest_at", "total", "created_at", "cancelled_at")
    return {
        **{name: getattr(one, name) for name in (*shown, "requested_by")},
        **{name: terms[name] for name in names},
        "state": collections.state_of(by_state),
        "by_state": LogCounts(**by_state),
    }


def log(given: Retrieval, now: dt.datetime) -> dict[str, Any]:
    """The fields of the log of a station."""
    one = log_retrievals.seen_at(given, now)
    file = one.file
    is_kept = file is not None and now < file.arrived_at + FILES_KEPT
    return {
        **{name: getattr(one, name) for name in ("station_id", "state", "reason", "attempt", "status", "call_id")},
        **{name: getattr(one, name) for name in ("created_at", "ended_at")},
        "awaits": one.awaits if one.is_open else None,
        "file_name": one.shown_name if file else one.file_name,
        "size_bytes": file.size_bytes if file else None,
        "sha256": file.sha256 if file else None,
        "arrived_at": file.arrived_at if file else None,
        "download_url": files.presigned(f"uploads/{one.file_ref}", one.shown_name, DOWNLOAD_S) if is_kept else None,
    }


def station_log(one: Retrieval, now: dt.datetime) -> StationLog:
    entries = [RetrievalEntry(at=entry.at, event=entry.event, detail=entry.detail or None) for entry in one.history]
    return StationLog(**log(one, now), diagnostics_id=one.diagnostics_id, log_type=one.log_type, history=entries)
