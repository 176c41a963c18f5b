"""The calls of a station: every action by a form of its schema, the answer back, and what became of those before."""

import asyncio
import json
import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial, dial_2x
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at, picture

BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Uno"}


async def choose(page: Page, action: str) -> Locator:
    """The form of an action, once it is drawn."""
    form = page.get_by_role("region", name="Call the station")
    await form.get_by_label("Action", exact=True).select_option(action)
    await expect(form.get_by_role("button", name=f"Send {action}")).to_be_visible()
    return form


async def send(page: Page, action: str, *, sure: bool = False) -> None:
    await page.get_by_role("button", name=f"Send {action}").first.click()
    if sure:
        await page.get_by_role("dialog").get_by_role("button", name=f"Send {action}").click()


async def test_a_form_of_1_6_from_its_mistakes_to_the_answer(open_page: Open, system: LocalSystem, api: Api) -> None:
    async with dial(system, "CALL1") as station:
        await station.call("BootNotification", **BOOT)
        page = await open_page("/stations/CALL1/calls", errors="422")
        form = await choose(page, "ChangeAvailability")
        await form.get_by_label("connectorId").fill("-1")
        await send(page, "ChangeAvailability")
        kind = form.locator('[data-field="root_type"]')
        await expect(kind.get_by_text("This is needed.")).to_be_visible()
        await kind.get_by_label("type").select_option("Inoperative")
        await expect(kind.get_by_text("This is needed.")).to_be_hidden()
        await send(page, "ChangeAvailability", sure=True)
        place = form.locator('[data-field="root_connectorId"]')
        await expect(place.get_by_text("A connector is named by its number")).to_be_visible()

        await form.get_by_label("connectorId").fill("1")
        await send(page, "ChangeAvailability", sure=True)
        frame = await station.receive()
        assert frame[2:] == ["ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}]
        await station.send([3, frame[1], {"status": "Scheduled"}])
        await expect(form.locator('[data-outcome="answered"]')).to_contain_text('"Scheduled"')

        history = page.get_by_role("region", name="Calls to the station")
        await history.get_by_role("button", name="More: ChangeAvailability").click()
        detail = history.locator(".table-detail")
        await expect(detail.get_by_role("figure", name="Payload")).to_contain_text('"Inoperative"')
        await expect(detail.get_by_role("figure", name="Answer")).to_contain_text('"Scheduled"')
        await looked_at(page, "station-calls")

        await history.get_by_role("button", name="Repeat: ChangeAvailability").click()
        await expect(form.get_by_label("type")).to_have_value("0")
        await form.get_by_label("type").select_option("Operative")
        await send(page, "ChangeAvailability", sure=True)
        frame = await station.receive()
        assert frame[3] == {"connectorId": 1, "type": "Operative"}
        await station.send([3, frame[1], {"status": "Accepted"}])
        await expect(form.locator('[data-outcome="answered"]')).to_contain_text('"Accepted"')


async def test_lists_within_lists_of_2_0_1_by_form_and_by_json(open_page: Open, system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, "CALL2", "2.0.1") as station:
        page = await open_page("/stations/CALL2/calls", viewport=PHONE)
        form = await choose(page, "SetVariables")
        entry = form.locator('[data-field="root_setVariableData_0"]')
        await entry.get_by_label("attributeValue").fill("60")
        await entry.locator("#root_setVariableData_0_component_name").fill("OCPPCommCtrlr")
        await entry.locator("#root_setVariableData_0_variable_name").fill("HeartbeatInterval")
        await entry.get_by_role("button", name="Add evse").click()
        await send(page, "SetVariables")
        evse = entry.locator('[data-field="root_setVariableData_0_component_evse_id"]')
        await expect(evse.get_by_text("This is needed.")).to_be_visible()
        await entry.get_by_role("button", name="Leave out evse").click()
        await form.get_by_role("button", name="One more for setVariableData").click()
        name = form.locator("[data-field=root_setVariableData_1_component_name]")
        await expect(name.get_by_text("This is needed.")).to_be_visible()
        await fits(page)
        await picture(page, "station-calls-phone")
        await form.get_by_role("button", name="Remove entry 2").click()

        await form.get_by_role("button", name="Edit as JSON").click()
        text = form.get_by_label("Payload")
        payload: dict[str, Any] = json.loads(await text.input_value())
        data = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
        assert payload == {"setVariableData": [{"attributeValue": "60", **data}]}
        await text.fill('{"setVariableData": [{"attributeValue": 5}]}')
        await send(page, "SetVariables")
        await expect(
            form.get_by_text("setVariableData[0].attributeValue: This must be of the type string")
        ).to_be_visible()
        await text.fill(json.dumps({"setVariableData": [{"attributeValue": "90", **data}]}))
        await send(page, "SetVariables")
        frame = await station.receive()
        assert frame[3]["setVariableData"][0]["attributeValue"] == "90"
        await station.send([3, frame[1], {"setVariableResult": [{"attributeStatus": "Accepted", **data}]}])
        await expect(form.locator('[data-outcome="answered"]')).to_contain_text('"attributeStatus"')
        await form.get_by_role("button", name="Edit as a form").click()
        await expect(entry.get_by_label("attributeValue")).to_have_value("90")


async def test_times_are_the_viewers_and_what_there_is_is_suggested(
    open_page: Open, system: LocalSystem, api: Api
) -> None:
    async with dial_2x(system, "CALL6", "2.0.1") as station:
        await asyncio.to_thread(lambda: api.put("id-tokens", "04A1B2C3"))
        page = await open_page("/stations/CALL6/calls")
        form = await choose(page, "ReserveNow")
        await form.get_by_label("expiryDateTime").fill("2027-05-01T10:30")
        token = form.locator("#root_idToken_idToken")
        await expect(form.locator("datalist option[value='04A1B2C3']").first).to_be_attached()
        await token.fill("04A1B2C3")
        await form.locator("#root_idToken_type").select_option("ISO14443")
        await form.get_by_role("button", name="Add groupIdToken").click()
        await form.get_by_role("button", name="Leave out groupIdToken").click()
        await send(page, "ReserveNow")
        frame = await station.receive()
        assert frame[3].pop("id") > 0
        id_token = {"idToken": "04A1B2C3", "type": "ISO14443"}
        assert frame[3] == {"expiryDateTime": "2027-05-01T08:30:00Z", "idToken": id_token}
        await station.send([3, frame[1], {"status": "Occupied"}])
        await expect(form.locator('[data-outcome="answered"]')).to_contain_text('"Occupied"')


async def test_a_call_that_waits_for_its_station_is_taken_back(open_page: Open, system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(lambda: api.put("stations", "CALL3"))
    page = await open_page("/stations/CALL3/calls")
    form = await choose(page, "GetLocalListVersion")
    await form.get_by_label("Wait for the answer").select_option("0")
    await send(page, "GetLocalListVersion")
    history = page.get_by_role("region", name="Calls to the station")
    row = history.locator("tbody tr").first
    await expect(row).to_contain_text("waits to be sent")
    await row.get_by_role("button", name="Cancel").click()
    await expect(row).to_contain_text("Cancelled")
    await expect(form.locator('[data-outcome="cancelled"]')).to_be_visible()
    await history.get_by_label("State").select_option("answered")
    await expect(history.get_by_text("No call is like that.")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"\?state=answered$"))


async def test_what_the_station_does_not_know_is_marked(open_page: Open, system: LocalSystem, api: Api) -> None:
    async with dial(system, "CALL4") as station:
        await station.call("BootNotification", **BOOT)
        body = {"action": "ClearCache"}
        asking = asyncio.to_thread(lambda: api.ask("POST", "stations", "CALL4", "calls", json=body))
        task = asyncio.create_task(asking)
        frame = await station.receive()
        await station.send([4, frame[1], "NotImplemented", "", {}])
        await task
        assert await asyncio.to_thread(system.wait_idle)
        page = await open_page("/stations/CALL4/calls")
        form = await choose(page, "ClearCache")
        await expect(form.get_by_text("does not know this action (NotImplemented)")).to_be_visible()


async def test_a_viewer_sees_the_calls_and_no_form(open_page: Open, system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(lambda: api.put("stations", "CALL5"))
    page = await open_page("/")
    viewer = json.dumps({"username": "vera", "role": "viewer"})
    await page.route("**/api/v1/me", lambda route: route.fulfill(body=viewer, content_type="application/json"))
    await page.goto("/stations/CALL5/calls")
    await expect(page.get_by_text("Nothing has been asked of this station yet.")).to_be_visible()
    await expect(page.get_by_text("vera, viewer")).to_be_visible()
    await expect(page.get_by_role("region", name="Call the station")).to_have_count(0)
