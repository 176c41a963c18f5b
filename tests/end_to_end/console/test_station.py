"""The page of one station: live, and acted on from there."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from local.system import LocalSystem
from tests.end_to_end.answering import ACCEPTED, receive
from tests.end_to_end.clients import Api, Station, dial, dial_2x
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.feed import pushed, watches
from tests.end_to_end.console.looks import fits, looked_at

SCRIPT = "<script>window.__pwned=1</script>"
IMAGE = '<img src=x onerror="window.__pwned=1;alert(1)">'
BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Duo", "firmwareVersion": "1.2.3"}


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    api.put("id-tokens", "TAG")


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


async def status(station: Station, said: str, **fields: Any) -> None:
    said_16 = {"connectorId": 1, "status": said, "errorCode": "NoError", **fields}
    await station.call("StatusNotification", **said_16)


async def reading(station: Station, number: int, wh: int, w: int, soc: int) -> None:
    """Energy, power and state of charge of the vehicle, of a transaction."""
    values = (("Energy.Active.Import.Register", wh, "Wh"), ("Power.Active.Import", w, "W"), ("SoC", soc, "Percent"))
    samples = [{"measurand": measurand, "value": str(value), "unit": unit} for measurand, value, unit in values]
    told = [{"timestamp": now(), "sampledValue": samples}]
    await station.call("MeterValues", connectorId=1, transactionId=number, meterValue=told)


async def ask_for_start(page: Page) -> None:
    await page.get_by_role("button", name="Start", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Token").fill("TAG")
    await dialog.get_by_role("button", name="Start").click()


async def test_a_session_from_the_page_to_the_station_and_back(system: LocalSystem, open_page: Open) -> None:
    async with dial(system, "STATION-16") as station:
        await station.call("BootNotification", **BOOT)
        await status(station, "Available")
        page = await open_page("/stations/STATION-16")
        connector = page.get_by_role("region", name="Connector 1")
        await expect(connector).to_contain_text("Available")
        await expect(page.get_by_role("heading", level=1, name="STATION-16")).to_be_visible()
        await watches(page, "STATION-16")
        async with pushed(page, "STATION-16"):
            await status(station, "Preparing")
            await expect(connector).to_contain_text("Preparing")

        await ask_for_start(page)
        frame = await receive(station, "RemoteStartTransaction")
        assert frame[3] == {"idTag": "TAG", "connectorId": 1}
        await station.send([3, frame[1], ACCEPTED])
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_text("The station accepted it.")).to_be_visible()
        started = await station.call("StartTransaction", connectorId=1, idTag="TAG", meterStart=0, timestamp=now())
        number = started["transactionId"]
        for step in range(1, 4):
            await reading(station, number, step * 500, 11_000, 40 + step)
        await status(station, "Charging")
        await dialog.get_by_role("button", name="Close").last.click()
        running = page.locator(f"[data-transaction='{number}']")
        await expect(running).to_contain_text("TAG")
        await expect(running).to_contain_text("1.50 kWh")
        await expect(running).to_contain_text("11.0 kW")
        await expect(running).to_contain_text("43 %")
        await expect(running.locator("canvas")).to_be_visible()
        await looked_at(page, "station")

        await running.get_by_role("button", name="Stop").click()
        await page.get_by_role("dialog").get_by_role("button", name="Stop").click()
        frame = await receive(station, "RemoteStopTransaction")
        assert frame[3] == {"transactionId": number}
        await station.send([3, frame[1], {"status": "Rejected"}])
        await expect(page.get_by_text("The station rejected it.")).to_be_visible()
        await station.call("StopTransaction", transactionId=number, meterStop=1600, timestamp=now())
        await expect(running).to_be_hidden()


async def test_a_session_of_a_station_of_2x(system: LocalSystem, open_page: Open) -> None:
    async with dial_2x(system, "STATION-201", "2.0.1") as station:

        async def tell(said: str) -> None:
            at = {"timestamp": now(), "evseId": 1, "connectorId": 1}
            await station.call("StatusNotification", connectorStatus=said, **at)

        await tell("Occupied")
        page = await open_page("/stations/STATION-201")
        evse = page.get_by_role("region", name="EVSE 1")
        await expect(evse).to_contain_text("Occupied")
        await watches(page, "STATION-201")
        async with pushed(page, "STATION-201"):
            await tell("Available")
            await expect(evse).to_contain_text("Available")
        await ask_for_start(page)
        frame = await receive(station, "RequestStartTransaction")
        start_id = frame[3]["remoteStartId"]
        assert frame[3] == {"idToken": {"idToken": "TAG", "type": "Central"}, "evseId": 1, "remoteStartId": start_id}
        await station.send([3, frame[1], ACCEPTED])
        await expect(page.get_by_text("The station accepted it.")).to_be_visible()
        await station.call(
            "TransactionEvent",
            eventType="Started",
            timestamp=now(),
            triggerReason="RemoteStart",
            seqNo=0,
            transactionInfo={"transactionId": "T-201", "remoteStartId": start_id, "chargingState": "Charging"},
            evse={"id": 1, "connectorId": 1},
            idToken={"idToken": "TAG", "type": "Central"},
        )
        await page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
        running = page.locator("[data-transaction='T-201']")
        await expect(running).to_contain_text("Charging")
        await running.get_by_role("button", name="Stop").click()
        await page.get_by_role("dialog").get_by_role("button", name="Stop").click()
        frame = await receive(station, "RequestStopTransaction")
        assert frame[3] == {"transactionId": "T-201"}
        await station.send([3, frame[1], ACCEPTED])
        await expect(page.get_by_text("The station accepted it.")).to_be_visible()


async def test_what_a_station_is_asked_at_once(system: LocalSystem, open_page: Open) -> None:
    async with dial(system, "STATION-ASKED") as station:
        await station.call("BootNotification", **BOOT)
        await status(station, "Available")
        page = await open_page("/stations/STATION-ASKED", viewport=PHONE)
        await fits(page)
        dialog = page.get_by_role("dialog")
        asked = (
            ("Reset", "Reset the station", "Reset", {"type": "Soft"}),
            ("Unlock", "Unlock", "UnlockConnector", {"connectorId": 1}),
            ("Change availability", "Change it", "ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}),
            ("Trigger a message", "Ask for it", "TriggerMessage", {"requestedMessage": "StatusNotification"}),
        )
        for opens, does, action, payload in asked:
            await page.get_by_role("button", name=opens, exact=True).click()
            await fits(page)
            await dialog.get_by_role("button", name=does).click()
            frame = await receive(station, action)
            assert frame[3] == payload
            await station.send([4, frame[1], "InternalError", IMAGE, {}])
            await expect(dialog.get_by_text(f"InternalError {IMAGE}")).to_be_visible()
            await dialog.get_by_role("button", name="Close").last.click()
            await expect(page.get_by_role("button", name=opens, exact=True)).to_be_focused()
        assert await page.evaluate("window.__pwned") is None


async def test_what_a_station_says_is_text(system: LocalSystem, open_page: Open) -> None:
    station_id = f"{SCRIPT}/%2F..&?#"
    hostile = {
        "chargePointVendor": SCRIPT[:20],
        "chargePointModel": IMAGE[:20],
        "chargePointSerialNumber": "<svg onload=alert(1)>",
        "chargeBoxSerialNumber": "<iframe src=//x>",
        "firmwareVersion": IMAGE,
        "meterType": "<b>bold</b>",
    }
    async with dial(system, station_id) as station:
        await station.call("BootNotification", **hostile)
        await status(station, "Faulted", errorCode="OtherError", info=IMAGE, vendorId=SCRIPT, vendorErrorCode="<i>x")
        page = await open_page("/")
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        await page.evaluate("id => history.pushState(null, '', `/stations/${encodeURIComponent(id)}`)", station_id)
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text(station_id)
        for text in (IMAGE, SCRIPT, *hostile.values()):
            await expect(page.get_by_text(text).first).to_be_visible()
        await fits(page)
        for tab in ("History", "Settings", "Messages", "Calls", "Firmware"):
            link = page.get_by_role("navigation", name="Views").get_by_role("link", name=tab, exact=True)
            await link.click()
            await expect(link).to_have_attribute("aria-current", "page")
            await expect(page.get_by_role("heading", level=1)).to_have_text(station_id)
            await expect(page.get_by_text("Loading")).to_have_count(0)
            await fits(page)
        assert await page.evaluate("window.__pwned") is None
        assert dialogs == []
        assert await page.locator("main :is(script, img, iframe, b, i)").count() == 0


async def test_a_viewer_is_offered_no_action(system: LocalSystem, open_page: Open) -> None:
    async def answer(route: Route) -> None:
        await route.fulfill(json={"username": "vera", "role": "viewer", "expires_at": now()})

    async with dial(system, "STATION-SEEN") as station:
        await station.call("BootNotification", **BOOT)
        await status(station, "Available")
        page = await open_page("/")
        await page.route("**/api/v1/me", answer)
        await page.goto("/stations/STATION-SEEN")
        await expect(page.get_by_text("vera, viewer")).to_be_visible()
        await expect(page.get_by_role("region", name="Connector 1")).to_be_visible()
        views = page.get_by_role("navigation", name="Views")
        for tab in ("Overview", "Configuration", "Profiles", "Firmware", "Certificates", "Reservations"):
            await views.get_by_role("link", name=tab, exact=True).click()
            await expect(page.get_by_role("heading", level=2).first).to_be_visible()
            await expect(page.get_by_text("Loading")).to_have_count(0)
            assert await page.locator("main button").count() == 0, tab
        await views.get_by_role("link", name="Settings").click()
        await expect(page.get_by_label("Name")).to_be_disabled()
        await expect(page.get_by_role("button", name="Save")).to_have_count(0)
        await expect(page.get_by_role("button", name="Delete the station")).to_have_count(0)
