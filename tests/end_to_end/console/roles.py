"""The console as it shows itself to somebody who may do less. What the API enforces is tested with the API."""

import json

from playwright.async_api import Page, expect

VIEWER = json.dumps({"username": "vera", "role": "viewer"})


async def as_viewer(page: Page) -> None:
    """Open the page anew, as a viewer."""
    await page.route("**/api/v1/me", lambda route: route.fulfill(body=VIEWER, content_type="application/json"))
    await page.reload()
    await expect(page.get_by_text("vera, viewer")).to_be_visible()
