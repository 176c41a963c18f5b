"""Requests made uniform: paths with any id in them, bodies that are JSON."""

import base64
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.http_request import located, with_json
from shared.aws.problems import Refused

ROUTES = (
    "GET /stations",
    "PUT /stations/{station_id}",
    "GET /stations/{station_id}/findings",
    "GET /stations/{station_id}/calls/{call_id}",
)

identities = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)


def event(method: str, path: str, **more: Any) -> dict[str, Any]:
    return {"rawPath": path, "requestContext": {"http": {"method": method, "path": path}}, **more}


def findings_of(path: str, parameter: str) -> str:
    """The path to findings, made uniform, when API Gateway hands over this path and this parameter."""
    made = event(
        "GET",
        path,
        routeKey="GET /api/v1/stations/{station_id}/findings",
        pathParameters={"station_id": parameter},
    )
    route, uniform = located(made, ROUTES)
    assert route == "GET /stations/{station_id}/findings"
    path_again: str = uniform["rawPath"]
    return path_again


@given(identities)
def test_an_id_that_api_gateway_decoded_is_one_segment_again(identity: str) -> None:
    decoded = f"/api/v1/stations/{identity}/findings"
    expected = f"/api/v1/stations/{quote(identity, safe='')}/findings"
    assert findings_of(decoded, identity) == expected
    assert findings_of(decoded, quote(identity, safe="")) == expected


@given(identities)
def test_an_id_that_was_left_encoded_in_the_path_is_decoded_once(identity: str) -> None:
    encoded = quote(identity, safe="")
    assert findings_of(f"/api/v1/stations/{encoded}/findings", identity) == f"/api/v1/stations/{encoded}/findings"


@pytest.mark.parametrize("identity", ["a/b", "a/findings", "/", "a%2Fb", "100%", "RDAM 123", "Säule 7", "?#&"])
def test_ids_with_awkward_characters_stay_whole(identity: str) -> None:
    path = findings_of(f"/api/v1/stations/{identity}/findings", identity)
    segment = path.removeprefix("/api/v1/stations/").removesuffix("/findings")
    assert "/" not in segment
    assert unquote(segment) == identity


def call_of(path: str, station_id: str, call_id: str) -> str:
    made = event(
        "GET",
        path,
        routeKey="GET /api/v1/stations/{station_id}/calls/{call_id}",
        pathParameters={"station_id": station_id, "call_id": call_id},
    )
    route, uniform = located(made, ROUTES)
    assert route == "GET /stations/{station_id}/calls/{call_id}"
    path_again: str = uniform["rawPath"]
    return path_again


@given(identities, identities)
def test_two_ids_in_a_path_are_told_apart(station_id: str, call_id: str) -> None:
    decoded = f"/api/v1/stations/{station_id}/calls/{call_id}"
    quoted = quote(station_id, safe=""), quote(call_id, safe="")
    expected = f"/api/v1/stations/{quoted[0]}/calls/{quoted[1]}"
    assert call_of(decoded, station_id, call_id) == expected
    assert call_of(decoded, *quoted) == expected
    assert call_of(expected, station_id, call_id) == expected


def test_an_id_that_looks_like_the_rest_of_the_path_is_one_all_the_same() -> None:
    path = call_of("/api/v1/stations/a/calls/b/calls/c", "a/calls/b", "c")
    assert path == "/api/v1/stations/a%2Fcalls%2Fb/calls/c"
    assert call_of("/api/v1/stations/a/calls/b/calls/c", "a", "b/calls/c") == "/api/v1/stations/a/calls/b%2Fcalls%2Fc"


def test_a_word_of_the_path_goes_before_an_id() -> None:
    routes = ("GET /stations/{station_id}", "GET /stations/summary")
    assert located(event("GET", "/api/v1/stations/summary"), routes)[0] == "GET /stations/summary"
    assert located(event("GET", "/api/v1/stations/CP1"), routes)[0] == "GET /stations/{station_id}"


def test_without_a_matched_route_the_path_is_taken_as_it_is() -> None:
    made = event("GET", "/api/v1/stations/CP%201/findings", routeKey="$default")
    assert located(made, ROUTES)[1]["rawPath"] == "/api/v1/stations/CP%201/findings"


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/api/v1/station", "/stations", "/api/v1/stations/a/b"])
def test_a_path_that_leads_nowhere_is_not_found(path: str) -> None:
    with pytest.raises(Refused) as refused:
        located(event("GET", path), ROUTES)
    assert refused.value.status == 404


def test_a_method_that_a_path_does_not_take_is_told_which_it_takes() -> None:
    with pytest.raises(Refused) as refused:
        located(event("DELETE", "/api/v1/stations/CP1"), ROUTES)
    assert refused.value.status == 405
    assert refused.value.headers == {"Allow": "PUT"}


def put(body: str | None, *, encoded: bool = False, content_type: str | None = "application/json") -> Any:
    headers = {"Content-Type": content_type} if content_type is not None else {}
    made = event("PUT", "/api/v1/stations/CP1", body=body, isBase64Encoded=encoded, headers=headers)
    return with_json(made)


@pytest.mark.parametrize(
    "content_type", [None, "", "application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"]
)
def test_json_is_taken_under_each_of_its_names(content_type: str | None) -> None:
    made = put('{"strict": true}', content_type=content_type)
    assert made["body"] == '{"strict": true}'
    assert made["headers"] == {"content-type": "application/json"}


def test_a_body_may_come_in_base64() -> None:
    made = put(base64.b64encode('{"ä": 1}'.encode()).decode(), encoded=True)
    assert (made["body"], made["isBase64Encoded"]) == ('{"ä": 1}', False)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_anything_but_json_is_an_unsupported_media_type(content_type: str) -> None:
    with pytest.raises(Refused) as refused:
        put("{}", content_type=content_type)
    assert refused.value.status == 415


@pytest.mark.parametrize(
    ("body", "encoded"),
    [
        (None, False),
        ("", False),
        ("{", False),
        ('{"a": NaN}', False),
        ("[" * 100_000, False),
        ("9" * 5000, False),
        (base64.b64encode(b"\xff").decode(), True),
        ("%%%", True),
    ],
)
def test_a_body_that_is_no_json_is_a_bad_request(body: str | None, *, encoded: bool) -> None:
    with pytest.raises(Refused) as refused:
        put(body, encoded=encoded)
    assert refused.value.status == 400
