"""Signing in to the console, and what each role is offered."""

import asyncio
import re
import time
from typing import Any

import pytest
import requests
from playwright.async_api import Page, Route, WebSocketRoute, expect

from local import sign_in_grants
from local.system import LocalSystem
from shared.resources import ROLES
from tests.end_to_end.clients import WAIT_S, dial
from tests.end_to_end.console.conftest import Open
from tests.end_to_end.console.looks import looked_at

SYSTEM = {"needs_token": True}
PASSWORD = "Correct-horse-7"
REFRESH_TOKEN = "idlewatt.refresh_token"
SIGN_IN = re.compile("/oauth2/authorize")


@pytest.fixture(scope="module", autouse=True)
def people(system: LocalSystem) -> None:
    for role in ROLES:
        system.add_user(f"{role}@example.org", PASSWORD, role)


@pytest.fixture
async def station(system: LocalSystem) -> None:
    """A station that has booted, and is gone again."""
    async with dial(system, "SI-1") as connected:
        await connected.call("BootNotification", chargePointVendor="Acme", chargePointModel="Duo")


async def fill_in(page: Page, role: str = "admin", password: str = PASSWORD) -> None:
    await page.get_by_label("E-mail address").fill(f"{role}@example.org")
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def signed_in(open_page: Open, path: str, role: str = "admin", **options: Any) -> Page:
    page = await open_page(path, **options)
    await fill_in(page, role)
    await expect(page.get_by_role("navigation").get_by_text(f"{role}@example.org, ")).to_be_visible()
    return page


async def kept(page: Page) -> dict[str, str]:
    """All that the browser would find after a reload."""
    found: dict[str, str] = await page.evaluate("({...localStorage, ...sessionStorage})")
    return found


# ---------------------------------------------------------------------- the way that is meant


async def test_signing_in_leads_to_the_page_that_was_wanted(system: LocalSystem, open_page: Open) -> None:
    tokens: list[str] = []
    addresses: list[str] = []
    page = await open_page("/stations?search=one%26two&order=desc")
    page.on("request", lambda request: tokens.append(request.headers.get("authorization", "")))
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    await expect(page).to_have_url(SIGN_IN)
    await looked_at(page, "sign-in")
    await fill_in(page)
    await expect(page.get_by_role("heading", level=1, name="Stations")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"/stations\?search=one%26two&order=desc$"))
    await expect(page.get_by_role("navigation").get_by_text("Live", exact=True)).to_be_visible()

    access = {one.removeprefix("Bearer ") for one in tokens if one}
    assert len(access) == 1, "every request has the token"
    [token] = access
    stored = await kept(page)
    assert set(stored) == {REFRESH_TOKEN}
    assert token not in str(stored)
    assert not any(token in one or stored[REFRESH_TOKEN] in one for one in addresses)
    assert await page.context.cookies() == []

    await page.reload()
    await expect(page.get_by_role("heading", level=1, name="Stations")).to_be_visible()


async def test_signing_out_ends_it_in_every_tab_and_at_the_user_pool(system: LocalSystem, open_page: Open) -> None:
    page = await signed_in(open_page, "/reservations")
    async with page.expect_popup() as opened:
        await page.evaluate("void open('/tokens')")  # takes the session with it, as a duplicated tab does
    other = await opened.value
    await expect(other.get_by_role("heading", level=1)).to_have_text("Tokens")
    third = await page.context.new_page()  # with nothing of the others': it signs in by itself
    await third.goto("/settings")
    await fill_in(third)
    await expect(third.get_by_role("heading", level=1)).to_have_text("Settings")
    tokens = {(await kept(one))[REFRESH_TOKEN] for one in (page, other, third)}
    assert len(tokens) == 2
    preflights: list[str] = []
    page.context.on("request", lambda asked: preflights.append(asked.url) if asked.method == "OPTIONS" else None)
    await page.get_by_role("button", name="Sign out").click()
    for one in (page, other, third):
        await expect(one).to_have_url(SIGN_IN)
        assert REFRESH_TOKEN not in await kept(one)
    await page.go_back()
    await expect(page.get_by_label("E-mail address")).to_be_visible()
    await asyncio.to_thread(wait_until_refused, system, tokens)
    assert preflights == []


def wait_until_refused(system: LocalSystem, tokens: set[str]) -> None:
    """Until no token can be had by these refresh tokens; revoking goes on after the page has been left."""
    sign_in = requests.get(f"{system.console_url}config.json", timeout=WAIT_S).json()["sign_in"]
    form = {"grant_type": "refresh_token", "client_id": sign_in["client_id"]}
    deadline = time.monotonic() + WAIT_S
    for token in tokens:
        while (
            answer := requests.post(sign_in["token_endpoint"], form | {"refresh_token": token}, timeout=WAIT_S)
        ).status_code == 200:
            assert time.monotonic() < deadline, "a refresh token is still good"
        assert answer.json() == {"error": "invalid_grant"}


async def test_signing_out_works_when_nothing_can_be_revoked(open_page: Open) -> None:
    page = await signed_in(open_page, "/reservations", errors="Failed to load resource")
    asked: list[str] = []

    async def fail(route: Route) -> None:
        asked.append(str(route.request.post_data))
        await route.abort("connectionrefused")

    await page.route("**/oauth2/revoke", fail)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(SIGN_IN)
    assert REFRESH_TOKEN not in await kept(page)
    assert len(asked) == 1


async def test_a_wrong_password_is_said_to_be_one(open_page: Open) -> None:
    page = await open_page("/")
    await fill_in(page, password="Guessed-horse-7")
    await expect(page.get_by_role("alert")).to_have_text("E-mail address or password is wrong.")
    await expect(page.get_by_label("Password")).to_be_focused()
    await fill_in(page)
    await expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()


async def test_the_sign_in_page_speaks_the_language_of_the_console(open_page: Open) -> None:
    page = await open_page("/", locale="de-DE")
    await expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()


# ---------------------------------------------------------------------- ways that end elsewhere


async def test_a_refresh_token_that_is_worth_nothing_leads_to_signing_in(open_page: Open) -> None:
    page = await signed_in(open_page, "/settings", errors="400 (Bad Request)")
    await page.evaluate("([name, value]) => sessionStorage.setItem(name, value)", [REFRESH_TOKEN, "guessed"])
    await page.reload()
    await fill_in(page)
    await expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()


async def test_a_token_is_renewed_before_it_expires(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_grants, "VALID_S", 30)
    page = await signed_in(open_page, "/settings")
    async with page.expect_request("**/oauth2/token") as renewal:
        await page.get_by_role("link", name="Stations").click()
    assert "grant_type=refresh_token" in str((await renewal.value).post_data)
    await expect(page.get_by_role("heading", level=1, name="Stations")).to_be_visible()


async def test_a_network_that_fails_signs_nobody_out(open_page: Open) -> None:
    page = await signed_in(open_page, "/settings", errors="Failed to load resource")

    async def fail(route: Route) -> None:
        await route.abort("internetdisconnected")

    await page.route("**/oauth2/token", fail)
    await page.reload()
    await expect(page.get_by_role("alert")).to_contain_text("The sign-in service cannot be reached.")
    await page.unroute("**/oauth2/token")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()


async def test_a_code_that_this_tab_has_not_asked_for_is_not_used(open_page: Open) -> None:
    grants: list[str] = []
    page = await open_page("about:blank")
    page.on("request", lambda request: grants.append(request.url) if "/oauth2/token" in request.url else None)
    for link in ("/?code=stolen&state=other", "/?error=access_denied&state=other", "/?code=a"):
        await page.goto(link)
        await expect(page).to_have_url(SIGN_IN)
    assert grants == []


async def test_what_the_sign_in_page_refuses_is_told_in_words(open_page: Open) -> None:
    page = await open_page("/tokens")
    await expect(page).to_have_url(SIGN_IN)
    state = re.search(r"[?&]state=([^&]+)", page.url)
    assert state is not None
    await page.goto(f"/?error=access_denied&error_description=Your+account+is+locked&state={state[1]}")
    await expect(page.get_by_role("alert")).to_contain_text("The sign-in was refused: Your account is locked.")
    await expect(page).to_have_url(re.compile("/tokens$"))
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_label("E-mail address")).to_be_visible()


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/"])
async def test_signing_in_leads_nowhere_else(system: LocalSystem, open_page: Open, address: str) -> None:
    page = await open_page("/")
    await expect(page).to_have_url(SIGN_IN)
    # Whoever could write there could do worse; but then it would be ours that leads people astray.
    await page.evaluate(
        """address => {
            const started = JSON.parse(sessionStorage["idlewatt.sign_in"]);
            sessionStorage["idlewatt.sign_in"] = JSON.stringify({ ...started, address });
        }""",
        address,
    )
    await fill_in(page)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.startswith(system.console_url)


async def test_a_token_that_the_api_refuses_does_not_send_people_round_in_circles(open_page: Open) -> None:
    page = await open_page("/settings", errors="401 (Unauthorized)")

    async def refuse(route: Route) -> None:
        await route.fulfill(status=401, json={"message": "Unauthorized"})

    await page.route("**/api/v1/**", refuse)
    await fill_in(page)
    await expect(page.get_by_role("alert").first).to_contain_text("does not accept the sign-in that was made just now")
    await expect(page).to_have_url(re.compile("/settings$"))


# ---------------------------------------------------------------------- roles


@pytest.mark.parametrize(
    ("role", "acts", "changes_stations"), [("viewer", 403, 403), ("operator", 404, 403), ("admin", 404, 201)]
)
async def test_each_role_is_offered_what_the_api_lets_it_do(
    system: LocalSystem, open_page: Open, station: None, role: str, acts: int, changes_stations: int
) -> None:
    headers: list[dict[str, str]] = []
    page = await open_page("/tokens")
    page.on("request", lambda request: headers.append(request.headers))
    await fill_in(page, role)
    navigation = page.get_by_role("navigation", name="Pages")
    await expect(navigation.get_by_text(f"{role}@example.org, ")).to_be_visible()
    for name, may, button in (
        ("Tokens", acts != 403, re.compile("^(New|Add|Create)")),
        ("Stations", changes_stations != 403, re.compile("^(New|Add|Create)")),
    ):
        await navigation.get_by_role("link", name=name, exact=True).click()
        await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        await expect(page.get_by_role("button", name=button)).to_have_count(1 if may else 0)
    await page.get_by_role("link", name="SI-1").first.click()
    await expect(page.get_by_role("heading", level=1, name="SI-1")).to_be_visible()

    authorization = next(one["authorization"] for one in headers if "authorization" in one)

    def status(method: str, path: str) -> int:
        url = f"{system.api_url}/{path}"
        answer = requests.request(method, url, headers={"Authorization": authorization}, json={}, timeout=WAIT_S)
        return answer.status_code

    assert await asyncio.to_thread(status, "DELETE", "id-tokens/nobody") == acts
    assert await asyncio.to_thread(status, "PUT", f"stations/SI-{role}") == changes_stations


async def test_the_feed_lets_nobody_in_twice_with_a_ticket(system: LocalSystem, open_page: Open) -> None:
    page = await open_page("/settings")
    tickets: list[str] = []

    async def remember(route: WebSocketRoute) -> None:
        tickets.append(route.url)
        route.connect_to_server()

    await page.route_web_socket("**/live?*", remember)
    await fill_in(page)
    await expect(page.get_by_role("navigation").get_by_text("Live", exact=True)).to_be_visible()
    assert "ticket=" in tickets[0]
    handshake = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    handshake["Sec-WebSocket-Key"] = "AAAAAAAAAAAAAAAAAAAAAA=="
    for url in (tickets[0], tickets[0].partition("?")[0]):
        answer = await asyncio.to_thread(requests.get, url.replace("ws:", "http:"), headers=handshake, timeout=WAIT_S)
        assert answer.status_code == 401
