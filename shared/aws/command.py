"""The shell around every action that we send to stations: check, store, send; and what follows from the answer.

A command's file in functions/commands holds only what differs: its messages per OCPP version, what is checked before
it is sent, and its consequences. The shell is also the Lambda handler of the command, for whoever calls it directly
(a state machine, a rule on the bus, `aws lambda invoke`): `{"station_id", "payload", "expires_in_s"?}` -> the call.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from shared.aws import outbox
from shared.aws.telemetry import count, logger
from shared.domain import shapes
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
from shared.domain.errors import Conflict, DomainError, Invalid, NotFound
from shared.domain.stations import Connection, Station
from shared.ocpp.frame import CallErrorFrame, CallResultFrame
from shared.ocpp.model import Wire
from shared.ocpp.reading.answers import read_answer
from shared.settings import settings
from shared.store import findings, stations
from shared.store import outbox as store

DAY_S = 86_400
WEEK_S = 7 * DAY_S


class Target(NamedTuple):
    """The station that a call is for."""

    station: Station
    connection: Connection | None
    """The latest one; None: it never connected."""

    @property
    def station_id(self) -> str:
        return self.station.station_id

    @property
    def ocpp_version(self) -> str:
        """The version it speaks or spoke last; without any, the one it is taken to speak."""
        options = self.station.options
        spoken = self.connection.ocpp_version if self.connection else ""
        return spoken or options.pinned_version or options.assume_version or "1.6"


class Message(NamedTuple):
    """A request as it goes out, and what its own module will want to know of it later (texts and integers)."""

    request: Wire
    notes: Json = {}  # noqa: RUF012  # never changed in place


class Settled(NamedTuple):
    """What an answer leads to."""

    outcome: Json | None = None
    """What is expected to follow at the station: `{"state": "pending", "until": …}`."""
    next: Sequence[Order] = ()
    """Calls that follow from it."""


class Terms(NamedTuple):
    """Under which conditions a call is made."""

    expires_in_s: int | None = None
    call_id: str | None = None
    requested_by: str | None = None
    job_id: str | None = None
    fallback_of: str | None = None


Prepare = Callable[[Any, Target], Message | Sequence[Message]]
Answered = Callable[[Any, Any, Call], Settled | None]
Refused = Callable[[Any, CallError, Call], Settled | None]
AnyHook = TypeVar("AnyHook", bound=Callable[..., Any])


class Spoken:
    """A command in one OCPP version."""

    def __init__(self, request: type[Wire], response: type[Wire]) -> None:
        self.request = request
        self.response = response
        self.prepare: Prepare = lambda message, _target: Message(message)
        self.answered: Answered = lambda _request, _response, _call: None
        self.refused: Refused = lambda _request, _error, _call: None


class Command:
    """One action that we send, in every version that has it. Urgent ones go before all that wait."""

    def __init__(self, name: str, *, urgent: bool = False, expires_in_s: int = DAY_S) -> None:
        self.name = name
        self.priority = URGENT if urgent else ORDINARY
        self.expires_in_s = expires_in_s
        self.versions: dict[str, Spoken] = {}

    def speaks(self, version: str, request: type[Wire], response: type[Wire]) -> None:
        """Register the messages of a version."""
        self.versions[version] = Spoken(request, response)

    def before(self, version: str) -> Callable[[AnyHook], AnyHook]:
        """Register what checks a request and makes of it what goes out: `(request, target) -> Message | [Message]`.

        It raises DomainError where the request must not be sent.
        """
        return self._hook(version, "prepare")

    def answered(self, version: str) -> Callable[[AnyHook], AnyHook]:
        """Register the consequences of a CALLRESULT: `(request, response, call) -> Settled | None`.

        It runs before the answer is shown, perhaps twice, and for a late answer too: what it writes must come to the
        same each time. `call.payload` is what was sent, without its secrets.
        """
        return self._hook(version, "answered")

    def refused(self, version: str) -> Callable[[AnyHook], AnyHook]:
        """Register the consequences of a CALLERROR: `(request, error, call) -> Settled | None`."""
        return self._hook(version, "refused")

    def _hook(self, version: str, name: str) -> Callable[[AnyHook], AnyHook]:
        def register(hook: AnyHook) -> AnyHook:
            setattr(self.versions[version], name, hook)
            return hook

        return register

    # ------------------------------------------------------------------ towards the station

    def submit(self, target: Target, payload: Json, terms: Terms = Terms()) -> Call:  # noqa: B008  # immutable
        """Check a request and put it into the outbox; returns the call as it stands then.

        What is too much for one message becomes several calls, which follow the first in `parts`. Raises Invalid with
        the paths of the fields that are wrong, Conflict where the station must not be sent it.
        """
        if reason := objection(self.name, target.station.registration):
            raise Conflict(reason)
        version = target.ocpp_version
        spoken = self.versions.get(version)
        if spoken is None:
            raise Invalid(f"{self.name} is not a request of OCPP {version}, which the station speaks", path="action")
        prepared = spoken.prepare(_validated(spoken.request, payload), target)
        messages = [prepared] if isinstance(prepared, Message) else list(prepared)
        return self._put_out(target, messages, terms)

    def _put_out(self, target: Target, messages: Sequence[Message], terms: Terms) -> Call:
        now = dt.datetime.now(dt.UTC)
        first_id = terms.call_id or new_call_id(now)
        ids = [first_id, *(follow_up_id(first_id, number) for number in range(1, len(messages)))]
        options = target.station.options
        expires_in_s = min(terms.expires_in_s or self.expires_in_s, WEEK_S)
        made = [
            Call(
                call_id=call_id,
                station_id=target.station_id,
                action=self.name,
                ocpp_version=target.ocpp_version,
                payload=message.request.to_wire(milliseconds=options.milliseconds),
                created_at=now,
                expires_at=now + dt.timedelta(seconds=expires_in_s),
                timeout_s=target.station.call_timeout_s or DEFAULT_TIMEOUT_S,
                priority=self.priority,
                history=(Entry(now, "created"),),
                parts=tuple(ids[1:]) if call_id == first_id else (),
                part_of=None if call_id == first_id else first_id,
                fallback_of=terms.fallback_of,
                job_id=terms.job_id,
                requested_by=terms.requested_by,
                notes=message.notes,
                logged=_is_logged(target.station),
            )
            for call_id, message in zip(ids, messages, strict=True)
        ]
        try:
            submitted = [outbox.submit(call) for call in made]
        except store.OutboxFull as full:
            raise Conflict(f"{full}; wait until some are done, or take them back") from full
        return submitted[0]

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
        request = spoken.request.model_validate(call.payload)
        if isinstance(message, CallErrorFrame):
            return spoken.refused(request, CallError(message.code, message.description, message.details or None), call)
        response, repairs = read_answer(spoken.response, message.payload)
        if repairs:
            findings.note(call.station_id, self.name, repairs, dt.datetime.now(dt.UTC))
        return spoken.answered(request, response, call) if response is not None else None

    # ------------------------------------------------------------------ as a Lambda of its own

    def __call__(self, event: Json, _context: object) -> Json:
        try:
            terms = Terms(expires_in_s=event.get("expires_in_s"), requested_by=event.get("requested_by", "lambda"))
            made = self.submit(target(event["station_id"]), event.get("payload") or {}, terms)
        except DomainError as error:
            return {"error": {"kind": type(error).__name__, "reason": error.reason, **error.fields}}
        return shapes.call(made)


def target(station_id: str) -> Target:
    """The station that a call is for, in one read. Raises NotFound."""
    station, connection = stations.find_with_connection(station_id)
    if station is None:
        raise NotFound(f"There is no station {station_id}")
    return Target(station, connection)


def follow(call: Call, settled: Settled, command_of: Callable[[str], Command]) -> None:
    """Make the calls that follow from an answer. They are the same calls each time the answer is settled."""
    for number, order in enumerate(settled.next, start=1):
        try:
            is_fallback = order.action != call.action
            terms = Terms(
                expires_in_s=order.expires_in_s,
                call_id=follow_up_id(call.call_id, -number),
                requested_by=call.requested_by,
                fallback_of=call.call_id if is_fallback else None,
            )
            command_of(order.action).submit(target(call.station_id), order.payload, terms)
        except DomainError:
            logger.exception("no call follows", extra={"action": order.action, "call_id": call.call_id})


def _validated(model: type[Wire], payload: Json) -> Any:
    try:
        return model.model_validate(payload)
    except ValueError as error:
        raise Invalid("The payload is not what OCPP has for this action", errors=_complaints(error)) from error


def _complaints(error: ValueError) -> list[tuple[str, str]]:
    """Where pydantic's complaints are, as paths in the body of the request, and what they say; never the value."""
    listed: list[dict[str, Any]] = error.errors(include_url=False) if hasattr(error, "errors") else []
    return [("payload" + "".join(map(_step, one["loc"])), one["msg"]) for one in listed]


def _step(part: str | int) -> str:
    return f"[{part}]" if isinstance(part, int) else f".{part}"


def _is_logged(station: Station) -> bool:
    wanted = station.options.message_log
    return settings().message_log if wanted == "" else wanted == "on"
