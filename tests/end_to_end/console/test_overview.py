"""The overview: what all stations do now, what they did over the day, and what needs attention, live."""

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Locator, Page, Route, expect

from local.system import LocalSystem
from shared.domain.fleet_samples import FleetSample
from shared.store import fleet_samples
from tests.end_to_end.clients import Api, Station, dial, dial_2x
from tests.end_to_end.console.conftest import PHONE, Open
from tests.end_to_end.console.feed import pushed, watches
from tests.end_to_end.console.looks import fits, looked_at

DAY_STEPS = 24 * 12
NOTE_WHAT_CANVASES_SAY = """
const draw = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
  document.documentElement.dataset.said = `${document.documentElement.dataset.said ?? ""} ${text}`;
  draw.call(this, text, ...where);
};
"""


def now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


async def tell(station: Station, status: str, error_code: str = "NoError", **fields: Any) -> None:
    told = {"connectorId": 1, "status": status, "errorCode": error_code, "timestamp": now(), **fields}
    await station.call("StatusNotification", **told)


def figure(page: Page, name: str) -> Locator:
    return page.locator(f'[data-figure="{name}"] strong')


def ticker(page: Page) -> Locator:
    return page.get_by_role("region", name="As it happens").get_by_role("listitem")


@asynccontextmanager
async def campaign(system: LocalSystem, api: Api, station_id: str) -> AsyncIterator[None]:
    """One that waits for a station to come online."""
    await asyncio.to_thread(lambda: api.put("stations", station_id))
    order = {"stations": [station_id], "location": "https://example.org/2.bin", "version": "2.0.0"}
    started = await asyncio.to_thread(lambda: api.ask("POST", "firmware-campaigns", json=order))
    assert started.status_code == 202, started.text
    yield
    change = {"json": {"state": "cancelled"}}
    await asyncio.to_thread(lambda: api.ask("PATCH", "firmware-campaigns", started.json()["campaign_id"], **change))


async def refuse(station: Station, api: Api) -> None:
    """A call that the station refuses."""
    order = {"action": "ClearCache", "payload": {}}
    await asyncio.to_thread(lambda: api.ask("POST", "stations", station.station_id, "calls", json=order))
    asked = await station.receive()
    await station.send([4, asked[1], "InternalError", "no memory left", {}])


def samples_of_a_day() -> None:
    """What the sampler would have noted of four stations that charge in the middle of the day."""
    end = dt.datetime.now(dt.UTC)
    for step in range(DAY_STEPS, 0, -1):
        charging = max(0, 3 - abs(step - DAY_STEPS // 2) // 30)
        offline = step % 50 // 40
        fleet_samples.record(
            FleetSample(
                at=end - dt.timedelta(minutes=5 * step),
                stations=4,
                online=4 - offline,
                charging=charging,
                faulted=step % 90 // 70,
                transactions=charging,
                power_w=charging * 11_000,
                energy_wh=charging * 11_000 // 12,
            )
        )


async def test_what_stations_do_is_told_to_the_page(system: LocalSystem, api: Api, open_page: Open) -> None:
    page = await open_page("/")
    await expect(figure(page, "online")).to_have_text("0")
    await expect(page.get_by_text("All is well")).to_be_visible()
    async with dial(system, "OV-1") as station:
        await watches(page, "OV-1")
        await expect(figure(page, "online")).to_have_text("1")
        async with pushed(page, "OV-1"):
            await tell(station, "Faulted", "GroundFailure")
            await expect(ticker(page).filter(has_text="OV-1 EVSE 1: fault, GroundFailure")).to_be_visible()
        await tell(station, "Faulted", "ConnectorLockFailure", info="lock <b>did</b> not close")
        await expect(figure(page, "faulted")).to_have_text("1")
        alerts = page.get_by_role("region", name="Needs attention")
        await expect(alerts.get_by_role("listitem")).to_contain_text("OV-1 EVSE 1: fault, ConnectorLockFailure")
        await expect(alerts.get_by_role("listitem")).to_contain_text("lock <b>did</b> not close")
        await tell(station, "Available")
        await expect(figure(page, "faulted")).to_have_text("0")
        start = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": now()}
        number = (await station.call("StartTransaction", **start))["transactionId"]
        await expect(figure(page, "charging")).to_have_text("1")
        await expect(figure(page, "transactions")).to_have_text("1")
        await station.call("StopTransaction", transactionId=number, meterStop=4_200, timestamp=now())
        await expect(ticker(page).filter(has_text="the transaction ended, 4.20 kWh")).to_be_visible()
        await expect(figure(page, "charging")).to_have_text("0")
        await refuse(station, api)
        calls = page.get_by_role("region", name="Failed calls").get_by_role("listitem")
        await expect(calls).to_contain_text("Refused")
        await expect(calls).to_contain_text("no memory left")
        link = calls.get_by_role("link", name="ClearCache to OV-1")
        await expect(link).to_have_attribute("href", "/stations/OV-1/calls")
    await expect(figure(page, "offline")).to_have_text("1")
    await figure(page, "offline").click()
    await expect(page).to_have_url(f"http://127.0.0.1:{system.port}/stations?status=offline")


async def test_a_busy_day_and_how_it_looks(system: LocalSystem, api: Api, open_page: Open) -> None:
    samples_of_a_day()
    temperature = {
        "eventId": 1,
        "timestamp": now(),
        "trigger": "Alerting",
        "actualValue": "81.5",
        "eventNotificationType": "CustomMonitor",
        "component": {"name": "EVSE", "evse": {"id": 1}},
        "variable": {"name": "Temperature"},
        "variableMonitoringId": 7,
    }
    page = await open_page("/")
    async with (
        dial(system, "OV-2") as old,
        dial_2x(system, "OV-3", "2.0.1") as new,
        campaign(system, api, "OV-4"),
    ):
        await watches(page, "OV-2")
        async with dial(system, "OV-5", subprotocols=("ocpp1.5",)) as stranger:
            await stranger.closed()
        await tell(old, "Faulted", "GroundFailure")
        await new.call("NotifyEvent", generatedAt=now(), seqNo=0, eventData=[temperature])
        alerts = page.get_by_role("region", name="Needs attention")
        await expect(alerts.get_by_role("heading", level=3)).to_have_text(
            ["Faults (1)", "Alarms of monitors (1)", "Refused connections in 24 hours (1)"]
        )
        await expect(alerts).to_contain_text("OV-3 alarm: EVSE Temperature is 81.5")
        await expect(alerts.get_by_role("link", name="Why, and what to do")).to_have_attribute("href", "/refused")
        under_way = page.get_by_role("region", name="Firmware campaigns under way")
        await expect(under_way.get_by_role("progressbar", name="Firmware 2.0.0")).to_be_visible()
        day = page.get_by_role("region", name="The last 24 hours")
        await expect(day.locator("canvas")).to_have_count(2)
        await expect(figure(page, "power")).to_have_text("0.0 kW")
        await expect(page.locator('[data-figure="energy"]')).to_contain_text("kWh in 24 hours")
        await looked_at(page, "overview")
        phone = await open_page("/", viewport=PHONE, locale="de-DE")
        await expect(phone.get_by_role("region", name="Braucht Aufmerksamkeit")).to_contain_text("OV-3 Alarm")
        await fits(phone)


async def test_the_first_sample_stands_at_its_time(system: LocalSystem, open_page: Open) -> None:
    samples_of_a_day()

    async def with_one(route: Route) -> None:
        told = await (await route.fetch()).json()
        await route.fulfill(json=told | {"samples": told["samples"][-1:]})

    page = await open_page("about:blank")
    await page.add_init_script(NOTE_WHAT_CANVASES_SAY)
    await page.route("**/api/v1/overview*", with_one)
    await page.goto("/")
    await expect(page.locator("html")).to_have_attribute("data-said", re.compile(r" \d\d:\d\d:\d\d "))


async def test_a_new_system_tells_how_to_begin(system: LocalSystem, open_page: Open) -> None:
    async def without_stations(route: Route) -> None:
        told = await (await route.fetch()).json()
        told["stations"] = dict.fromkeys(told["stations"], 0)
        await route.fulfill(json=told)

    page = await open_page("about:blank")
    await page.route("**/api/v1/overview*", without_stations)
    await page.goto("/")
    steps = page.get_by_role("region", name="How to begin")
    await expect(steps).to_contain_text(f"ws://127.0.0.1:{system.port}/ocpp/")
    await expect(steps.get_by_role("link", name="Why does my station not connect?")).to_be_visible()
    await looked_at(page, "overview-new")
    await steps.get_by_role("link", name="New station").press("Enter")
    await expect(page.get_by_role("dialog").get_by_label("Id")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page).to_have_url(f"http://127.0.0.1:{system.port}/stations")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()


async def test_many_troubles_stay_few_lines(open_page: Open) -> None:
    at = now()
    said = "no memory left " * 40

    async def many(route: Route) -> None:
        told = await (await route.fetch()).json()
        await route.fulfill(json={**told, "faults": 12_000, "refused_connections": 40})

    def list_of(items: list[dict[str, Any]]) -> Any:
        return lambda route: route.fulfill(json={"items": items, "next_cursor": "more"})

    page = await open_page("about:blank", viewport=PHONE)
    await page.route("**/api/v1/overview*", many)
    fault = {"evse_id": 1, "connector_id": 1, "since": at, "error_code": "OtherError", "vendor_error_code": None}
    faults = [{**fault, "station_id": f"CP-{one}" + "x" * 240, "info": said} for one in range(5)]
    await page.route("**/api/v1/faults*", list_of(faults))
    refused: dict[str, Any] = {
        "station_id": "LOST",
        "dialled": None,
        "code": "wrong_password",
        "at": at,
        "offered_subprotocols": [],
    }
    await page.route("**/api/v1/refused-connections*", list_of([refused] * 40))
    failed = {"action": "Reset", "state": "refused", "error": {"code": "InternalError", "description": said}}
    times = {"created_at": at, "ended_at": at}
    calls = [{**failed, **times, "call_id": str(one), "station_id": f"CP-{one}"} for one in range(6)]
    await page.route("**/api/v1/failed-calls*", list_of(calls))
    await page.goto("/")
    alerts = page.get_by_role("region", name="Needs attention")
    await expect(alerts.get_by_role("heading", name="Faults (12,000)")).to_be_visible()
    await expect(alerts.get_by_role("listitem").filter(has_text="LOST")).to_have_count(1)
    await expect(alerts).to_contain_text("again and again")
    await fits(page)
    shown = page.get_by_role("region", name="Failed calls")
    row = await shown.get_by_role("listitem").first.bounding_box()
    assert row
    assert row["height"] < 130
    async with page.expect_request("**/failed-calls?*cursor=more*"):
        await shown.get_by_role("button", name="Next page").click()
    await expect(shown.get_by_text("Page 2")).to_be_visible()
