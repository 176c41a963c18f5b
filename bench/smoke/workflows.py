"""Assumptions about state machines: waits in items, task tokens, calls with one, files that end a wait."""

import asyncio
import json
import os
import urllib.request
from typing import Any

from bench.smoke import accounts
from bench.smoke.check import check, eventually, expect
from bench.smoke.files import put
from bench.smoke.station import Station, connected
from bench.smoke.target import Target

ENDED = ("succeeded", "failed", "cancelled")
WITHIN_S = 90
VERSION = "smoke-2"
BOOT = {"chargePointVendor": "smoke", "chargePointModel": "smoke"}


@check("U-91", "a station's firmware is updated by state machines that wait in items, until it has booted with it")
async def update(target: Target) -> str:
    account = accounts.station(target)
    order = {"stations": [account.identity], "location": "https://example.com/fw.bin", "version": VERSION}
    async with connected(account.url, account.headers) as station:
        await station.call("BootNotification", BOOT | {"firmwareVersion": "smoke-1"})
        made = await asyncio.to_thread(target.api, "POST", "/firmware-campaigns", order)
        expect(made.status == 202, made)
        frame = await station.received()
        expect(frame[2] == "UpdateFirmware", frame)
        await station.socket.send(json.dumps([3, frame[1], {}]))
        for status in ("Downloading", "Downloaded", "Installing", "Installed"):
            await station.call("FirmwareStatusNotification", {"status": status})
        await station.call("BootNotification", BOOT | {"firmwareVersion": VERSION})
        found = await _ended(target, f"/firmware-campaigns/{made.body['campaign_id']}")
    expect(found["state"] == "succeeded", found)
    return f"{found['started_at']} to {found['ended_at']}"


@check("U-92", "a station's log is asked for, uploaded to its link, and ends the retrieval when S3 tells of it")
async def retrieve(target: Target) -> None:
    account = accounts.station(target)
    content = os.urandom(10_000)
    async with connected(account.url, account.headers) as station:
        made = await asyncio.to_thread(target.api, "POST", "/diagnostics", {"stations": [account.identity]})
        expect(made.status == 202, made)
        location = await _asked_for_log(station)
        expect(await asyncio.to_thread(put, f"{location}smoke.log", content) == 200, location)
        await station.call("DiagnosticsStatusNotification", {"status": "Uploaded"})
        found = await _ended(target, f"/diagnostics/{made.body['diagnostics_id']}")
    log = found["stations"][0]
    expect((log["state"], log["file_name"]) == ("succeeded", "smoke.log"), log)
    with urllib.request.urlopen(log["download_url"], timeout=30) as answer:
        expect(answer.read() == content, "another file came back")


async def _asked_for_log(station: Station) -> str:
    """Where the station is to upload to: it does not know GetLog, so GetDiagnostics follows."""
    frame = await station.received()
    expect(frame[2] == "GetLog", frame)
    await station.socket.send(json.dumps([4, frame[1], "NotImplemented", "", {}]))
    frame = await station.received()
    expect(frame[2] == "GetDiagnostics", frame)
    await station.socket.send(json.dumps([3, frame[1], {"fileName": "smoke.log"}]))
    location: str = frame[3]["location"]
    return location


async def _ended(target: Target, path: str) -> dict[str, Any]:
    """What the API shows once it has ended, or after a while."""
    found: dict[str, Any] = {}

    async def is_over() -> bool:
        found.update((await asyncio.to_thread(target.api, "GET", path)).body)
        return found["state"] in ENDED

    await eventually(is_over, WITHIN_S)
    return found
