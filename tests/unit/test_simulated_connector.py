"""One connector of a simulated station: who visits it, and what it tells in each version of OCPP."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from ocpp.messages import Call, validate_payload

from local.simulation.clock import Clock
from local.simulation.connector import Cards, Connector
from local.simulation.line import Json, Request
from local.simulation.profiles import Profiles
from local.simulation.session import Card, Invitation
from local.simulation.vehicles import Outlet
from local.simulation.words import Words
from local.simulation.words_2x import Words2x
from local.simulation.words_16 import Words16

DEADLINE_S = 60
OUTLET = Outlet(phases=3, current_a=16)
WORDS: dict[str, Callable[[], Words]] = {
    "1.6": Words16,
    "2.0.1": lambda: Words2x(tells_by_events=False),
    "2.1": lambda: Words2x(tells_by_events=True),
}
V2X = ("2.0.1", "2.1")

Enough = Callable[["Recorded"], bool]


class Recorded:
    """Takes what a connector sends, as a system that knows all cards but BLOCKED. It must be valid by the schemas."""

    def __init__(self, version: str, enough: Enough, clock: Clock) -> None:
        self.sent: list[Request] = []
        self._version = version
        self._enough = enough
        self._clock = clock

    async def __call__(self, request: Request) -> Json:
        await validate_payload(Call("1", request.action, request.payload), self._version)
        self.sent.append(request)
        if self._enough(self):
            self._clock.stop()
        verdict = {"status": "Blocked" if card_of(request) == "BLOCKED" else "Accepted"}
        return {"idTagInfo": verdict, "idTokenInfo": verdict, "transactionId": len(self.sent)}

    def of(self, action: str, **fields: str) -> list[Json]:
        """The payloads of an action in which some fields say so."""
        named = [one.payload for one in self.sent if one.action == action]
        return [one for one in named if all(one[name] == value for name, value in fields.items())]

    def starts(self) -> list[Json]:
        return self.of("StartTransaction") + self.of("TransactionEvent", eventType="Started")

    def ends(self) -> list[Json]:
        return self.of("StopTransaction") + self.of("TransactionEvent", eventType="Ended")

    def statuses(self) -> set[str]:
        """Of the connector, by whichever message."""
        told = [one.get("status") or one["connectorStatus"] for one in self.of("StatusNotification")]
        return {*told, *(one["actualValue"] for one in self.events("AvailabilityState"))}

    def events(self, variable: str) -> list[Json]:
        """What NotifyEvent told of a variable."""
        told = [event for one in self.of("NotifyEvent") for event in one["eventData"]]
        return [event for event in told if event["variable"]["name"] == variable]


def card_of(request: Request) -> str | None:
    payload: Json = request.payload
    card: str | None = payload.get("idTag") or payload.get("idToken", {}).get("idToken")
    return card


def started(count: int) -> Enough:
    """Whether so many charges have begun."""
    return lambda recorded: len(recorded.starts()) >= count


def refused(recorded: Recorded) -> bool:
    """Whether a charge began after somebody was refused."""
    return len(recorded.starts()) > 0 and any(card_of(one) == "BLOCKED" for one in recorded.sent)


async def visited(version: str, seed: int, enough: Enough, guest: str | None = None) -> Recorded:
    """What a connector sends until it is enough; with a guest it is he who is invited again and again."""
    clock = Clock(200_000, datetime.now(UTC) - timedelta(days=3650))
    recorded = Recorded(version, enough, clock)

    async def send(request: Request) -> Json:
        answer = await recorded(request)
        if guest and not enough(recorded):
            connector.invite(Invitation(Card(guest)))
        return answer

    connector = Connector(
        1,
        OUTLET,
        Cards(["CARD1", "CARD2"], "BLOCKED"),
        clock=clock,
        random=Random(seed),
        words=WORDS[version](),
        profiles=Profiles(),
        send=send,
    )
    await asyncio.wait_for(connector.live(), DEADLINE_S)
    return recorded


async def test_equal_seeds_make_equal_visitors_in_every_version() -> None:
    first, second, other = [await visited(version, 5, started(4)) for version in ("1.6", "1.6", "2.1")]
    cards = [[card_of(one) for one in run.sent if one.action == "Authorize"] for run in (first, second, other)]
    assert cards[0] == cards[1] == cards[2]
    assert [one["reason"] for one in first.ends()] == [one["reason"] for one in second.ends()]


async def test_every_charge_is_told_from_its_start_to_its_stop() -> None:
    recorded = await visited("1.6", 2, started(8))
    starts, stops = recorded.starts(), recorded.ends()
    assert len(starts) == len(stops) == 8
    register_wh = starts[0]["meterStart"]
    for start, stop in zip(starts, stops, strict=True):
        assert start["meterStart"] == register_wh <= stop["meterStop"]
        assert start["timestamp"] <= stop["timestamp"]
        register_wh = stop["meterStop"]
    assert stops[-1]["reason"] == "Reboot"  # the simulation was ended while it charged
    assert recorded.sent[-1].payload["status"] == "Available"
    assert {"Preparing", "Charging", "Finishing", "SuspendedEV", "Faulted"} <= recorded.statuses()


@pytest.mark.parametrize("version", V2X)
async def test_in_2x_a_transaction_is_told_by_its_events(version: str) -> None:
    recorded = await visited(version, 2, started(6))
    events = recorded.of("TransactionEvent")
    by_id: dict[str, list[Any]] = {}
    for one in events:
        by_id.setdefault(one["transactionInfo"]["transactionId"], []).append(one)
    assert len(by_id) == 6
    for told in by_id.values():
        assert [one["seqNo"] for one in told] == list(range(len(told)))
        assert [told[0]["eventType"], told[-1]["eventType"]] == ["Started", "Ended"]
        assert {one["eventType"] for one in told[1:-1]} <= {"Updated"}
    assert {"EVConnected", "Charging", "SuspendedEV"} == {one["transactionInfo"]["chargingState"] for one in events}
    assert recorded.ends()[-1]["transactionInfo"]["stoppedReason"] == "Reboot"
    assert recorded.statuses() == {"Available", "Occupied", "Faulted"}
    assert {one["actualValue"] for one in recorded.events("Problem")} == {"true", "false"}
    assert bool(recorded.of("StatusNotification")) is (version == "2.0.1")


@pytest.mark.parametrize("version", WORDS)
async def test_who_is_refused_does_not_charge(version: str) -> None:
    recorded = await visited(version, 4, refused)
    held = {card_of(one) for one in recorded.sent if one.action == "Authorize"}
    assert "BLOCKED" in held
    assert "BLOCKED" not in {card_of(Request("", one)) for one in recorded.starts()}


async def test_a_guest_is_not_stopped_by_colleagues_that_he_does_not_have() -> None:
    recorded = await visited("1.6", 1, started(40), guest="GUEST")
    pairs = zip(recorded.starts(), recorded.ends(), strict=True)
    assert {stop.get("idTag") for start, stop in pairs if start["idTag"] == "GUEST"} == {"GUEST", None}
