"""The events with which an HTTP API calls its functions (payload format 2.0), and what it makes of their answers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from local.apis import HttpApi, HttpRoute
from local.functions import Result
from local.identity import ACCOUNT_ID, REGION
from local.socket_events import request_id

Claims = dict[str, str]
_TEXT = re.compile(r"text/|application/(json|javascript|xml|[\w.+-]+\+(json|xml))|application/x-www-form-urlencoded")


class HttpRequest(NamedTuple):
    """A request as it came in: `path` percent-encoded, header names in lower case, several values by comma."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes
    source_ip: str


class HttpAnswer(NamedTuple):
    """The response to send."""

    status: int
    headers: dict[str, str]
    cookies: tuple[str, ...] = ()
    body: bytes = b""


def plain(status: int, message: str, **headers: str) -> HttpAnswer:
    """An answer of the API itself, not of a function."""
    return HttpAnswer(
        status, {"content-type": "application/json", **headers}, (), json.dumps({"message": message}).encode()
    )


def event(api: HttpApi, found: "Match", request: HttpRequest, claims: Claims | None) -> Any:
    """The event for the function behind the route that fits a request."""
    now = datetime.now(UTC)
    domain = f"{api.id}.execute-api.{REGION}.amazonaws.com"
    path = unquote(request.path)
    context: dict[str, Any] = {
        "accountId": ACCOUNT_ID,
        "apiId": api.id,
        "domainName": domain,
        "domainPrefix": api.id,
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.headers.get("user-agent", ""),
        },
        "requestId": request_id(),
        "routeKey": found.route.key,
        "stage": api.stage,
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": round(now.timestamp() * 1000),
    }
    if claims is not None:
        context["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": found.route.key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": {
            **request.headers,
            "host": domain,
            "x-forwarded-for": request.source_ip,
            "x-forwarded-proto": "https",
        },
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if request.cookies:
        made["cookies"] = list(request.cookies)
    if request.query:
        made["queryStringParameters"] = _joined(request.query)
    if found.parameters:
        made["pathParameters"] = {name: unquote(value) for name, value in found.parameters.items()}
    if request.body:
        is_text = _TEXT.match(request.headers.get("content-type", "text/plain")) is not None
        made["body"] = request.body.decode(errors="replace") if is_text else base64.b64encode(request.body).decode()
        made["isBase64Encoded"] = not is_text
    return made


def _joined(query: str) -> dict[str, str]:
    """Query parameters; several values of one name are joined by commas."""
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def answer(result: Result) -> HttpAnswer:
    """What an HTTP API makes of a function's return value: a response, or any JSON value as the body of one."""
    if result.failed:
        return plain(500, "Internal Server Error")
    value = json.loads(result.text)
    if not isinstance(value, dict) or "statusCode" not in value:
        text = value if isinstance(value, str) else result.text
        return HttpAnswer(200, {"content-type": "application/json"}, (), text.encode())
    try:
        headers = {name.lower(): _header(content) for name, content in (value.get("headers") or {}).items()}
        text = value.get("body") or ""
        body = base64.b64decode(text) if value.get("isBase64Encoded") else text.encode()
        cookies = tuple(map(str, value.get("cookies") or ()))
        status = int(value["statusCode"])
    except (TypeError, ValueError, AttributeError):
        return plain(500, "Internal Server Error")
    return HttpAnswer(status, {"content-type": "text/plain;charset=UTF-8", **headers}, cookies, body)


def _header(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


# ---------------------------------------------------------------------- routes


class Match(NamedTuple):
    """A route that fits a request, and the parameters of its path, percent-encoded."""

    route: HttpRoute
    parameters: dict[str, str]


def match(api: HttpApi, method: str, path: str) -> Match | None:
    """The route of a request: a full match before one with a greedy parameter, a named method before ANY."""
    fitting = []
    for route in api.routes:
        wanted, _, pattern = route.key.partition(" ")
        found = re.fullmatch(_expression(pattern), path) if pattern else None
        if found is not None and wanted in (method, "ANY"):
            rank = ("+}" in pattern, pattern.count("{"), wanted == "ANY")
            fitting.append((rank, Match(route, found.groupdict())))
    if fitting:
        return min(fitting, key=lambda one: one[0])[1]
    return next((Match(route, {}) for route in api.routes if route.key == "$default"), None)


def _expression(pattern: str) -> str:
    parts = re.split(r"(\{\w+\+?\})", pattern)
    return "".join(
        f"(?P<{part[1:-2]}>.+)"
        if part.endswith("+}")
        else f"(?P<{part[1:-1]}>[^/]+)"
        if part.startswith("{")
        else re.escape(part)
        for part in parts
    )
