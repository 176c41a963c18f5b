"""Requests to the operator API, handed to its functions as API Gateway hands them over (payload format 2.0).

Every answer is held against the OpenAPI document: its status must be named there, its body must be of the shape.
"""

import base64
import importlib
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode

from jsonschema import Draft202012Validator

from local import openapi
from shared.resources import API_ROOT, RESOURCES

PROBLEM = "application/problem+json"
ADMIN: Mapping[str, str] = {"sub": "user-1", "cognito:groups": "[admin]", "exp": "4102444800"}
"""The claims of somebody who may do everything."""


class Answer(NamedTuple):
    """What the client gets."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Route(NamedTuple):
    """A route of the API that a request leads to."""

    resource: str
    key: str
    parameters: dict[str, str]


def route_of(method: str, path: str) -> Route:
    """The route that API Gateway chooses; for a path that leads nowhere, the first function is asked all the same."""
    for resource in RESOURCES:
        for route in resource.routes:
            verb, template = route.split(" ")
            pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template)
            if verb == method and (match := re.fullmatch(pattern, path)):
                parameters = {name: unquote(value) for name, value in match.groupdict().items()}
                return Route(resource.name, f"{method} {API_ROOT}{template}", parameters)
    return Route(RESOURCES[0].name, "$default", {})


def event(
    method: str,
    path: str,
    *,
    query: Mapping[str, object] | None = None,
    text: str | None = None,
    headers: Mapping[str, str] | None = None,
    claims: Mapping[str, str] = ADMIN,
) -> dict[str, Any]:
    """The event of a request to a percent-encoded path below the API's root, with a token of these claims."""
    route = route_of(method, path)
    raw_path = unquote(API_ROOT + path)
    parameters = {name: str(value) for name, value in (query or {}).items()}
    return {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": raw_path,
        "rawQueryString": urlencode(parameters),
        "headers": {"host": "api.example", **(headers or {})},
        **({"queryStringParameters": parameters} if parameters else {}),
        **({"pathParameters": route.parameters} if route.parameters else {}),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "authorizer": {"jwt": {"claims": dict(claims), "scopes": None}},
            "domainName": "api.example",
            "http": {"method": method, "path": raw_path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "requestId": "request-1",
            "routeKey": route.key,
            "stage": "$default",
            "timeEpoch": 1795420800000,
        },
        **({"body": text} if text is not None else {}),
        "isBase64Encoded": False,
    }


def ask(resource: str, made: dict[str, Any]) -> Answer:
    """What a resource's function answers to an event."""
    result = importlib.import_module(f"functions.api.{resource}").handler(made, None)
    body = result.get("body") or ""
    text = base64.b64decode(body).decode() if result.get("isBase64Encoded") else body
    return Answer(result["statusCode"], result["headers"], text)


def send(resource: str, made: dict[str, Any]) -> Answer:
    """What a resource's function answers to an event, held against the OpenAPI document."""
    answer = ask(resource, made)
    if made["routeKey"] != "$default":
        _check_documented(made["routeKey"], answer)
    return answer


def _check_documented(route: str, answer: Answer) -> None:
    method, path = route.split(" ")
    operation = _document()["paths"][path.removeprefix(API_ROOT)][method.lower()]
    content = operation["responses"][str(answer.status)].get("content", {})
    if not content:
        assert answer.text == ""
        return
    media_type = answer.headers["Content-Type"].partition(";")[0]
    if media_type.endswith("json"):
        _validator(json.dumps(content[media_type]["schema"])).validate(answer.json)


@cache
def _document() -> Any:
    return openapi.written()


@cache
def _validator(schema: str) -> Any:
    whole = json.loads(schema) | {"components": _document()["components"]}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


def call(
    method: str,
    path: str,
    *,
    body: Any = None,
    query: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    claims: Mapping[str, str] = ADMIN,
) -> Answer:
    """A request with a JSON body, if any."""
    text = None if body is None else json.dumps(body)
    said = {"content-type": "application/json"} if text else {}
    return send(
        route_of(method, path).resource,
        event(method, path, query=query, text=text, headers={**said, **(headers or {})}, claims=claims),
    )


def get(path: str, **query: object) -> Any:
    """The JSON of a GET that succeeds. A parameter named by a word of Python ends with an underscore."""
    answer = call("GET", path, query={name.removesuffix("_"): value for name, value in query.items()})
    assert answer.status == 200, answer
    return answer.json


def pages(path: str, **query: object) -> list[list[Any]]:
    """The items of every page of a list."""
    found: list[list[Any]] = []
    while True:
        page = get(path, **query)
        found.append(page["items"])
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


def wrong_fields(answer: Answer) -> list[str]:
    """Which fields a problem complains of: `body strict`."""
    assert answer.headers["Content-Type"] == PROBLEM
    return [f"{error['in']} {error['path']}" for error in answer.json["errors"]]
