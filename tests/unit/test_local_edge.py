"""The front door in Python: it must do what infra/edge/station_identity.js does in CloudFront."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.edge import STATION, Refused, station_request

GOLDEN = Path(__file__).parents[1] / "golden" / "edge.json"


def identity(path: str) -> str | int:
    """The identity that goes on, or the status of a refusal."""
    made = station_request(path, [], {})
    return made.status if isinstance(made, Refused) else dict(made)[STATION]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ocpp/CP1", "CP1"),
        ("/ocpp/CP1/", "CP1"),
        ("/ocpp//CP1", "CP1"),
        ("/ocpp/1.6/CP1", "CP1"),
        ("/ocpp/RDAM%20123", "RDAM%20123"),
        ("/ocpp/RDAM%7C123", "RDAM%7C123"),
        ("/ocpp/a%2Fb", "a%2Fb"),
        ("/ocpp/a%252Fb", "a%252Fb"),
        ("/ocpp/100%", "100%25"),
        ("/ocpp/%zz%41", "%25zz%2541"),
        ("/ocpp/S%C3%BCd", "S%C3%BCd"),
        ("/ocpp/it's(ok)!~*", "it's(ok)!~*"),
        ("/ocpp/a+b", "a%2Bb"),
        ("/ocpp/%FF", 400),
        ("/ocpp/", 404),
        ("/ocpp//", 404),
    ],
)
def test_the_last_segment_of_the_path_is_the_identity_decoded_once(path: str, expected: str | int) -> None:
    assert identity(path) == expected


def test_headers_that_only_the_front_door_may_set_are_replaced() -> None:
    given = [
        ("X-Idlewatt-Station", "forged"),
        ("x-idlewatt-origin", "forged"),
        ("x-idlewatt-anything", "forged"),
        ("Sec-WebSocket-Extensions", "permessage-deflate"),
        ("Sec-WebSocket-Protocol", "ocpp1.6"),
        ("Authorization", "Basic eDp5"),
    ]
    made = station_request("/ocpp/CP1", given, {"x-idlewatt-origin": "secret"})
    assert made == [
        ("Sec-WebSocket-Protocol", "ocpp1.6"),
        ("Authorization", "Basic eDp5"),
        (STATION, "CP1"),
        ("x-idlewatt-origin", "secret"),
    ]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in json.loads(GOLDEN.read_text())])
def test_it_agrees_with_the_golden_cases_of_the_javascript(case: dict[str, Any]) -> None:
    made = station_request(case["uri"], list(case["headers"].items()), {})
    expected = case["expect"]
    if isinstance(made, Refused):
        assert expected == {"status": made.status}
    else:
        assert dict(made) == {**expected["headers"], STATION: expected["header"]}
