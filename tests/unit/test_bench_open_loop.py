"""The load of the benchmarks: when messages are due, and what is counted of their answers."""

import asyncio

import pytest

from bench import open_loop
from bench.open_loop import Load, highest_sustained, run
from bench.stations import CallFailed


class Answering:
    """A station whose answers come at once, or when `opened` is set."""

    def __init__(self, opened: asyncio.Event | None = None) -> None:
        self.opened = opened
        self.sent: list[str] = []

    async def send(self, action: str) -> None:
        self.sent.append(action)
        if self.opened:
            await self.opened.wait()


class Refusing:
    async def send(self, action: str) -> None:
        raise CallFailed("FormationViolation")


async def test_everything_due_is_sent_and_its_answer_counted() -> None:
    station = Answering()
    load = await run([station], 500, 0.4)
    assert load.due == load.answered == len(station.sent)
    assert 120 < load.due < 280
    assert set(station.sent) == {"Heartbeat", "MeterValues", "StatusNotification"}
    assert load.is_sustained


async def test_equal_seeds_make_equal_loads() -> None:
    first, second = Answering(), Answering()
    await run([first], 500, 0.2, seed=7)
    await run([second], 500, 0.2, seed=7)
    assert first.sent == second.sent


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
    results = (await run([Answering()], 500, 0.2, mix={"Heartbeat": 1})).results()
    assert set(results["ms"]) == {"all", "Heartbeat"}
    assert results["ms"]["all"] == results["ms"]["Heartbeat"]
    assert results["due"] == results["answered"]


@pytest.mark.parametrize("limit", [90.0, 210.0, 730.0, 25_000.0])
async def test_the_highest_sustained_rate_is_found_to_within_a_tenth(
    limit: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pretend(_stations: object, rate: float, seconds: float) -> Load:
        return Load(rate, seconds, due=100, answered_ms={"Heartbeat": [1.0 if rate <= limit else 5000.0] * 100})

    monkeypatch.setattr(open_loop, "run", pretend)
    tried = await highest_sustained([], 100, 1)
    found = max((load.rate for load in tried if load.is_sustained), default=None)
    if limit < 100:
        assert found is None
    elif limit > 20_000:
        assert found == 12_800  # the next would go beyond what is searched
    else:
        assert found is not None
        assert limit / 1.1 <= found <= limit
    assert len(tried) < 15
