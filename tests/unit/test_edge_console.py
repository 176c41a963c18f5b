"""The function in CloudFront that finds the console's file for a path, and the same in Python."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.console_headers import (
    Elsewhere,
    cache_control,
    content_security_policy,
    security_headers,
    tiles_origin,
)
from infra.node import NODE
from local.console_files import file_of

ROOT = Path(__file__).parent.parent.parent
CONSOLE = ROOT / "infra" / "edge" / "console.js"
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "golden" / "edge_console.json").read_text("utf-8"))
RUN = """
const { source, uris } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const handler = new Function(source + '; return handler;')();
const untouched = { method: 'GET', querystring: { a: { value: '1' } }, headers: {}, cookies: {} };
console.log(JSON.stringify(uris.map((uri) => handler({ request: { ...untouched, uri } }))));
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    """What the function returns for every golden case, by name."""
    asked = {"source": CONSOLE.read_text("utf-8"), "uris": [case["uri"] for case in CASES]}
    ran = subprocess.run([NODE, "-e", RUN], input=json.dumps(asked), capture_output=True, text=True, check=True)
    return dict(zip((case["name"] for case in CASES), json.loads(ran.stdout), strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cloudfront_and_this_machine_find_the_same_file(case: dict[str, Any], answers: dict[str, Any]) -> None:
    assert answers[case["name"]]["uri"] == file_of(case["uri"]) == case["file"]


def test_nothing_but_the_path_is_changed(answers: dict[str, dict[str, Any]]) -> None:
    for answer in answers.values():
        assert (answer["method"], answer["querystring"]) == ("GET", {"a": {"value": "1"}})


def test_golden_cases_have_names_of_their_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)


# ---------------------------------------------------------------------- headers


def test_the_console_may_load_what_is_its_own() -> None:
    policy = content_security_policy(Elsewhere(), upgrade=False)
    directives = dict(part.partition(" ")[::2] for part in policy.split("; "))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def test_beyond_that_it_may_sign_in_and_show_a_map() -> None:
    policy = content_security_policy(Elsewhere("https://sign-in.example", "https://*.tile.example"), upgrade=True)
    assert "connect-src 'self' https://sign-in.example;" in policy
    assert "form-action 'self' https://sign-in.example;" in policy
    assert "img-src 'self' data: https://*.tile.example;" in policy
    assert policy.endswith("; upgrade-insecure-requests")


def test_no_header_can_hold_more_than_a_line() -> None:
    assert all(value.isprintable() and value.isascii() for value in security_headers(Elsewhere()).values())


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/assets/main-1a2b.js", "public, max-age=31536000, immutable"),
        ("/index.html", "no-cache"),
        ("/config.json", "no-cache"),
        ("/icon.svg", "no-cache"),
    ],
)
def test_only_what_changes_its_name_is_kept(path: str, kept: str) -> None:
    assert cache_control(path) == kept


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://tile.example/{z}/{x}/{y}.png", "https://tile.example"),
        ("https://{s}.tile.example:8443/{z}/{x}/{y}{r}.png?key=1", "https://*.tile.example:8443"),
        ("https://tile.example/wmts?z={z}&x={x}&y={y}", "https://tile.example"),
    ],
)
def test_maps_come_from_one_origin(url: str, origin: str) -> None:
    assert tiles_origin(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "http://tile.example/{z}/{x}/{y}.png",
        "https://tile.example/tile.png",
        "https:///{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
        "https://{s}/{z}/{x}/{y}.png",
        "https://tile.example; script-src *//{z}/{x}/{y}.png",
        "https://tile.{a}.example/{z}/{x}/{y}.png",
    ],
)
def test_what_is_no_address_of_tiles_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="map tiles"):
        tiles_origin(url)
