"""What the console is safe from: scripts in what stations say, other origins, and its own weight."""

import asyncio
import base64
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from playwright.async_api import Page, Request, expect
from websockets.exceptions import InvalidStatus

from local.console_files import BUILT
from local.system import LocalSystem
from tests.end_to_end.clients import WAIT_S, Api, dial, dial_2x
from tests.end_to_end.console.conftest import Open

FIRST_LOAD_BYTES = 200_000
TAG = "<i data-pwned>"
"""Fits into every field."""
IMAGE = "<img data-pwned src=x onerror=__pwned=1>"
SCRIPT = (
    f"\"'></script><script data-pwned>__pwned=1</script>{IMAGE}<a href=javascript:__pwned=1 data-pwned>&amp;{{{{1}}}}"
)
STATION, OTHER = f"CP {TAG}/é?#%", f"CP2 {TAG}"
PAGES = ("/", "/stations", "/transactions", "/tokens", "/tokens?view=groups", "/reservations", "/firmware")
MORE_PAGES = ("/diagnostics", "/cost", "/refused", "/settings")
TABS = (
    "",
    *("calls", "messages", "configuration", "profiles", "firmware"),
    *("certificates", "history", "lists", "settings"),
)
TELLING = {"/", "/stations", "/transactions", "/tokens", "/refused", "/firmware"}
TELLING_TABS = {"", "calls", "messages", "history", "settings"}
"""Where something that a station has said is to be seen without asking for it."""
POLICY = {
    **dict.fromkeys(("default-src", "object-src", "base-uri", "frame-ancestors"), "'none'"),
    **dict.fromkeys(("script-src", "style-src", "font-src", "connect-src", "form-action"), "'self'"),
}
SECRETS = re.compile(
    r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|client_secret|aws_secret|eyJ[\w-]{10,}\.eyJ|[a-z]+://[^/\s\"'`:]+:[^/\s\"'`@]+@"
)
MAKES_CODE_OF_TEXT = re.compile(r"\bnew Function\(|(?<![\w.$])(?:eval|Function)\(")


def built(suffix: str = "") -> Iterator[Path]:
    return (file for file in BUILT.rglob(f"*{suffix}") if file.is_file())


# ---------------------------------------------------------------------- what is served


def test_nothing_built_is_secret_or_makes_code_of_text() -> None:
    for file in built():
        text = file.read_text("utf-8", "replace")
        assert not SECRETS.search(text), file.name
        assert "sourceMappingURL" not in text, file.name
        assert file.suffix != ".map"
    for file in built(".js"):
        assert not MAKES_CODE_OF_TEXT.search(file.read_text("utf-8")), file.name


def test_the_page_has_no_script_and_no_style_of_its_own() -> None:
    page = (BUILT / "index.html").read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page, re.I)
    assert all(address.startswith("/") for address in re.findall(r'(?:src|href)="([^"]*)"', page))


@pytest.mark.parametrize("path", ["/", "/stations/CP1", "/assets/{script}", "/config.json", "/favicon.svg"])
def test_every_answer_tells_browsers_to_be_strict(system: LocalSystem, path: str) -> None:
    script = next(built(".js")).name
    answer = requests.get(f"{system.console_url[:-1]}{path.format(script=script)}", timeout=WAIT_S)
    assert answer.status_code == 200
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert POLICY.items() <= policy.items()
    assert "unsafe" not in str(policy)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in answer.headers


async def test_the_first_load_is_small(open_page: Open) -> None:
    loaded: dict[str, int] = {}

    def add(request: Request) -> None:
        file = BUILT / urlsplit(request.url).path.lstrip("/")
        if file.is_file():
            loaded[request.url] = len(gzip.compress(file.read_bytes(), 6))

    page = await open_page("about:blank")
    page.on("request", add)
    await page.goto("/", wait_until="networkidle")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    index = len(gzip.compress((BUILT / "index.html").read_bytes(), 6))
    assert len(loaded) > 2
    assert index + sum(loaded.values()) < FIRST_LOAD_BYTES, sorted(loaded.items(), key=lambda one: -one[1])


# ---------------------------------------------------------------------- what stations say


async def refuse(system: LocalSystem, api: Api) -> None:
    """A handshake that is refused, by a client with a telling name."""
    await asyncio.to_thread(lambda: api.put("stations", OTHER, password="a-long-random-secret", name=SCRIPT[:50]))
    wrong = base64.b64encode(f"{OTHER}:{IMAGE}".encode()).decode()
    with pytest.raises(InvalidStatus):
        async with dial(system, OTHER, headers={"User-Agent": SCRIPT, "Authorization": f"Basic {wrong}"}):
            pass


async def say_everything(system: LocalSystem, api: Api) -> dict[str, str]:
    """Stations and operators that write HTML wherever they can; returns ids of what came of it."""
    await asyncio.to_thread(lambda: api.put("id-tokens", TAG))
    async with dial(system, STATION) as station:
        product = {"chargePointVendor": TAG, "chargePointModel": TAG, "firmwareVersion": IMAGE, "iccid": TAG}
        await station.call("BootNotification", **product, chargePointSerialNumber=TAG, meterType=TAG)
        assert await asyncio.to_thread(system.wait_idle)
        fault = {"info": IMAGE, "vendorId": SCRIPT[:200], "vendorErrorCode": IMAGE}
        await station.call("StatusNotification", connectorId=1, status="Faulted", errorCode="OtherError", **fault)
        times = ("2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z")
        started = await station.call("StartTransaction", connectorId=1, idTag=TAG, meterStart=0, timestamp=times[0])
        await station.call("DataTransfer", vendorId=SCRIPT[:200], messageId=IMAGE, data=SCRIPT)
        await station.frame(f"Do{TAG}", {SCRIPT: [SCRIPT, {TAG: None}]})
        await station.frame("StatusNotification", {"connectorId": SCRIPT, "status": IMAGE, TAG: TAG})
        await station.send(f'[2, "{TAG}", {IMAGE}')
        stop = {"transactionId": started["transactionId"], "meterStop": 1000, "timestamp": times[1]}
        await station.call("StopTransaction", **stop, idTag=TAG, reason="Other")
        asked = {"action": "Reset", "payload": {"type": "Soft"}}
        await asyncio.to_thread(lambda: api.ask("POST", "stations", STATION, "calls", json=asked))
        frame = await station.receive()
        while frame[0] != 2:
            frame = await station.receive()
        await station.send([4, frame[1], "GenericError", IMAGE, {TAG: SCRIPT}])
    async with dial_2x(system, OTHER + "1", "2.0.1") as modern:
        event = {"eventId": 1, "timestamp": times[0], "trigger": "Alerting", "actualValue": IMAGE, "techInfo": SCRIPT}
        kind = {"eventNotificationType": "HardWiredNotification", "component": {"name": TAG}, "variable": {"name": TAG}}
        body = {"generatedAt": times[0], "seqNo": 0, "eventData": [{**event, **kind, "techCode": TAG}]}
        await modern.call("NotifyEvent", **body)
        await modern.call("SecurityEventNotification", type=IMAGE, timestamp=times[0], techInfo=SCRIPT[:250])

    def order() -> dict[str, str]:
        def made(path: str, **body: Any) -> dict[str, Any]:
            answer = api.ask("POST", path, json=body)
            assert answer.ok, answer.text
            return dict(answer.json())

        api.put("groups", TAG, name=IMAGE)
        made("firmware", version=IMAGE, vendor=TAG, model=TAG, file_name="a.bin")
        campaign = made("firmware-campaigns", stations=[OTHER], location="https://files.example/f.bin", version=IMAGE)
        return {
            "/transactions": api.items("transactions")[0]["transaction_id"],
            "/firmware/campaigns": campaign["campaign_id"],
            "/diagnostics": made("diagnostics", stations=[OTHER], log_type="DiagnosticsLog")["diagnostics_id"],
        }

    return await asyncio.to_thread(order)


class Watch:
    """What must not happen on a page."""

    def __init__(self, page: Page, system: LocalSystem) -> None:
        self.page = page
        self.elsewhere: list[str] = []
        self.dialogs: list[str] = []
        own = {f"http://127.0.0.1:{system.port}", f"ws://127.0.0.1:{system.port}"}

        def requested(url: str) -> None:
            if not url.startswith(("data:", "blob:")) and "{0.scheme}://{0.netloc}".format(urlsplit(url)) not in own:
                self.elsewhere.append(url)

        page.on("request", lambda request: requested(request.url))
        page.on("websocket", lambda socket: requested(socket.url))
        page.on("dialog", lambda dialog: self.dialogs.append(dialog.message))

    async def visit(self, path: str, *, tells: bool = False) -> None:
        """Open a page, wait until it stands, and look at it; if it `tells` what stations say, also until it does."""
        await self.page.goto(path)
        await expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        await expect(self.page.locator(".loading")).to_have_count(0)
        for closed in await self.page.locator("main summary").all():
            await closed.click()
        if tells:
            await expect(self.page.get_by_role("main").get_by_text("data-pwned").first).to_be_visible()
        assert await self.page.locator("[data-pwned]").count() == 0, path
        assert await self.page.locator("main :is(script, iframe, i, [onerror], [href^='javascript:'])").count() == 0
        assert await self.page.evaluate("window.__pwned") is None, path
        assert (self.elsewhere, self.dialogs) == ([], []), path


async def test_what_stations_say_is_only_text_on_every_page(system: LocalSystem, api: Api, open_page: Open) -> None:
    await refuse(system, api)
    ids = await say_everything(system, api)
    watch = Watch(await open_page("about:blank"), system)
    for path in (*PAGES, *MORE_PAGES):
        await watch.visit(path, tells=path in TELLING)
    for path, one in ids.items():
        await watch.visit(f"{path}/{quote(one, safe='')}")
    for station_id, tabs in ((STATION, TABS), (OTHER + "1", ("", "messages", "configuration", "history"))):
        for tab in tabs:
            path = f"/stations/{quote(station_id, safe='')}/{tab}".rstrip("/")
            await watch.visit(path, tells=station_id == STATION and tab in TELLING_TABS)


async def test_an_address_is_only_text(open_page: Open, system: LocalSystem) -> None:
    watch = Watch(await open_page("about:blank", errors="404 (Not Found)"), system)
    text = quote(IMAGE, safe="")
    for path in (f"/{text}", f"/stations?search={text}", f"/stations/{text}", f"/transactions?station_id={text}"):
        await watch.visit(path)
