"""Transactions: filtered and saved as a table, each with its curve and its cost, and stopped from the page."""

import asyncio
import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from functions.api import transactions
from local.system import LocalSystem
from tests.end_to_end.clients import Api, Station, dial, dial_2x
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.looks import fits, looked_at
from tests.end_to_end.console.roles import as_viewer

BEGAN = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
A_MINUTE = dt.timedelta(minutes=1)
PHASES = ("L1", "L2", "L3")


def reading(minute: int) -> list[dict[str, str]]:
    """What a 1.6 station measures a minute later each time: energy, power, state of charge, currents, voltages."""
    single = {
        "Energy.Active.Import.Register": f"{1000 + 180 * minute}",
        "Power.Active.Import": "10800" if minute % 20 < 15 else "7200",
        "SoC": f"{20 + minute}",
    }
    by_phase = [
        {"measurand": name, "value": f"{value + minute % 3}", "phase": phase}
        for name, value in (("Current.Import", 15), ("Voltage", 229))
        for phase in PHASES
    ]
    return [{"measurand": name, "value": value} for name, value in single.items()] + by_phase


async def charge(station: Station, minutes: int, token: str = "CARD-1", began: dt.datetime = BEGAN) -> int:
    """A transaction of 1.6 that has run for a while, with a reading a minute, ten to a message."""
    start = {"connectorId": 1, "idTag": token, "meterStart": 1000, "timestamp": began.isoformat()}
    number: int = (await station.call("StartTransaction", **start))["transactionId"]
    values = [
        {"timestamp": (began + minute * A_MINUTE).isoformat(), "sampledValue": reading(minute)}
        for minute in range(minutes)
    ]
    for begin in range(0, minutes, 10):
        await station.call("MeterValues", connectorId=1, transactionId=number, meterValue=values[begin : begin + 10])
    return number


async def stop(
    station: Station, number: int, at: dt.datetime, meter_stop: int, reason: str = "Local", **more: Any
) -> None:
    stopped = {"transactionId": number, "meterStop": meter_stop, "timestamp": at.isoformat(), "reason": reason}
    await station.call("StopTransaction", **stopped, **more)


def tariff(api: Api, station_id: str) -> None:
    """So much for a kWh, and a fee, at a station."""
    priced = {
        "currency": "EUR",
        "energy": {"prices": [{"price": 0.5}], "tax_rates": [{"type": "VAT", "percent": 19}]},
        "fixed_fee": {"prices": [{"price": 1.0}], "tax_rates": [{"type": "VAT", "percent": 19}]},
    }
    api.put("tariffs", "DAY", **priced)
    api.patch("stations", station_id, tariff_id="DAY")


def rows(page: Page) -> Any:
    return page.locator("tbody tr[data-row]")


async def export(page: Page) -> list[dict[str, str]]:
    """What the table that is saved says."""
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Export as CSV").click()
    text = Path(await (await saving.value).path()).read_text("utf-8")
    assert text.startswith("\ufefftransaction_id,"), "a spreadsheet takes it for UTF-8"
    return list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))


async def test_transactions_are_filtered_and_saved_as_they_are_filtered(
    system: LocalSystem, api: Api, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A line to an answer, as if each were longer than one answer can be.
    monkeypatch.setattr(transactions, "EXPORTED_AT_ONCE", 1)
    monkeypatch.setattr(transactions, "LONGEST_EXPORT_S", 0.0)
    for token in ("CARD-0", "CARD-1", "CARD-2", "CARD-9"):
        api.put("id-tokens", token)
    async with dial(system, "TX-1") as first, dial(system, "TX-2") as second:
        for day, station in enumerate((first, second, first)):
            began = BEGAN + dt.timedelta(days=day)
            number = await charge(station, 1, f"CARD-{day}", began)
            await stop(station, number, began + 90 * A_MINUTE, 4_500)
        page = await open_page("/transactions", errors="503")
        await expect(rows(page)).to_have_count(3)
        await expect(rows(page).first).to_contain_text("22 Nov 2026")
        await expect(rows(page).first).to_contain_text("3.50 kWh")
        await expect(rows(page).first).to_contain_text("1:30 h")
        await page.get_by_label("Station").fill("TX-1")
        await expect(rows(page)).to_have_count(2)
        assert [one["energy_wh"] for one in await export(page)] == ["3500", "3500"]
        gone = {"status": 503, "json": {"title": "Service Unavailable", "detail": "Not now"}}
        await page.route("**/transactions.csv?*cursor=*", lambda route: route.fulfill(**gone))
        await page.get_by_role("button", name="Export as CSV").click()
        await expect(page.get_by_text("Not now")).to_be_visible()
        await page.unroute_all()
        await page.get_by_label("From day").fill("2026-11-20")
        to = page.get_by_label("To day")
        # On the way to the year a browser tells of 0002, 0020 and 0202: these are no steps to go back.
        for typed in ("0002-11-20", "0020-11-20", "0202-11-20", "2026-11-20"):
            await to.fill(typed)
        await expect(rows(page)).to_have_count(1)
        await expect(page).to_have_url(
            f"http://127.0.0.1:{system.port}/transactions?station=TX-1&from=2026-11-20&to=2026-11-20"
        )
        assert [one["id_token"] for one in await export(page)] == ["CARD-0"]
        await page.go_back()
        await expect(page.get_by_label("To day")).to_have_value("")
        await page.get_by_label("State").select_option("Active")
        await expect(page.get_by_text("No transaction fits these filters")).to_be_visible()
        running = await charge(first, 1, "CARD-9")
        await page.get_by_label("From day").fill("")
        await expect(rows(page)).to_have_count(1)
        await stop(first, running, BEGAN + A_MINUTE, 500)
        await expect(rows(page)).to_have_count(0)
        await page.get_by_label("State").select_option("")
        await expect(rows(page).filter(has_text="Implausible meter")).to_have_count(1)
        await looked_at(page, "transactions")
        phone = await open_page("/transactions", viewport=PHONE, locale="de-DE")
        await expect(phone.get_by_text("Zähler unglaubwürdig")).to_be_visible()
        await fits(phone)


async def test_a_transaction_has_its_curve_and_its_cost_and_is_stopped_from_the_page(
    system: LocalSystem, api: Api, open_page: Open
) -> None:
    async with dial(system, "TX-3") as station:
        await asyncio.to_thread(tariff, api, "TX-3")
        number = await charge(station, 60, began=dt.datetime.now(dt.UTC) - 61 * A_MINUTE)
        page = await open_page("/transactions?station=TX-3")
        await rows(page).get_by_role("link").first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(f"Transaction {number}")
        facts = page.get_by_role("region", name="What is known of it")
        await expect(facts).to_contain_text("10.62 kWh")
        await expect(facts).to_contain_text("79 %")
        await expect(page.locator(".u-over")).to_have_count(3)
        curve = page.get_by_role("figure", name="Power, energy and state of charge")
        await curve.get_by_text("Show as a table").click()
        await expect(curve.get_by_role("row")).to_have_count(61)
        await expect(page.get_by_text("60 readings")).to_be_visible()
        await page.get_by_role("button", name="Stop the transaction").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Stop", exact=True).click()
        asked = await station.receive()
        assert asked[2:] == ["RemoteStopTransaction", {"transactionId": number}]
        await station.send([3, asked[1], {"status": "Accepted"}])
        await expect(dialog.locator('[data-outcome="answered"]')).to_be_visible()
        ended = dt.datetime.now(dt.UTC)
        last = [{"timestamp": ended.isoformat(), "sampledValue": [{"value": "11800", "context": "Transaction.End"}]}]
        await stop(station, number, ended, 11_800, "Remote", transactionData=last)
        await dialog.get_by_role("button", name="Close").last.click()
        await expect(facts).to_contain_text("Ended")
        await expect(facts).to_contain_text("Remote")
        await expect(page.get_by_text("61 readings")).to_be_visible()
        await expect(facts).to_contain_text("10.80 kWh")
        await expect(page.get_by_role("button", name="Stop the transaction")).to_have_count(0)
        cost = page.get_by_role("region", name="Cost")
        await expect(cost).to_contain_text("€7.62")
        await expect(cost.get_by_role("row", name="Energy")).to_contain_text("10.8 kWh")
        await looked_at(page, "transaction")
        phone = await open_page(f"/transactions/{number}", viewport=PHONE)
        await expect(phone.get_by_role("region", name="Cost")).to_contain_text("€7.62")
        await fits(phone)


async def test_what_a_station_of_2x_told_and_its_meter_signed_is_on_the_page(
    system: LocalSystem, open_page: Open
) -> None:
    def event(seq_no: int, kind: str, trigger: str, **more: Any) -> dict[str, Any]:
        said = {
            "eventType": kind,
            "seqNo": seq_no,
            "triggerReason": trigger,
            "transactionInfo": {"transactionId": "T-7"},
        }
        return {**said, "timestamp": (BEGAN + seq_no * A_MINUTE).isoformat(), **more}

    def signed(value: float, context: str) -> dict[str, Any]:
        proof = {"signedMeterData": "T0NNRg==", "signingMethod": "", "encodingMethod": "OCMF", "publicKey": ""}
        sample = {"value": value, "context": context, "signedMeterValue": proof}
        return {"timestamp": BEGAN.isoformat(), "sampledValue": [sample]}

    async with dial_2x(system, "TX-4", "2.0.1") as station:
        evse = {"id": 1, "connectorId": 1}
        begin = signed(1000, "Transaction.Begin")
        await station.call("TransactionEvent", **event(0, "Started", "CablePluggedIn", evse=evse, meterValue=[begin]))
        await station.call("TransactionEvent", **event(2, "Updated", "ChargingStateChanged"))
        page = await open_page("/transactions/T-7")
        events = page.get_by_role("region", name="Events")
        await expect(events).to_contain_text("The event with seqNo 1 has not come.")
        await expect(events.get_by_role("row", name="CablePluggedIn")).to_be_visible()
        await expect(page.get_by_text("There is no curve yet")).to_be_visible()
        await station.call("TransactionEvent", **event(1, "Updated", "Authorized"))
        await expect(events.get_by_text("has not come")).to_have_count(0)
        async with page.expect_download() as saving:
            await page.get_by_role("button", name="Save 1 value").click()
        assert "T0NNRg==" in Path(await (await saving.value).path()).read_text("utf-8")
        await as_viewer(page)
        await expect(page.get_by_role("row", name="CablePluggedIn")).to_be_visible()
        await expect(page.get_by_role("button", name="Stop the transaction")).to_have_count(0)
        await page.unroute_all()
        await page.reload()
        await page.get_by_role("button", name="Stop the transaction").click()
        await page.get_by_role("dialog").get_by_role("button", name="Stop", exact=True).click()
        asked = await station.receive()
        assert asked[2:] == ["RequestStopTransaction", {"transactionId": "T-7"}]
        await station.send([3, asked[1], {"status": "Accepted"}])
        await expect(page.locator('[data-outcome="answered"]')).to_be_visible()
