"""The shell around every action that we send to stations: check, store, send; and what follows from the answer.

A command's file in functions/commands holds only what differs: its messages per OCPP version, what is checked before
it is sent, and its consequences. The shell is also the Lambda handler of the command, for whoever calls it directly
(a state machine, a rule on the bus, `aws lambda invoke`): docs/commands.md.
"""

import datetime as dt
import importlib
from collections.abc import Callable, Sequence

from shared.aws import outbox
from shared.aws.invocation import WEEK_S, Invocation
from shared.aws.masking import masked_call, masked_findings
from shared.aws.spoken import AnyHook, Message, Settled, Spoken, Target, Terms
from shared.aws.telemetry import count, logger
from shared.aws.validation import refuse_larger, refuse_numbers_beyond_64_bits, validated
from shared.catalog import BY_NAME
from shared.domain import iso_times, shapes
from shared.domain.calls import (
    DEFAULT_TIMEOUT_S,
    ORDINARY,
    URGENT,
    Call,
    CallError,
    Entry,
    Json,
    Order,
    follow_up_id,
    new_call_id,
    objection,
)
from shared.domain.capabilities import UnknownAction
from shared.domain.errors import Conflict, DomainError, Invalid, NotFound
from shared.domain.stations import Station
from shared.ocpp import errors
from shared.ocpp.errors import ErrorCode
from shared.ocpp.frame import CallErrorFrame, CallResultFrame
from shared.ocpp.model import Wire
from shared.ocpp.reading.answers import read_answer
from shared.settings import settings
from shared.store import calls, capabilities, findings, patience, stations
from shared.store import outbox as store

__all__ = ["WEEK_S", "Command", "Message", "Settled", "Target", "Terms", "follow", "of", "resume", "target"]

DAY_S = 86_400
NOT_OCPP = "The payload is not what OCPP has for this action"
LARGEST_SENT_BYTES = 127 * 1024
"""API Gateway sends messages of at most 128 KB; id and action take some of it."""
LARGEST_KEPT_BYTES = 300 * 1024
"""DynamoDB keeps items of at most 400 KB; a job's payload, which may become several messages, stands in one."""
UNKNOWN_ACTION = (ErrorCode.NOT_IMPLEMENTED, ErrorCode.NOT_SUPPORTED)
"""By which a station says that it does not know an action."""


class Command:
    """One action that we send, in every version that has it. Urgent ones go before all that wait."""

    def __init__(self, name: str, *, urgent: bool = False, expires_in_s: int = DAY_S) -> None:
        self.name = name
        self.priority = URGENT if urgent else ORDINARY
        self.expires_in_s = expires_in_s
        self.versions: dict[str, Spoken] = {}
        self.submit_order: Callable[[Target, Json, Terms], Call] | None = None
        """Makes the call of an order in our own words, if it takes any (shared/aws/orders.py)."""

    def speaks(self, *versions: str, request: type[Wire] | None = None) -> None:
        """Register versions that have it. `request` is for one whose generated request does not do."""
        self.versions |= {version: Spoken(self.name, version, request) for version in versions}

    def completed(self, *versions: str) -> Callable[[AnyHook], AnyHook]:
        """Register what fills in fields that the caller may leave out: `(payload, call id) -> payload`.

        It runs before the payload is validated, so that may be anything, and gives the same for the same call.
        """
        return self._hook(versions, "complete")

    def before(self, *versions: str) -> Callable[[AnyHook], AnyHook]:
        """Register what checks a request and makes of it what goes out: `(request, target) -> Message | [Message]`.

        It raises DomainError where the request must not be sent.
        """
        return self._hook(versions, "prepare")

    def answered(self, *versions: str) -> Callable[[AnyHook], AnyHook]:
        """Register the consequences of a CALLRESULT: `(request, response, call) -> Settled | None`.

        It runs before the answer is shown, perhaps twice, and for a late answer too: what it writes must come to the
        same each time. `call.payload` is what was sent, without its secrets; `call.answer` is what came, word for word.
        """
        return self._hook(versions, "answered")

    def refused(self, *versions: str) -> Callable[[AnyHook], AnyHook]:
        """Register the consequences of a CALLERROR: `(request, error, call) -> Settled | None`."""
        return self._hook(versions, "refused")

    def replaced(self, *versions: str) -> Callable[[AnyHook], AnyHook]:
        """Register what stands in for it at a station that does not know it: `(request) -> Order | None` (rule W-10).

        It must do no less than what was asked for.
        """
        return self._hook(versions, "replace")

    def _hook(self, versions: Sequence[str], name: str) -> Callable[[AnyHook], AnyHook]:
        def register(hook: AnyHook) -> AnyHook:
            for version in versions:
                setattr(self.versions[version], name, hook)
            return hook

        return register

    # ------------------------------------------------------------------ towards the station

    def check(self, payload: Json) -> None:
        """Whether a payload is a request of any version, before it is known for which station. Raises Invalid."""
        refuse_larger(payload, LARGEST_KEPT_BYTES, "payload")
        complaints = []
        for spoken in self.versions.values():
            try:
                validated(spoken.request, spoken.complete(payload, ""), NOT_OCPP, "payload")
            except Invalid as invalid:
                complaints.append(invalid)
            else:
                return
        raise complaints[-1]

    def submit(self, target: Target, payload: Json, terms: Terms = Terms()) -> Call:  # noqa: B008  # immutable
        """Check a request and put it into the outbox; returns the call as it stands then.

        What is too much for one message becomes several calls, which follow the first in `parts`. What the station is
        known not to know is not sent: then it is refused at once, and another call stands in for it. Raises Invalid
        with the paths of the fields that are wrong, Conflict where the station must not be sent it.
        """
        if reason := objection(self.name, target.station.registration):
            raise Conflict(reason)
        version = target.ocpp_version
        spoken = self.versions.get(version)
        if spoken is None:
            raise Invalid(target.lacks(self.name), path="action")
        target = target._replace(call_id=terms.call_id or new_call_id(dt.datetime.now(dt.UTC)))
        request = validated(spoken.request, spoken.complete(payload, target.call_id), NOT_OCPP, "payload")
        refuse_numbers_beyond_64_bits(request.to_wire(), NOT_OCPP, "payload")
        prepared = spoken.prepare(request, target)
        messages = [prepared] if isinstance(prepared, Message) else list(prepared)
        fallback = spoken.replace(messages[0].request)
        made = self._calls(target, messages, terms, has_fallback=fallback is not None)
        for call in made:
            refuse_larger(call.payload, LARGEST_SENT_BYTES, "payload")
        if fallback is None:
            return _submit(made, deferred=terms.deferred)
        unknown = capabilities.find(target.station_id, self.name, target.station.firmware_version)
        return _replace(made[0], fallback, unknown, target) if unknown else _submit(made, deferred=terms.deferred)

    def _calls(self, target: Target, messages: Sequence[Message], terms: Terms, *, has_fallback: bool) -> list[Call]:
        now = dt.datetime.now(dt.UTC)
        first_id = target.call_id
        ids = [first_id, *(follow_up_id(first_id, number) for number in range(1, len(messages)))]
        options = target.station.options
        return [
            Call(
                call_id=call_id,
                station_id=target.station_id,
                action=self.name,
                ocpp_version=target.ocpp_version,
                payload=message.request.to_wire(milliseconds=options.milliseconds),
                created_at=now,
                expires_at=now + dt.timedelta(seconds=self._expires_in_s(message, terms)),
                timeout_s=target.station.call_timeout_s or DEFAULT_TIMEOUT_S,
                priority=self.priority,
                history=(Entry(now, "created"),),
                parts=tuple(ids[1:]) if call_id == first_id else (),
                part_of=None if call_id == first_id else first_id,
                fallback_of=terms.fallback_of,
                job_id=terms.job_id,
                task_token=terms.task_token if call_id == first_id else None,
                requested_by=terms.requested_by,
                notes=message.notes,
                logged=_is_logged(target.station),
                has_fallback=has_fallback,
            )
            for call_id, message in zip(ids, messages, strict=True)
        ]

    def _expires_in_s(self, message: Message, terms: Terms) -> int:
        usual = self.expires_in_s if message.useful_for_s is None else message.useful_for_s
        return min(terms.expires_in_s or usual, message.useful_for_s or WEEK_S, WEEK_S)

    # ------------------------------------------------------------------ back from the station

    def settle(self, call: Call, message: CallResultFrame | CallErrorFrame) -> Settled:
        """Do what follows from an answer. What goes wrong here is logged and noted: the answer is kept all the same."""
        spoken = self.versions.get(call.ocpp_version)
        if spoken is None:
            return Settled()
        try:
            return self._settle(spoken, call, message) or Settled()
        except Exception:  # noqa: BLE001  # an answer comes once: whatever its consequences meet, it must be kept
            logger.exception("consequence failed", extra={"action": self.name, "call_id": call.call_id})
            count("ConsequencesFailed", action=self.name)
            return Settled()

    def _settle(self, spoken: Spoken, call: Call, message: CallResultFrame | CallErrorFrame) -> Settled | None:
        # What was masked may be no number any more, as a PIN is: it is left out.
        request, _ = read_answer(spoken.request, call.payload)
        if isinstance(message, CallErrorFrame):
            error = CallError(message.code, message.description, message.details or None)
            is_unknown = errors.read(error.code) in UNKNOWN_ACTION
            if is_unknown:
                _note_unknown(call, error)
            settled = spoken.refused(request, error, call) or Settled()
            # Of a late refusal nothing follows: meanwhile somebody may have helped himself.
            return settled._replace(fallback=spoken.replace(request)) if is_unknown and call.is_open else settled
        response, repairs = read_answer(spoken.response, message.payload)
        if repairs:
            found = masked_findings(repairs, message.payload)
            findings.note(call.station_id, self.name, found, dt.datetime.now(dt.UTC))
        if response is None:
            return Settled(unusable=repairs[0].text)
        return spoken.answered(request, response, call._replace(answer=message.payload))

    # ------------------------------------------------------------------ as a Lambda of its own

    def __call__(self, event: Json, context: object) -> Json:
        patience.begin(context)
        try:
            given = validated(Invocation, event, "The event is not what a command is called with")
            terms = Terms(given.expires_in_s, given.call_id, given.requested_by, task_token=given.task_token)
            made = self._submit_given(target(given.station_id), given, terms)
        except DomainError as error:
            if isinstance(event, dict) and event.get("task_token"):
                raise
            return {"error": _as_json(error)}
        return shapes.call(made._replace(payload=masked_call(made)))

    def _submit_given(self, target: Target, given: Invocation, terms: Terms) -> Call:
        if given.order is None:
            return self.submit(target, given.payload or {}, terms)
        if self.submit_order is None or given.payload is not None:
            raise Invalid(f"{self.name} takes no order here", path="order")
        return self.submit_order(target, given.order, terms)


def _as_json(error: DomainError) -> Json:
    """`{"kind": "Invalid", "reason": "…", "errors": [{"path": "payload.type", "reason": "…"}]}`"""
    path = error.fields.get("path")
    wrong = error.fields.get("errors") or ([(path, error.reason)] if path else [])
    listed = [{"path": path, "reason": reason} for path, reason in wrong]
    return {"kind": type(error).__name__, "reason": error.reason, "errors": listed}


def of(action: str) -> Command:
    """The command of an action; made late, since a request needs one of many."""
    made: Command = importlib.import_module(f"functions.commands.{BY_NAME[action].module}").handler
    return made


def target(station_id: str) -> Target:
    """The station that a call is for, in one read. Raises NotFound."""
    station, connection = stations.find_with_connection(station_id)
    if station is None:
        raise NotFound(f"There is no station {station_id}")
    return Target(station, connection)


def resume(station_id: str, call_id: str) -> Call | None:
    """A call that an earlier attempt has stored, once what that left undone is done; nothing is checked anew.

    None if it did not get so far, or lacks one of its parts. Raises Conflict if too many calls wait.
    """
    first = calls.find(station_id, call_id)
    parts = calls.find_many([(station_id, part) for part in first.parts]) if first else []
    if first is None or len(parts) < len(first.parts):
        return None
    undone = [one for one in (first, *parts) if one.state == "queued"]
    submitted = _submit(undone) if undone else first
    return submitted if first in undone else first


def _submit(made: Sequence[Call], *, deferred: bool = False) -> Call:
    """Put calls into the outbox, in order; returns the first as it stands then."""
    try:
        return outbox.submit(*made, deferred=deferred)
    except store.OutboxFull as full:
        raise Conflict(f"{full}; wait until some are done, or take them back") from full


def follow(call: Call, settled: Settled) -> None:
    """Make the calls that follow from an answer. They are the same calls each time the answer is settled."""
    for number, order in enumerate(settled.next, start=1):
        terms = Terms(order.expires_in_s, follow_up_id(call.call_id, -number), call.requested_by)
        _follow(call, order, terms)
    if settled.fallback:
        made = _follow(call, settled.fallback, _terms_of_fallback(call))
        if made:
            calls.set_fallback(call, made.call_id)


def _follow(call: Call, order: Order, terms: Terms) -> Call | None:
    try:
        return of(order.action).submit(target(call.station_id), order.payload, terms)
    except Exception as error:  # noqa: BLE001  # the answer must be kept, whatever becomes of what follows from it
        logger.exception("no call follows", extra={"action": order.action, "call_id": call.call_id})
        count("ConsequencesFailed", action=order.action)
        reason = error.reason if isinstance(error, DomainError) else "a fault of ours, see the log"
        calls.note(call, Entry(dt.datetime.now(dt.UTC), "not followed", f"{order.action}: {reason}"))
        return None


def _terms_of_fallback(call: Call) -> Terms:
    """The fallback takes over what is left of the call's time."""
    left_s = int((call.expires_at - dt.datetime.now(dt.UTC)).total_seconds())
    return Terms(
        max(left_s, call.timeout_s),
        follow_up_id(call.call_id, 0),
        call.requested_by,
        fallback_of=call.call_id,
        task_token=call.task_token,
    )


def _replace(call: Call, fallback: Order, unknown: UnknownAction, target: Target) -> Call:
    """Make the call that stands in for one that the station does not know; returns that one, which is not sent."""
    made = of(fallback.action).submit(target, fallback.payload, _terms_of_fallback(call))
    known_since = f"{unknown.code}, as on {iso_times.time(unknown.noted_at)}: not sent"
    return calls.create(
        call._replace(
            state="refused",
            payload=masked_call(call),
            ended_at=call.created_at,
            error=CallError(unknown.code, "The station has said before that it does not know this action"),
            history=(*call.history, Entry(call.created_at, "refused", known_since)),
            fallback_id=made.call_id,
        )
    )


def _note_unknown(call: Call, error: CallError) -> None:
    station = stations.find(call.station_id)
    if station:
        unknown = UnknownAction(call.action, error.code, station.firmware_version, dt.datetime.now(dt.UTC))
        capabilities.note(call.station_id, unknown)


def _is_logged(station: Station) -> bool:
    wanted = station.options.message_log
    return settings().message_log if wanted == "" else wanted == "on"
