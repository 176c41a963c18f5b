"""What the tabs of a station's page ask of it: each goes to the station, and what it says is told on the page."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect

from local.system import LocalSystem
from tests.end_to_end.answering import ACCEPTED, receive
from tests.end_to_end.charging_2x import profile_2x, report_page
from tests.end_to_end.clients import Api, Station, dial, dial_2x
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits
from tests.pki import root

BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Duo", "firmwareVersion": "1.2.3"}
NAMED = {"hashAlgorithm": "SHA256", "issuerNameHash": "AA11", "issuerKeyHash": "BB22", "serialNumber": "0C01"}
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    for id_token in ("ONE", "TWO"):
        api.put("id-tokens", id_token)


async def ask(page: Page, opens: str, does: str, **fields: str) -> None:
    """Open a dialog by its button, fill its fields, and do what it is for."""
    await page.get_by_role("button", name=opens, exact=True).click()
    dialog = page.get_by_role("dialog")
    for label, value in fields.items():
        await dialog.get_by_label(label).fill(value)
    await fits(page)
    await dialog.get_by_role("button", name=does, exact=True).click()


async def answer(station: Station, action: str, payload: Any = ACCEPTED) -> Any:
    """Answer the next call, which is of this action, and return its payload."""
    frame = await receive(station, action)
    await station.send([3, frame[1], payload])
    return frame[3]


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


async def told(page: Page, text: str) -> None:
    """The page tells this of itself, without anybody asking it."""
    await expect(page.locator(".toast", has_text=text).last).to_be_visible()


async def test_certificates_come_are_renewed_and_go(system: LocalSystem, open_page: Open) -> None:
    async with dial_2x(system, "ORDERS-CERTS", "2.1") as station:
        page = await open_page("/stations/ORDERS-CERTS/certificates", errors="422 (")
        await expect(page.get_by_text("Nothing is known of its certificates yet.")).to_be_visible()
        dialog, pem = page.get_by_role("dialog"), root("Harbour Root").pem
        await ask(page, "Install a root", "Install a root", Certificate="no certificate")
        await expect(dialog.locator(".wrong")).to_be_visible()
        await dialog.get_by_label("Certificate (PEM)").fill(pem)
        await dialog.get_by_role("button", name="Install a root").click()
        asked = await answer(station, "InstallCertificate", {"status": "Failed"})
        assert asked == {"certificateType": "CSMSRootCertificate", "certificate": pem}
        await told(page, "InstallCertificate: The station answered Failed.")
        await ask(page, "Install a root", "Install a root", Certificate=pem)
        await answer(station, "InstallCertificate")
        await told(page, "InstallCertificate: The station accepted it.")
        await expect(page.get_by_role("row", name="CN=Harbour Root")).to_be_visible()

        await ask(page, "Renew its own", "Renew its own")
        assert await answer(station, "TriggerMessage") == {"requestedMessage": "SignChargingStationCertificate"}
        await told(page, "TriggerMessage: The station accepted it.")

        await ask(page, "Read from the station", "Read from the station")
        one = {"certificateType": "CSMSRootCertificate", "certificateHashData": NAMED}
        await answer(station, "GetInstalledCertificateIds", ACCEPTED | {"certificateHashDataChain": [one]})
        await page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
        row = page.get_by_role("row", name="0C01")
        await row.get_by_role("button", name="Delete").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        assert await answer(station, "DeleteCertificate") == {"certificateHashData": NAMED}
        await told(page, "DeleteCertificate: The station accepted it.")
        await expect(row).to_be_hidden()


async def test_lists_profiles_and_passwords_of_1_6(system: LocalSystem, open_page: Open) -> None:
    async with dial(system, "ORDERS-16") as station:
        await station.call("BootNotification", **BOOT)
        for connector in range(1, 13):
            await station.call("StatusNotification", connectorId=connector, status="Available", errorCode="NoError")
        await station.call("StartTransaction", connectorId=2, idTag="ONE", meterStart=0, timestamp=now())
        page = await open_page("/stations/ORDERS-16", viewport=PHONE, locale="de-DE")
        await expect(page.get_by_role("region", name="Anschluss 12")).to_contain_text("Frei")
        await expect(page.get_by_text("noch keine Zählerstände")).to_be_visible()
        await fits(page)

        page = await open_page("/stations/ORDERS-16/lists", viewport=PHONE, errors="422 (")
        await expect(page.get_by_text("Nothing is known of its list yet.")).to_be_visible()
        await expect(page.get_by_role("link", name="Reservations", exact=True).last).to_be_in_viewport()
        await ask(page, "Reserve", "Reserve", Token="ONE")
        asked = await answer(station, "ReserveNow")
        assert (asked["connectorId"], asked["idTag"]) == (1, "ONE")
        await told(page, "ReserveNow: The station accepted it.")
        await expect(page.get_by_role("row", name="ONE").get_by_text("Accepted")).to_be_visible()
        await ask(page, "Send a list", "Send a list", Tokens="ONE\n\n TWO ")
        asked = await answer(station, "SendLocalList")
        assert [one["idTag"] for one in asked["localAuthorizationList"]] == ["ONE", "TWO"]
        await told(page, "SendLocalList: The station accepted it.")
        await expect(page.get_by_role("row", name="TWO")).to_be_visible()

        await page.goto("/stations/ORDERS-16/profiles?purpose=TxDefaultProfile")
        await ask(page, "Clear these profiles", "Clear")
        assert await answer(station, "ClearChargingProfile") == {"chargingProfilePurpose": "TxDefaultProfile"}
        await told(page, "ClearChargingProfile: The station accepted it.")

        await page.goto("/stations/ORDERS-16/settings")
        dialog = page.get_by_role("dialog")
        await ask(page, "Set a password", "Send it to the station", **{"New password": "short"})
        await expect(dialog.locator(".wrong")).to_be_visible()
        await dialog.get_by_label("New password").fill(PASSWORD)
        await dialog.get_by_role("button", name="Send it to the station").click()
        asked = await answer(station, "ChangeConfiguration", {"status": "Rejected"})
        assert asked["key"] == "AuthorizationKey"
        await told(page, "ChangeConfiguration: The station rejected it.")
        await expect(page.get_by_text("It has no password.")).to_be_visible()
        await ask(page, "Set a password", "Note it only", **{"New password": PASSWORD})
        await expect(page.get_by_text("It has a password.")).to_be_visible()


async def test_profiles_are_reported_and_all_are_cleared(system: LocalSystem, open_page: Open) -> None:
    async with dial_2x(system, "ORDERS-201", "2.0.1") as station:
        page = await open_page("/stations/ORDERS-201/profiles")
        await page.get_by_role("button", name="Ask the station for its profiles").click()
        asked = await answer(station, "GetChargingProfiles")
        assert asked["chargingProfile"] == {"chargingLimitSource": ["EMS", "Other", "SO", "CSO"]}
        await told(page, "GetChargingProfiles: The station accepted it.")
        await report_page(station, asked["requestId"], profile_2x(41))
        card = page.locator("[data-profile='41']")
        await expect(card.locator("canvas")).to_be_visible()
        await ask(page, "Clear these profiles", "Clear")
        assert await answer(station, "ClearChargingProfile", {"status": "Unknown"}) == {"chargingProfileCriteria": {}}
        await told(page, "ClearChargingProfile: The station answered Unknown.")
        await expect(card).to_contain_text("Cleared")


async def test_a_station_that_is_not_there_is_said_to_be(system: LocalSystem, api: Api, open_page: Open) -> None:
    await asyncio.to_thread(lambda: api.put("stations", "ORDERS-NEW"))
    page = await open_page("/stations/ORDERS-NEW", errors="404 (Not Found)")
    await expect(page.get_by_text("never connected yet")).to_be_visible()
    await expect(page.get_by_text("/ocpp/ORDERS-NEW")).to_be_visible()
    other = await open_page("/stations/ORDERS-NEW/settings")
    await other.get_by_label("Name").fill("Pier 4")
    await asyncio.to_thread(lambda: api.patch("stations", "ORDERS-NEW", call_timeout_s=9))
    await other.get_by_role("button", name="Save").click()
    await expect(other.get_by_role("heading", level=1, name="Pier 4")).to_be_visible()
    kept = await asyncio.to_thread(api.get, "stations", "ORDERS-NEW")
    assert (kept["name"], kept["call_timeout_s"]) == ("Pier 4", 9)
    await asyncio.to_thread(api.ask, "DELETE", "stations", "ORDERS-NEW")
    await ask(page, "Reset", "Reset the station")
    await expect(page.get_by_text("There is no such station")).to_be_visible()
