"""The page of all stations: found, watched, made, and called many at once."""

import asyncio
import base64
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.async_api import expect
from websockets.exceptions import InvalidStatus

from local.system import LocalSystem
from tests.end_to_end.clients import Api, Station, dial, dial_2x
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.feed import pushed, watches
from tests.end_to_end.console.looks import looked_at

COUNT, SHOWN = 60, 25


@pytest.fixture(scope="module", autouse=True)
def fleet(system: LocalSystem) -> None:
    """Stations that never connected; the ninth of ten has a name."""
    api = Api(system, at_once=True)

    def create(number: int) -> None:
        settings = {"name": f"Harbour {number}"} if number % 10 == 9 else {}
        api.put("stations", f"FLEET-{number:03}", **settings)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create, range(COUNT)))
    assert system.wait_idle()


async def boot(station: Station) -> None:
    await station.call("BootNotification", chargePointVendor="Acme", chargePointModel="Duo", firmwareVersion="1.2.3")


async def report(station: Station, status: str) -> None:
    await station.call("StatusNotification", connectorId=1, status=status, errorCode="NoError")


async def test_stations_are_found_sorted_and_paged(open_page: Open) -> None:
    page = await open_page("/stations?search=fleet")
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(SHOWN)
    await expect(rows.first).to_contain_text("FLEET-000")
    await page.get_by_role("button", name="Next page").click()
    await expect(rows.first).to_contain_text("FLEET-025")
    await page.get_by_role("button", name="Station", exact=True).click()
    await expect(rows.first).to_contain_text("FLEET-059")
    await expect(page.get_by_role("columnheader", name="Station")).to_have_attribute("aria-sort", "descending")
    await page.get_by_label("Search").fill("HARBOUR")
    await expect(rows).to_have_count(6)
    await expect(page).to_have_url(re.compile("order=desc.*search=HARBOUR|search=HARBOUR.*order=desc"))
    await page.reload()
    await expect(rows).to_have_count(6)
    await page.get_by_label("Status").select_option("online")
    await expect(page.get_by_text("No station fits")).to_be_visible()
    await page.go_back()
    await expect(rows).to_have_count(6)


async def test_what_happens_at_a_station_is_told_to_the_page(system: LocalSystem, open_page: Open) -> None:
    async with dial(system, "A-LIVE") as station:
        await boot(station)
        await report(station, "Available")
        page = await open_page("/stations")
        row = page.locator("[data-row='A-LIVE']")
        await expect(row).to_contain_text("Acme Duo")
        await expect(row).to_contain_text("Available")
        await expect(page.get_by_role("navigation").get_by_text("Live", exact=True)).to_be_visible()
        await watches(page, "A-LIVE")
        for status, text in (("Faulted", "Faulted"), ("SuspendedEV", "Paused by the vehicle")):
            async with pushed(page, "A-LIVE"):
                await report(station, status)
                await expect(row).to_contain_text(text)
        await looked_at(page, "stations")
    await expect(row).to_contain_text("Offline")


async def test_a_station_is_made_and_dials_in_with_the_password_that_is_shown_once(
    system: LocalSystem, open_page: Open
) -> None:
    page = await open_page("/stations")
    await page.get_by_role("button", name="New station").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Id").fill("FLEET-000")
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog.get_by_text("There is such a station already")).to_be_visible()
    await dialog.get_by_label("Id").fill("NEW-1")
    await dialog.get_by_label("Name").fill("<b>Town hall</b>")
    await dialog.get_by_label("Latitude").fill("52.5")
    await dialog.get_by_label("Longitude").fill("13.4")
    await looked_at(page, "station-new")
    await dialog.get_by_role("button", name="Create").click()
    password = await dialog.get_by_role("status").filter(has_text=re.compile("^[a-zA-Z2-9]{24}$")).inner_text()
    await expect(dialog).to_contain_text(f"ws://127.0.0.1:{system.port}/ocpp/NEW-1")
    await dialog.get_by_role("button", name="Close").last.click()
    await expect(dialog).to_have_count(0)
    with pytest.raises(InvalidStatus):
        async with dial(system, "NEW-1", headers=basic("NEW-1", "wrong")):
            pass
    async with dial(system, "NEW-1", headers=basic("NEW-1", password)) as station:
        await boot(station)
        await page.get_by_label("Search").fill("town hall")
        await expect(page.locator("[data-row='NEW-1']")).to_contain_text("<b>Town hall</b>")
        await expect(page.locator("[data-row='NEW-1']")).to_contain_text("Online")


async def test_stations_that_are_chosen_are_reset_together(system: LocalSystem, open_page: Open) -> None:
    async with dial(system, "A-BULK-4") as away:
        await boot(away)
    async with (
        dial(system, "A-BULK-1") as first,
        dial(system, "A-BULK-2") as second,
        dial_2x(system, "A-BULK-3", "2.1"),
    ):
        await boot(first)
        await boot(second)
        await asyncio.to_thread(system.wait_idle)
        page = await open_page("/stations?search=A-BULK", errors="422")
        for number in (1, 2, 3, 4):
            await page.get_by_label(f"Choose A-BULK-{number}").check()
        await page.get_by_role("button", name="Call 4 stations").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_label("Stations")).to_contain_text("OCPP 1.6 (3)")
        await dialog.get_by_label("Payload").fill("{")
        await expect(dialog.get_by_text("This is no JSON object")).to_be_visible()
        await dialog.get_by_label("Payload").fill('{"type": "Softly"}')
        await dialog.get_by_role("button", name="Send to 3 stations").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("payload.type")
        await dialog.get_by_label("Payload").fill('{"type": "Hard"}')
        await expect(dialog.get_by_text("Reset goes to 3 stations")).to_be_visible()
        await dialog.get_by_role("button", name="Send to 3 stations").click()
        for station, status in ((first, "Accepted"), (second, "Rejected")):
            frame = await station.receive()
            assert frame[2:] == ["Reset", {"type": "Hard"}]
            await station.send([3, frame[1], {"status": status}])
        await expect(dialog.get_by_text("2 of 3 stations are through")).to_be_visible()
        await expect(dialog.locator("[data-row='A-BULK-1']")).to_contain_text("Accepted")
        await expect(dialog.locator("[data-row='A-BULK-2']")).to_contain_text("Rejected")
        await looked_at(page, "stations-bulk")
        await page.reload()
        await dialog.get_by_role("button", name="Queued").click()
        await expect(dialog.locator("tbody tr")).to_have_count(1)
        await expect(dialog.locator("tbody tr")).to_contain_text("A-BULK-4")
        await dialog.get_by_role("button", name="Queued").click()
        await dialog.get_by_role("button", name="Take back what is not sent").click()
        await expect(dialog.get_by_text("What was not sent is being taken back")).to_be_in_viewport()
        await expect(dialog.get_by_text("3 of 3 stations are through")).to_be_visible()
        await expect(dialog.locator("[data-row='A-BULK-4']")).to_contain_text("Cancelled")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("heading", level=1)).to_be_focused()
        await page.get_by_role("link", name="Bulk calls").click()
        await expect(page.get_by_role("row").filter(has_text="Reset").filter(has_text="3 / 3")).to_be_visible()


async def test_who_only_views_is_offered_no_action(open_page: Open) -> None:
    page = await open_page("/settings", viewport=PHONE)
    await page.route("**/api/v1/me", lambda route: route.fulfill(json={"username": "vera", "role": "viewer"}))
    await page.goto("/stations")
    await expect(page.locator("tbody tr")).to_have_count(SHOWN)
    await expect(page.get_by_role("button", name="Next page")).to_be_visible()
    await expect(page.get_by_role("button", name="New station")).to_have_count(0)
    await expect(page.get_by_role("button", name="Call all stations")).to_have_count(0)
    await expect(page.get_by_role("checkbox")).to_have_count(0)


async def test_stations_on_a_phone(open_page: Open) -> None:
    page = await open_page("/stations?search=FLEET-00", viewport=PHONE)
    await expect(page.locator("tbody tr")).to_have_count(10)
    await looked_at(page, "stations-phone")


def basic(station_id: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{station_id}:{password}".encode()).decode()}
