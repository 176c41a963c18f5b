"""Transactions of OCPP 2.x against a model of their own: any stations, orders, repetitions, crashes and races."""

import itertools
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.authorization import IdToken
from shared.domain.transaction_events import is_complete, lost, missing_seq_nos
from shared.domain.transactions import Transaction
from shared.ocpp.messages import V2X
from shared.store import dynamodb, tokens, transaction_events, transactions
from tests.integration.station import DirectStation
from tests.integration.transaction_oracle import Event, Expected, expected, status_of

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
WRITES = ("PutItem", "UpdateItem", "TransactWriteItems", "BatchWriteItem")
NOISE = random.Random(1).randbytes(500).hex()
"""What compression makes no smaller than half: an event with it is too large to stand in the record."""
EXAMPLES = int(os.environ.get("TRANSACTION_EXAMPLES", "60"))
_runs = itertools.count()

pytestmark = pytest.mark.usefixtures("table")


class Died(BaseException):
    """A function that ends without a word."""


class Said(NamedTuple):
    """One event that a station has to tell: of which of its transactions, in which life of that id."""

    station: int
    name: str
    generation: int
    event: Event


def sample(value: int, **more: Any) -> Event:
    return {"value": value, **{name: one for name, one in more.items() if one is not None}}


@st.composite
def meter_values(draw: st.DrawFn, minute: int) -> list[Event]:
    """Readings as stations send them: plain, in kWh, by phase with or without all of them, of other measurands."""
    values: list[Event] = []
    for _ in range(draw(st.integers(0, 2))):
        wh = draw(st.integers(0, 9)) * 1000
        context = draw(st.sampled_from([None, None, "Transaction.Begin", "Transaction.End", "Sample.Clock"]))
        kind = draw(st.sampled_from(["Wh", "kWh", "x100", "phases", "two phases", "neutral", "export", "signed"]))
        samples: list[Event]
        if kind == "kWh":
            samples = [sample(wh // 1000, context=context, unitOfMeasure={"unit": "kWh"})]
        elif kind == "x100":
            samples = [sample(wh // 100, context=context, unitOfMeasure={"multiplier": 2})]
        elif kind in ("phases", "two phases", "neutral"):
            names = ["L1-N", "L2-N", "L3-N"] if kind == "neutral" else ["L1", "L2", "L3"]
            names = names[: 2 if kind == "two phases" else 3]
            samples = [sample(wh + number, context=context, phase=name) for number, name in enumerate(names)]
        elif kind == "export":
            samples = [sample(wh, context=context, measurand="Energy.Active.Export.Register")]
        else:
            signed = {"signedMeterData": NOISE, "encodingMethod": "OCMF", "signingMethod": "", "publicKey": ""}
            samples = [sample(wh, context=context, signedMeterValue=signed if kind == "signed" else None)]
        shift = draw(st.integers(0, 30))
        values.append({"timestamp": iso(minute * 60 - shift), "sampledValue": samples})
    return values


def iso(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


@st.composite
def transaction(draw: st.DrawFn, station: int, name: str, generation: int, numbers: Iterator[int]) -> list[Said]:
    """The events of one transaction, some of them perhaps never told."""
    whole = generation > 0 or draw(st.booleans())
    kinds = ["Started", *["Updated"] * draw(st.integers(0, 4)), "Ended"]
    kinds += ["Updated"] * draw(st.integers(0, 1))
    said: list[Said] = []
    for kind in kinds:
        seq_no = next(numbers)
        minute = generation * 1000 + seq_no * 2
        trigger = draw(st.sampled_from(["Trigger", "MeterValuePeriodic", "Authorized", "StopAuthorized", "TxResumed"]))
        if trigger == "TxResumed" and station == 0:
            trigger = "Trigger"  # only 2.1 has it
        info: Event = {"transactionId": name}
        if state := draw(st.sampled_from([None, "Charging", "SuspendedEV", "Idle"])):
            info["chargingState"] = state
        if kind == "Ended" and (reason := draw(st.sampled_from([None, "MasterPass", "Timeout", "EVDisconnected"]))):
            info["stoppedReason"] = reason
        moved = draw(st.integers(-50, 50)) if kind == "Updated" else 0
        event: Event = {
            "eventType": kind,
            "seqNo": seq_no,
            "timestamp": iso(minute * 60 + moved),
            "triggerReason": trigger,
            "transactionInfo": info,
        }
        if token := draw(st.sampled_from([None, None, "CARD", "card", "FRIEND", "STRANGER", "BLOCKED", "NOBODY", ""])):
            event["idToken"] = {"idToken": token, "type": "ISO14443"}
        elif token == "":
            event["idToken"] = {"idToken": "", "type": "NoAuthorization"}
        if draw(st.booleans()):
            event["evse"] = {"id": draw(st.integers(1, 2))}
        if values := draw(meter_values(minute)):
            event["meterValue"] = values
        if whole or kind == "Updated" or draw(st.integers(0, 3)):
            said.append(Said(station, name, generation, event))
        if kind == "Updated" and draw(st.integers(0, 3)) == 0:
            other = event | {"timestamp": iso(minute * 60 + 55), "triggerReason": "Trigger"}
            said.append(Said(station, name, generation, other | {"evse": {"id": 3}}))
    return said


@st.composite
def worlds(draw: st.DrawFn, run: str) -> list[Said]:
    """All events of one or two stations, which may count through all their transactions and have an id in common."""
    said: list[Said] = []
    for station in draw(st.sampled_from([(0,), (1,), (0, 1)])):
        through = itertools.count(draw(st.integers(0, 3)))
        counts_through = draw(st.booleans())
        for name in draw(st.sampled_from([["same"], ["same"], ["same", "own"], ["same", "own", "16"]])):
            whole_name = f"{run}-{name}" if name != "16" else "16"
            for generation in range(1 + (name == "same" and draw(st.booleans()))):
                numbers = through if counts_through else itertools.count()
                said += draw(transaction(station, whole_name, generation, numbers))
    return said


steps = st.tuples(
    st.integers(0, 99),
    st.sampled_from(
        ["whole", "whole", "offline", "die before", "die after", "race", "race", "race lost", "reconnect", "lost"]
    ),
    st.integers(1, 6),
    st.integers(0, 99),
)


class World:
    """Two stations, what they have been answered, and what others do in between."""

    def __init__(self, said: list[Said], number: str) -> None:
        run = next(_runs)
        self.said = said
        self.stations = [DirectStation(f"M{run}-{index}", version=version) for index, version in enumerate(V2X)]
        self.number = number
        self.kept: dict[int, None] = {}
        self.told: dict[int, Any] = {}
        self.abandoned: dict[tuple[int, str, int], datetime] = {}

    @contextmanager
    def watched(self, on_call: Callable[[str, bool], None]) -> Iterator[None]:
        """Let something happen before and after each call to the store."""
        transport = dynamodb._transport

        def watching(operation: str, body: bytes) -> tuple[int, bytes]:
            on_call(operation, False)
            answer = transport(operation, body)
            on_call(operation, True)
            return answer

        dynamodb.set_transport(watching)
        try:
            yield
        finally:
            dynamodb.set_transport(transport)

    def payload(self, index: int) -> Event:
        said = self.said[index]
        info = said.event["transactionInfo"]
        name = self.number if said.name == "16" else said.name
        return said.event | {"transactionInfo": info | {"transactionId": name}}

    def tell(self, index: int, *, offline: bool = False) -> None:
        """Have a station tell an event, and hear the answer."""
        if not self.may_come(index):
            return
        said = self.said[index]
        answer = self.stations[said.station].send(
            "TransactionEvent", **self.payload(index), **({"offline": True} if offline else {})
        )
        self.kept[index] = None
        info = answer.get("idTokenInfo")
        assert (info or {}).get("status") == (status_of(said.event) if "idToken" in said.event else None)
        assert self.told.setdefault(index, info) == info

    def may_come(self, index: int) -> bool:
        """Whether an event can be told apart from those of an earlier transaction of the same id: a station begins a
        new one when the one before has been told, with its Started."""
        said = self.said[index]
        if not said.generation:
            return True
        mine = [number for number, one in enumerate(self.said) if one[:2] == said[:2]]
        before = [number for number in mine if self.said[number].generation < said.generation]
        if any(number not in self.kept for number in before if self.said[number].event["eventType"] != "Updated"):
            return False
        kinds = {self.said[number].event["eventType"] for number in before}
        if not kinds >= {"Started", "Ended"}:
            return False
        start = next(number for number in mine if self.said[number].generation == said.generation)
        return index == start or start in self.kept

    def lose(self, index: int) -> None:
        """Give a running transaction up, as an answer to GetTransactionStatus has us do."""
        said = self.said[index]
        found = self.found(said.station, said.name, said.generation)
        if found is None or found.state == "ended":
            return
        given_up = transactions.replace(lost(found))
        assert given_up is not None
        assert given_up.ended_at is not None
        self.abandoned[said[:3]] = given_up.ended_at

    def found(self, station: int, name: str, generation: int) -> Transaction | None:
        own = self.number if name == "16" else name
        latest = transaction_events.locate(self.stations[station].station_id, own)
        if latest is None or latest.folded is None or latest.folded.generation == generation:
            return latest
        return transactions.find(f"{latest.transaction_id}~{generation}")

    def step(self, index: int, how: str, number: int, other: int) -> None:
        index, other = index % len(self.said), other % len(self.said)
        if how in ("whole", "offline"):
            self.tell(index, offline=how == "offline")
        elif how == "reconnect":
            self.stations[self.said[index].station].reconnect()
        elif how == "lost":
            self.lose(index)
        elif how.startswith("race"):
            calls = itertools.count(1)

            def intrude(_operation: str, is_done: bool) -> None:
                if not is_done and next(calls) == number:
                    (self.lose if how == "race lost" else self.tell)(other)

            with self.watched(intrude):
                self.tell(index)
        else:
            writes = itertools.count(1)

            def die(operation: str, is_done: bool) -> None:
                if operation in WRITES and is_done == (how == "die after") and next(writes) == (number + 1) // 2:
                    raise Died

            with self.watched(die), suppress(Died):
                self.tell(index)

    def settle(self, order: list[int]) -> None:
        """What stations repeat until it is answered, each event once."""
        for _ in range(3):
            for index in order:
                if index < len(self.said) and index not in self.kept:
                    self.tell(index)

    def check(self) -> None:
        groups: dict[tuple[int, str, int], list[Event]] = {}
        for index in self.kept:
            groups.setdefault(self.said[index][:3], []).append(self.said[index].event)
        for (station, name, generation), events in groups.items():
            found = self.found(station, name, generation)
            assert found is not None
            assert shown(found) == expected(events, self.abandoned.get((station, name, generation)))
            assert ("reused" in found.flags) == ((station, name, generation + 1) in groups)
            assert found.own_id == (self.number if name == "16" else name)


def shown(found: Transaction) -> Expected:
    fields = {name: getattr(found, name) for name in Expected._fields if name in Transaction._fields}
    assert found.folded is not None
    fields["flags"] = tuple(flag for flag in found.flags if flag != "reused")
    return Expected(
        **fields,
        missing=missing_seq_nos(found),
        complete=is_complete(found),
        seq_nos=[one.seq_no for one in transaction_events.events_of(found)],
    )


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_transaction_is_what_its_events_say(data: st.DataObject) -> None:
    for token, group in (("CARD", "FLEET"), ("FRIEND", "fleet"), ("STRANGER", None)):
        tokens.save(IdToken(token, group_id=group))
    tokens.save(IdToken("BLOCKED", status="Blocked"))
    run = next(_runs)
    old = DirectStation(f"M{run}-old")
    number = old.send("StartTransaction", connectorId=1, idTag="CARD", meterStart=0, timestamp=iso(run))[
        "transactionId"
    ]
    world = World(data.draw(worlds(f"t{run}")), str(number))
    for step in data.draw(st.lists(steps, max_size=25)):
        world.step(*step)
    world.settle(data.draw(st.permutations(range(len(world.said)))))
    world.check()
    found = transactions.find(str(number))
    assert found is not None
    assert (found.station_id, found.state, found.folded) == (old.station_id, "active", None)
