"""Logs of stations: wanted on the page, watched as they come, and fetched from there."""

from pathlib import Path

from playwright.async_api import expect

from local.system import LocalSystem
from tests.end_to_end.clients import dial
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at
from tests.end_to_end.console.roles import as_viewer
from tests.end_to_end.diagnostics import accept, location, put, report_log, sha256, upload

LOG = b"08:00:00 boot <b>ok</b>\n" * 100


async def test_logs_are_collected_watched_and_fetched(system: LocalSystem, open_page: Open) -> None:
    async with dial(system, "DI-1") as station:
        page = await open_page("/diagnostics")
        await page.get_by_role("button", name="Collect logs").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Which ones").select_option("By a list of identities")
        await dialog.get_by_label("Identities").fill("DI-1, DI-GONE")
        await dialog.get_by_label("Which log").select_option("Security")
        await dialog.get_by_label("From").fill("2026-11-20T09:30")
        await expect(dialog).to_contain_text("2 stations: DI-1 and DI-GONE")
        await dialog.get_by_role("button", name="Ask the stations").click()
        asked = await accept(station)
        assert asked[3]["logType"] == "SecurityLog"
        assert asked[3]["log"]["oldestTimestamp"].startswith("2026-11-20T08:30:00")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Collection: Security")
        row = page.locator('tr[data-row="DI-1"]')
        await expect(row).to_contain_text("waits for the upload")
        await expect(page.locator('tr[data-row="DI-GONE"]')).to_contain_text("There is no station DI-GONE")
        await report_log(station, asked, "Uploading")
        await expect(row).to_contain_text("Uploading")
        await upload(put, location(asked), "log.txt", LOG)
        await expect(row).to_contain_text("Succeeded")
        await expect(row).to_contain_text("2.4 kB")
        await expect(row).to_contain_text(sha256(LOG))
        async with page.expect_download() as saving:
            await row.get_by_role("link", name="log.txt").click()
        saved = await saving.value
        assert saved.suggested_filename == "log.txt"
        assert Path(await saved.path()).read_bytes() == LOG
        await looked_at(page, "collection")
        phone = await open_page(page.url, viewport=PHONE, locale="de-DE")
        await expect(phone.get_by_role("heading", level=1)).to_have_text("Sammlung: Sicherheit")
        await fits(phone)


async def test_a_collection_of_stations_that_are_away_is_cancelled(system: LocalSystem, open_page: Open) -> None:
    async with dial(system, "DJ-1"), dial(system, "DJ-2"):
        pass
    page = await open_page("/diagnostics")
    await page.get_by_role("button", name="Collect logs").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Identity begins with").fill("DJ-")
    await expect(dialog).to_contain_text("2 stations fit now")
    await dialog.get_by_role("button", name="Ask the stations").click()
    row = page.locator('tr[data-row="DJ-1"]')
    await expect(row).to_contain_text("waits for the station to be online")
    await page.get_by_role("button", name="Cancel the collection").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel the collection").click()
    await expect(row).to_contain_text("Cancelled")
    await expect(page.get_by_role("button", name="Cancel the collection")).to_have_count(0)
    await page.get_by_role("link", name="Diagnostics", exact=True).click()
    await expect(page.locator("tbody tr").first).to_contain_text("0 of 2")
    await looked_at(page, "diagnostics")
    phone = await open_page("/diagnostics", viewport=PHONE)
    await expect(phone.locator("tbody tr").first).to_be_visible()
    await fits(phone)
    await as_viewer(page)
    await expect(page.locator("tbody tr").first).to_be_visible()
    await expect(page.get_by_role("button", name="Collect logs")).to_have_count(0)
