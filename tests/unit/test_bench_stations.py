"""The stations that make load, against the echo that measures their own limit."""

import pytest

from bench import echo
from bench.open_loop import run
from bench.stations import CallFailed, Crowd, LoadStation


async def test_a_crowd_connects_sends_and_leaves() -> None:
    with echo.started() as system:
        crowd = Crowd(5, system.ws_url)
        await crowd.connect(charging=True)
        assert (crowd.connected, len(crowd.handshakes_ms)) == (5, 5)
        load = await run(crowd.stations, 100, 0.3)
        assert load.due == load.answered
        await crowd.leave()
    assert (crowd.connected, crowd.failures) == (0, {})


async def test_a_station_whose_connection_is_gone_says_so() -> None:
    station = LoadStation("L1", "ws://127.0.0.1:1/")
    with pytest.raises(CallFailed, match="unconnected"):
        await station.send("Heartbeat")
    with echo.started() as system:
        station = LoadStation("L1", system.ws_url)
        await station.connect()
    with pytest.raises(CallFailed, match="closed"):
        await station.send("Heartbeat")


async def test_who_cannot_connect_is_counted_and_keeps_nobody_else_from_it() -> None:
    crowd = Crowd(3, "ws://127.0.0.1:1/")
    await crowd.connect(charging=False)
    assert (crowd.connected, sum(crowd.failures.values())) == (0, 3)
