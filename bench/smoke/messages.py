"""Assumptions about messages: routing, answers, limits, and what rides on them."""

import asyncio
import json
import secrets
from datetime import UTC, datetime

import boto3

from bench.smoke import accounts
from bench.smoke.check import Skipped, check, eventually, expect
from bench.smoke.station import connected
from bench.smoke.target import Target

KB = 1024


@check("U-20", "$request.body.[2] leads a CALL to its action's own function, not to $default")
async def array_routing(target: Target) -> str:
    account, message_id = accounts.station(target), f"smoke-{secrets.token_hex(8)}"
    async with connected(account.url, account.headers) as station:
        await station.call("Heartbeat", {}, message_id=message_id)
    stream = await _log_stream(target, message_id)
    expect("OcppHeartbeat" in stream, f"logged in {stream}")
    return stream


@check("U-21", "what a function returns goes back to the station as it is")
async def route_response(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        frame = await station.call("Heartbeat", {}, message_id="smoke-ü")
        strays = station.strays
    expect(frame[:2] == [3, "smoke-ü"] and "currentTime" in frame[2], frame)
    expect(not strays, f"besides: {strays}")


@check("U-22", "what the authorizer found rides on every message")
async def authorizer_context(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        boot = {"chargePointVendor": "Idlewatt", "chargePointModel": "Smoke"}
        frame = await station.call("BootNotification", boot)
    expect(frame[0] == 3 and frame[2]["status"] == "Accepted", frame)
    shown = target.api("GET", account.path).body
    expect((shown["vendor"], shown["ocpp_version"]) == ("Idlewatt", "1.6"), shown)


@check("U-23", "an action that has no route is answered by $default")
async def unknown_action(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        frame = await station.call("MakeCoffee", {})
    expect(frame[0] == 4 and frame[2] == "NotImplemented", frame)


@check("U-24", "what is no JSON, no CALL or not ours to answer brings no frame that is not OCPP")
async def odd_frames(target: Target) -> None:
    account = accounts.station(target)
    odd = [
        "not json",
        "{}",
        '[3,"x",{}]',
        '[4,"x","InternalError","",{}]',
        '[4,"x","Heartbeat","",{}]',
        "[2]",
        "[9,1,2]",
    ]
    async with connected(account.url, account.headers) as station:
        for text in odd:
            await station.socket.send(text)
        frame = await station.call("Heartbeat", {})
        await asyncio.sleep(2)
        foreign = [text for text in station.strays if not text.startswith("[")]
    expect(frame[0] == 3, frame)
    expect(not foreign, foreign)


@check("U-25", "a frame that names $connect or $disconnect does nothing")
async def reserved_routes(target: Target) -> str:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        for route in ("$connect", "$disconnect", "$default"):
            await station.socket.send(json.dumps([2, f"smoke-{route}", route, {}]))
        frame = await station.call("Heartbeat", {})
        await asyncio.sleep(2)
        shown, strays = target.api("GET", account.path).body, station.strays
    expect(frame[0] == 3, frame)
    expect(shown["online"], "the station is shown as offline")
    return f"came: {strays}" if strays else "nothing came"


@check("U-26", "a message of 120 KB in frames of up to 32 KB is taken")
async def large_message(target: Target) -> None:
    account = accounts.station(target)
    text = json.dumps([2, "smoke-large", "DataTransfer", {"vendorId": "smoke", "data": "x" * (120 * KB)}])
    async with connected(account.url, account.headers) as station:
        frame = await station.send([text[at : at + 31 * KB] for at in range(0, len(text), 31 * KB)], "smoke-large")
    expect(frame[0] in (3, 4), frame)


@check("U-27", "a frame above 32 KB, a message above 128 KB and a binary frame close the connection")
async def too_large(target: Target) -> None:
    account = accounts.station(target)
    codes = {}
    async with connected(account.url, account.headers) as station:
        await station.socket.send("x" * (33 * KB))
        codes["frame"] = await station.closed(within_s=10)
    async with connected(account.url, account.headers) as station:
        await station.socket.send(["x" * (30 * KB)] * 5)
        codes["message"] = await station.closed(within_s=10)
    async with connected(account.url, account.headers) as station:
        await station.socket.send(b"binary")
        codes["binary"] = await station.closed(within_s=10)
    expect(codes == {"frame": 1009, "message": 1009, "binary": 1003}, codes)


@check("U-28", "messages of one connection may overtake each other, and each is answered")
async def many_at_once(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        frames = await asyncio.gather(*(station.call("Heartbeat", {}) for _ in range(20)))
    expect(all(frame[0] == 3 for frame in frames), frames)


@check("U-29", "a ping of the station is answered", is_open=True)
async def ping(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        pong = await station.socket.ping()
        done, _ = await asyncio.wait([asyncio.ensure_future(pong)], timeout=10)
    expect(done, "no pong in ten seconds")


@check("U-30", "conditional writes make one transaction of the same start sent five times at once")
async def one_transaction(target: Target) -> None:
    account, tag = accounts.station(target), accounts.id_token(target)
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    start = {"connectorId": 1, "idTag": tag, "meterStart": 100, "timestamp": now}
    async with connected(account.url, account.headers) as station:
        frames = await asyncio.gather(*(station.call("StartTransaction", start) for _ in range(5)))
        numbers = {frame[2]["transactionId"] for frame in frames if frame[0] == 3}
        expect(len(numbers) == 1 and all(frame[0] == 3 for frame in frames), frames)
        stop = {"transactionId": numbers.pop(), "meterStop": 1100, "timestamp": now, "reason": "Local"}
        await station.call("StopTransaction", stop)
    listed = target.api("GET", f"/transactions?station_id={account.identity}").body["items"]
    expect([one["energy_wh"] for one in listed] == [1000], listed)


async def _log_stream(target: Target, message_id: str) -> str:
    """The log stream in which the line of a message is; its name has the function's."""
    if not target.log_group:
        raise Skipped("needs CloudWatch Logs")
    logs, found = boto3.client("logs"), list[str]()

    async def is_logged() -> bool:
        events = logs.filter_log_events(logGroupName=target.log_group, filterPattern=f'"{message_id}"')["events"]
        found.extend(str(event["logStreamName"]) for event in events)
        return bool(found)

    expect(await eventually(is_logged, within_s=120), "no log line after two minutes")
    return found[0]
