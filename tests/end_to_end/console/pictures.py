"""`python -m tests.end_to_end.console.pictures`: the pictures of the console in README.md, of a demo of some minutes.

They are left in docs/screenshots, or in the folder that is named: overview.png, station.png and campaign.png.
"""

import argparse
import asyncio
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from PIL import Image
from playwright.async_api import Browser, async_playwright

from local.process import ROOT, System, started
from tests.end_to_end.console.conftest import FLAGS

SIZE = {"width": 1280, "height": 800}
COLORS = 128
"""Of the palette: more cannot be told apart, and fewer bytes are kept."""
FRESH = {"IDLEWATT_PORT": "0", "IDLEWATT_AWS_PORT": "0", "IDLEWATT_STATE": ""}
LIFE_S = 200
"""How long the fleet has lived when its pictures are taken."""
UPDATED_FOR_S = 88
"""So long before the pictures an update begins, which is in its second wave then."""
DRAWN_AFTER_S = 3.0
"""Curves and maps are drawn a moment after the page has its data."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument(
        "--seconds", type=float, default=LIFE_S, metavar="S", help=f"how long the demo lives ({LIFE_S})"
    )
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("pictures are taken by Debian's package chromium: make browser")
    update_after_s = max(1.0, options.seconds - UPDATED_FOR_S)
    with started(FRESH) as system, _demo(system, update_after_s):
        time.sleep(options.seconds)
        asyncio.run(_take(chromium, system.api_url, options.folder))


@contextmanager
def _demo(system: System, update_after_s: float) -> Iterator[None]:
    """A network that lives on a system meanwhile."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local.demo", "--no-browser", "--update-after", str(update_after_s)],
        cwd=ROOT,
        env={**os.environ, "IDLEWATT_PORT": system.api_url.split(":")[2].split("/")[0]},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


async def _take(chromium: str, api_url: str, folder: Path) -> None:
    paths = {
        "campaign": f"firmware/campaigns/{_items(api_url, 'firmware-campaigns')[0]['campaign_id']}",
        "station": f"stations/{_charging_station(api_url)}",
        "overview": "",
    }
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for name, path in paths.items():
            taken = await _picture(browser, api_url.removesuffix("api/v1") + path)
            file = folder / f"{name}.png"
            _write_small(taken, file)
            print(f"{file}: {file.stat().st_size / 1000:.0f} kB")
        await browser.close()


async def _picture(browser: Browser, url: str) -> bytes:
    context = await browser.new_context(
        viewport={"width": SIZE["width"], "height": SIZE["height"]},
        color_scheme="light",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    page = await context.new_page()
    await page.goto(url, wait_until="networkidle")
    await asyncio.sleep(DRAWN_AFTER_S)
    taken = await page.screenshot()
    await context.close()
    return taken


def _write_small(png: bytes, file: Path) -> None:
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLORS).save(file, optimize=True)


def _charging_station(api_url: str) -> str:
    """One with direct current, whose curves tell most; of those the one that has charged for longest."""
    running = [
        one
        for one in reversed(_items(api_url, "transactions?state=active"))
        if requests.get(f"{api_url}/stations/{one['station_id']}", timeout=10).json()["ocpp_version"] == "2.1"
    ]
    return str(running[0]["station_id"]) if running else "DEMO-02"


def _items(api_url: str, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = requests.get(f"{api_url}/{path}", timeout=10).json()["items"]
    return found


if __name__ == "__main__":
    main()
