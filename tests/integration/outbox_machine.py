"""A station's outbox under everything that can happen to it, step by step, on the real store and the real functions.

The machine plays the station, API Gateway, the table's stream and the queue of timers. Functions may die at any write
and at any send. What must hold at every moment is checked where a frame goes out; what must come to pass in the end,
once the station is back and every timer has come.
"""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from functions.stream import follow_up
from shared.aws import gateway, outbox, timers
from shared.aws.gateway import Sending
from shared.aws.timers import Timer
from shared.domain.calls import ORDINARY, URGENT, Call, new_call_id
from shared.ocpp import frame
from shared.ocpp.frame import CallFrame
from shared.store import calls, connections, dynamodb
from shared.store import outbox as store
from tests.integration.station import DirectStation

TIMEOUT_S = 30
WRITES = ("PutItem", "UpdateItem", "DeleteItem")
ACTIONS = {ORDINARY: "ClearCache", URGENT: "UnlockConnector"}


class Died(BaseException):
    """A function that ends without a word, as when its time is up or its machine is gone."""


class OutboxMachine(RuleBasedStateMachine):
    """One station and everything around its outbox."""

    fresh_table: Callable[[], Any]
    """Makes the table empty; set by the test."""

    submitted = Bundle("submitted")

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.table = self.fresh_table()
        self.now = datetime.now(UTC)
        self.mode: Sending = "sent"
        self.deaths: int | None = None
        self.dies_before = False
        self.changes: list[dict[str, Any]] = []
        self.sequence = itertools.count(1)
        self.timers: list[Timer] = []
        self.order: dict[str, tuple[int, int]] = {}
        """Priority and number of every call whose submission came back without dying."""
        self.known: list[str] = []
        self.delivered: list[str] = []
        self.perhaps: set[str] = set()
        """Frames of which API Gateway did not say whether they went out."""
        self.first_answer: dict[str, str] = {}
        """What the first answer to a call said."""
        self.intrusion: tuple[int, Callable[[], object]] | None = None
        """What another function does between two steps of the next one, and before which of its steps."""
        self.live = False
        transport = dynamodb._transport
        self.patch.setattr(dynamodb, "_transport", lambda name, body: self._write(transport, name, body))
        self.patch.setattr(gateway, "send", self._send)
        self.patch.setattr(gateway, "close", lambda _connection: True)
        self.patch.setattr(timers, "set", self.timers.append)
        self.patch.setattr(outbox, "_now", lambda: self.now)
        self.table.watchers.append(self._watch)

    def teardown(self) -> None:
        try:
            self._settle()
            self._check_end()
        finally:
            self.patch.undo()

    # ------------------------------------------------------------------ the world around

    def _write(self, transport: dynamodb.Transport, name: str, body: bytes) -> tuple[int, bytes]:
        self._let_in()
        if name not in WRITES or self.deaths is None:
            return transport(name, body)
        self.deaths -= 1
        if self.deaths > 0:
            return transport(name, body)
        self.deaths = None
        if not self.dies_before:
            transport(name, body)
        raise Died

    def _let_in(self) -> None:
        if self.intrusion is None:
            return
        steps, act = self.intrusion
        self.intrusion = (steps - 1, act) if steps > 1 else None
        if self.intrusion is None:
            deaths, self.deaths = self.deaths, None
            act()
            self.deaths = deaths

    def _watch(self, old: Any, new: Any, *, expired: bool) -> None:
        item = new or old
        change = {"Keys": {name: item[name] for name in ("pk", "sk")}, "SequenceNumber": str(next(self.sequence))}
        images = {"OldImage": old, "NewImage": new}
        self.changes.append({"dynamodb": change | {name: image for name, image in images.items() if image}})

    def _send(self, connection_id: str, text: str) -> Sending:
        message = frame.parse(text, "1.6")
        assert isinstance(message, CallFrame)
        if self.mode in ("gone", "throttled") or connection_id != self.station.connection_id or not self.live:
            return "throttled" if self.mode == "throttled" else "gone"
        self._check_sent(message.message_id)
        self.delivered.append(message.message_id)
        if self.mode == "unknown":
            self.perhaps.add(message.message_id)
            if self.deaths is not None:
                self.deaths = None
                raise Died
        return self.mode

    def _check_sent(self, call_id: str) -> None:
        assert call_id not in self.delivered, "sent twice"
        for other in self.delivered:
            standing = calls.find("CP1", other)
            assert standing is not None
            assert not standing.is_open, "two calls outstanding"
        if call_id in self.order:
            priority, number = self.order[call_id]
            later = [one for one in self.delivered if one in self.order and self.order[one][0] == priority]
            assert all(self.order[one][1] < number for one in later), "out of order"

    def _act(self, act: Callable[[], object]) -> bool:
        """Run a function; whether it lived to its end and was not refused. A death due in it is over with it."""
        try:
            act()
        except (Died, store.OutboxFull):
            return False
        finally:
            self.deaths = self.intrusion = None
        return True

    # ------------------------------------------------------------------ what happens

    @initialize()
    def begin(self) -> None:
        self.station = DirectStation(now=self.now)
        connections.disconnect("CP1", self.station.connection_id, self.now)
        self.changes.clear()

    @rule(writes=st.integers(1, 6), before=st.booleans())
    def let_the_next_function_die(self, writes: int, before: bool) -> None:
        self.deaths, self.dies_before = writes, before

    @rule(data=st.data(), steps=st.integers(1, 8))
    @precondition(lambda self: self.known)
    def let_another_come_between(self, data: st.DataObject, steps: int) -> None:
        """While the next function runs, another one runs from its beginning to its end."""
        call_id = data.draw(st.sampled_from(self.known))
        acts = [
            lambda: self._submit_again(call_id),
            lambda: self._cancel(call_id),
            lambda: outbox.watch("CP1", call_id),
            self._answer_latest,
            self.connect,
        ]
        self.intrusion = (steps, data.draw(st.sampled_from(acts)))

    @rule(target=submitted, urgent=st.booleans(), lasts_s=st.sampled_from([20, 3600]), count=st.integers(1, 3))
    def submit(self, urgent: bool, lasts_s: int, count: int) -> Any:
        """A call, perhaps with parts that follow it."""
        made = [self._call(urgent=urgent, lasts_s=lasts_s) for _ in range(count)]
        if not self._act(lambda: outbox.submit(*made)):
            for call in made:
                del self.order[call.call_id]
        return multiple(*(call.call_id for call in made))

    def _call(self, *, urgent: bool, lasts_s: int) -> Call:
        priority = URGENT if urgent else ORDINARY
        call = Call(
            call_id=new_call_id(self.now),
            station_id="CP1",
            action=ACTIONS[priority],
            ocpp_version="1.6",
            payload={"connectorId": 1} if urgent else {},
            created_at=self.now,
            expires_at=self.now + timedelta(seconds=lasts_s),
            timeout_s=TIMEOUT_S,
            priority=priority,
        )
        self.known.append(call.call_id)
        self.order[call.call_id] = (priority, len(self.known))
        return call

    @rule(call_id=consumes(submitted))
    def submit_again(self, call_id: str) -> None:
        """The retry of a request with an Idempotency-Key."""
        self._act(lambda: self._submit_again(call_id))

    def _submit_again(self, call_id: str) -> None:
        standing = calls.find("CP1", call_id)
        if standing:
            outbox.submit(standing)

    @rule(call_id=submitted)
    def cancel(self, call_id: str) -> None:
        self._act(lambda: self._cancel(call_id))

    def _cancel(self, call_id: str) -> None:
        standing = calls.find("CP1", call_id)
        if standing:
            outbox.cancel(standing)

    @rule()
    def connect(self) -> None:
        self.station.now = self.now
        self.live = self._act(self.station.reconnect)

    @rule(tells=st.booleans())
    @precondition(lambda self: self.live)
    def disconnect(self, tells: bool) -> None:
        """The end of a connection, of which API Gateway may not tell us."""
        self.live = False
        if tells:
            self._act(lambda: connections.disconnect("CP1", self.station.connection_id, self.now))

    @rule(mode=st.sampled_from(["sent", "sent", "gone", "throttled", "unknown"]))
    def api_gateway(self, mode: Sending) -> None:
        self.mode = mode

    @rule(data=st.data(), refuses=st.booleans())
    @precondition(lambda self: self.delivered)
    def answer(self, data: st.DataObject, refuses: bool) -> None:
        """An answer to the latest call, or to one long over, or once more."""
        latest_first = list(reversed(self.delivered))
        self._answer(data.draw(st.sampled_from(latest_first[:1] * 3 + latest_first)), refuses=refuses)

    def _answer_latest(self) -> None:
        if self.delivered:
            self._answer(self.delivered[-1], refuses=False)

    def _answer(self, call_id: str, *, refuses: bool) -> None:
        self.station.now = self.now
        status = f"Accepted{len(self.first_answer)}"
        message = (
            f'[4,"{call_id}","InternalError","{status}",{{}}]'
            if refuses
            else f'[3,"{call_id}",{{"status":"{status}"}}]'
        )
        lived = self._act(lambda: self.station.text(message))
        if call_id not in self.first_answer and (lived or self._took(call_id, status)):
            self.first_answer[call_id] = status

    def _took(self, call_id: str, status: str) -> bool:
        """Whether an answer was kept although the function that kept it died."""
        standing = calls.find("CP1", call_id)
        return standing is not None and status in str((standing.answer, standing.error, standing.late_answer))

    @rule(message_id=st.sampled_from(["nobody", "01a20735-9bf2-7908-82cd-89326b5cb3ac"]))
    def answer_to_nothing(self, message_id: str) -> None:
        self._act(lambda: self.station.text(f'[3,"{message_id}",{{"status":"Accepted"}}]'))

    @rule(seconds=st.sampled_from([0.2, 1, 11, 31, 600]))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(count=st.integers(1, 20))
    @precondition(lambda self: self.changes)
    def stream(self, count: int) -> None:
        """Some changes reach the function behind the stream; a batch that fails comes again."""
        batch = self.changes[:count]
        if self._act(lambda: follow_up.handler({"Records": batch}, None)):
            del self.changes[: len(batch)]

    @rule(data=st.data(), again=st.booleans())
    @precondition(lambda self: self._due())
    def timer(self, data: st.DataObject, again: bool) -> None:
        """A timer that is due comes, perhaps not for the last time."""
        one = data.draw(st.sampled_from(self._due()))
        if self._act(lambda: outbox.watch(one.station_id, one.call_id)) and not again:
            self.timers.remove(one)

    def _due(self) -> list[Timer]:
        return [one for one in self.timers if one.at <= self.now]

    # ------------------------------------------------------------------ what must hold

    @invariant()
    def the_count_of_waiting_calls_is_right(self) -> None:
        rows = [item for item in self.table.items() if item["sk"]["S"] == "CONNECTION"]
        for row in rows:
            item = dynamodb.decode_item(row)
            assert item.get("waits", 0) == len(store.from_item("CP1", item).waiting)

    def _settle(self) -> None:
        """The station comes back and answers, every function lives, every timer comes in its time."""
        self.deaths = self.intrusion = None
        self.mode = "sent"
        self.connect()
        for _ in range(4 * len(self.known) + 20):
            while self.changes:
                self.stream(100)
            due = self._due()
            for one in due:
                self.timers.remove(one)
                outbox.watch(one.station_id, one.call_id)
            last = calls.find("CP1", self.delivered[-1]) if self.delivered else None
            if last and last.state in ("queued", "sent") and last.call_id not in self.first_answer:
                self._answer(last.call_id, refuses=False)
            elif not due and self.timers:
                self.now = max(self.now, min(one.at for one in self.timers))
            if not self.changes and not self.timers:
                return

    def _check_end(self) -> None:
        standing = store.find("CP1")
        assert standing.outstanding is None
        assert standing.waiting == ()
        for call_id in self.known:
            call = calls.find("CP1", call_id)
            if call is None:  # its request died before anything was kept, so nobody was told of it
                assert call_id not in self.order
                continue
            assert not call.is_open, call
            in_time = call.state in ("answered", "refused")
            if call_id in self.first_answer:
                assert in_time != (call.late_answer is not None)
                assert self.first_answer[call_id] in str((call.answer, call.error, call.late_answer))
            else:
                assert not in_time
                assert call.late_answer is None
            assert (call.state == "cancelled") <= (call_id not in self.delivered)
