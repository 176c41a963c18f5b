"""The outbox of a station at work: a call is stored, sent in its turn, answered, timed out, taken back.

Whoever ends a call, or finds that one has ended, sends the next. Every step may be repeated, and may be broken off
between two writes: then a timer (shared/aws/timers.py) brings somebody to look at the outbox again.

The order of two writes is always the same: the call's own end is kept before its turn ends, and a call leaves the
queue before it is expired or cancelled. So a call that has ended is never sent, and one that waits is never lost.
"""

import datetime as dt
from typing import Literal

from shared.aws import gateway, message_log, timers
from shared.aws.masking import masked, masked_call
from shared.aws.telemetry import count
from shared.aws.timers import Timer
from shared.domain.calls import (
    CONNECTION_LOST,
    NO_ANSWER,
    Call,
    CallError,
    CallState,
    Entry,
    Json,
    Outbox,
    Waiting,
    objection,
)
from shared.ocpp import frame
from shared.ocpp.frame import CallErrorFrame, CallFrame, CallResultFrame
from shared.store import calls, connections
from shared.store import outbox as store

NOT_YET_OPEN = dt.timedelta(seconds=10)
"""A connection this young may answer "gone" because its handshake is not complete; then it is not over."""
Receipt = Literal["taken", "late", "duplicate"]
"""What an answer was. late: its call had ended without one. duplicate: its call had one already."""
TIMER_LOST_AFTER = dt.timedelta(minutes=2)
"""A call that is outstanding so long after it was due has lost its timer, say to the dead letters."""
RETRY_AFTER = dt.timedelta(seconds=1)


def submit(call: Call, *parts: Call, deferred: bool = False) -> Call:
    """Store a call and send it if it is its turn; otherwise it waits. Returns it as it stands. Raises store.OutboxFull.

    Its parts stand in the queue behind it before it goes out, so whatever its answer is, it finds them there. The same
    calls again (by their ids) change nothing but what an earlier attempt left undone. What is `deferred` waits a moment
    in any case.
    """
    kept = [_kept(one) for one in (call, *parts)]
    first, queued = kept[0], [one for one in kept if one.state == "queued"]
    if not queued:
        return first
    now = _now()
    # One that stood there may have been sent meanwhile; then its place in the outbox has to tell.
    opened = store.open_at_once(call, now) if first is call and not parts and not deferred else None
    if opened:
        return _deliver(call, opened)
    try:
        outbox = store.enter(queued)
    except store.OutboxFull:
        for one in queued:
            _drop(one, "cancelled", now, detail="too many calls wait for the station")
        raise
    if outbox.outstanding and outbox.outstanding.due_at + TIMER_LOST_AFTER <= now:
        watch(call.station_id, None)
    elif deferred:
        timers.set(Timer(call.station_id, None, now + RETRY_AFTER))
    else:
        advance(outbox)
    return calls.find(first.station_id, first.call_id) or first


def _kept(call: Call) -> Call:
    """The call as it is stored. A state machine that tries again waits with another token."""
    kept = calls.create(call)
    if call.task_token and kept.task_token != call.task_token:
        return calls.set_task_token(kept, call.task_token)
    return kept


def advance(outbox: Outbox) -> None:
    """Send the next call, if the station is online and owes us no answer. What has expired goes by the way."""
    while outbox.connection_id and outbox.outstanding is None:
        step = _next(outbox)
        if step is None:
            return
        waiting, call = step
        opened = store.open_next(outbox, waiting, call, _now())
        if opened is None:
            outbox = store.find(outbox.station_id)
            continue
        _deliver(call, opened)
        return


def _next(outbox: Outbox) -> tuple[Waiting, Call] | None:
    """The first waiting call that may be sent now; those that never will be are taken out."""
    now = _now()
    for waiting in outbox.waiting:
        call = calls.find(outbox.station_id, waiting.call_id)
        if call is None or call.state != "queued" or call.expires_at <= now:
            if store.leave(outbox.station_id, waiting) and call:
                _drop(call, "expired", now)
        elif objection(call.action, outbox.registration) is None:
            return waiting, call
    return None


def _deliver(call: Call, outbox: Outbox) -> Call:
    """Send a call whose turn it is."""
    assert outbox.connection_id is not None  # noqa: S101  # its turn came on a connection
    assert outbox.outstanding is not None  # noqa: S101  # and it has it
    text = frame.encode(CallFrame(call.call_id, call.action, call.payload))
    outcome = gateway.send(outbox.connection_id, text)
    now = _now()
    if outcome in ("sent", "unknown"):
        message_log.log_sent(call, text, outbox.outstanding.opened_at, outcome)
    if outcome == "sent":
        kept = None if call.has_fallback else masked_call(call)
        return calls.mark_sent(call, outbox.outstanding.opened_at, kept)
    calls.note(call, Entry(now, outcome))
    count("CallsNotSent", action=call.action, reason=outcome)
    if outcome == "unknown":  # perhaps it arrived: the answer or the time-out will tell
        return call
    is_young = outbox.connected_at is None or now - outbox.connected_at < NOT_YET_OPEN
    is_over = outcome == "gone" and not is_young
    if not is_over:
        timers.set(Timer(call.station_id, None, now + RETRY_AFTER))
    put_back = store.put_back(outbox)
    if is_over:
        connections.disconnect(call.station_id, outbox.connection_id, now)
    if put_back and put_back.connection_id != outbox.connection_id:
        advance(put_back)
    return call


def take_answer(
    call: Call, message: CallResultFrame | CallErrorFrame, at: dt.datetime, outcome: Json | None = None
) -> Receipt:
    """Keep the answer of a call and send the next. An answer belongs to its own call, however late it comes."""
    if isinstance(message, CallResultFrame):
        ended = calls.end(call, "answered", at, answer=masked(message.payload), outcome=outcome)
    else:
        error = CallError(message.code, message.description, message.details or None)
        ended = calls.end(call, "refused", at, error=error, outcome=outcome, detail=message.code)
    outbox = store.close(call.station_id, call.call_id)
    if outbox:
        advance(outbox)
    if ended:
        return "taken"
    late = masked(message.payload) if isinstance(message, CallResultFrame) else {"error": error._asdict()}
    if calls.add_late_answer(call, late, at):
        if outcome is not None:
            calls.set_outcome(call, outcome)
        return "late"
    calls.note(call, Entry(at, "duplicate answer"))
    return "duplicate"


def cancel(call: Call) -> bool:
    """Take a call back that has not been sent. False if it is too late."""
    outbox = store.find(call.station_id)
    waiting = next((one for one in outbox.waiting if one.call_id == call.call_id), None)
    if waiting is None or store.leave(call.station_id, waiting) is None:
        return False
    return _drop(call, "cancelled", _now()) is not None


def _drop(call: Call, state: CallState, now: dt.datetime, detail: str = "") -> Call | None:
    """End a call that was never sent, and forget the password it may have held."""
    return calls.end(call, state, now, payload=masked_call(call), detail=detail)


def watch(station_id: str, call_id: str | None) -> None:
    """Look at an outbox because something is due: a time-out, an expiry, a new connection, another attempt."""
    now = _now()
    outbox = store.find(station_id)
    outstanding = outbox.outstanding
    if outstanding and (outstanding.due_at <= now or (outbox.is_lost and outbox.connection_id)):
        call = calls.find(station_id, outstanding.call_id)
        if call:
            lost = outbox.is_lost
            _time_out(call, CONNECTION_LOST if lost else NO_ANSWER, now)
        outbox = store.close(station_id, outstanding.call_id) or store.find(station_id)
    if call_id:
        outbox = _expire(outbox, call_id, now)
    advance(outbox)


def _time_out(call: Call, code: str, now: dt.datetime) -> None:
    if code == CONNECTION_LOST:
        error = CallError(code, "The connection it was sent on ended before the answer came")
    else:
        error = CallError(code, f"No answer came within {call.timeout_s} s")
    calls.end(call, "timed_out", now, error=error, detail=code)


def _expire(outbox: Outbox, call_id: str, now: dt.datetime) -> Outbox:
    """End a call whose time to be sent is over, and one that was stored and never queued."""
    call = calls.find(outbox.station_id, call_id)
    if call is None or call.state != "queued" or call.expires_at > now:
        return outbox
    if outbox.outstanding and outbox.outstanding.call_id == call_id:
        return outbox
    waiting = next((one for one in outbox.waiting if one.call_id == call_id), None)
    left = store.leave(outbox.station_id, waiting) if waiting else outbox
    if left is None:  # sent at this moment
        return store.find(outbox.station_id)
    _drop(call, "expired", now)
    return left


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
