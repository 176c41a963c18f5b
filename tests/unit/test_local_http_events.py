"""HTTP APIs: which route fits, what its function gets, what becomes of its answer."""

import base64
import json
from typing import Any

import pytest

from local.apis import HttpApi, HttpRoute
from local.functions import Function, Result
from local.http_events import HttpRequest, answer, event, match

FUNCTION = Function("F", "f", "arn", "m.handler")
KEYS = (
    "GET /stations",
    "GET /stations/{station_id}",
    "GET /stations/{station_id}/calls/{call_id}",
    "ANY /stations/{station_id}",
    "GET /stations/mine",
    "GET /files/{path+}",
)
API = HttpApi("api", "$default", [HttpRoute(key, FUNCTION) for key in KEYS])


def request(
    method: str = "GET", path: str = "/stations", query: str = "", body: bytes = b"", **headers: str
) -> HttpRequest:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpRequest(method, path, query, names, (), body, "127.0.0.1")


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/stations", "GET /stations", {}),
        ("GET", "/stations/CP%201", "GET /stations/{station_id}", {"station_id": "CP%201"}),
        ("PUT", "/stations/CP1", "ANY /stations/{station_id}", {"station_id": "CP1"}),
        ("GET", "/stations/mine", "GET /stations/mine", {}),
        (
            "GET",
            "/stations/1/calls/2",
            "GET /stations/{station_id}/calls/{call_id}",
            {"station_id": "1", "call_id": "2"},
        ),
        ("GET", "/files/a/b", "GET /files/{path+}", {"path": "a/b"}),
    ],
)
def test_the_most_specific_route_takes_a_request(method: str, path: str, key: str, parameters: dict[str, str]) -> None:
    found = match(API, method, path)
    assert found is not None
    assert (found.route.key, found.parameters) == (key, parameters)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/stations"), ("GET", "/stations/"), ("GET", "/other"), ("GET", "/")]
)
def test_a_request_without_a_route_has_none(method: str, path: str) -> None:
    assert match(API, method, path) is None


def test_a_default_route_takes_the_rest() -> None:
    api = HttpApi("api", "$default", [*API.routes, HttpRoute("$default", FUNCTION)])
    found = match(api, "GET", "/other")
    assert found is not None
    assert found.route.key == "$default"


def made(given: HttpRequest, claims: dict[str, str] | None = None) -> dict[str, Any]:
    found = match(API, given.method, given.path)
    assert found is not None
    result: dict[str, Any] = event(API, found, given, claims)
    return result


def test_the_event_has_the_shape_of_format_2() -> None:
    given = request(path="/stations/CP%201", query="limit=5&tag=a&tag=b&empty=", accept="*/*", user_agent="curl/8")
    built = made(given._replace(cookies=("a=1", "b=2")), {"sub": "me"})
    assert built["version"] == "2.0"
    assert built["routeKey"] == "GET /stations/{station_id}"
    assert built["rawPath"] == "/stations/CP 1"
    assert built["rawQueryString"] == "limit=5&tag=a&tag=b&empty="
    assert built["queryStringParameters"] == {"limit": "5", "tag": "a,b", "empty": ""}
    assert built["pathParameters"] == {"station_id": "CP 1"}
    assert built["cookies"] == ["a=1", "b=2"]
    assert built["headers"]["accept"] == "*/*"
    assert built["headers"]["host"] == built["requestContext"]["domainName"]
    context = built["requestContext"]
    assert context["http"] == {
        "method": "GET",
        "path": "/stations/CP 1",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "curl/8",
    }
    assert context["authorizer"] == {"jwt": {"claims": {"sub": "me"}, "scopes": None}}
    assert context["stage"] == "$default"
    assert "body" not in built
    assert built["isBase64Encoded"] is False


def test_what_is_absent_is_left_out() -> None:
    built = made(request())
    assert not {"queryStringParameters", "pathParameters", "cookies", "body"} & built.keys()
    assert "authorizer" not in built["requestContext"]


@pytest.mark.parametrize(
    ("content_type", "encoded"),
    [
        ("application/json", False),
        ("application/problem+json; charset=utf-8", False),
        ("text/csv", False),
        ("application/x-www-form-urlencoded", False),
        ("application/octet-stream", True),
        ("image/png", True),
    ],
)
def test_a_body_that_is_no_text_is_encoded(content_type: str, encoded: bool) -> None:
    built = made(request("PUT", "/stations/CP1", body=b"\x7b\x7d", content_type=content_type))
    assert built["isBase64Encoded"] is encoded
    assert built["body"] == (base64.b64encode(b"{}").decode() if encoded else "{}")


def returned(value: Any) -> Result:
    return Result(json.dumps(value))


def test_a_response_is_sent_as_it_is() -> None:
    made = answer(
        returned({"statusCode": 201, "headers": {"Location": "/x", "X-N": 1}, "body": "é", "cookies": ["a=1"]})
    )
    assert made.status == 201
    assert made.headers == {"content-type": "text/plain;charset=UTF-8", "location": "/x", "x-n": "1"}
    assert made.body == "é".encode()
    assert made.cookies == ("a=1",)


def test_a_body_may_be_encoded() -> None:
    made = answer(returned({"statusCode": 200, "body": "AAEC", "isBase64Encoded": True}))
    assert made.body == b"\x00\x01\x02"


@pytest.mark.parametrize(
    ("value", "body"), [({"items": []}, b'{"items": []}'), ("text", b"text"), ([1], b"[1]"), (None, b"null")]
)
def test_any_other_value_is_the_body_of_a_json_response(value: Any, body: bytes) -> None:
    made = answer(returned(value))
    assert (made.status, made.headers, made.body) == (200, {"content-type": "application/json"}, body)


@pytest.mark.parametrize(
    "result",
    [
        Result('{"errorMessage": "x"}', failed=True),
        Result('{"statusCode": "many"}'),
        Result('{"statusCode": 200, "body": {"a": 1}}'),
        Result('{"statusCode": 200, "headers": ["a"]}'),
    ],
)
def test_a_function_that_fails_or_answers_nonsense_is_an_internal_error(result: Result) -> None:
    made = answer(result)
    assert (made.status, made.body) == (500, b'{"message": "Internal Server Error"}')
