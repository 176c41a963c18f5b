"""The frame around every page."""

from playwright.async_api import expect

from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import looked_at


async def test_every_page_is_one_link_away_and_says_its_name(open_page: Open) -> None:
    page = await open_page("/settings")
    navigation = page.get_by_role("navigation", name="Pages")
    for name in await navigation.get_by_role("listitem").all_inner_texts():
        await navigation.get_by_role("link", name=name, exact=True).click()
        await expect(navigation.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")
        await expect(page.get_by_role("heading", level=1)).to_be_focused()


async def test_the_feed_is_live(open_page: Open) -> None:
    page = await open_page("/")
    await expect(page.get_by_role("navigation").get_by_text("Live", exact=True)).to_be_visible()


async def test_an_address_that_leads_nowhere_says_so(open_page: Open) -> None:
    page = await open_page("/nowhere")
    await expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


async def test_the_menu_of_a_phone(open_page: Open) -> None:
    page = await open_page("/settings", viewport=PHONE)
    await expect(page.get_by_role("link", name="Stations")).to_be_hidden()
    menu = page.get_by_role("button", name="Menu", exact=True)
    await menu.click()
    await page.get_by_role("link", name="Stations").click()
    await expect(page.get_by_role("heading", level=1, name="Stations")).to_be_visible()
    await expect(page.get_by_role("link", name="Stations")).to_be_hidden()
    await menu.click()
    await expect(page.get_by_role("link", name="Stations")).to_be_focused()
    await page.get_by_role("button", name="Close the menu").click(position={"x": 330, "y": 500})
    await expect(page.get_by_role("link", name="Stations")).to_be_hidden()
    await menu.press("Enter")
    await expect(page.get_by_role("link", name="Stations")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="Stations")).to_be_hidden()
    await expect(menu).to_be_focused()


async def test_the_navigation_can_be_skipped_by_the_keyboard(open_page: Open) -> None:
    page = await open_page("/settings")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    skip = page.get_by_role("link", name="Skip to the content")
    await skip.focus()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Language")).to_be_focused()
    await expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()


async def test_languages_and_colours_are_kept(open_page: Open) -> None:
    page = await open_page("/settings")
    await page.get_by_label("Language").select_option("de")
    await expect(page.get_by_role("heading", level=1, name="Einstellungen")).to_be_visible()
    await page.get_by_label("Farben").select_option("dark")
    await page.reload()
    await expect(page.get_by_role("heading", level=1, name="Einstellungen")).to_be_visible()
    assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


async def test_how_settings_look(open_page: Open) -> None:
    page = await open_page("/settings")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await looked_at(page, "settings")
