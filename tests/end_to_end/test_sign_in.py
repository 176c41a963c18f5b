"""Signing in as the console does: OAuth 2.0's authorization code with PKCE, at the local system's own pages."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests

from bench.smoke import console
from bench.smoke.check import CHECKS, run_all
from bench.smoke.target import Target
from infra.console_configuration import SignIn
from local import sign_in_grants
from local.people import add_one_per_role
from local.system import LocalSystem
from shared.resources import ROLES

SYSTEM = {"needs_token": True}
WAIT_S = 30
PASSWORD = "Correct-horse-7"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-4.1"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture(scope="module")
def people(system: LocalSystem) -> dict[str, str]:
    """E-mail addresses by role; `none` has no role."""
    for role in ROLES:
        system.add_user(f"{role}@example.org", PASSWORD, role)
    system.add_user("none@example.org", PASSWORD, None)
    return {name: f"{name}@example.org" for name in (*ROLES, "none")}


@pytest.fixture
def sign_in(system: LocalSystem) -> SignIn:
    """What config.json says of signing in."""
    told: SignIn = requests.get(f"{system.console_url}config.json", timeout=WAIT_S).json()["sign_in"]
    return told


class Browser:
    """Somebody with a browser, on the way from the console to the sign-in page and back."""

    def __init__(self, system: LocalSystem, sign_in: SignIn) -> None:
        self.sign_in = sign_in
        self.asks = {
            "response_type": "code",
            "client_id": sign_in["client_id"],
            "redirect_uri": system.console_url,
            "scope": sign_in["scope"],
            "state": "st&te",
            "nonce": "once",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }

    def open(self, other: Mapping[str, str | None] | None = None, *, language: str = "en") -> requests.Response:
        asks = {name: value for name, value in {**self.asks, **(other or {})}.items() if value is not None}
        headers = {"Accept-Language": language}
        address = self.sign_in["authorization_endpoint"]
        return requests.get(address, asks, headers=headers, timeout=WAIT_S, allow_redirects=False)

    def fill_in(self, name: str, password: str, **headers: str) -> requests.Response:
        form = {"username": name, "password": password}
        address = self.sign_in["authorization_endpoint"]
        return requests.post(address, form, params=self.asks, headers=headers, timeout=WAIT_S, allow_redirects=False)

    def code(self, name: str) -> str:
        returned = came_back(self.fill_in(name, PASSWORD))
        assert returned["state"] == self.asks["state"]
        return returned["code"]

    def ask(self, **form: str) -> requests.Response:
        return requests.post(self.sign_in["token_endpoint"], form, timeout=WAIT_S)

    def revoke(self, **form: str) -> requests.Response:
        return requests.post(self.sign_in["revocation_endpoint"], form, timeout=WAIT_S)

    def redeem(self, code: str, /, **other: str) -> requests.Response:
        own = {name: self.asks[name] for name in ("client_id", "redirect_uri")}
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER, **own}
        return self.ask(**{**form, **other})


def came_back(answer: requests.Response) -> dict[str, str]:
    """With what somebody was sent back to the console."""
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["Location"])
    assert location.path == "/"
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return decoded


@pytest.fixture
def browser(system: LocalSystem, sign_in: SignIn) -> Browser:
    return Browser(system, sign_in)


# ---------------------------------------------------------------------- the way that is meant


def test_a_code_becomes_tokens_with_the_claims_of_cognito(browser: Browser, people: dict[str, str]) -> None:
    answer = browser.redeem(browser.code(people["operator"]))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    granted = answer.json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3600)
    access, identity = claims(granted["access_token"]), claims(granted["id_token"])
    assert access["cognito:groups"] == identity["cognito:groups"] == ["operator"]
    assert (access["token_use"], access["scope"]) == ("access", "openid email")
    assert access["client_id"] == identity["aud"] == browser.sign_in["client_id"]
    assert access["iss"] == identity["iss"] == browser.sign_in["issuer"]
    assert access["sub"] == identity["sub"]
    assert access["username"] == identity["cognito:username"]
    assert access["exp"] - access["iat"] == 3600
    assert (identity["nonce"], identity["email"]) == ("once", people["operator"])


@pytest.mark.parametrize(
    ("role", "looks", "acts", "removes"),
    [("none", 403, 403, 403), ("viewer", 200, 403, 403), ("operator", 200, 404, 403), ("admin", 200, 404, 404)],
)
def test_the_api_gives_each_the_role_of_the_group(
    system: LocalSystem, browser: Browser, people: dict[str, str], role: str, looks: int, acts: int, removes: int
) -> None:
    token = browser.redeem(browser.code(people[role])).json()["access_token"]
    asked = [("GET", "stations"), ("DELETE", "id-tokens/nobody"), ("DELETE", "stations/nobody")]
    headers = {"Authorization": f"Bearer {token}"}
    seen = [
        requests.request(method, f"{system.api_url}/{path}", headers=headers, timeout=WAIT_S).status_code
        for method, path in asked
    ]
    assert seen == [looks, acts, removes]


def test_refreshing_brings_the_groups_of_now(system: LocalSystem, browser: Browser, people: dict[str, str]) -> None:
    system.add_user("rising@example.org", PASSWORD, "viewer")
    granted = browser.redeem(browser.code("rising@example.org")).json()
    boto3.client("cognito-idp").admin_add_user_to_group(
        UserPoolId=system.outputs["UserPoolId"], Username="rising@example.org", GroupName="operator"
    )
    refresh = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    again = browser.ask(**refresh, client_id=browser.sign_in["client_id"]).json()
    assert "refresh_token" not in again, "Cognito keeps the first one"
    before, after = claims(granted["access_token"]), claims(again["access_token"])
    assert set(after["cognito:groups"]) == {"viewer", "operator"}
    assert before["origin_jti"] == after["origin_jti"]
    assert before["jti"] != after["jti"]


def test_logging_out_leads_back_to_the_console(system: LocalSystem, sign_in: SignIn) -> None:
    asks = {"client_id": sign_in["client_id"], "logout_uri": system.console_url}
    answer = requests.get(sign_in["end_session_endpoint"], asks, timeout=WAIT_S, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, system.console_url)
    elsewhere = {**asks, "logout_uri": "https://elsewhere.example/"}
    answer = requests.get(sign_in["end_session_endpoint"], elsewhere, timeout=WAIT_S, allow_redirects=False)
    assert answer.status_code == 400


def test_a_refresh_token_that_is_revoked_is_worth_nothing(browser: Browser, people: dict[str, str]) -> None:
    granted = [browser.redeem(browser.code(people["viewer"])).json()["refresh_token"] for _ in range(2)]
    client_id = browser.sign_in["client_id"]
    revoked = browser.revoke(token=granted[0], client_id=client_id)
    assert (revoked.status_code, revoked.content, revoked.headers["Cache-Control"]) == (200, b"", "no-store")
    refreshed = [browser.ask(grant_type="refresh_token", refresh_token=one, client_id=client_id) for one in granted]
    assert [one.status_code for one in refreshed] == [400, 200]
    assert refreshed[0].json() == {"error": "invalid_grant"}
    assert browser.revoke(token=granted[0], client_id=client_id).status_code == 200, "RFC 7009, section 2.2"


def test_only_the_client_that_has_a_refresh_token_revokes_it(browser: Browser, people: dict[str, str]) -> None:
    token = browser.redeem(browser.code(people["viewer"])).json()["refresh_token"]
    assert browser.revoke(token=token, client_id="another").json() == {"error": "invalid_grant"}
    assert browser.revoke(token=token).json() == {"error": "invalid_request"}
    assert browser.revoke(client_id=browser.sign_in["client_id"]).status_code == 400
    again = browser.ask(grant_type="refresh_token", refresh_token=token, client_id=browser.sign_in["client_id"])
    assert again.status_code == 200


# ---------------------------------------------------------------------- the page


@pytest.mark.parametrize(("language", "title"), [("de-AT,de;q=0.9,en;q=0.8", "Anmelden"), ("fr, en;q=0.5", "Sign in")])
def test_the_page_speaks_german_and_english(browser: Browser, language: str, title: str) -> None:
    answer = browser.open(language=language)
    assert answer.status_code == 200
    assert f"<h1>{title}</h1>" in answer.text
    assert re.search(r'<html lang="(de|en)">', answer.text)


def test_the_page_runs_no_script_and_can_be_used_by_everybody(browser: Browser) -> None:
    answer = browser.open()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    style = re.search(r"<style>(.*)</style>", answer.text, re.S)
    assert style is not None
    assert base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode() in policy
    assert "<script" not in answer.text
    for name in ("username", "password"):
        assert f'<label for="{name}">' in answer.text
        assert f'id="{name}" name="{name}"' in answer.text


@pytest.mark.parametrize(
    ("name", "password"), [("viewer@example.org", "Guessed-horse-7"), ("nobody@example.org", PASSWORD)]
)
def test_who_fails_learns_nothing_of_who_there_is(
    browser: Browser, people: dict[str, str], name: str, password: str
) -> None:
    answer = browser.fill_in(name, password)
    assert answer.status_code == 200
    assert "E-mail address or password is wrong." in answer.text
    assert password not in answer.text


def test_what_was_typed_is_only_text(browser: Browser) -> None:
    assert "<script>" not in browser.fill_in('"><script>', "x").text


def test_a_temporary_password_is_said_to_be_one(system: LocalSystem, browser: Browser) -> None:
    boto3.client("cognito-idp").admin_create_user(
        UserPoolId=system.outputs["UserPoolId"], Username="new@example.org", TemporaryPassword=PASSWORD
    )
    answer = browser.fill_in("new@example.org", PASSWORD)
    assert "admin-set-user-password" in answer.text


def test_a_form_of_another_site_signs_nobody_in(browser: Browser, people: dict[str, str]) -> None:
    answer = browser.fill_in(people["viewer"], PASSWORD, Origin="https://elsewhere.example")
    assert answer.status_code == 400


def test_the_users_of_a_system_to_try_it_with_can_sign_in(system: LocalSystem, browser: Browser) -> None:
    addresses, password = add_one_per_role(system.outputs["UserPoolId"])
    assert addresses == ["viewer@example.com", "operator@example.com", "admin@example.com"]
    for address in addresses:
        assert "code" in came_back(browser.fill_in(address, password))


async def test_what_make_smoke_assumes_of_signing_in_holds_here(
    system: LocalSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = [one for one in CHECKS if one.run in (console.configured, console.revokes)]
    assert await run_all(Target(system.ws_url, system.api_url), checks, long=False) == 0
    assert capsys.readouterr().out.count("  ok ") == 2


# ---------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "other",
    [
        {"redirect_uri": "https://elsewhere.example/"},
        {"redirect_uri": None},
        {"client_id": "unknown"},
        {"client_id": None},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_clients(browser: Browser, other: dict[str, str | None]) -> None:
    answer = browser.open(other)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


def test_only_a_path_of_the_console_that_is_registered_will_do(system: LocalSystem, browser: Browser) -> None:
    assert browser.open({"redirect_uri": f"{system.console_url}stations"}).status_code == 400


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "openid idlewatt/admin"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_other_mistakes_go_back_to_the_client(browser: Browser, other: dict[str, str | None], error: str) -> None:
    assert came_back(browser.open(other)) == {"error": error, "state": "st&te"}


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"code_verifier": "a-verifier-that-is-somebody-elses-who-has-the-code"}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"code": "guessed"}, "invalid_grant"),
        ({"client_id": "another"}, "invalid_grant"),
        ({"redirect_uri": "https://elsewhere.example/"}, "invalid_grant"),
    ],
)
def test_a_code_is_worth_nothing_to_others(
    browser: Browser, people: dict[str, str], other: dict[str, str], error: str
) -> None:
    answer = browser.redeem(browser.code(people["viewer"]), **other)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_code_is_for_one_use(browser: Browser, people: dict[str, str]) -> None:
    code = browser.code(people["viewer"])
    assert browser.redeem(code).status_code == 200
    assert browser.redeem(code).json() == {"error": "invalid_grant"}


def test_a_code_that_somebody_guessed_a_verifier_for_is_gone(browser: Browser, people: dict[str, str]) -> None:
    code = browser.code(people["viewer"])
    browser.redeem(code, code_verifier="x" * 43)
    assert browser.redeem(code).json() == {"error": "invalid_grant"}


def test_a_code_is_for_five_minutes(browser: Browser, people: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_in_grants.CODE_S == 300
    monkeypatch.setattr(sign_in_grants, "CODE_S", 0)
    assert browser.redeem(browser.code(people["viewer"])).json() == {"error": "invalid_grant"}


def test_who_is_removed_is_not_refreshed(system: LocalSystem, browser: Browser) -> None:
    system.add_user("leaving@example.org", PASSWORD, "viewer")
    granted = browser.redeem(browser.code("leaving@example.org")).json()
    boto3.client("cognito-idp").admin_delete_user(
        UserPoolId=system.outputs["UserPoolId"], Username="leaving@example.org"
    )
    refresh = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    answer = browser.ask(**refresh, client_id=browser.sign_in["client_id"])
    assert answer.json() == {"error": "invalid_grant"}


@pytest.mark.parametrize("token", ["guessed", ""])
def test_a_refresh_token_cannot_be_guessed(browser: Browser, token: str) -> None:
    answer = browser.ask(grant_type="refresh_token", refresh_token=token, client_id=browser.sign_in["client_id"])
    assert answer.status_code == 400
