"""The page of reservations: made and cancelled from there to the station and back."""

import asyncio
import re

from playwright.async_api import expect

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at


async def test_an_evse_is_reserved_and_given_back(system: LocalSystem, api: Api, open_page: Open) -> None:
    await asyncio.to_thread(api.put, "id-tokens", "ANN")
    async with dial(system, "R1") as station:
        await station.call("BootNotification", chargePointVendor="Acme", chargePointModel="Duo")
        await station.call("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
        await station.call("StatusNotification", connectorId=2, status="Available", errorCode="NoError")
        await asyncio.to_thread(system.wait_idle)
        page = await open_page("/reservations")
        await expect(page.get_by_text("Nothing is reserved now")).to_be_visible()
        await expect(page.get_by_role("navigation").get_by_text("Live", exact=True)).to_be_visible()
        await page.get_by_role("button", name="New reservation").click()
        dialog = page.get_by_role("dialog").last
        await dialog.get_by_label("Station").fill("R1")
        await dialog.get_by_label("EVSE").select_option("2")
        await dialog.get_by_label("Token").fill("ANN")
        await looked_at(page, "reservation-new")
        await dialog.get_by_role("button", name="Reserve").click()
        frame = await station.receive()
        assert (frame[2], frame[3]["connectorId"], frame[3]["idTag"]) == ("ReserveNow", 2, "ANN")
        await expect(dialog).to_contain_text("has not answered yet")
        await station.send([3, frame[1], {"status": "Accepted"}])
        await expect(dialog).to_contain_text("The station keeps the EVSE")
        await page.keyboard.press("Escape")
        row = page.get_by_role("row").filter(has_text="R1")
        await expect(row.get_by_role("timer")).to_have_text(re.compile(r"^(30:00|2\d:\d\d)$"))
        await looked_at(page, "reservations")
        await row.get_by_role("button", name="Cancel").click()
        await dialog.get_by_role("button", name="Cancel the reservation").click()
        cancel = await station.receive()
        assert cancel[2:] == ["CancelReservation", {"reservationId": frame[3]["reservationId"]}]
        await station.send([3, cancel[1], {"status": "Accepted"}])
        await expect(dialog).to_contain_text("It was taken back")
        await page.keyboard.press("Escape")
        await expect(page.get_by_text("Nothing is reserved now")).to_be_visible()


async def test_a_refusal_is_told_and_what_is_made_elsewhere_appears_by_itself(
    system: LocalSystem, api: Api, open_page: Open
) -> None:
    async with dial(system, "R2") as station:
        await station.call("BootNotification", chargePointVendor="Acme", chargePointModel="Duo")
        await asyncio.to_thread(system.wait_idle)
        page = await open_page("/reservations", viewport=PHONE)
        await expect(page.get_by_text("Nothing is reserved now")).to_be_visible()
        order = {"id_token": "BOB", "evse_id": 1, "expires_at": "2099-01-01T00:00:00Z"}
        made = asyncio.create_task(
            asyncio.to_thread(Api(system, at_once=True).ask, "POST", "stations", "R2", "reservations", json=order)
        )
        frame = await station.receive()
        await station.send([3, frame[1], {"status": "Accepted"}])
        assert (await made).status_code == 202
        await expect(page.get_by_role("row").filter(has_text="R2")).to_be_visible()
        await fits(page)
        await page.get_by_role("button", name="New reservation").click()
        dialog = page.get_by_role("dialog").last
        await dialog.get_by_label("Station").fill("R2")
        await dialog.get_by_label("Token").fill("ANN")
        await dialog.get_by_role("button", name="Reserve").click()
        frame = await station.receive()
        await station.send([3, frame[1], {"status": "Faulted"}])
        await expect(dialog).to_contain_text("The station does not keep it")
        await expect(dialog).to_contain_text("Faulted")
