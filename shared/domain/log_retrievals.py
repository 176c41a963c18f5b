"""The retrieval of one station's log: what is wanted, how far it has come, how it ended (block N of OCPP 2.0.1).

A retrieval belongs to a collection of diagnostics, which may be of one station. It waits until its station is online,
sends the request with a link for the upload, and is followed until the file is there or all attempts have failed. The
file alone tells: what the station reports of its upload only says when there is no use in waiting any longer.
"""

import datetime as dt
from typing import Any, Literal, NamedTuple, get_args

from shared.domain.calls import NO_ANSWER, Entry, follow_up_id, request_id_of
from shared.domain.file_links import File
from shared.domain.file_transfers import harmless_name

LogType = Literal["DiagnosticsLog", "SecurityLog", "DataCollectorLog"]
RetrievalState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
"""queued: has sent nothing. running: has, and has not ended."""
STATES: tuple[RetrievalState, ...] = get_args(RetrievalState)
OPEN: tuple[RetrievalState, ...] = ("queued", "running")

Awaited = Literal["station", "upload", "file"]
"""What the state machine of a retrieval waits for: its station to be online; the file, or what the station says of it;
the file that has been uploaded, as the station says."""
Outcome = Literal["turn", "cancelled", "arrived", "nothing", "uploaded", "failed", "superseded"]
"""How such a wait ends. turn: the request can be sent. nothing: there is no log. uploaded: as the station says."""

UPLOADED = "Uploaded"
FAILURES = frozenset({"UploadFailed", "UploadFailure", "PermissionDenied", "BadMessage", "NotSupportedOperation"})
"""UploadLogStatus by which an upload has failed, and what DiagnosticsStatusNotification of 1.6 says for it."""
SUPERSEDES = "AcceptedCanceled"
"""LogStatus, and UploadLogStatus of 2.x: another request took the place of one that was under way."""
TIMED_OUT = "States.Timeout"
CALL_LASTS_S = 3_600
"""Longer than a call and the one that stands in for it take once they may be sent."""
WORKFLOW_LASTS_S = 3_600
"""Longer than all else takes that a workflow does, faults that pass by among it."""


class Terms(NamedTuple):
    """How the logs of a collection are retrieved."""

    attempts: int = 2
    """How many times a station is asked before its retrieval has failed."""
    retry_after_s: int = 60
    online_within_s: int = 86_400
    """How long an attempt waits for its station to be online, and then to take the request."""
    upload_within_s: int = 3_600
    """How long the file may take from the station's answer."""
    file_within_s: int = 60
    """How long the file may take once the station has reported that it is uploaded."""
    most_mib: int = 512
    """A larger file is refused."""
    retries: int | None = None
    """How many times the station itself is to try to upload; None: as it likes."""
    retry_interval_s: int | None = None


class LogOrder(NamedTuple):
    """What a station is asked for: a log, in our own words (use case N01)."""

    location: str
    """Where the file goes."""
    log_type: LogType = "DiagnosticsLog"
    oldest_at: dt.datetime | None = None
    latest_at: dt.datetime | None = None
    retries: int | None = None
    retry_interval_s: int | None = None


class Retrieval(NamedTuple):
    """The retrieval of one station's log."""

    retrieval_id: str
    """A UUID that sorts by time, the same for the same collection and station."""
    station_id: str
    diagnostics_id: str
    created_at: dt.datetime
    log_type: LogType = "DiagnosticsLog"
    oldest_at: dt.datetime | None = None
    """The log is wanted from then on; None: as far as it goes back."""
    latest_at: dt.datetime | None = None
    terms: Terms = Terms()
    requested_by: str | None = None
    state: RetrievalState = "queued"
    ended_at: dt.datetime | None = None
    cancelled_at: dt.datetime | None = None
    """When somebody wished that nothing more is sent for it."""
    reason: str | None = None
    """Why it failed or was cancelled, or what is remarkable about its success."""
    awaits: Awaited | None = None
    task_token: str | None = None
    attempt: int = 0
    failed_attempts: int = 0
    ref: str | None = None
    """Of the upload link of this attempt; None: it has not had its turn."""
    link_expires_at: dt.datetime | None = None
    call_id: str | None = None
    """The latest call of this attempt."""
    request_id: int | None = None
    """What the station's reports name, if they name anything."""
    sent_at: dt.datetime | None = None
    answer: dict[str, Any] | None = None
    """What its workflow learned of the call's end and nobody has read yet: shared/aws/workflow.py's `outcome`."""
    answered_at: dt.datetime | None = None
    superseded: bool = False
    """Whether the station has taken another request in its place."""
    status: str | None = None
    """The latest that the station told of its upload in this attempt, in its own words."""
    status_at: dt.datetime | None = None
    file_name: str | None = None
    """What the station calls the file, made harmless."""
    file: File | None = None
    file_ref: str | None = None
    """Of the link by which the file came."""
    history: tuple[Entry, ...] = ()
    revision: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_under_way(self) -> bool:
        """Whether the station has been asked and has not done with it."""
        return self.is_open and self.ref is not None

    @property
    def due_at(self) -> dt.datetime:
        """By then it has ended, or its workflow has not done its work."""
        terms = self.terms
        attempt_s = 2 * terms.online_within_s + terms.upload_within_s + terms.file_within_s + terms.retry_after_s
        whole_s = terms.attempts * (attempt_s + CALL_LASTS_S) + WORKFLOW_LASTS_S
        return self.created_at + dt.timedelta(seconds=whole_s)

    @property
    def shown_name(self) -> str:
        """A name for the file where the station gave none."""
        if self.file_name:
            return self.file_name
        return harmless_name(f"{self.station_id}-{self.created_at:%Y-%m-%d}.log".replace("/", "_")) or "station.log"

    def noted(self, at: dt.datetime, event: str, detail: str = "") -> "Retrieval":
        return self._replace(history=(*self.history, Entry(at, event, detail)))


class Ending(NamedTuple):
    """What a workflow knows of how an attempt ended: the result of its latest wait, or the error it caught."""

    outcome: Outcome | None = None
    call_state: str | None = None
    call_code: str | None = None
    error: str | None = None
    """The name of the error: `States.Timeout`, `Conflict`."""
    detail: str = ""
    """Its sentence."""


def verdict(retrieval: Retrieval) -> Outcome | None:
    """How the wait of its state machine ends by what is known now; None: it goes on."""
    if not retrieval.is_open or retrieval.awaits is None:
        return None
    if retrieval.awaits == "station":
        if retrieval.ref is not None:
            return "turn"
        if retrieval.file is not None:  # that of an attempt before
            return "arrived"
        return "cancelled" if retrieval.cancelled_at else None
    if retrieval.file is not None:
        return "arrived"
    if retrieval.awaits == "file" or retrieval.answered_at is None:
        return None
    return _of_upload(retrieval)


def _of_upload(retrieval: Retrieval) -> Outcome | None:
    if retrieval.superseded or retrieval.status == SUPERSEDES:
        return "superseded"
    if retrieval.status == UPLOADED:
        return "uploaded"
    if retrieval.status in FAILURES:
        return "failed"
    return "nothing" if retrieval.file_name is None and retrieval.status is None else None


def waits_for_turn(retrieval: Retrieval) -> bool:
    """Whether the request could be sent if the station were online."""
    return (
        retrieval.is_open
        and retrieval.awaits == "station"
        and retrieval.ref is None
        and retrieval.cancelled_at is None
        and retrieval.file is None
    )


def give_turn(retrieval: Retrieval, ref: str, at: dt.datetime) -> Retrieval | None:
    """The next attempt, with the link's `ref`; None if it does not wait for one."""
    if not waits_for_turn(retrieval):
        return None
    terms, attempt = retrieval.terms, retrieval.attempt + 1
    call_id = follow_up_id(retrieval.retrieval_id, attempt)
    lasts_s = terms.online_within_s + CALL_LASTS_S + terms.upload_within_s
    turned = retrieval._replace(
        state="running",
        attempt=attempt,
        ref=ref,
        link_expires_at=at + dt.timedelta(seconds=lasts_s),
        call_id=call_id,
        request_id=request_id_of(call_id),
        sent_at=at,
    )
    return turned.noted(at, "asked", f"attempt {attempt} of {max(attempt, terms.attempts)}")


def plain_call_id(retrieval: Retrieval) -> str:
    """The id of the call by which a station is asked once more that did not answer the first."""
    return follow_up_id(retrieval.retrieval_id, f"{retrieval.attempt} plain")


def take_answer(
    retrieval: Retrieval, call_id: str, status: str | None, file_name: str | None, at: dt.datetime
) -> Retrieval:
    """The station has taken the request, and perhaps named the file."""
    name = harmless_name(file_name or "")
    named = f"it names {name}" if name else "it names no file"
    answered = retrieval._replace(answer=None, answered_at=at, call_id=call_id, file_name=name or retrieval.file_name)
    return answered.noted(at, "answered", f"{status}; {named}" if status else named)


def supersede(retrieval: Retrieval, at: dt.datetime) -> Retrieval | None:
    """The station has taken a newer request instead; None if nothing changes."""
    if not retrieval.is_under_way or retrieval.superseded:
        return None
    return retrieval._replace(superseded=True).noted(at, "superseded")


def take_status(retrieval: Retrieval, status: str, at: dt.datetime, request_id: int | None = None) -> Retrieval | None:
    """The station has reported how far its upload is; None if that says nothing of this attempt, or is known.

    A report that names a request says something of that one only. Idle says that nothing is going on, which is no news.
    """
    if not retrieval.is_under_way or status == "Idle" or request_id not in (None, retrieval.request_id):
        return None
    if retrieval.sent_at is None or at < retrieval.sent_at or Entry(at, "reported", status) in retrieval.history:
        return None
    noted = retrieval.noted(at, "reported", status)
    if retrieval.status_at is not None and at < retrieval.status_at:
        return noted
    return noted._replace(status=status, status_at=at)


def take_file(retrieval: Retrieval, ref: str, file: File, at: dt.datetime) -> Retrieval | None:
    """A file has arrived by one of its links; None if it has one. One that comes after all has failed is a success."""
    if retrieval.file is not None:
        return None
    taken = retrieval._replace(file=file, file_ref=ref).noted(at, "arrived", f"{file.size_bytes} bytes")
    if retrieval.state == "failed":
        late = f"The file came late, after this: {retrieval.reason}"
        return taken._replace(state="succeeded", reason=late).noted(at, "succeeded", late)
    return taken._replace(reason=None) if retrieval.state == "succeeded" else taken


def ask_to_cancel(retrieval: Retrieval, at: dt.datetime) -> Retrieval | None:
    """Nothing more is to be sent for it; None if it has ended, or that is known."""
    if not retrieval.is_open or retrieval.cancelled_at:
        return None
    return retrieval._replace(cancelled_at=at).noted(at, "cancel asked")


def conclude(retrieval: Retrieval, ending: Ending, at: dt.datetime) -> Retrieval:
    """The retrieval once an attempt has ended: at its end, or ready for the next attempt. The same again if it was
    concluded already."""
    if not retrieval.is_open or (
        0 < retrieval.attempt == retrieval.failed_attempts and retrieval.ref is None and retrieval.awaits is None
    ):
        return retrieval
    if retrieval.file is not None:
        return _ended(retrieval, "succeeded", None, at)
    outcome = ending.outcome if ending.error is None else None
    if outcome == "nothing":
        return _ended(retrieval, "succeeded", "The station named no file: it has nothing to upload", at)
    if outcome == "superseded":
        return _ended(retrieval, "cancelled", "The station has taken a newer request in its place", at)
    if retrieval.cancelled_at and (outcome == "cancelled" or ending.call_state == "cancelled"):
        return _ended(retrieval, "cancelled", "Cancelled before the station was asked", at)
    reason, is_final = _reason(retrieval, ending, outcome)
    if is_final or retrieval.attempt >= retrieval.terms.attempts:
        return _ended(retrieval, "failed", reason, at)
    if retrieval.cancelled_at:
        return _ended(retrieval, "cancelled", f"Cancelled; its latest attempt failed: {reason}", at)
    return retrieval.noted(at, "attempt failed", reason)._replace(
        failed_attempts=retrieval.attempt,
        awaits=None,
        ref=None,
        call_id=None,
        request_id=None,
        sent_at=None,
        answer=None,
        answered_at=None,
        status=None,
        status_at=None,
    )


def _ended(retrieval: Retrieval, state: RetrievalState, reason: str | None, at: dt.datetime) -> Retrieval:
    over = retrieval._replace(state=state, reason=reason, ended_at=at, awaits=None, task_token=None, answer=None)
    return over.noted(at, state, reason or "")


def _reason(retrieval: Retrieval, ending: Ending, outcome: Outcome | None) -> tuple[str, bool]:
    """Why an attempt failed, and whether there is no use in another one."""
    terms = retrieval.terms
    if ending.error is not None and ending.error != TIMED_OUT:
        return ending.detail or f"A fault of ours: {ending.error}", True
    if retrieval.ref is None:
        return f"The station was not online within {terms.online_within_s} s", True
    if retrieval.awaits == "file":
        return f"The station reported {UPLOADED}, but nothing came", False
    if retrieval.awaits == "upload":
        if outcome == "failed":
            return f"The station reported {retrieval.status}", False
        return f"Nothing came within {terms.upload_within_s} s", False
    return _of_call(retrieval, ending)


def _of_call(retrieval: Retrieval, ending: Ending) -> tuple[str, bool]:
    code = ending.call_code
    if ending.call_state == "refused":
        unknown = code in ("NotImplemented", "NotSupported")
        if unknown and retrieval.log_type == "SecurityLog":
            return f"The station does not know GetLog ({code}), and nothing else brings its security log", True
        return f"The station refused the request: {code}", unknown
    if ending.call_state == "timed_out":
        return ("The station did not answer" if code == NO_ANSWER else "The connection ended before the answer"), False
    if ending.call_state == "answered":
        return "The station rejected the request", False
    if ending.call_state == "cancelled":
        return "The request was taken back before it was sent", True
    return "The request could not be sent in time", False


def seen_at(retrieval: Retrieval, now: dt.datetime) -> Retrieval:
    """The retrieval as it counts at a moment: one whose workflow was lost has failed though nobody has noted it."""
    if not retrieval.is_open or now < retrieval.due_at:
        return retrieval
    reason = "Its workflow did not come to an end"
    return retrieval._replace(state="failed", reason=reason, ended_at=retrieval.due_at)
