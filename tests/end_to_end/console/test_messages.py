"""The messages of a station: in and out, live, found and downloaded; whatever is in them stays text."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, Route, expect

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at

BOOT = {"chargePointVendor": "Acme", "chargePointModel": "<b onclick=alert(1)>Uno</b><img src=x onerror=alert(1)>"}


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Messages").locator(".message")


async def test_messages_come_live_and_are_found(open_page: Open, system: LocalSystem, tmp_path: Path) -> None:
    async with dial(system, "MSG1") as station:
        await station.call("BootNotification", **BOOT)
        page = await open_page("/stations/MSG1/messages")
        boot = rows(page).filter(has_text="BootNotification")
        await expect(boot).to_contain_text("answered")
        await boot.get_by_role("button").first.click()
        call = boot.get_by_role("figure", name="Call, From the station")
        await expect(call).to_contain_text(
            '"chargePointModel": "<b onclick=alert(1)>Uno</b><img src=x onerror=alert(1)>"'
        )
        await expect(boot.get_by_role("figure", name="Answer, To the station")).to_contain_text('"Accepted"')
        assert await page.locator("#main img, #main b").count() == 0

        await station.call("Heartbeat")
        await expect(rows(page).first).to_contain_text("Heartbeat")
        await expect(boot.get_by_role("figure", name="Call")).to_be_visible()
        await looked_at(page, "station-messages")

        await page.get_by_label("Live").uncheck()
        await station.send("<no frame>")
        await page.get_by_label("Begun by").select_option("out")
        await expect(page.get_by_text("No message that was loaded is like that.")).to_be_visible()
        await page.get_by_label("Begun by").select_option("")
        await page.get_by_label("Text in it").fill("onerror")
        await expect(rows(page)).to_have_count(1)
        await expect(page).to_have_url(re.compile("text=onerror"))
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Download as JSON lines").click()
        file = tmp_path / "MSG1.jsonl"
        await (await download.value).save_as(file)
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        assert [(one["direction"], one["frame"][0]) for one in lines] == [("in", 2), ("out", 3)]

        await page.get_by_label("Text in it").fill("")
        await page.get_by_label("Live").check()
        await expect(rows(page).filter(has_text="<no frame>")).to_be_visible()
        await page.get_by_label("Action", exact=True).fill("Heartbeat")
        await expect(rows(page)).to_have_count(1)
        await expect(rows(page)).to_contain_text("Heartbeat")
        await page.get_by_label("Until").fill("2026-05-01T10:00")
        await expect(page.get_by_label("Live")).to_have_count(0)
        await expect(page.get_by_text("No message that was loaded is like that.")).to_be_visible()


async def test_a_log_that_is_off_is_turned_on_here(open_page: Open, system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(lambda: api.put("stations", "MSG2", message_log="off"))
    page = await open_page("/stations/MSG2/messages", viewport=PHONE)
    await expect(page.get_by_text("The log is off for this station.")).to_be_visible()
    await expect(page.get_by_text("No message yet.")).to_be_visible()
    await page.get_by_role("button", name="Log this station's messages").click()
    await expect(page.get_by_text("The log is off for this station.")).to_be_hidden()
    assert (await asyncio.to_thread(api.get, "stations", "MSG2"))["message_log"] == "on"
    async with dial(system, "MSG2") as station:
        await station.call("BootNotification", **BOOT)
        await expect(rows(page)).to_have_count(1)
        await rows(page).get_by_role("button").first.click()
        await fits(page)


async def test_of_very_many_messages_the_newest_are_shown(open_page: Open, system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(lambda: api.put("stations", "MSG3"))
    newest = datetime.now(UTC)
    beat = {"direction": "in", "action": "Heartbeat", "outcome": "answered", "findings": []}
    rest = {"answered_in_ms": 1, "frame_chars": None}

    def message(number: int) -> dict[str, Any]:
        at = (newest - timedelta(seconds=number)).isoformat()
        return {"at": at, "message_id": str(number), "frame": [2, str(number), "Heartbeat", {}], **beat, **rest}

    async def answer(route: Route) -> None:
        is_first = "from=" not in route.request.url
        items = [message(number) for number in range(2_000)] if is_first else []
        await route.fulfill(json={"items": items, "next_cursor": "MORE" if is_first else None})

    page = await open_page("/")
    await page.route("**/stations/MSG3/messages?*", answer)
    await page.goto("/stations/MSG3/messages")
    await expect(page.locator(".message")).to_have_count(2_000)
    await expect(page.locator("main p", has_text="More than 2,000 messages are not shown")).to_be_visible()
    await expect(page.locator("main .button", has_text="Load older ones")).to_have_count(0)
