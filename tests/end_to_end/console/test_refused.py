"""Why a station does not connect: each refused handshake, with what to do about it."""

import asyncio
import base64

import pytest
from playwright.async_api import expect
from websockets.exceptions import InvalidStatus

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at

SYSTEM = {"environment": {"ONBOARDING": "closed"}}
PASSWORD = "a-long-random-secret"


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


async def refused(system: LocalSystem, station_id: str, headers: dict[str, str] | None = None) -> None:
    with pytest.raises(InvalidStatus):
        async with dial(system, station_id, headers=headers):
            pass


async def test_each_refused_handshake_says_what_to_do(system: LocalSystem, api: Api, open_page: Open) -> None:
    await asyncio.to_thread(lambda: api.put("stations", "RF-PASSWORD", password=PASSWORD))
    await asyncio.to_thread(lambda: api.put("stations", "RF-NONE"))
    page = await open_page("/refused")
    await expect(page.get_by_text("No handshake was refused in the last 30 days")).to_be_visible()
    await expect(page.get_by_role("navigation").get_by_text("Live", exact=True)).to_be_visible()
    refusals = page.get_by_role("article")

    await refused(system, "RF-STRANGER")
    stranger = refusals.filter(has_text="RF-STRANGER")
    await expect(stranger).to_contain_text("Nobody has added a station of this identity")
    await expect(stranger).to_contain_text("Onboarding is closed on this stage")
    await expect(stranger).to_contain_text("ocpp1.6")

    await refused(system, "RF-PASSWORD", basic("RF-PASSWORD", "wrong"))
    await refused(system, "RF-PASSWORD")
    await refused(system, "RF-PASSWORD", basic("Other", PASSWORD))
    await refused(system, "RF-NONE", basic("RF-NONE", "any"))
    async with dial(
        system, "RF-PASSWORD", subprotocols=("ocpp1.5",), headers=basic("RF-PASSWORD", PASSWORD)
    ) as station:
        await station.closed()
    for code, words in {
        "wrong_password": "AuthorizationKey in OCPP 1.6",
        "no_credentials": "security profile to 2",
        "user_mismatch": "must be exactly RF-PASSWORD",
        "no_password_set": "Set a password for RF-NONE here",
        "no_common_version": "It offered: ocpp1.5.",
    }.items():
        one = page.locator(f'[data-code="{code}"]')
        await expect(one).to_contain_text(words)
    settings = page.locator('[data-code="wrong_password"]')
    await settings.get_by_text("What to do").click()
    await expect(settings.get_by_role("link")).to_have_attribute("href", "/stations/RF-PASSWORD/settings")
    await expect(refusals).to_have_count(6)
    await page.evaluate("scrollTo(0, 0)")
    await looked_at(page, "refused")
    await stranger.get_by_text("What to do").click()
    await stranger.get_by_role("link", name="Add RF-STRANGER").click()
    await expect(page.get_by_role("dialog").get_by_role("textbox").first).to_have_value("RF-STRANGER")


async def test_a_station_is_looked_for_by_its_identity(system: LocalSystem, api: Api, open_page: Open) -> None:
    await asyncio.to_thread(lambda: api.put("stations", "RF-KNOWN", password=PASSWORD))
    await refused(system, "RF-KNOWN", basic("RF-KNOWN", "wrong"))
    await refused(system, "RF-OTHER")
    page = await open_page("/refused", viewport=PHONE)
    await expect(page.get_by_role("article").filter(has_text="RF-OTHER")).to_be_visible()
    await page.get_by_label("Identity of the station").fill("RF-KNOWN")
    await expect(page).to_have_url(f"http://127.0.0.1:{system.port}/refused?station_id=RF-KNOWN")
    await expect(page.get_by_role("article")).to_have_count(1)
    known = page.get_by_role("region", name="Stations here like RF-KNOWN")
    await expect(known.get_by_role("link", name="RF-KNOWN")).to_be_visible()
    await expect(known).to_contain_text("Offline")
    checklist = page.get_by_role("region", name="The usual causes")
    await expect(checklist).to_contain_text(f"ws://127.0.0.1:{system.port}/ocpp/RF-KNOWN")
    await fits(page)
    await page.get_by_label("Identity of the station").fill("RF-NOWHERE")
    await expect(page.get_by_text("No handshake of RF-NOWHERE was refused")).to_be_visible()
    await expect(page.get_by_text("No station here has RF-NOWHERE in its identity or name")).to_be_visible()
