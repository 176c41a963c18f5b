"""What of a station stands in tabs of its page: configuration, profiles, firmware, history and settings."""

import asyncio
from typing import Any

from playwright.async_api import Page, expect

from local.system import LocalSystem
from tests.end_to_end.answering import ACCEPTED, call, receive
from tests.end_to_end.clients import Api, Station, dial, dial_2x
from tests.end_to_end.console.conftest import Open
from tests.end_to_end.console.looks import looked_at

BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Duo", "firmwareVersion": "1.2.3"}


async def answer(station: Station, action: str, payload: Any) -> Any:
    """Answer the next call, which is of this action, and return its payload."""
    frame = await receive(station, action)
    await station.send([3, frame[1], payload])
    return frame[3]


async def tab(page: Page, name: str) -> None:
    await page.get_by_role("navigation", name="Views").get_by_role("link", name=name, exact=True).click()
    await expect(page.get_by_text("Loading")).to_have_count(0)


async def test_the_configuration_is_read_and_a_key_changed(system: LocalSystem, open_page: Open) -> None:
    async with dial(system, "TABS-16") as station:
        await station.call("BootNotification", **BOOT)
        page = await open_page("/stations/TABS-16/configuration")
        await expect(page.get_by_text("Nothing of its configuration is known yet")).to_be_visible()
        await page.get_by_role("button", name="Read all from the station").click()
        keys = [
            {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
            {"key": "NumberOfConnectors", "readonly": True, "value": "1"},
        ]
        await answer(station, "GetConfiguration", {"configurationKey": keys})
        row = page.locator("[data-row='HeartbeatInterval']")
        await expect(row).to_contain_text("300")
        await expect(page.locator("[data-row='NumberOfConnectors']")).to_contain_text("read only")
        await row.get_by_role("button", name="Change").click()
        await page.get_by_role("dialog").get_by_label("Value").fill("600")
        await page.get_by_role("dialog").get_by_role("button", name="Save").click()
        asked = await answer(station, "ChangeConfiguration", {"status": "Rejected"})
        assert asked == {"key": "HeartbeatInterval", "value": "600"}
        await expect(row).to_contain_text("differs")
        await page.get_by_label("Only what differs").check()
        await expect(page.locator("tbody tr")).to_have_count(1)
        await looked_at(page, "station-configuration")


async def test_the_device_model_is_reported_and_a_variable_changed(system: LocalSystem, open_page: Open) -> None:
    async with dial_2x(system, "TABS-201", "2.0.1") as station:
        page = await open_page("/stations/TABS-201/configuration")
        await page.get_by_role("button", name="Ask for a report").click()
        await page.get_by_role("dialog").get_by_role("button", name="Ask for a report").click()
        asked = await answer(station, "GetBaseReport", ACCEPTED)
        variable = {
            "component": {"name": "OCPPCommCtrlr"},
            "variable": {"name": "HeartbeatInterval"},
            "variableAttribute": [{"value": "300", "mutability": "ReadWrite"}],
            "variableCharacteristics": {"dataType": "integer", "supportsMonitoring": False, "unit": "s"},
        }
        await station.call(
            "NotifyReport",
            requestId=asked["requestId"],
            generatedAt="2026-11-23T10:00:00Z",
            seqNo=0,
            tbc=False,
            reportData=[variable],
        )
        row = page.locator("tr", has_text="HeartbeatInterval")
        await expect(row).to_contain_text("300 s")
        await row.get_by_role("button", name="Change").click()
        await page.get_by_role("dialog").get_by_label("Value").fill("600")
        await page.get_by_role("dialog").get_by_role("button", name="Save").click()
        asked = await receive(station, "SetVariables")
        assert asked[3]["setVariableData"][0]["attributeValue"] == "600"
        await looked_at(page, "station-variables")


async def test_limits_are_drawn_and_the_station_is_asked_what_comes_of_them(
    system: LocalSystem, api: Api, open_page: Open
) -> None:
    async with dial(system, "TABS-LIMITS") as station:
        await station.call("BootNotification", **BOOT)
        await station.call("StatusNotification", connectorId=1, status="Available", errorCode="NoError")
        periods = [{"startPeriod": 0, "limit": 16.0}, {"startPeriod": 3600, "limit": 8.0}]
        schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": periods}
        profile = {
            "chargingProfileId": 7,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": schedule,
        }
        await call(api, station, "SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile})
        await answer(station, "SetChargingProfile", ACCEPTED)
        assert await asyncio.to_thread(system.wait_idle)
        page = await open_page("/stations/TABS-LIMITS/profiles")
        card = page.locator("[data-profile='7']")
        await expect(card).to_contain_text("For every transaction")
        await expect(card.locator("canvas")).to_be_visible()
        await page.get_by_role("button", name="Ask the station").click()
        asked = await answer(
            station,
            "GetCompositeSchedule",
            {
                "status": "Accepted",
                "connectorId": 1,
                "scheduleStart": "2026-11-23T10:00:00Z",
                "chargingSchedule": {**schedule, "duration": 14400},
            },
        )
        assert asked == {"connectorId": 1, "duration": 14400, "chargingRateUnit": "A"}
        await expect(page.locator("[data-composite='1'] canvas")).to_be_visible()
        await looked_at(page, "station-profiles")
        await card.get_by_role("button", name="Clear").click()
        await page.get_by_role("dialog").get_by_role("button", name="Clear").click()
        assert await answer(station, "ClearChargingProfile", ACCEPTED) == {"id": 7}
        await expect(card).to_contain_text("Cleared")


async def test_settings_are_kept_and_a_station_goes_once_its_id_is_typed(
    system: LocalSystem, api: Api, open_page: Open
) -> None:
    async with dial(system, "TABS-SETTINGS") as station:
        await station.call("BootNotification", **BOOT)
        # Its page may ask for it once more while it goes.
        page = await open_page("/stations/TABS-SETTINGS", errors="404 (Not Found)")
        for name in ("History", "Firmware", "Certificates", "Reservations"):
            await tab(page, name)
            await looked_at(page, f"station-{name.lower()}")
        await tab(page, "Settings")
        await page.get_by_label("Name").fill("Harbour 1")
        await page.get_by_label("Latitude").fill("53.5")
        await page.get_by_label("Longitude").fill("10")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", level=1, name="Harbour 1")).to_be_visible()
        kept = await asyncio.to_thread(api.get, "stations", "TABS-SETTINGS")
        assert (kept["name"], kept["latitude"], kept["longitude"]) == ("Harbour 1", 53.5, 10)
        await looked_at(page, "station-settings")
        await page.get_by_role("button", name="Delete the station").click()
        delete = page.get_by_role("dialog").get_by_role("button", name="Delete the station")
        await expect(delete).to_be_disabled()
        await page.get_by_role("dialog").get_by_label("Type TABS-SETTINGS").fill("TABS-SETTINGS")
        await delete.click()
        await expect(page.get_by_text("TABS-SETTINGS is deleted.")).to_be_visible()
        gone = await asyncio.to_thread(api.ask, "GET", "stations", "TABS-SETTINGS")
        assert gone.status_code == 404
