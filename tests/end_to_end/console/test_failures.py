"""What the console shows when something fails: a page, its code, the API, the network, the live feed."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.console.conftest import AT_MOST_MS, Open
from tests.end_to_end.console.looks import looked_at


async def test_an_address_that_cannot_be_read_is_told_in_words(open_page: Open) -> None:
    page = await open_page("/stations/%E0%A4%A", errors="URI malformed")
    await expect(page.get_by_role("heading", name="This page cannot be shown")).to_be_visible()
    await looked_at(page, "crashed")
    await page.get_by_role("link", name="Settings").click()
    await expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()


async def test_code_that_cannot_be_had_is_told_in_words(api: Api, open_page: Open) -> None:
    await asyncio.to_thread(lambda: api.put("stations", "SAFE-1"))
    page = await open_page("/settings", errors="Failed")
    await expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()

    async def missing(route: Route) -> None:
        await route.fulfill(status=404)

    await page.route("**/assets/Cost-*.js", missing)
    await page.get_by_role("link", name="Cost").click()
    await expect(page.get_by_role("heading", name="This page cannot be shown")).to_be_visible()
    await page.unroute("**/assets/Cost-*.js")
    await page.get_by_role("button", name="Load it again").click()
    await expect(page.get_by_role("heading", level=1, name="Cost")).to_be_visible()
    await page.route("**/assets/History-*.js", missing)
    await page.goto("/stations/SAFE-1/history")
    await expect(page.get_by_role("heading", name="This page cannot be shown")).to_be_visible()


async def test_a_newer_version_is_loaded_when_the_old_one_is_gone(open_page: Open) -> None:
    page = await open_page("/settings", errors="Failed")
    await expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()
    gone = {"is": True}

    async def missing(route: Route) -> None:
        await (route.fulfill(status=404) if gone["is"] else route.continue_())

    async def newer(route: Route) -> None:
        if route.request.is_navigation_request():
            gone["is"] = False
            await route.continue_()
        else:
            await route.fulfill(body="<!doctype html><script type=module src=/assets/index-new.js></script>")

    await page.route("**/assets/Cost-*.js", missing)
    await page.route(re.compile(r"127\.0\.0\.1:\d+/(cost)?$"), newer)
    await page.get_by_role("link", name="Cost").click()
    await expect(page.get_by_role("heading", level=1, name="Cost")).to_be_visible()
    assert not gone["is"]


async def test_what_cannot_be_read_can_be_tried_again(open_page: Open) -> None:
    page = await open_page("/settings", errors="Failed to load resource")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    answers: dict[str, Any] = {"status": 404, "json": {"detail": "It is not to be had just now"}}
    asked: list[str] = []

    async def fail(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(**answers)

    await page.route("**/api/v1/id-tokens*", fail)
    await page.get_by_role("link", name="Tokens").click()
    await expect(page.get_by_role("alert").first).to_contain_text("It is not to be had just now")
    assert len(asked) == 1
    answers |= {"status": 429, "json": {"message": "Too Many Requests"}}
    await page.get_by_role("button", name="Try again").first.click()
    await expect(page.get_by_role("alert").first).to_contain_text("There are too many requests at the moment")
    assert len(asked) == 4, "it was asked again by itself"
    await page.unroute("**/api/v1/id-tokens*")
    await page.get_by_role("button", name="Try again").first.click()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_a_failure_stands_while_events_have_it_tried_again(system: LocalSystem, open_page: Open) -> None:
    again = asyncio.Event()
    answered = {"is": True}

    async def fail(route: Route) -> None:
        if answered["is"]:
            await route.fulfill(status=404, json={"detail": "It is not to be had just now"})
        else:
            again.set()

    page = await open_page("about:blank", errors="Failed to load resource")
    await page.route("**/api/v1/overview*", fail)
    await page.goto("/")
    told = page.get_by_role("alert")
    await expect(told).to_contain_text("It is not to be had just now")
    answered["is"] = False
    async with dial(system, "FAIL-1"):
        await asyncio.wait_for(again.wait(), AT_MOST_MS / 1000)
        await expect(told).to_contain_text("It is not to be had just now")
        await expect(page.get_by_role("main").get_by_text("Loading")).to_have_count(0)


async def test_without_a_network_it_says_so_and_goes_on_by_itself(open_page: Open) -> None:
    page = await open_page("/settings", errors="ERR_INTERNET_DISCONNECTED")
    navigation = page.get_by_role("navigation", name="Pages")
    await expect(navigation.get_by_text("Live", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Overview").click()
    await expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    await page.context.set_offline(True)
    await expect(navigation.get_by_text("No network")).to_be_visible()
    await page.context.set_offline(False)
    await expect(navigation.get_by_text("Live", exact=True)).to_be_visible()


async def test_a_feed_that_ends_is_opened_anew(open_page: Open) -> None:
    sockets: list[WebSocketRoute] = []

    async def remember(route: WebSocketRoute) -> None:
        sockets.append(route)
        route.connect_to_server()

    page = await open_page("about:blank")
    may_open = await _held(page)
    await page.route_web_socket("**/live?*", remember)
    await page.goto("/")
    navigation = page.get_by_role("navigation", name="Pages")
    for number in (1, 2):
        may_open.set()
        await expect(navigation.get_by_text("Live", exact=True)).to_be_visible()
        assert len(sockets) == number
        may_open.clear()
        await sockets[-1].close(code=1001)
        await expect(navigation.get_by_text("Not live, trying again")).to_be_visible()
    may_open.set()
    await expect(navigation.get_by_text("Live", exact=True)).to_be_visible()


@pytest.mark.parametrize("later_s", [4 * 60, 45], ids=["after a while", "after a sleep"])
async def test_a_feed_that_no_longer_answers_is_given_up(open_page: Open, later_s: int) -> None:
    async def deaf(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(lambda message: None if "ping" in message else server.send(message))

    page = await open_page("about:blank")
    may_open = await _held(page)
    await page.clock.install()
    await page.route_web_socket("**/live?*", deaf)
    await page.goto("/settings")
    navigation = page.get_by_role("navigation", name="Pages")
    may_open.set()
    await expect(navigation.get_by_text("Live", exact=True)).to_be_visible()
    may_open.clear()
    await page.clock.fast_forward(later_s * 1000)
    await page.clock.fast_forward(10 * 1000)
    await expect(navigation.get_by_text("Not live, trying again")).to_be_visible()
    may_open.set()
    await expect(navigation.get_by_text("Live", exact=True)).to_be_visible()


async def _held(page: Page) -> asyncio.Event:
    """What lets the page buy a ticket for the feed. Until then it gets none, and what it shows meanwhile stays."""
    may_buy = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_buy.wait()
        await route.continue_()

    await page.route("**/api/v1/live-tickets", hold)
    return may_buy
