"""The stations that make load, against the echo that measures their own limit."""

import pytest

from bench import closed_loop, echo
from bench.load_sessions import VERSIONS, WH_PER_REPORT
from bench.load_storm import storm
from bench.stations import CallFailed, Crowd, LoadStation


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_crowd_connects_charges_and_leaves(version: str) -> None:
    with echo.started() as system:
        crowd = Crowd(5, system.ws_url, versions=[version])
        await crowd.connect()
        assert (crowd.connected, len(crowd.handshakes_ms)) == (5, 5)
        load = await closed_loop.run(crowd.stations, 0.3)
        assert load.due == load.answered
        await crowd.leave()
    assert (crowd.connected, crowd.failures) == (0, {})
    for station in crowd.stations:
        assert not station.sessions.is_charging
        assert station.sessions.ended_wh
        assert set(station.sessions.ended_wh) == {5 * WH_PER_REPORT}


async def test_after_a_storm_all_stations_are_back() -> None:
    with echo.started() as system:
        crowd = Crowd(6, system.ws_url, versions=VERSIONS)
        await crowd.connect()
        result = await storm(crowd)
        assert (result["booted"], crowd.connected) == (6, 6)
        assert result["course"]["back"][0] == 0
        assert result["course"]["back"][-1] == 6
        await crowd.leave()


async def test_a_station_whose_connection_is_gone_says_so() -> None:
    station = LoadStation("L1", "ws://127.0.0.1:1/")
    with pytest.raises(CallFailed, match="unconnected"):
        await station.step()
    with echo.started() as system:
        station = LoadStation("L1", system.ws_url)
        await station.connect()
        station.drop()
        with pytest.raises(CallFailed, match=r"closed|unconnected"):
            await station.step()


async def test_who_cannot_connect_is_counted_and_keeps_nobody_else_from_it() -> None:
    crowd = Crowd(3, "ws://127.0.0.1:1/")
    await crowd.connect()
    assert (crowd.connected, sum(crowd.failures.values())) == (0, 3)
