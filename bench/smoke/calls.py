"""Assumptions about calls to stations: @connections, the queue of timers, new connections."""

import asyncio
import json
import time
from typing import Any

from bench.smoke import accounts
from bench.smoke.check import check, eventually, expect
from bench.smoke.station import connected
from bench.smoke.target import Target

ENDED = ("answered", "refused", "timed_out", "expired", "cancelled")


@check("U-80", "what is posted to @connections comes to the station as one text message, and its answer to $default")
async def call_and_answer(target: Target) -> str:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        began = time.perf_counter()
        call = await _post(target, account.path, "GetConfiguration", wait_s=0)
        frame = await station.received()
        took_ms = (time.perf_counter() - began) * 1000
        expect(frame == [2, call["call_id"], "GetConfiguration", {}], frame)
        await station.socket.send(json.dumps([3, frame[1], {"unknownKey": ["ü"]}]))
        ended = await _ended(target, account.path, call)
    expect((ended["state"], ended["answer"]) == ("answered", {"unknownKey": ["ü"]}), ended)
    return f"{took_ms:.0f} ms from the request to the station"


@check("U-81", "a call without an answer times out by the queue, and the next one goes out")
async def time_out(target: Target) -> None:
    account = accounts.station(target)
    await asyncio.to_thread(target.api, "PATCH", account.path, {"call_timeout_s": 2})
    async with connected(account.url, account.headers) as station:
        first = await _post(target, account.path, "ClearCache")
        second = await _post(target, account.path, "ClearCache")
        expect((await station.received())[1] == first["call_id"], "the first call did not come")
        expect((await station.received())[1] == second["call_id"], "the second call did not come")
        await station.socket.send(json.dumps([3, second["call_id"], {"status": "Accepted"}]))
        ended = await _ended(target, account.path, first)
    expect(ended["state"] == "timed_out", ended)


@check("U-82", "a call made while the station is offline goes out on its next connection")
async def queued(target: Target) -> None:
    account = accounts.station(target)
    call = await _post(target, account.path, "ClearCache")
    expect(call["state"] == "queued", call)
    async with connected(account.url, account.headers) as station:
        expect((await station.received())[1] == call["call_id"], "another call came")
        await station.socket.send(json.dumps([3, call["call_id"], {"status": "Accepted"}]))
        ended = await _ended(target, account.path, call)
    expect(ended["state"] == "answered", ended)


@check("U-83", "a frame of more than 32 KB posted to @connections reaches the station whole (open)", is_open=True)
async def large_frame(target: Target) -> None:
    account = accounts.station(target)
    payload = {"vendorId": "smoke", "data": "x" * 40 * 1024}
    async with connected(account.url, account.headers) as station:
        call = await _post(target, account.path, "DataTransfer", payload)
        frame = await station.received()
        await station.socket.send(json.dumps([3, call["call_id"], {"status": "Accepted"}]))
    expect(frame[3] == payload, f"{len(frame[3].get('data', ''))} characters came")


async def _post(target: Target, path: str, action: str, payload: Any = None, wait_s: int = 0) -> dict[str, Any]:
    order = {"action": action, "payload": payload or {}, "wait_s": wait_s}
    answer = await asyncio.to_thread(target.api, "POST", f"{path}/calls", order)
    expect(answer.status in (200, 202), answer)
    made: dict[str, Any] = answer.body
    return made


async def _ended(target: Target, path: str, call: dict[str, Any]) -> dict[str, Any]:
    """The call once it has ended, or as it is after twenty seconds."""

    async def is_over() -> bool:
        nonlocal call
        call = (await asyncio.to_thread(target.api, "GET", f"{path}/calls/{call['call_id']}")).body
        return call["state"] in ENDED

    await eventually(is_over, 20)
    return call
