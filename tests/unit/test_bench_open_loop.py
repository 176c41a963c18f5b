"""The load of the benchmarks: when messages are due, and what is counted of their answers."""

import asyncio

import pytest

from bench import closed_loop, open_loop
from bench.open_loop import run
from bench.stations import CallFailed


class Answering:
    """A station whose answers come at once, or when `opened` is set."""

    def __init__(self, opened: asyncio.Event | None = None) -> None:
        self.opened = opened
        self.sent = 0

    async def step(self) -> str:
        self.sent += 1
        if self.opened:
            await self.opened.wait()
        await asyncio.sleep(0)
        return "Heartbeat" if self.sent % 2 else "MeterValues"


class Refusing:
    async def step(self) -> str:
        raise CallFailed("FormationViolation")


async def test_everything_due_is_sent_and_its_answer_counted() -> None:
    station = Answering()
    load = await run([station], 500, 0.4)
    assert load.due == load.answered == station.sent
    assert 120 < load.due < 280
    assert set(load.answered_ms) == {"Heartbeat", "MeterValues"}
    assert load.is_sustained


async def test_equal_seeds_make_equal_loads() -> None:
    first, second = [Answering(), Answering()], [Answering(), Answering()]
    await run(first, 500, 0.2, seed=7)
    await run(second, 500, 0.2, seed=7)
    assert [station.sent for station in first] == [station.sent for station in second]


async def test_a_stall_is_charged_for_every_message_that_was_due_meanwhile() -> None:
    opened = asyncio.Event()
    asyncio.get_running_loop().call_later(0.4, opened.set)
    load = await run([Answering(opened)], 200, 0.3)
    assert load.answered == load.due
    # Those due at once waited 400 ms, those due last 100 ms.
    assert load.ms(1.0) > 350
    assert load.ms(0.5) > 200


async def test_failures_are_counted_by_what_they_were() -> None:
    load = await run([Refusing()], 200, 0.1)
    assert load.failures == {"FormationViolation": load.due}
    assert not load.is_sustained


async def test_what_is_not_answered_after_a_while_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_loop, "DRAIN_S", 0.05)
    load = await run([Answering(asyncio.Event())], 200, 0.1)
    assert load.failures == {"unanswered": load.due}


async def test_the_results_tell_each_action_from_all() -> None:
    results = (await run([Answering()], 500, 0.2)).results()
    assert set(results["ms"]) == {"all", "Heartbeat", "MeterValues"}
    assert results["due"] == results["answered"]


async def test_in_a_closed_loop_each_station_sends_as_fast_as_it_is_answered() -> None:
    stations = [Answering(), Answering()]
    load = await closed_loop.run(stations, 0.1)
    assert load.answered == load.due == sum(station.sent for station in stations)
    assert all(station.sent > 10 for station in stations)
    assert load.rate is None


async def test_in_a_closed_loop_a_station_that_fails_goes_on() -> None:
    load = await closed_loop.run([Refusing()], 0.2)
    assert load.failures == {"FormationViolation": load.due}
    assert 1 < load.due < 10
