"""What a command is made of: for whom, what goes out, what follows; and what its module has registered per version."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from shared.domain.calls import Call, CallError, Json, Order
from shared.domain.stations import Connection, Station
from shared.ocpp.messages import request_of, response_of
from shared.ocpp.model import Wire


class Target(NamedTuple):
    """The station that a call is for."""

    station: Station
    connection: Connection | None
    """The latest one; None: it never connected."""
    call_id: str = ""
    """The id of the call that is being prepared."""
    unchecked: bool = False
    """Whether to send what is against the rules as we know them: some stations have rules of their own."""

    @property
    def station_id(self) -> str:
        return self.station.station_id

    @property
    def ocpp_version(self) -> str:
        """The version it speaks or spoke last; without any, the one it is taken to speak."""
        options = self.station.options
        spoken = self.connection.ocpp_version if self.connection else ""
        return spoken or options.pinned_version or options.assume_version or "1.6"

    def lacks(self, action: str) -> str:
        """Why it cannot be sent an action that its version does not have."""
        if self.connection is None and not self.station.options.pinned_version:
            return f"The station has never connected: whether it speaks an OCPP that has {action} is not known"
        return f"A station that speaks OCPP {self.ocpp_version} cannot be sent {action}"


class Message(NamedTuple):
    """A request as it goes out, and what its own module will want to know of it later (texts and integers)."""

    request: Wire
    notes: Json = {}  # noqa: RUF012  # never changed in place
    useful_for_s: int | None = None
    """How long it makes sense to send it; None: as long as is usual for the action."""


class Settled(NamedTuple):
    """What an answer leads to."""

    outcome: Json | None = None
    """What is expected to follow at the station: `{"state": "pending", "until": …}`."""
    next: Sequence[Order] = ()
    """Calls that follow from it."""
    fallback: Order | None = None
    """The call that stands in for this one."""
    unusable: str = ""
    """Why nobody can make anything of the answer."""


class Terms(NamedTuple):
    """Under which conditions a call is made."""

    expires_in_s: int | None = None
    call_id: str | None = None
    requested_by: str | None = None
    job_id: str | None = None
    fallback_of: str | None = None
    task_token: str | None = None
    """By which the state machine goes on that waits for the call's end, or for that of the one which stands in for
    it."""
    deferred: bool = False
    """Whether it waits a moment in any case, since the station is owed the answer to what it follows from."""


Complete = Callable[[Json, str], Json]
Prepare = Callable[[Any, Target], Message | Sequence[Message]]
Replace = Callable[[Any], Order | None]
Answered = Callable[[Any, Any, Call], Settled | None]
Refused = Callable[[Any, CallError, Call], Settled | None]
AnyHook = TypeVar("AnyHook", bound=Callable[..., Any])


class Spoken:
    """A command in one OCPP version."""

    def __init__(self, action: str, version: str, request: type[Wire] | None = None) -> None:
        self._action = action
        self._version = version
        self._request = request
        self.complete: Complete = lambda payload, _call_id: payload
        self.replace: Replace = lambda _request: None
        self.prepare: Prepare = lambda message, _target: Message(message)
        self.answered: Answered = lambda _request, _response, _call: None
        self.refused: Refused = lambda _request, _error, _call: None

    @property
    def request(self) -> type[Wire]:
        return self._request or request_of(self._action, self._version)

    @property
    def response(self) -> type[Wire]:
        found = response_of(self._action, self._version)
        if found is None:
            raise LookupError(f"{self._action} has no response in OCPP {self._version}")
        return found
