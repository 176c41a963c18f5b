"""The page of id tokens and their groups."""

import asyncio

from playwright.async_api import expect

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at


async def test_a_token_is_made_edited_blocked_and_deleted(system: LocalSystem, api: Api, open_page: Open) -> None:
    page = await open_page("/tokens", errors="422")
    await expect(page.get_by_text("There are no tokens yet")).to_be_visible()
    await page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog").last
    tariff = dialog.get_by_label("Tariff", exact=True)
    await dialog.get_by_label("Token").fill("ANN")
    await dialog.get_by_label("Group").fill("fleet")
    await tariff.fill("unheard-of")
    await dialog.get_by_text("Limits, places and hours").click()
    await dialog.get_by_label("Energy in kWh").fill("7.5")
    await dialog.get_by_role("button", name="Add hours").click()
    await looked_at(page, "token-new")
    await dialog.get_by_role("button", name="Save").click()
    await expect(tariff).to_have_attribute("aria-invalid", "true")
    await tariff.fill("")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("heading", name="Token ANN")).to_be_visible()
    await expect(dialog).to_contain_text("7.50 kWh")
    made = await asyncio.to_thread(api.get, "id-tokens", "ANN")
    assert (made["group_id"], made["limit"]["max_energy_wh"], made["hours"][0]["time_zone"]) == (
        "fleet",
        7500,
        "Europe/Berlin",
    )
    async with dial(system, "T1") as station:
        await station.call("BootNotification", chargePointVendor="Acme", chargePointModel="Duo")
        await dialog.get_by_role("button", name="Block").click()
        await page.get_by_role("dialog", name="Block ANN?").get_by_role("button", name="Block").click()
        await expect(dialog.get_by_role("button", name="Unblock")).to_be_visible()
        assert (await station.call("Authorize", idTag="ANN"))["idTagInfo"]["status"] == "Blocked"
    blocked = await asyncio.to_thread(api.get, "id-tokens", "ANN")
    assert blocked == {**made, "status": "Blocked"}, "nothing else was changed"
    await dialog.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog", name="Delete ANN?").get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_text("There are no tokens yet")).to_be_visible()


async def test_an_edit_never_overwrites_what_changed_meanwhile(api: Api, open_page: Open) -> None:
    page = await open_page("/tokens?token=STRANGER", errors="status of 4")
    dialog = page.get_by_role("dialog").last
    await expect(dialog.get_by_text("Nobody has entered this token")).to_be_visible()
    await dialog.get_by_role("button", name="Enter this token").click()
    await dialog.get_by_label("Balance").fill("12.5")
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog", name="Token STRANGER")).to_contain_text("12.50")
    await dialog.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Edit STRANGER")
    await form.get_by_label("Group").fill("mine")
    await asyncio.to_thread(api.put, "id-tokens", "STRANGER", balance=0, group_id="theirs")
    # Whoever comes back to the page has what it shows read anew, and the form must not take it for what it was.
    async with page.expect_response("**/id-tokens/STRANGER"):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("It has been changed meanwhile")
    assert (await asyncio.to_thread(api.get, "id-tokens", "STRANGER"))["group_id"] == "theirs"
    await form.get_by_role("button", name="Load what it is now").click()
    await expect(form.get_by_label("Group")).to_have_value("theirs")
    await form.get_by_label("Driver's language").fill("x")
    await form.get_by_text("Limits, places and hours").click()
    await form.get_by_label("State of charge in %").fill("300")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_contain_text("limit.max_soc_percent")
    await form.get_by_label("Driver's language").fill("")
    await form.get_by_label("State of charge in %").fill("80")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_have_count(0)
    await expect(dialog).to_contain_text("No credit")
    phone = await open_page("/tokens?token=STRANGER", viewport=PHONE, locale="de-DE")
    await phone.get_by_role("button", name="Bearbeiten").click()
    await fits(phone)
    await asyncio.to_thread(api.ask, "DELETE", "id-tokens", "STRANGER")


async def test_tokens_are_found_by_text_and_group_with_what_they_did(
    system: LocalSystem, api: Api, open_page: Open
) -> None:
    for number in range(30):
        settings = {"group_id": "even"} if number % 2 == 0 else {}
        await asyncio.to_thread(api.put, "id-tokens", f"CARD{number:02}", **settings)
    await asyncio.to_thread(api.put, "id-tokens", "CARD03", expires_at="2020-01-01T00:00:00Z")
    async with dial(system, "T2") as station:
        await station.call("BootNotification", chargePointVendor="Acme", chargePointModel="Duo")
        for day in range(1, 7):
            await station.call(
                "StartTransaction", connectorId=1, idTag="CARD02", meterStart=0, timestamp=f"2026-01-0{day}T00:00:00Z"
            )
        page = await open_page("/tokens")
        rows = page.locator("tbody tr")
        await expect(rows).to_have_count(25)
        await expect(page.locator("[data-row='CARD03']")).to_contain_text("Expired")
        await looked_at(page, "tokens")
        await page.get_by_role("button", name="Next page").click()
        await expect(rows).to_have_count(5)
        await page.get_by_label("Group").fill("even")
        await expect(rows).to_have_count(15)
        await page.get_by_label("Search").fill("card0")
        await expect(rows).to_have_count(5)
        await page.get_by_role("link", name="CARD02").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("row").filter(has_text="T2").first).to_contain_text("Active")
        await looked_at(page, "token")
        await page.keyboard.press("Escape")
        await expect(rows).to_have_count(5)
        await page.go_back()
        await dialog.get_by_role("link", name="All of them").click()
        await expect(page.get_by_label("Id token")).to_have_value("CARD02")
        await expect(rows).to_have_count(6)


async def test_a_group_is_named_leads_to_its_tokens_and_goes_only_when_it_is_empty(api: Api, open_page: Open) -> None:
    await asyncio.to_thread(api.put, "id-tokens", "MEMBER", group_id="crew")
    page = await open_page("/tokens?view=groups", viewport=PHONE, errors="status of 4")
    await page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Group").fill("crew")
    await dialog.get_by_label("Name").fill("The crew")
    await dialog.get_by_role("button", name="Save").click()
    row = page.locator("[data-row='crew']")
    await expect(row).to_contain_text("The crew")
    await fits(page)
    await page.get_by_role("button", name="New group").click()
    await dialog.get_by_label("Group").fill("Crew")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("There is such a group already")).to_be_visible()
    await page.keyboard.press("Escape")
    await row.get_by_role("button", name="Edit").click()
    await expect(dialog.get_by_label("Name")).to_have_value("The crew")
    await asyncio.to_thread(api.put, "groups", "crew", name="Theirs")
    await dialog.get_by_role("button", name="Save").click()
    await dialog.get_by_role("button", name="Load what it is now").click()
    await expect(dialog.get_by_label("Name")).to_have_value("Theirs")
    await page.keyboard.press("Escape")
    await row.get_by_role("button", name="Delete").click()
    await dialog.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("MEMBER among them")).to_be_visible()
    await looked_at(page, "groups")
    await row.get_by_role("link").click()
    await expect(page.locator("[data-row='MEMBER']")).to_be_visible()
    await fits(page)
    await page.go_back()
    assert (await asyncio.to_thread(api.ask, "DELETE", "id-tokens", "MEMBER")).status_code == 204
    await row.get_by_role("button", name="Delete").click()
    await dialog.get_by_role("button", name="Delete").click()
    await expect(row).to_have_count(0)
