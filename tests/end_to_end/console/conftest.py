"""The console in a real browser: Debian's Chromium, headless, driven by Playwright, on the local system.

Any error on the browser's console, any exception of a page and any request that the server failed on fails the test
that caused it.
"""

import inspect
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from local.system import LocalSystem
from shared.store import live
from tests.end_to_end.console import feed, granted

SCREENSHOTS = Path(os.environ.get("IDLEWATT_SCREENSHOTS") or Path(__file__).parents[3] / ".local" / "screenshots")
"""Where the pictures of every page are left."""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
"""What Chromium needs as root and in containers."""
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AT_MOST_MS = 30_000
"""Patience with a busy machine, of every action and every expectation."""

expect.set_options(timeout=AT_MOST_MS)

Open = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A module's tests share a browser, and so an event loop."""
    for item in items:
        if Path(__file__).parent in item.path.parents and inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions look anew each time whether anybody watches, so that no test has to wait for it."""
    monkeypatch.setattr(live, "LOOKED_EVERY_S", 0.0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "the tests of the console need Debian's package chromium; `make test` installs it"
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, system: LocalSystem) -> AsyncIterator[Open]:
    """Opens a page of the console at a path; options are those of Playwright's `new_context`, and `errors`, a text that
    expected errors hold."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []
    expected: list[str] = []

    async def open_(path: str = "/", *, errors: str = "", **options: Any) -> Page:
        if errors:
            expected.append(errors)
        settings = {"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "Europe/Berlin", **options}
        context = await browser.new_context(base_url=f"http://127.0.0.1:{system.port}", **settings)
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(AT_MOST_MS)
        feed.listen(page)
        granted.note(page)
        page.on("console", lambda message: troubles.extend(_trouble(message)))
        page.on("pageerror", lambda error: troubles.append(f"exception: {error}"))
        await page.goto(path)
        return page

    yield open_
    for context in contexts:
        for page in context.pages:  # an answer of ours that is still being made is for nobody any more
            await page.unroute_all(behavior="ignoreErrors")
        await context.close()
    unexpected = [one for one in troubles if not any(text in one for text in expected)]
    assert not unexpected, unexpected


def _trouble(message: ConsoleMessage) -> list[str]:
    if message.type not in ("error", "warning"):
        return []
    return [f"{message.type}: {message.text} ({message.location.get('url', '')})"]
