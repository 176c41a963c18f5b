"""The check of file links at the front door: its JavaScript, run in Node, and the Python that it follows agree."""

import datetime as dt
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.node import NODE
from shared.domain import file_links
from shared.domain.file_links import Link, Refused

ROOT = Path(__file__).parents[2]
FUNCTION = ROOT / "infra" / "edge" / "files.js"
GOLDEN: dict[str, Any] = json.loads((ROOT / "tests" / "golden" / "edge_files.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = GOLDEN["cases"]
MAX_FUNCTION_BYTES = 10_240
"""CloudFront takes no larger function."""

RUN = """
const crypto = require('crypto');
const fs = require('fs');
const vm = require('vm');
const { source, cases } = JSON.parse(fs.readFileSync(0, 'utf8'));
const script = source.replace(/^import (\\w+) from '\\w+';$/gm, '');
const answers = cases.map(({ at, method, uri, headers }) => {
    let origin = null;
    const cf = { selectRequestOriginById: (id) => { origin = id; } };
    const sandbox = vm.createContext({ crypto, cf, Date: { now: () => at * 1000 } });
    vm.runInContext(script, sandbox);
    const request = { method, uri, querystring: { acl: { value: '' } }, cookies: {}, headers: {} };
    for (const [name, value] of Object.entries(headers)) {
        request.headers[name] = { value };
    }
    sandbox.event = { version: '1.0', viewer: { ip: '192.0.2.7' }, request };
    const answer = vm.runInContext('handler(event)', sandbox);
    return { origin, answer };
});
console.log(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    """What the function returns for every golden case, by name."""
    source = FUNCTION.read_text("utf-8").replace("%ORIGIN_SECRET%", GOLDEN["secret"])
    asked = {"source": source.replace("%OPERATORS%", "operators"), "cases": CASES}
    ran = subprocess.run([NODE, "-e", RUN], input=json.dumps(asked), capture_output=True, text=True, check=True)
    return dict(zip((case["name"] for case in CASES), json.loads(ran.stdout), strict=True))


def python(case: dict[str, Any]) -> Link | Refused:
    at = dt.datetime.fromtimestamp(case["at"], dt.UTC)
    length = case["headers"].get("content-length")
    return file_links.read(case["uri"], case["method"], length, at=at, secret=GOLDEN["secret"])


@pytest.mark.parametrize("case", [case for case in CASES if "key" in case["expect"]], ids=lambda case: case["name"])
def test_a_good_request_goes_to_the_object_or_to_the_api(case: dict[str, Any], answers: dict[str, Any]) -> None:
    expected, found = case["expect"], answers[case["name"]]
    request = found["answer"]
    assert found["origin"] == expected.get("origin")
    assert request["uri"] == (case["uri"] if "origin" in expected else f"/{expected['key']}")
    assert {name: header["value"] for name, header in request["headers"].items()} == expected["headers"]
    assert request["querystring"] == {}
    link = python(case)
    assert isinstance(link, Link)
    assert link.key == expected["key"]


@pytest.mark.parametrize("case", [case for case in CASES if "status" in case["expect"]], ids=lambda case: case["name"])
def test_both_refuse_for_the_same_reason(case: dict[str, Any], answers: dict[str, Any]) -> None:
    answer = answers[case["name"]]["answer"]
    assert answer["statusCode"] == case["expect"]["status"]
    assert python(case) == Refused(answer["statusCode"], answer["body"]["data"])


def test_golden_cases_have_names_of_their_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_the_function_fits_into_cloudfront() -> None:
    assert FUNCTION.stat().st_size + 64 <= MAX_FUNCTION_BYTES
