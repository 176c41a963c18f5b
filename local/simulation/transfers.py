"""Files that a simulated station fetches and brings: firmware, and its log.

Firmware for it is a text that begins with a line `version X`: with that version it boots. A second line `not for MODEL`
names a model that cannot install it. Neither can any other file be installed.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from local.simulation.station import Station

PHASE_S = 20.0
"""How long it takes to download, and to install, by the station's clock."""
WITHIN = aiohttp.ClientTimeout(60)
FAILURES = (aiohttp.ClientError, TimeoutError)
FIRST_BYTES = 1024

_VERSION = re.compile(rb"version[ \t]+([!-~]{1,50})[ \t\r]*(?:\n(?:not for[ \t]+([ -~]+))?|$)")


def version_in(firmware: bytes, model: str) -> str | None:
    """The version that a file of firmware brings to a model, None if it is none of ours, or not for it."""
    found = _VERSION.match(firmware)
    is_for_others = found and found[2] and found[2].decode().strip() == model
    return found[1].decode() if found and not is_for_others else None


async def update(station: "Station", url: str, request_id: int | None, not_before: datetime | None) -> None:
    """Fetch firmware, install it and boot with it, telling each step. What charges is ended."""

    async def tell(status: str) -> None:
        for request in station.words.firmware_status(status, request_id):
            await station.send(request)

    station.is_busy_with.add("firmware")
    try:
        await _wait_until(station, not_before)
        await tell("Downloading")
        await station.clock.sleep(PHASE_S)
        try:
            firmware = await _fetch(url)
        except FAILURES:
            await tell("DownloadFailed")
            return
        await tell("Downloaded")
        await tell("Installing")
        await station.clock.sleep(PHASE_S)
        version = version_in(firmware, station.model.name)
        if version is None:
            await tell("InstallationFailed")
            return
        station.become_version(version)
        if station.model.version == "1.6":
            await tell("Installed")
            await station.reboot("Reboot", "FirmwareUpdate")
        else:
            await tell("InstallRebooting")
            await station.reboot("Reboot", "FirmwareUpdate")
            await tell("Installed")
    finally:
        station.is_busy_with.discard("firmware")


async def bring_log(station: "Station", url: str, request_id: int | None, file_name: str) -> None:
    """Upload what the station has said and was asked lately."""
    station.is_busy_with.add("log")
    try:
        await station.send(station.words.log_status("Uploading", request_id))
        content = "".join(f"{line}\n" for line in station.log).encode()
        try:
            await _bring(url if not url.endswith("/") else url + file_name, content)
        except FAILURES:
            await station.send(station.words.log_status("UploadFailure", request_id))
            return
        await station.send(station.words.log_status("Uploaded", request_id))
    finally:
        station.is_busy_with.discard("log")


async def _wait_until(station: "Station", at: datetime | None) -> None:
    """Until a time that a central system has set, which is the world's."""
    while at and (left_s := (at - station.clock.present()).total_seconds()) > 0:
        await station.clock.sleep(left_s)


async def _fetch(url: str) -> bytes:
    """All of it is fetched, the beginning is kept."""
    async with aiohttp.ClientSession(timeout=WITHIN, raise_for_status=True) as session, session.get(url) as answer:
        return (await answer.read())[:FIRST_BYTES]


async def _bring(url: str, content: bytes) -> None:
    async with aiohttp.ClientSession(timeout=WITHIN, raise_for_status=True) as session, session.put(url, data=content):
        pass
