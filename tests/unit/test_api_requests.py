"""Requests made uniform: paths with any id in them, bodies that are JSON."""

import base64
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.http_request import normalised
from shared.aws.problems import Refused

ROUTES = ("GET /stations", "PUT /stations/{station_id}", "GET /stations/{station_id}/findings")

identities = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)


def event(method: str, path: str, **more: Any) -> dict[str, Any]:
    return {"rawPath": path, "requestContext": {"http": {"method": method, "path": path}}, **more}


def findings_of(path: str, parameter: str) -> str:
    """The path to findings, as normalised, when API Gateway hands over this path and this parameter."""
    made = event(
        "GET",
        path,
        routeKey="GET /api/v1/stations/{station_id}/findings",
        pathParameters={"station_id": parameter},
    )
    normal: str = normalised(made, ROUTES)["rawPath"]
    return normal


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


def test_without_a_matched_route_the_path_is_taken_as_it_is() -> None:
    made = event("GET", "/api/v1/stations/CP%201/findings", routeKey="$default")
    assert normalised(made, ROUTES)["rawPath"] == "/api/v1/stations/CP%201/findings"


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/api/v1/station", "/stations", "/api/v1/stations/a/b"])
def test_a_path_that_leads_nowhere_is_not_found(path: str) -> None:
    with pytest.raises(Refused) as refused:
        normalised(event("GET", path), ROUTES)
    assert refused.value.status == 404


def test_a_method_that_a_path_does_not_take_is_told_which_it_takes() -> None:
    with pytest.raises(Refused) as refused:
        normalised(event("DELETE", "/api/v1/stations/CP1"), ROUTES)
    assert refused.value.status == 405
    assert refused.value.headers == {"Allow": "PUT"}


def put(body: str | None, *, encoded: bool = False, content_type: str | None = "application/json") -> Any:
    headers = {"Content-Type": content_type} if content_type is not None else {}
    made = event("PUT", "/api/v1/stations/CP1", body=body, isBase64Encoded=encoded, headers=headers)
    return normalised(made, ROUTES)


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
