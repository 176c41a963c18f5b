"""The bill, in the API's numbers, and an estimate. To ask for the bill costs money, so the page does it once."""

import asyncio
import re

from playwright.async_api import expect

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at


async def test_the_bill_is_what_the_api_tells_and_is_asked_for_once(
    system: LocalSystem, api: Api, open_page: Open
) -> None:
    async with dial(system, "COST-1") as station:
        for _ in range(40):
            await station.call("Heartbeat")
    report = await asyncio.to_thread(api.get, "cloud-costs")
    asked: list[str] = []
    page = await open_page("/cost")
    await expect(page.get_by_role("region", name="What costs what")).to_be_visible()
    page.on("request", lambda request: asked.append(request.url) if "/cloud-costs?" in request.url else None)
    await page.reload()
    lines = page.get_by_role("region", name="What costs what")
    for line in report["total"]["lines"]:
        if line["item"] in ("websocket_message", "secret_month"):
            row = lines.locator(f'[data-row="{line["item"]}"]')
            await expect(row).to_contain_text(line["service"])
            await expect(row).to_contain_text(line["unit"])
    await expect(lines.locator('[data-row="websocket_message"]')).to_contain_text("80")
    await expect(lines.locator('[data-row="websocket_message"]')).to_contain_text("$1.00 for 1,000,000")
    await expect(page.locator('[data-figure="total"]')).to_contain_text("in 7 days")
    await expect(page.locator('[data-figure="messages"] strong')).to_have_text("80")
    await expect(page.locator(".cost-bar")).to_have_count(7)
    await page.locator("summary", has_text="Day by day").click()
    today = page.locator(f'[data-row="{report["days"][-1]["day"]}"]')
    await expect(today).to_contain_text("so far")
    await page.locator("summary", has_text="Day by day").click()
    await expect(lines).to_contain_text(re.compile("List prices of .*, looked up from 20"))
    # Once the feed stands again, whatever a page shows is read anew; the bill is not.
    async with page.expect_request("**/live-tickets"):
        await page.evaluate("for (const name of ['offline', 'online']) dispatchEvent(new Event(name))")
    await expect(page.get_by_role("navigation").get_by_text("Live", exact=True)).to_be_visible()
    assert len(asked) == 1
    await page.get_by_role("button", name="Ask again").click()
    await page.get_by_label("Days").select_option("30")
    await expect(page.locator(".cost-bar")).to_have_count(30)
    assert len(asked) == 3
    await expect(page).to_have_url(re.compile("from="))
    await page.evaluate("scrollTo(0, 0)")
    await looked_at(page, "cost")


async def test_an_estimate_is_that_of_the_api_and_its_objections_stand_beside_their_fields(
    api: Api, open_page: Open
) -> None:
    page = await open_page("/cost?from=yesterday&to=0202-11-23", viewport=PHONE, errors="422")
    await expect(page.locator(".cost-bar")).to_have_count(7)
    form = page.locator("form")
    await form.get_by_label("Profile").select_option("dc")
    await form.get_by_label("Stations", exact=True).fill("1000")
    await form.get_by_label("Sessions a day").fill("20")
    await form.get_by_role("button", name="Work it out").click()
    wanted = await asyncio.to_thread(
        api.get, "cloud-costs", "estimate", profile="dc", stations=1000, sessions_per_day=20
    )
    await expect(page.locator('[data-estimate="month"]')).to_contain_text(f"${wanted['usd']:.2f}")
    await expect(page.locator('[data-estimate="station"]')).to_contain_text(f"${wanted['usd_per_station']:.4f}")
    await expect(page.locator('[data-row="one_machine"]')).to_be_visible()
    await form.get_by_label("Sessions a day").fill("2000")
    await form.get_by_role("button", name="Work it out").click()
    await expect(form.get_by_label("Sessions a day")).to_have_attribute("aria-invalid", "true")
    await expect(form.locator(".wrong")).to_be_visible()
    await fits(page)
