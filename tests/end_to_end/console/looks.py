"""What every page is held to: axe finds nothing serious, nothing sticks out to the side. Of each there is a picture."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Page

from tests.end_to_end.console.conftest import SCREENSHOTS

AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


async def accessible(page: Page, *rules: str) -> None:
    """axe-core's rules of WCAG 2.2 A and AA and its best practices, or only some: no serious finding."""
    await page.evaluate(_axe())
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found: list[dict[str, Any]] = await page.evaluate(
        "options => axe.run(options).then(said => said.violations)", options
    )
    serious = [
        f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in SERIOUS
    ]
    assert not serious, serious


async def fits(page: Page) -> None:
    """The page is no wider than the window."""
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


async def picture(page: Page, name: str) -> None:
    """A picture in both schemes, light and dark: `stations-light.png`."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        await page.emulate_media(color_scheme=scheme)
        await page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}.png", full_page=True)


async def looked_at(page: Page, name: str) -> None:
    """All of it; of dark, axe looks at the colours alone."""
    # What moves is seen where it comes to rest: halfway its colours are none that anybody chose.
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await accessible(page, "color-contrast")
    await page.emulate_media(color_scheme="light")
    await accessible(page)
    await fits(page)
    await picture(page, name)
