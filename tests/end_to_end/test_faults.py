"""Everything goes wrong now and then, and what stations have told is in the books once."""

import asyncio
import json
import time
from typing import Any

import pytest

from bench import faults
from local.faults import FaultInjector
from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial

SYSTEM = {"fault_rate": 0.05}
NOTHING = {"lost": 0, "doubled": 0, "wrong": 0, "given_up": 0, "statuses_missing": 0, "statuses_doubled": 0}


def test_what_stations_have_told_is_there_once(system: LocalSystem) -> None:
    found = faults.measure(
        system.ws_url, system.api_url, lambda: system.wait_idle(60), sessions=3, seed=7, stations=10, reports=13
    )
    assert (found["messages"], found["cuts"]) == (510, 30)
    assert {name: found[name] for name in NOTHING} == NOTHING, found["examples"]
    assert (found["offline"], found["settled"], found["dead_letters"]) == (170, True, 0)
    assert found["told_wh"] == found["known_wh"] > 0
    assert "frames that are not OCPP" not in found["attempts"]
    assert sum(system.injector.done.values()) > 20


def test_a_function_that_runs_into_its_limit_is_told_in_a_frame_that_is_not_ocpp_and_the_repeat_is_answered(
    system: LocalSystem, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = system.functions.with_handler("functions.actions.heartbeat.handler")
    handle = system.functions._handlers[function.name]
    monkeypatch.setattr(system, "injector", FaultInjector(0.0))

    def slow(event: Any, context: Any) -> Any:
        answer = handle(event, context)
        time.sleep(0.5)
        return answer

    monkeypatch.setitem(system.functions._handlers, function.name, slow)
    limit_s = function.timeout_s
    object.__setattr__(function, "timeout_s", 0.2)

    async def meet() -> None:
        async with dial(system, "SLOW") as station:
            await station.send([2, "1", "Heartbeat", {}])
            foreign = json.loads(await station.socket.recv())
            assert isinstance(foreign, dict)
            assert foreign["message"] == "Internal server error"
            object.__setattr__(function, "timeout_s", limit_s)
            assert await station.is_alive()

    try:
        asyncio.run(meet())
    finally:
        object.__setattr__(function, "timeout_s", limit_s)
