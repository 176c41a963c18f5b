"""Periodic event streams of OCPP 2.1 on the wire (block N): opened, filled without an answer, adjusted and closed."""

import json
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.answering import answer, call, receive, seen
from tests.end_to_end.clients import Api, Station, dial_2x

NOTIFY = "NotifyPeriodicEventStream"


async def opened(station: Station, stream_id: int = 3, interval_s: int = 60) -> dict[str, Any]:
    stream = {"id": stream_id, "variableMonitoringId": 11, "params": {"interval": interval_s, "values": 10}}
    return await station.call("OpenPeriodicEventStream", constantStreamData=stream)


async def tell(station: Station, payload: Any) -> None:
    """A SEND, and the proof that nothing comes back: the next frame answers the heartbeat after it."""
    await station.send([6, f"send-{next(station.numbers)}", NOTIFY, payload])
    assert await station.is_alive()


async def streams(api: Api, station: Station) -> Any:
    return (await seen(api, "stations", station.station_id, "event-streams"))["items"]


async def values(api: Api, station: Station, stream_id: int = 3) -> Any:
    return (await seen(api, "stations", station.station_id, "event-streams", str(stream_id), "values"))["items"]


@pytest.mark.requirement("M21-039", "N11", "N12", "N13", "N14")
async def test_the_record_of_a_stream_follows_what_becomes_of_it(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "ST39", "2.1") as station:
        assert (await opened(station))["status"] == "Accepted"
        (stream,) = await streams(api, station)
        assert (stream["stream_id"], stream["monitor_id"], stream["state"]) == (3, 11, "open")
        assert (stream["interval_s"], stream["values"], stream["latest"]) == (60, 10, None)

        await call(api, station, "AdjustPeriodicEventStream", {"id": 3, "params": {"interval": 5}})
        await answer(api, station, await receive(station, "AdjustPeriodicEventStream"))
        (stream,) = await streams(api, station)
        assert (stream["interval_s"], stream["values"]) == (5, 10)

        await call(api, station, "AdjustPeriodicEventStream", {"id": 3, "params": {"interval": 1}})
        await answer(api, station, await receive(station, "AdjustPeriodicEventStream"), {"status": "Rejected"})
        assert (await streams(api, station))[0]["interval_s"] == 5

        await call(api, station, "GetPeriodicEventStream")
        listed = {"id": 4, "variableMonitoringId": 12, "params": {"values": 2}}
        frame = await receive(station, "GetPeriodicEventStream")
        await answer(api, station, frame, {"constantStreamData": [listed]})
        told = [(one["stream_id"], one["state"], one["opened_at"] is None) for one in await streams(api, station)]
        assert told == [(3, "closed", False), (4, "open", True)]

        assert await station.call("ClosePeriodicEventStream", id=4) == {}
        assert [one["state"] for one in await streams(api, station)] == ["closed", "closed"]


async def test_a_station_without_streams_closes_what_we_thought_open(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "ST12", "2.1") as station:
        await opened(station)
        await call(api, station, "GetPeriodicEventStream")
        await answer(api, station, await receive(station, "GetPeriodicEventStream"), {})
        assert [one["state"] for one in await streams(api, station)] == ["closed"]


@pytest.mark.requirement("M21-004", "M21-040", "N15")
@pytest.mark.parametrize(
    ("basetime", "moments"),
    [
        ("2026-11-23T08:00:00Z", [0, 1.5]),
        ("2026-11-23T08:00:00Z", ["2026-11-23T08:00:00Z", "2026-11-23T08:00:01.500Z"]),
        (None, ["2026-11-23T08:00:00Z", "2026-11-23T08:00:01.500Z"]),
    ],
)
async def test_streamed_values_are_kept_and_never_answered(
    system: LocalSystem, api: Api, basetime: str | None, moments: list[Any]
) -> None:
    station_id = f"ST40-{'base' if basetime else 'none'}-{type(moments[0]).__name__}"
    async with dial_2x(system, station_id, "2.1") as station:
        await opened(station)
        data = [{"t": at, "v": value} for at, value in zip(moments, ("16.0", "16.2"), strict=True)]
        payload = {"id": 3, "pending": 4, "data": data} | ({"basetime": basetime} if basetime else {})
        await tell(station, payload)
        await tell(station, payload)  # a repeated message brings nothing new
        (brought,) = await values(api, station)
        assert brought["pending"] == 4
        assert brought["values"] == [
            {"at": "2026-11-23T08:00:00Z", "value": "16.0"},
            {"at": "2026-11-23T08:00:01.500000Z", "value": "16.2"},
        ]
        assert (await streams(api, station))[0]["latest"] == brought


async def test_a_send_may_come_while_a_call_is_pending(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "ST41", "2.1") as station:
        await call(api, station, "GetPeriodicEventStream")
        frame = await receive(station, "GetPeriodicEventStream")
        await tell(station, {"id": 3, "pending": 0, "basetime": "2026-11-23T08:00:00Z", "data": [{"t": 0, "v": "1"}]})
        ended = await answer(api, station, frame, {})
        assert ended["state"] == "answered"
        assert len(await values(api, station)) == 1


@pytest.mark.requirement("M21-005")
async def test_a_send_that_is_wrong_is_logged_and_never_answered(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "ST05", "2.1") as station:
        for payload in ({}, {"id": "x", "pending": -1, "data": []}, {"id": 3, "data": "x"}, [1], None):
            await tell(station, payload)
        for text in ('[6,"x"]', '[6,"x","NotifyPeriodicEventStream"]', f'[6,"{"x" * 40}","{NOTIFY}",{{}}]'):
            await station.send(text)
            assert await station.is_alive()
        for action in ("NoSuchAction", "Reset", "Heartbeat"):
            await station.send([6, f"odd-{action}", action, {}])
            assert await station.is_alive()
        messages = (await seen(api, "stations", "ST05", "messages", limit=200))["items"]
        wrong = [one for one in messages if one["direction"] == "in" and _is_send(one["frame"])]
        assert len(wrong) >= 5
        assert all(one["answered_in_ms"] is None for one in wrong)


def _is_send(frame: Any) -> bool:
    return isinstance(frame, list) and frame[:1] == [6]


async def test_values_that_come_as_a_call_are_kept_and_answered(system: LocalSystem, api: Api) -> None:
    """A station that sends a CALL waits for its answer, whatever the standard says of this action."""
    payload = {"id": 3, "pending": 0, "basetime": "2026-11-23T08:00:00Z", "data": [{"t": 0, "v": "1"}]}
    async with dial_2x(system, "ST42", "2.1") as station:
        await station.send([2, "as-a-call", NOTIFY, payload])
        assert await station.receive() == [3, "as-a-call", {}]
        assert len(await values(api, station)) == 1


async def test_2_0_1_has_neither_streams_nor_messages_without_an_answer(system: LocalSystem) -> None:
    async with dial_2x(system, "ST43", "2.0.1") as station:
        await station.send(json.dumps([6, "m6", NOTIFY, {}]))
        assert (await station.receive())[:3] == [4, "m6", "MessageTypeNotSupported"]
        await station.send([2, "m7", "ClosePeriodicEventStream", {"id": 1}])
        assert (await station.receive())[:3] == [4, "m7", "NotImplemented"]
