"""The shapes of calls in the operator API."""

import datetime as dt

from pydantic import JsonValue

from shared.aws.masking import masked_call
from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain import calls, shapes
from shared.domain.calls import CallState


class CallError(View):
    """Why a call has no answer."""

    code: str
    """The error code of the station's CALLERROR, or `NoAnswer` or `ConnectionLost`."""
    description: str
    details: dict[str, JsonValue] | None


class CallEvent(View):
    """Something that happened to a call."""

    at: dt.datetime
    event: str
    """created, sent, answered, refused, timed_out, expired, cancelled; late answer, duplicate answer, unreadable answer
    (no frame of OCPP); gone (the connection was over), throttled (API Gateway took no more), unknown (perhaps sent)."""
    detail: str | None


class Call(View):
    """A call to a station."""

    call_id: str
    """Also the message id of its frame."""
    station_id: str
    action: str
    payload: dict[str, JsonValue]
    """Its request as it goes out, without passwords."""
    state: CallState
    """queued: waits for its turn, or for the station. sent: waits for its answer. answered: by the station. refused: by
    a CALLERROR. timed_out: no answer came in time, or the connection was lost. expired: its time was over before it
    could be sent. cancelled: taken back."""
    answer: dict[str, JsonValue] | None
    """The payload of the station's answer."""
    error: CallError | None
    late_answer: dict[str, JsonValue] | None
    """What the station said after the call had timed out: a payload, or `{"error": {...}}`."""
    outcome: dict[str, JsonValue] | None
    """What followed at the station: `state` is pending, done, failed or timed_out; beside it until when it is expected
    or when it came, and what it was."""
    created_at: dt.datetime
    sent_at: dt.datetime | None
    ended_at: dt.datetime | None
    expires_at: dt.datetime
    """From then on it is not sent any more."""
    timeout_s: int
    """How long its answer may take."""
    parts: list[str]
    """The calls that bring the rest of this one, where one message is too small for it."""
    part_of: str | None
    fallback_id: str | None
    """The call that stands in for this one, which the station does not know."""
    fallback_of: str | None
    job_id: str | None
    """The bulk job it belongs to."""
    requested_by: str | None
    """Who asked for it."""
    history: list[CallEvent]
    """What happened to it, in order."""


class CallList(View):
    """A page of calls, newest first."""

    items: list[Call]
    next_cursor: NextCursor


def call_view(call: calls.Call) -> Call:
    """A call as it counts now, without its secrets."""
    seen = calls.seen_at(call, dt.datetime.now(dt.UTC))
    return Call(**shapes.call(seen._replace(payload=masked_call(seen))))
