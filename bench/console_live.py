"""How soon what a station says is on the screen of somebody who looks (part of `python -m bench.console`).

A page of the console is open in Debian's Chromium. A station tells one status after another; of each, the time counts
from the moment before it is sent until the page shows it. Station, system and browser share this machine's cores.
"""

import asyncio
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice
from statistics import median

from playwright.async_api import Browser, Error, Page, async_playwright

from bench.report import Json, quantile
from bench.stations import LoadStation

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
SAID = ("Preparing", "Faulted", "Finishing", "Unavailable")
"""Of OCPP 1.6; the console calls them the same in English."""
CHANGES = 24
WITHIN_MS = 10_000
PROBE_MS = 1_000
PAUSE_S = 0.7
"""Between two: the console reads anew twice a second at most, and a status that comes by itself is what is timed."""
SHOWN = """([selector, text, withinMs]) => new Promise((resolve, reject) => {
    const look = () => {
        if (!document.querySelector(selector)?.textContent.includes(text)) return;
        observer.disconnect();
        resolve(Date.now());
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    setTimeout(() => reject(new Error(`${text} was not shown`)), withinMs);
    look();
})"""
"""The time of the clock at which an element has a text."""


async def measured(console_url: str, station: LoadStation) -> list[Json]:
    """Of each page: `{"page": "Stations", "changes": 24, "median_ms": 60.1, "p95_ms": 88.0}`.

    `console_url` has no slash at its end; the station speaks OCPP 1.6 and is connected.
    """
    places = {
        "Stations": ("/stations", f"[data-row='{station.station_id}']"),
        "Station": (f"/stations/{station.station_id}", "main"),
    }
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        return [
            await _of_page(chromium, name, console_url + path, row, station) for name, (path, row) in places.items()
        ]


async def _of_page(browser: Browser, name: str, url: str, selector: str, station: LoadStation) -> Json:
    page = await browser.new_page(locale="en-GB")
    await page.goto(url)
    await page.get_by_role("navigation").get_by_text("Live", exact=True).wait_for()
    statuses = cycle(SAID)
    await _is_told(page, selector, statuses, station)
    took = [await _change(page, selector, said, station) for said in islice(statuses, CHANGES)]
    await page.close()
    return {
        "page": name,
        "changes": CHANGES,
        "median_ms": round(median(took), 1),
        "p95_ms": round(quantile(took, 0.95), 1),
    }


async def _is_told(page: Page, selector: str, statuses: Iterator[str], station: LoadStation) -> None:
    """Until the feed tells the page: what happens just as it opens the feed comes to nobody."""
    for said in statuses:
        with suppress(Error):
            await _change(page, selector, said, station, PROBE_MS)
            return


async def _change(page: Page, selector: str, said: str, station: LoadStation, within_ms: float = WITHIN_MS) -> float:
    """Milliseconds from a StatusNotification to the page. Raises playwright's Error if it is not shown in time."""
    await asyncio.sleep(PAUSE_S)
    seen = asyncio.create_task(page.evaluate(SHOWN, [selector, said, within_ms]))
    began_ms = time.time() * 1000
    await station.call("StatusNotification", {"connectorId": 1, "status": said, "errorCode": "NoError"})
    return float(await seen) - began_ms
