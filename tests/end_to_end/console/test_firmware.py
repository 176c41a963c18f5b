"""Firmware: its files, and campaigns that are begun, watched, paused and resumed on the page."""

import asyncio
import datetime as dt
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import requests
from playwright.async_api import Locator, Page, Route, expect

from local.system import LocalSystem
from tests.end_to_end.clients import WAIT_S, Api, Station, dial
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at
from tests.end_to_end.console.roles import as_viewer

OLD, NEW = "1.0.0", "2.0.0"
CONTENT = b"version 2.0.0\n" + b"\0" * 400_000
SMOOTH = ("Downloading", "Downloaded", "Installing", "Installed")


@pytest.fixture(scope="module")
def api(system: LocalSystem) -> Api:
    """The stream has something to do for as long as a campaign goes on."""
    return Api(system, at_once=True)


class Fleet:
    """Stations that update when they are asked, one step after the other once they `may`; those in `failing` cannot."""

    def __init__(self, station_ids: list[str], failing: frozenset[str] = frozenset()) -> None:
        self.station_ids = station_ids
        self.failing = failing
        self.may = asyncio.Event()
        self.asked: list[str] = []

    async def tell(self, station: Station, action: str, **payload: Any) -> None:
        message_id = f"{station.station_id}-{next(station.numbers)}"
        await station.send([2, message_id, action, payload])
        while json.loads(await station.socket.recv())[1] != message_id:
            pass

    async def boot(self, station: Station, version: str) -> None:
        named = {"chargePointVendor": "Acme", "chargePointModel": "Duo", "firmwareVersion": version}
        await self.tell(station, "BootNotification", **named)

    async def live(self, station: Station) -> None:
        async for text in station.socket:
            frame = json.loads(text)
            if frame[0] != 2:
                continue
            self.asked.append(station.station_id)
            await station.send([3, frame[1], {}])
            await self.tell(station, "FirmwareStatusNotification", status="Downloading")
            await self.may.wait()
            if station.station_id in self.failing:
                await self.tell(station, "FirmwareStatusNotification", status="DownloadFailed")
                continue
            for status in SMOOTH:
                await self.tell(station, "FirmwareStatusNotification", status=status)
            await self.boot(station, NEW)


@asynccontextmanager
async def on_line(system: LocalSystem, fleet: Fleet) -> AsyncIterator[None]:
    """The stations are connected and have booted."""
    async with AsyncExitStack() as stack:
        stations = [await stack.enter_async_context(dial(system, one)) for one in fleet.station_ids]
        await asyncio.gather(*(fleet.boot(one, OLD) for one in stations))
        tasks = [asyncio.create_task(fleet.live(one)) for one in stations]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def upload(page: Page, version: str, content: bytes) -> Locator:
    """A file is brought; the dialog that tells what became of it."""
    await page.get_by_role("button", name="Upload firmware").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("File", exact=True).set_input_files(
        {"name": "Fw 2 (final).bin", "mimeType": "application/octet-stream", "buffer": content}
    )
    await dialog.get_by_label("Version").fill(version)
    await dialog.get_by_role("button", name="Upload", exact=True).click()
    return dialog


async def test_firmware_is_uploaded_edited_and_deleted(api: Api, open_page: Open) -> None:
    page = await open_page("/firmware", errors="422")
    dialog = await upload(page, "3.1.0", CONTENT)
    await expect(dialog.get_by_text("Ready: 400 kB have arrived")).to_be_visible()
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    await expect(dialog).to_contain_text(sha256)
    await dialog.get_by_role("button", name="Close").last.click()
    files = page.get_by_role("region", name="Files")
    row = files.locator("tbody tr").filter(has_text="3.1.0")
    await expect(row).to_contain_text("Fw-2-final-.bin")
    await expect(row).to_contain_text("Ready")
    found = await asyncio.to_thread(api.items, "firmware")
    (kept,) = [one for one in found if one["version"] == "3.1.0"]
    assert (kept["sha256"], kept["declared_sha256"], kept["size_bytes"]) == (sha256, sha256, len(CONTENT))
    await row.get_by_role("button", name="Edit").click()
    await page.get_by_label("Vendor").fill("Acme")
    await page.get_by_text("Signed", exact=True).last.click()
    await page.get_by_label("Signature").fill("no base64!")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".wrong").first).to_be_visible()
    await page.get_by_label("Signature").fill("")
    await page.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("Acme")
    async with page.expect_download() as saving:
        await row.get_by_role("button", name="Download").click()
    assert (await saving.value).suggested_filename == "Fw-2-final-.bin"
    await row.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(row).to_have_count(0)


async def test_an_upload_that_fails_is_taken_up_again(api: Api, open_page: Open) -> None:
    page = await open_page("/firmware", errors="Failed to load resource")
    links: list[str] = []

    async def bring(route: Route) -> None:
        links.append(route.request.url)
        match len(links):
            case 1:
                await route.abort("connectionreset")
            case 2:
                await route.fulfill(status=410, body="The link has expired")
            case 3:
                # It arrives, and nobody hears of it.
                await asyncio.to_thread(requests.put, route.request.url, CONTENT, timeout=WAIT_S)
                await route.abort("connectionreset")
            case _:
                # What has arrived may not have been read yet: then there is one more link, to a file that is there.
                await route.continue_()

    await page.route("**/f/**", bring)
    dialog = await upload(page, "3.2.0", CONTENT)
    send = dialog.get_by_role("button", name="Upload", exact=True)
    await expect(dialog.get_by_role("alert")).to_contain_text("The connection broke off")
    await expect(dialog.get_by_label("Version")).to_be_disabled()
    await send.click()
    await expect(dialog.get_by_role("alert")).to_contain_text("The file was not taken (error 410)")
    await send.click()
    await expect(dialog.get_by_role("alert")).to_contain_text("The connection broke off")
    await send.click()
    await expect(dialog.get_by_text("Ready: 400 kB have arrived")).to_be_visible()
    assert links[0] != links[1], "another link, for the first may have expired"
    found = await asyncio.to_thread(api.items, "firmware")
    assert len([one for one in found if one["version"] == "3.2.0"]) == 1
    await page.unroute("**/f/**")


async def test_a_file_that_is_not_what_was_declared_is_rejected_and_brought_again(api: Api, open_page: Open) -> None:
    declared = {"file_name": "fw.bin", "version": "3.3.0", "sha256": hashlib.sha256(CONTENT).hexdigest()}
    await asyncio.to_thread(api.ask, "POST", "firmware", json=declared)
    page = await open_page("/firmware")
    row = page.get_by_role("region", name="Files").locator("tbody tr").filter(has_text="3.3.0")
    for content, said in ((b"other", "The file was rejected and removed: "), (CONTENT, "Ready: 400 kB")):
        await row.get_by_role("button", name="Bring its file").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("File", exact=True).set_input_files(
            {"name": "any.bin", "mimeType": "application/octet-stream", "buffer": content}
        )
        await dialog.get_by_role("button", name="Upload", exact=True).click()
        await expect(dialog).to_contain_text(said)
        await dialog.get_by_role("button", name="Close").last.click()
    await expect(row).to_contain_text("Ready")


async def test_a_campaign_is_begun_and_watched_to_its_end(system: LocalSystem, open_page: Open) -> None:
    fleet = Fleet([f"CA-{number}" for number in range(4)], failing=frozenset({"CA-3"}))
    async with on_line(system, fleet):
        page = await open_page("/firmware")
        dialog = await upload(page, NEW, CONTENT)
        await expect(dialog).to_contain_text("Ready: 400 kB")
        await dialog.get_by_role("button", name="Close").last.click()
        await page.get_by_role("button", name="New campaign").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("File", exact=True).select_option("2.0.0 · Fw-2-final-.bin")
        await dialog.get_by_label("Which ones").select_option("By a list of identities")
        await dialog.get_by_label("Identities").fill("\n".join(fleet.station_ids))
        await dialog.get_by_label("Waves", exact=True).fill("1, 100%")
        await dialog.get_by_label("Halts itself").select_option("never")
        await dialog.get_by_text("Attempts, signature and deadlines").click()
        await dialog.get_by_label("Attempts", exact=True).fill("1")
        await dialog.get_by_role("button", name="Look it over").click()
        summary = dialog.locator("[data-summary]")
        await expect(summary).to_contain_text("4 stations: CA-0")
        await expect(summary).to_contain_text("2.0.0 · Fw-2-final-.bin")
        assert fleet.asked == []
        await dialog.get_by_role("button", name="Start the campaign").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Campaign for firmware 2.0.0")
        waves = page.locator("[data-wave]")
        await expect(waves.nth(0)).to_contain_text("1 Running")
        await expect(waves.nth(1)).to_contain_text("has not begun")
        canary = page.locator('tr[data-row="CA-0"]')
        await expect(canary).to_contain_text("Downloading")
        await page.get_by_role("button", name="Pause").click()
        await page.get_by_role("dialog").get_by_role("button", name="Pause").click()
        await expect(page.locator(".page-head").get_by_text("Paused")).to_be_visible()
        fleet.may.set()
        await expect(canary).to_contain_text("Succeeded")
        assert fleet.asked == ["CA-0"]
        await page.get_by_role("button", name="Resume").click()
        await page.get_by_role("dialog").get_by_role("button", name="Resume").click()
        await expect(waves.nth(1)).to_contain_text("2 Succeeded")
        await expect(waves.nth(1)).to_contain_text("1 Failed")
        await expect(page.locator(".page-head").get_by_text("Succeeded")).to_be_visible()
        bar = page.get_by_role("progressbar", name="Progress of the campaign")
        await expect(bar).to_have_attribute("aria-valuenow", "4")
        await expect(page.get_by_role("button", name="Cancel the campaign")).to_have_count(0)
        await page.get_by_label("State").select_option("Failed")
        rows = page.locator("tbody tr[data-row]")
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text("DownloadFailed")
        await page.get_by_label("State").select_option("")
        await looked_at(page, "campaign")
        await page.get_by_role("button", name="Update the one that failed again").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_label("Identities")).to_have_value("CA-3")
        fleet.failing = frozenset()
        await dialog.get_by_role("button", name="Look it over").click()
        await dialog.get_by_role("button", name="Start the campaign").click()
        await expect(page.locator('tr[data-row="CA-3"]')).to_contain_text("Succeeded")
        await expect(page.locator(".page-head").get_by_text("Succeeded")).to_be_visible()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        phone = await open_page(page.url, viewport=PHONE)
        await expect(phone.locator('tr[data-row="CA-3"]')).to_be_visible()
        await fits(phone)


async def test_a_campaign_of_a_selection_is_cancelled(system: LocalSystem, api: Api, open_page: Open) -> None:
    fleet = Fleet(["CB-1", "CB-2"])
    async with on_line(system, fleet):
        page = await open_page("/firmware", errors="422")
        await page.get_by_role("button", name="New campaign").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Address of the file").fill("ftp://example.org/2.bin")
        await dialog.get_by_label("To version").fill(NEW)
        await dialog.get_by_label("Identity begins with").fill("CB-")
        await dialog.get_by_text("Only in a maintenance window").click()
        now = dt.datetime.now(dt.UTC)
        await dialog.get_by_label("Opens at").fill(f"{now + dt.timedelta(hours=2):%H:%M}")
        await dialog.get_by_label("Closes at").fill(f"{now + dt.timedelta(hours=3):%H:%M}")
        await dialog.get_by_label("Time zone").fill("Mars/Olympus")
        await dialog.get_by_role("button", name="Look it over").click()
        await expect(dialog.locator("[data-summary]")).to_contain_text("2 stations fit now")
        await dialog.get_by_role("button", name="Start the campaign").click()
        await expect(dialog.get_by_text("There is no such time zone")).to_be_visible()
        await dialog.get_by_label("Time zone").fill("Etc/UTC")
        await dialog.get_by_role("button", name="Look it over").click()
        await dialog.get_by_role("button", name="Start the campaign").click()
        await expect(page.get_by_role("progressbar").first).to_have_attribute("aria-valuetext", "2 Queued")
        await page.get_by_role("button", name="Cancel the campaign").click()
        await page.get_by_role("dialog").get_by_role("button", name="Cancel the campaign").click()
        await expect(page.locator(".page-head").get_by_text("Cancelled", exact=True)).to_be_visible()
        await expect(page.locator('tr[data-row="CB-2"]')).to_contain_text("Cancelled")
        assert fleet.asked == []
        await page.get_by_role("link", name="Firmware", exact=True).click()
        campaigns = page.get_by_role("region", name="Campaigns")
        await expect(campaigns.locator("tbody tr").first).to_contain_text("2 of 2")
        await looked_at(page, "firmware")
        phone = await open_page("/firmware", viewport=PHONE)
        await expect(phone.get_by_role("region", name="Campaigns").locator("tbody tr").first).to_be_visible()
        await fits(phone)
        await as_viewer(page)
        await expect(campaigns.locator("tbody tr").first).to_be_visible()
        await expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
