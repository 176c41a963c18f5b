"""The live feed: what happens at stations is on the consoles that watch, and on no others (docs/live.md)."""

import datetime as dt
import json
import time
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from local.functions import Function
from local.system import LocalSystem
from shared.aws import access
from shared.domain.live import Console
from shared.store import keys, live, table
from tests.end_to_end.clients import WAIT_S, Api, Station, dial
from tests.end_to_end.consoles import buy, open_console


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions look anew each time whether anybody watches, so that no test has to wait for it."""
    monkeypatch.setattr(live, "LOOKED_EVERY_S", 0.0)


async def tell(station: Station, status: str, connector_id: int = 1) -> None:
    now = dt.datetime.now(dt.UTC).isoformat()
    await station.call(
        "StatusNotification", connectorId=connector_id, errorCode="NoError", status=status, timestamp=now
    )


async def test_a_status_is_told_to_the_console_that_watches_its_station(system: LocalSystem, api: Api) -> None:
    async with dial(system, "L001") as station, open_console(system, buy(api)) as console:
        answer = await console.watch("L001", types=["status.changed"])
        assert answer["station_ids"] == ["L001"]
        assert answer["types"] == ["status.changed"]
        await tell(station, "Charging")
        event = await console.event("status.changed", "L001")
    assert event["version"] == 1
    assert event["data"]["reported_status"] == "Charging"
    history = api.items("stations", "L001", "events")
    assert event["data"] in [one["data"] for one in history if one["type"] == "status.changed"]


async def test_a_console_gets_what_it_watches_and_nothing_before_that(system: LocalSystem, api: Api) -> None:
    async with (
        dial(system, "L002") as watched,
        dial(system, "L003") as other,
        open_console(system, buy(api)) as narrow,
        open_console(system, buy(api)) as wide,
        open_console(system, buy(api)) as silent,
    ):
        await narrow.watch("L002", types=["status.changed"])
        await wide.watch()
        await tell(other, "Faulted")
        assert (await wide.event("fault.raised", "L003"))["data"]["reported_status"] == "Faulted"
        await tell(watched, "Faulted")
        await narrow.event("status.changed", "L002")
        await wide.event("fault.raised", "L002")
        assert {(one["type"], one["station_id"]) for one in narrow.events} <= {("status.changed", "L002")}
        await narrow.watch("L003")
        await tell(other, "Available")
        await narrow.event("fault.cleared", "L003")
        assert (await silent.ask({"action": "ping"})) == {"type": "pong"}
        assert silent.events == []


async def test_a_ticket_is_for_one_use(system: LocalSystem, api: Api) -> None:
    ticket = buy(api)
    async with open_console(system, ticket):
        pass
    for wrong in (ticket, "", "nonsense", ticket[:-1]):
        with pytest.raises(InvalidStatus) as refused:
            async with open_console(system, wrong):
                pass
        assert refused.value.response.status_code == 401


async def test_a_ticket_expires(system: LocalSystem, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.api.live_tickets.TICKET_LASTS", dt.timedelta(seconds=-1))
    with pytest.raises(InvalidStatus) as refused:
        async with open_console(system, buy(api)):
            pass
    assert refused.value.response.status_code == 401


async def test_a_page_of_another_site_is_refused_where_nobody_needs_a_token(system: LocalSystem, api: Api) -> None:
    ticket = buy(api)
    with pytest.raises(InvalidStatus) as refused:
        async with open_console(system, ticket, headers={"Origin": "https://elsewhere.example"}):
            pass
    assert refused.value.response.status_code == 403
    async with open_console(system, ticket, headers={"Origin": f"http://127.0.0.1:{system.port}"}) as console:
        assert await console.ask({"action": "ping"}) == {"type": "pong"}


async def test_a_connection_ends_with_the_token_that_bought_its_ticket(
    system: LocalSystem, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dial(system, "L004") as station, open_console(system, buy(api)) as console:
        await console.watch()
        passed = access.Session("somebody", dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1))
        with monkeypatch.context() as patch:
            patch.setattr(access, "session", lambda _: passed)
            ticket = buy(api)
        async with open_console(system, ticket) as short:
            await short.watch("L004")
            while dt.datetime.now(dt.UTC) < passed.expires_at:
                assert (await console.ask({"action": "ping"}))["type"] == "pong"
            answer = await short.ask({"action": "watch", "station_ids": None})
            assert "buy another ticket" in answer["reason"]
            await short.closed()
            await tell(station, "Preparing")
        await console.event("status.changed", "L004")
        assert api.system.wait_idle()
        async with open_console(system, buy(api)) as again:
            await again.watch("L004")
            await tell(station, "Available")
            await again.event("status.changed", "L004")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("no json", "no JSON"),
        ("[1]", "no JSON object"),
        ({"action": "dance"}, "no such action"),
        ({"action": "watch", "station_ids": []}, "station_ids"),
        ({"action": "watch", "station_ids": "L001"}, "station_ids"),
        ({"action": "watch", "station_ids": [str(number) for number in range(201)]}, "no more than 200"),
        ({"action": "watch", "types": ["status.chnged"]}, "status.chnged"),
        ({"action": "watch", "station": "L001"}, "no station;"),
        ({"action": "ping", "padding": "x" * 32_000}, "longer"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_what_cannot_be_taken_is_an_error_and_the_socket_goes_on(
    system: LocalSystem, api: Api, message: object, reason: str
) -> None:
    async with open_console(system, buy(api)) as console:
        text = message if isinstance(message, str) else json.dumps(message)
        await console.socket.send([text[start : start + 16_000] for start in range(0, len(text), 16_000)])
        answer = json.loads(await console.socket.recv())
        assert answer["type"] == "error"
        assert reason in answer["reason"]
        assert await console.ask({"action": "ping"}) == {"type": "pong"}


@pytest.mark.parametrize("action", ["$connect", "$disconnect"])
async def test_a_message_named_like_an_event_of_the_connection_does_nothing(
    system: LocalSystem, api: Api, action: str
) -> None:
    async with open_console(system, buy(api)) as console:
        await console.watch()
        assert (await console.ask({"action": action}))["type"] == "error"
        assert await console.ask({"action": "ping"}) == {"type": "pong"}


async def test_a_console_that_vanished_without_a_word_is_forgotten_and_holds_nobody_up(
    system: LocalSystem, api: Api
) -> None:
    async with dial(system, "L005") as station, open_console(system, buy(api)) as console:
        await console.watch("L005")
        system.faults.lose_disconnects = True
        try:
            async with open_console(system, buy(api)) as gone:
                await gone.watch("L005")
        finally:
            system.faults.lose_disconnects = False
        before = len(live.consoles())
        await tell(station, "Charging")
        await console.event("status.changed", "L005")
        deadline = time.monotonic() + WAIT_S
        while len(live.consoles()) >= before and time.monotonic() < deadline:
            await console.ask({"action": "ping"})
        assert len(live.consoles()) == before - 1


@pytest.mark.parametrize("action", ["ping", "watch"])
async def test_a_console_whose_token_has_expired_is_told_so_and_closed_when_it_says_something(
    system: LocalSystem, api: Api, action: str
) -> None:
    before = live.consoles()
    async with open_console(system, buy(api)) as console:
        await console.watch("L007")
        _expire(before)
        assert (await console.ask({"action": action}))["type"] == "error"
        await console.closed()
    assert live.consoles() == before
    assert not await _anybody(system)


async def test_a_console_whose_token_has_expired_is_closed_with_the_next_event(system: LocalSystem, api: Api) -> None:
    before = live.consoles()
    async with dial(system, "L008") as station, open_console(system, buy(api)) as console:
        await console.watch("L008")
        _expire(before)
        await tell(station, "Charging")
        await console.closed()
    assert console.events == []
    assert not await _anybody(system)


def _expire(others: list[Console]) -> None:
    """Let the token of the console that is not among these have expired a second ago."""
    (one,) = [console for console in live.consoles() if console not in others]
    over = keys.stamp(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
    table.update(
        keys.live_connection(one.connection_id), "SET #until = :over", {":over": over}, names={"#until": "until"}
    )


async def test_events_carry_no_mark_when_nobody_watches(
    system: LocalSystem, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function that pushes is not even started then."""
    assert not await _anybody(system)
    pushed = _pushed(system, monkeypatch)
    async with dial(system, "L006") as station:
        await tell(station, "Charging")
        assert "status.changed" in {one["type"] for one in api.items("stations", "L006", "events")}
        assert "L006" not in pushed
        async with open_console(system, buy(api)) as console:
            await console.watch("L006")
            await tell(station, "Available")
            await console.event("status.changed", "L006")
    assert "L006" in pushed
    assert not await _anybody(system)


def _pushed(system: LocalSystem, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stations of events that the function that pushes is started for, from now on."""
    stations: list[str] = []
    start = system.functions.start

    def noting(function: Function, event: Any) -> None:
        if function.handler == "functions.bus.push_live.handler":
            stations.append(event["detail"]["station_id"])
        start(function, event)

    monkeypatch.setattr(system.functions, "start", noting)
    return stations


async def _anybody(system: LocalSystem) -> bool:
    """Whether events are marked after the last console has left, which it does a moment after its socket."""
    deadline = time.monotonic() + WAIT_S
    while live.is_watched(dt.datetime.now(dt.UTC)) and time.monotonic() < deadline:
        assert system.wait_idle()
    return live.is_watched(dt.datetime.now(dt.UTC))


async def test_a_stations_socket_is_not_a_consoles(system: LocalSystem, api: Api) -> None:
    """The two paths lead to two APIs, with identities and subprotocols at one and tickets at the other."""
    async with dial(system, "live") as station:
        assert await station.is_alive()
    assert (me := api.get("me"))["username"] == "local-developer"
    assert me["role"] == "admin"
    response = api.session.get(f"http://127.0.0.1:{system.port}/live", timeout=WAIT_S)
    assert response.status_code == 426
