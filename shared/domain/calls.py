"""Calls to stations: what we ask of a station, from the request to its end, and the order in which calls go out.

A station has one call of ours outstanding at a time (OCPP-J 1.6 section 4.1.1, 2.x Part 4 section 4.1.1); the others
wait in its outbox. Whatever happens, a call comes to an end, and its history says how.
"""

import datetime as dt
import hashlib
import secrets
from typing import Any, Literal, NamedTuple

from shared.domain.stations import Registration

CallState = Literal["queued", "sent", "answered", "refused", "timed_out", "expired", "cancelled"]
"""queued: waits for its turn, or for the station to be online. sent: is outstanding. answered: by a CALLRESULT.
refused: by a CALLERROR. timed_out: sent, and no answer came in time or the connection was lost. expired: its time was
over before it could be sent. cancelled: taken back before it was sent."""

OPEN: tuple[CallState, ...] = ("queued", "sent")
"""The states that are no end."""
FAILED: tuple[CallState, ...] = ("refused", "timed_out", "expired")
"""The ends that nobody wanted."""

DEFAULT_TIMEOUT_S = 30
"""How long a station may take to answer unless its own setting says otherwise (rule T-43)."""

URGENT, ORDINARY = 0, 1
"""Priorities: the lower goes first."""

NOT_WHILE_PENDING = frozenset(
    {"RemoteStartTransaction", "RemoteStopTransaction", "RequestStartTransaction", "RequestStopTransaction"}
)
"""What the standard forbids to send to a station whose registration is Pending (1.6 section 4.2, rule S-18; use case
B02 of 2.0.1)."""

NO_ANSWER, CONNECTION_LOST = "NoAnswer", "ConnectionLost"
"""Why a call timed out, in place of an error code of OCPP."""

Json = dict[str, Any]


class Order(NamedTuple):
    """A call to be made, in the words of the station's OCPP version."""

    action: str
    payload: Json
    expires_in_s: int | None = None
    """How long it may wait to be sent; None: as is usual for the action."""


class Entry(NamedTuple):
    """One thing that happened to a call."""

    at: dt.datetime
    event: str
    detail: str = ""


class CallError(NamedTuple):
    """Why a call has no answer: the CALLERROR of the station, or one of our own codes."""

    code: str
    description: str = ""
    details: Json | None = None


class Call(NamedTuple):
    """A call to a station. `call_id` is the message id of its frame, a UUID that sorts by time."""

    call_id: str
    station_id: str
    action: str
    ocpp_version: str
    payload: Json
    created_at: dt.datetime
    expires_at: dt.datetime
    """From then on it is not sent any more."""
    timeout_s: int = DEFAULT_TIMEOUT_S
    """How long its answer may take once it is sent."""
    priority: int = ORDINARY
    state: CallState = "queued"
    sent_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    answer: Json | None = None
    error: CallError | None = None
    late_answer: Json | None = None
    """What came after the call had ended without an answer: a payload, or `{"error": {...}}`."""
    history: tuple[Entry, ...] = ()
    parts: tuple[str, ...] = ()
    """The calls that bring the rest of this one, which was too much for one message; they follow it."""
    part_of: str | None = None
    has_fallback: bool = False
    """Whether another call would stand in for it at a station that does not know its action. Then its payload is kept
    whole until it ends, since the other one is made from it."""
    fallback_of: str | None = None
    """The call that the station does not know, which this one stands in for."""
    fallback_id: str | None = None
    job_id: str | None = None
    task_token: str | None = None
    """By which the state machine goes on that waits for its end."""
    requested_by: str | None = None
    notes: Json = {}  # noqa: RUF012  # never changed in place: tuples of this kind are values
    """What the action's own module keeps with the call."""
    outcome: Json | None = None
    """What followed at the station: `{"state": "pending" | "done" | "failed" | "timed_out", "until", "at", …}`."""
    logged: bool = False
    """Whether its frames go to the message log."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def has_answer(self) -> bool:
        """Whether the station has answered, in time or late."""
        return self.state in ("answered", "refused") or self.late_answer is not None


def new_call_id(at: dt.datetime) -> str:
    """A UUID of version 7: 48 bits of time in milliseconds, then chance."""
    number = (int(at.timestamp() * 1000) & (1 << 48) - 1) << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 7 << 76
    number = number & ~(0x3 << 62) | 2 << 62
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def made_at(call_id: str) -> dt.datetime:
    """When a call was made, to the millisecond, by its id."""
    return dt.datetime.fromtimestamp(int(call_id.replace("-", "")[:12], 16) / 1000, dt.UTC)


def first_id_at(at: dt.datetime) -> str:
    """What sorts before the ids of all calls made at a moment or later."""
    number = f"{int(at.timestamp() * 1000):012x}"
    return f"{number[:8]}-{number[8:]}"


def seen_at(call: Call, now: dt.datetime) -> Call:
    """The call as it counts at a moment, though nobody has noted it yet: one whose time to be sent is over has expired,
    and what was expected to follow at the station by then has not."""
    if call.state == "queued" and call.expires_at <= now:
        call = call._replace(state="expired", ended_at=call.expires_at)
    outcome = call.outcome or {}
    if outcome.get("state") == "pending" and "until" in outcome and dt.datetime.fromisoformat(outcome["until"]) <= now:
        call = call._replace(outcome=outcome | {"state": "timed_out"})
    return call


def follow_up_id(call_id: str, which: int | str) -> str:
    """The id of a call that follows from another one, or from a job: the same each time, and close behind it in
    time."""
    drawn = hashlib.sha256(f"{call_id}#{which}".encode()).hexdigest()
    return f"{call_id[:15]}{drawn[:3]}-{call_id[19]}{drawn[3:6]}-{drawn[6:18]}"


def request_id_of(call_id: str) -> int:
    """A request id for a call that needs one: the same each time, positive, of 31 bits."""
    return int(hashlib.sha256(call_id.encode()).hexdigest()[:8], 16) % (2**31 - 1) + 1


def registrations(action: str) -> tuple[Registration, ...]:
    """The registrations of a station in which it may be sent an action."""
    every: tuple[Registration, ...] = ("Accepted", "Pending", "Rejected")
    return tuple(one for one in every if objection(action, one) is None)


def objection(action: str, registration: Registration) -> str | None:
    """Why a station of this registration must not be sent an action, or None if it may."""
    if registration == "Rejected":
        return "The station's registration is Rejected: it is sent nothing"
    if registration == "Pending" and action in NOT_WHILE_PENDING:
        return f"The station's registration is Pending: until it is Accepted {action} must not be sent"
    return None


class Outstanding(NamedTuple):
    """The call that a station has been sent and has not answered."""

    call_id: str
    connection_id: str
    """The connection it went out on."""
    opened_at: dt.datetime
    timeout_s: int
    priority: int
    place: int

    @property
    def due_at(self) -> dt.datetime:
        return self.opened_at + dt.timedelta(seconds=self.timeout_s)


class Waiting(NamedTuple):
    """A call that waits for its turn. Those of a priority go in the order of their places."""

    priority: int
    place: int
    call_id: str


class Outbox(NamedTuple):
    """A station's outbox and the connection it leads to, at one moment."""

    station_id: str
    connection_id: str | None
    """None: the station is offline."""
    connected_at: dt.datetime | None
    registration: Registration
    outstanding: Outstanding | None
    waiting: tuple[Waiting, ...]
    """In the order in which they go out."""

    @property
    def is_lost(self) -> bool:
        """Whether the outstanding call went out on a connection that is over: its answer will hardly come."""
        return self.outstanding is not None and self.outstanding.connection_id != self.connection_id

    def held_up(self, now: dt.datetime) -> dt.timedelta:
        """How long the call that waits longest could have gone out and has not: none does at a station that is offline
        or not yet accepted."""
        if self.connected_at is None or self.connection_id is None or self.registration != "Accepted":
            return dt.timedelta(0)
        since = min((made_at(one.call_id) for one in self.waiting), default=now)
        return max(now - max(since, self.connected_at), dt.timedelta(0))

    def holds(self, call_id: str) -> bool:
        """Whether a call is outstanding or waits."""
        outstanding = self.outstanding is not None and self.outstanding.call_id == call_id
        return outstanding or any(one.call_id == call_id for one in self.waiting)
