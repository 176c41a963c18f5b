"""Settings: who one is, how the system is set, and where things are."""

from playwright.async_api import expect

from local.system import LocalSystem
from tests.end_to_end.clients import Api
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at

SYSTEM = {"environment": {"ONBOARDING": "quarantine"}}


async def test_settings_tell_who_one_is_how_the_system_is_set_and_where_things_are(
    system: LocalSystem, api: Api, open_page: Open
) -> None:
    page = await open_page("/settings", permissions=["clipboard-read", "clipboard-write"])
    you = page.get_by_role("region", name="You")
    await expect(you).to_contain_text(api.get("me")["username"])
    await expect(you).to_contain_text("administrator")
    await expect(you).to_contain_text("Europe/Berlin")
    await expect(you).to_contain_text("asks nobody to sign in")
    stage = api.get("system")
    setting = page.locator("[data-setting]")
    await expect(setting).to_have_count(len(stage))
    await expect(page.locator('[data-setting="version"]')).to_contain_text(stage["version"])
    await expect(page.locator('[data-setting="onboarding"]')).to_contain_text("recorded as Pending")
    await expect(page.locator('[data-setting="heartbeat_interval_s"]')).to_contain_text("8 min")
    places = page.get_by_role("region", name="Where things are")
    await expect(places).to_contain_text(f"http://127.0.0.1:{system.port}/api/v1")
    await expect(places.get_by_role("link", name="/api/v1/docs")).to_have_attribute("href", "/api/v1/docs")
    await places.get_by_role("button", name="Copy: Stations dial").click()
    await expect(places.get_by_text("Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == f"ws://127.0.0.1:{system.port}/ocpp/"
    await looked_at(page, "settings")
    phone = await open_page("/settings", viewport=PHONE, locale="de-DE")
    await expect(phone.locator('[data-setting="onboarding"]')).to_contain_text("Quarantäne")
    await fits(phone)
