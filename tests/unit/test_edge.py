"""The function in CloudFront that reads a station's identity from the path: its JavaScript, run in Node."""

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from infra.node import NODE

ROOT = Path(__file__).parent.parent.parent
STATION_IDENTITY = ROOT / "infra" / "edge" / "station_identity.js"
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "golden" / "edge.json").read_text("utf-8"))
MAX_FUNCTION_BYTES = 10_240
"""CloudFront takes no larger function."""

RUN = """
const fs = require('fs');
const vm = require('vm');
const { source, requests } = JSON.parse(fs.readFileSync(0, 'utf8'));
const answers = requests.map(({ uri, headers }) => {
    const sandbox = vm.createContext({});
    vm.runInContext(source, sandbox);
    const request = { method: 'GET', uri, querystring: {}, cookies: {}, headers: {} };
    for (const [name, value] of Object.entries(headers)) {
        request.headers[name] = { value };
    }
    sandbox.event = { version: '1.0', viewer: { ip: '192.0.2.7' }, request };
    return vm.runInContext('handler(event)', sandbox);
});
console.log(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    """What the function returns for every golden case, by name."""
    asked = {"source": STATION_IDENTITY.read_text("utf-8"), "requests": CASES}
    ran = subprocess.run([NODE, "-e", RUN], input=json.dumps(asked), capture_output=True, text=True, check=True)
    return dict(zip((case["name"] for case in CASES), json.loads(ran.stdout), strict=True))


@pytest.mark.requirement("M16-006")
@pytest.mark.parametrize("case", [case for case in CASES if "station" in case["expect"]], ids=lambda case: case["name"])
def test_the_identity_goes_on_as_a_header_and_the_path_is_the_stage(
    case: dict[str, Any], answers: dict[str, dict[str, Any]]
) -> None:
    request, expected = answers[case["name"]], case["expect"]
    headers = {name: header["value"] for name, header in request["headers"].items()}
    assert headers.pop("x-idlewatt-station") == expected["header"]
    assert headers == expected["headers"]
    assert request["uri"] == "/"


@pytest.mark.parametrize("case", [case for case in CASES if "status" in case["expect"]], ids=lambda case: case["name"])
def test_a_path_without_a_readable_identity_is_refused_at_the_edge(
    case: dict[str, Any], answers: dict[str, dict[str, Any]]
) -> None:
    answer = answers[case["name"]]
    assert answer["statusCode"] == case["expect"]["status"]
    assert "uri" not in answer


@pytest.mark.parametrize("case", [case for case in CASES if "station" in case["expect"]], ids=lambda case: case["name"])
def test_the_golden_header_is_the_golden_identity_encoded(case: dict[str, Any]) -> None:
    assert case["expect"]["header"] == quote(case["expect"]["station"], safe="-_.!~*'()")
    assert case["expect"]["header"].isascii()


def test_golden_cases_have_names_of_their_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_the_function_fits_into_cloudfront() -> None:
    assert STATION_IDENTITY.stat().st_size <= MAX_FUNCTION_BYTES
