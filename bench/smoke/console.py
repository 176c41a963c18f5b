"""Assumptions about how the operators' console is served and signed in to."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.smoke.check import Skipped, check, expect
from bench.smoke.target import Target

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""A code challenge of the right form (RFC 7636, appendix B)."""


class Page(NamedTuple):
    """What was answered, after redirects."""

    status: int
    headers: Message
    body: str


@check("U-63", "the console's page comes at its root and at deep links, with strict headers; missing files are 404")
async def served(target: Target) -> None:
    for path in ("/", "/stations/CP.1", "/stations/a%2Fb"):
        page = _get(_root(target) + path)
        expect(page.status == 200, f"{path} was answered {page.status}")
        expect("<!doctype html>" in page.body.lower()[:200], f"{path} is no page: {page.body[:80]!r}")
        policy = page.headers.get("Content-Security-Policy", "")
        expect("default-src 'none'" in policy and "script-src 'self'" in policy, f"{path} came with {policy!r}")
        if not target.is_local:
            expect("Strict-Transport-Security" in page.headers, f"{path} came with {page.headers.items()}")
    for path in ("/assets/no-such-file.js", "/no-such-file.txt"):
        missing = _get(_root(target) + path)
        expect(missing.status == 404, f"{path} was answered {missing.status}")


@check("U-64", "config.json has the deployed values, and its sign-in endpoint takes the client to a page to sign in")
async def configured(target: Target) -> str:
    page = _get(f"{_root(target)}/config.json")
    expect(page.status == 200, f"config.json was answered {page.status}")
    expect("marker:" not in page.body and "Token[" not in page.body, f"config.json has marks in it: {page.body}")
    told = json.loads(page.body)
    sign_in = told["sign_in"]
    if sign_in is None:
        raise Skipped("nobody has to sign in here")
    query = urllib.parse.urlencode(
        {
            "response_type": "code",
            "client_id": sign_in["client_id"],
            "redirect_uri": f"{_root(target)}/",
            "scope": sign_in["scope"],
            "state": "smoke",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
    )
    form = _get(f"{sign_in['authorization_endpoint']}?{query}")
    expect(form.status == 200 and "<form" in form.body, f"the sign-in page was answered {form.status}")
    return f"version {told['version']}"


@check(
    "U-67", "the revocation endpoint takes a form without asking first, and says so of a token that it does not know"
)
async def revokes(target: Target) -> str:
    sign_in = json.loads(_get(f"{_root(target)}/config.json").body)["sign_in"]
    if sign_in is None:
        raise Skipped("nobody has to sign in here")
    form = urllib.parse.urlencode({"token": "smoke", "client_id": sign_in["client_id"]})
    answer = _get(sign_in["revocation_endpoint"], form.encode(), {"Origin": _root(target)})
    # Cognito may call a token that is none a mistake, unlike RFC 7009; that it reads the form is what counts.
    expect(answer.status in (200, 400), f"it was answered {answer.status}")
    expect("invalid_client" not in answer.body, f"the client may not revoke: {answer.body[:200]!r}")
    readable = answer.headers.get("Access-Control-Allow-Origin", "no, and need not be")
    return f"{answer.status}; readable for other origins: {readable}"


def _root(target: Target) -> str:
    """The origin of everything."""
    parts = urlsplit(target.api_url)
    return f"{parts.scheme}://{parts.netloc}"


def _get(url: str, form: bytes | None = None, headers: Mapping[str, str] | None = None) -> Page:
    """A GET; with a form, a POST."""
    request = urllib.request.Request(url, form, dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Page(answer.status, answer.headers, answer.read().decode(errors="replace"))
    except urllib.error.HTTPError as error:
        return Page(error.code, error.headers, error.read().decode(errors="replace"))
