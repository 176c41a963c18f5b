"""The map of stations, which needs nobody but the console's own origin."""

import asyncio
from typing import Any

from playwright.async_api import Route, expect

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.feed import pushed, watches
from tests.end_to_end.console.looks import fits, looked_at

PLACES = {"BERLIN": (52.52, 13.405), "MUNICH": (48.14, 11.58), "PARIS": (48.857, 2.352), "VIENNA": (48.2, 16.37)}


async def test_stations_stand_where_they_are_and_show_how_they_are(
    system: LocalSystem, api: Api, open_page: Open
) -> None:
    for name, (latitude, longitude) in PLACES.items():
        settings = {"name": "<i>" + name.title() + "</i>", "latitude": latitude, "longitude": longitude}
        await asyncio.to_thread(api.put, "stations", name, **settings)
    await asyncio.to_thread(api.put, "stations", "NOWHERE")
    page = await open_page("/stations?view=map")
    listed = page.get_by_role("region", name="4 stations in view")
    await expect(listed).to_be_visible()
    await expect(listed.get_by_role("listitem")).to_have_count(4)
    await expect(page.get_by_text("1 station has no place")).to_be_visible()
    await expect(page.get_by_text("Offline: 4")).to_be_visible()
    await expect(page.locator(".leaflet-land-pane canvas")).to_be_visible()
    await expect(page.get_by_role("navigation").get_by_text("Live", exact=True)).to_be_visible()
    async with dial(system, "BERLIN") as station:
        await station.call("BootNotification", chargePointVendor="Acme", chargePointModel="Duo")
        await expect(listed.get_by_role("listitem").filter(has_text="BERLIN")).to_contain_text("Available")

        async def tell(status: str) -> None:
            await station.call("StatusNotification", connectorId=1, status=status, errorCode="NoError")

        await watches(page, "BERLIN")
        async with pushed(page, "BERLIN"):
            await tell("Faulted")
            await expect(listed.get_by_role("listitem").filter(has_text="BERLIN")).to_contain_text("Faulted")
        await expect(page.get_by_text("Faulted: 1")).to_be_visible()
        await looked_at(page, "stations-map")
        await page.get_by_role("button", name="Show BERLIN on the map").click()
        popup = page.locator(".leaflet-popup")
        await expect(popup).to_contain_text("<i>Berlin</i>")
        await expect(page.get_by_role("region", name="1 station in view")).to_be_visible()
        await popup.get_by_role("link", name="BERLIN").click()
        await expect(page).to_have_url(f"http://127.0.0.1:{system.port}/stations/BERLIN")


async def test_the_map_of_a_phone_is_moved_by_the_keyboard_too(open_page: Open) -> None:
    page = await open_page("/stations?view=map", viewport=PHONE)
    await expect(page.get_by_role("region", name="4 stations in view")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await fits(page)
    await page.locator(".map").focus()
    for _ in range(4):
        await page.keyboard.press("+")
        await expect(page.locator(".leaflet-zoom-anim")).to_have_count(0)
    await expect(page.get_by_role("region", name="4 stations in view")).to_have_count(0)


async def test_five_hundred_stations_on_tiles_the_urgent_ones_first(system: LocalSystem, open_page: Open) -> None:
    statuses = ("available", "charging", "offline", "available", "faulted")
    positions: list[dict[str, Any]] = [
        {
            "station_id": f"CP-{number:03}",
            "name": None,
            # The first twenty stand in one car park.
            "latitude": 48 + number % 25 / 4 if number >= 20 else 52.6,
            "longitude": 7 + number // 25 / 3 if number >= 20 else 13.4,
            "status": statuses[number % 5],
        }
        for number in range(500)
    ]
    referrers: set[str] = set()

    async def tile(route: Route) -> None:
        referrers.add((await route.request.all_headers()).get("referer", ""))
        square = '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"/>'
        await route.fulfill(content_type="image/svg+xml", body=square)

    async def with_tiles(route: Route) -> None:
        told = await (await route.fetch()).json()
        told["map_tiles"] = {"url": "https://tile.example/{z}/{x}/{y}.png", "attribution": "© Example"}
        await route.fulfill(json=told)

    # A system whose stage names tiles allows them in its Content-Security-Policy; this one names none.
    page = await open_page("about:blank", bypass_csp=True)
    await page.route("https://tile.example/**", tile)
    await page.route("**/config.json", with_tiles)
    await page.route(
        "**/api/v1/station-positions*", lambda route: route.fulfill(json={"items": positions, "next_cursor": None})
    )
    await page.goto("/stations?view=map")
    listed = page.get_by_role("region", name="500 stations in view")
    await expect(listed).to_be_visible()
    await expect(page.get_by_text("© Example")).to_be_visible()
    await expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
    assert referrers == {f"http://127.0.0.1:{system.port}/"}
    await expect(listed.get_by_role("listitem")).to_have_count(50)
    await expect(listed.get_by_role("listitem").filter(has_text="Faulted")).to_have_count(50)
    await page.get_by_role("button", name="Show CP-004 on the map").click()
    await expect(page.get_by_role("region", name="20 stations in view")).to_be_visible()
    await expect(page.locator(".leaflet-popup").get_by_role("listitem")).to_have_count(20)
    await expect(page.locator(".leaflet-popup").get_by_role("listitem").first).to_contain_text("CP-004")
    await page.get_by_role("button", name="Show all").click()
    await expect(listed).to_be_visible()
