"""A station that is called: here is what API Gateway would bring it, and its answers go to `$default`."""

import json
from typing import Any, NamedTuple

import pytest

from shared.aws import command, gateway, timers
from shared.aws.command import Terms
from shared.domain.calls import Call
from shared.ocpp import frame
from shared.ocpp.frame import CallFrame
from shared.store import calls
from tests.integration.station import DirectStation


class Received(NamedTuple):
    """A call as the station gets it."""

    call_id: str
    action: str
    payload: dict[str, Any]


class CalledStation(DirectStation):
    """A connected station. `received` are the calls that it has got and not been asked for, in order."""

    def __init__(self, patch: pytest.MonkeyPatch, station_id: str = "CP1", **options: Any) -> None:
        super().__init__(station_id, **options)
        self.received: list[Received] = []
        patch.setattr(gateway, "send", self._receive)
        patch.setattr(timers, "set", lambda _timer: None)

    def _receive(self, _connection_id: str, text: str) -> str:
        call = frame.parse(text, "1.6")
        assert isinstance(call, CallFrame)
        self.received.append(Received(call.message_id, call.action, call.payload))
        return "sent"

    def order(self, action: str, payload: dict[str, Any], **terms: Any) -> Call:
        """A call of ours, as whoever makes it finds it."""
        return command.of(action).submit(command.target(self.station_id), payload, Terms(**terms))

    def next(self, action: str) -> Received:
        """The oldest call that it has not looked at yet, which is of this action."""
        received = self.received.pop(0)
        assert received.action == action
        return received

    def answer(self, call_id: str, payload: dict[str, Any]) -> Call:
        """The call after the station has answered it."""
        assert self.text(json.dumps([3, call_id, payload])) is None
        return self.call(call_id)

    def refuse(self, call_id: str, code: str = "NotImplemented") -> Call:
        """The call after the station has answered it by a CALLERROR."""
        assert self.text(json.dumps([4, call_id, code, "", {}])) is None
        return self.call(call_id)

    def call(self, call_id: str) -> Call:
        found = calls.find(self.station_id, call_id)
        assert found is not None
        return found

    def perform(self, action: str, payload: dict[str, Any], answer: dict[str, Any]) -> Call:
        """A call that the station answers: as it stands then."""
        made = self.order(action, payload)
        assert self.next(action).call_id == made.call_id
        return self.answer(made.call_id, answer)
