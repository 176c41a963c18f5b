"""A request to the operator API made uniform, whatever way API Gateway and clients have of writing it.

Ids in paths may hold any character, slashes among them. API Gateway decodes the path of a request to an HTTP API
before a function sees it, so that where a segment ends can be told only from the route that matched; here each id is
put back into the path as one percent-encoded segment (docs/api.md says what clients have to send).
"""

import base64
import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from shared.aws.problems import Refused
from shared.catalog import API_ROOT

METHODS_WITH_BODY = ("PATCH", "POST", "PUT")
JSON_MEDIA_TYPE = re.compile(r"application/(json|[\w.-]+\+json)\s*(;.*)?", re.IGNORECASE)


def normalised(event: dict[str, Any], routes: Iterable[str]) -> dict[str, Any]:
    """The event with an encoded path that leads to one of the routes, and with a body that is JSON.

    Raises Refused if there is no such path (404) or method (405), or if the body is not JSON (415, 400).
    """
    method = event["requestContext"]["http"]["method"]
    path = _path(event)
    methods = [route.split(" ")[0] for route in routes if _leads_to(route.split(" ")[1], path)]
    if not methods:
        raise Refused(HTTPStatus.NOT_FOUND, "There is nothing at this path")
    if method not in methods:
        raise Refused(
            HTTPStatus.METHOD_NOT_ALLOWED,
            f"This path takes {', '.join(methods)}",
            headers={"Allow": ", ".join(methods)},
        )
    changes: dict[str, Any] = {"rawPath": path}
    if method in METHODS_WITH_BODY:
        changes |= {"body": _json(event), "isBase64Encoded": False, "headers": _said_to_be_json(event)}
    return event | changes


def _path(event: dict[str, Any]) -> str:
    """The path with each id percent-encoded, by the route that API Gateway matched; else the path as it is."""
    path: str = event["rawPath"]
    template = event.get("routeKey", "").partition(" ")[2]
    variable = re.search(r"{(\w+)}", template)
    if variable is None:
        return path
    before, after = template[: variable.start()], template[variable.end() :]
    segment = path.removeprefix(before).removesuffix(after)
    parameter = (event.get("pathParameters") or {}).get(variable[1], segment)
    # The path has been decoded at least as often as the parameter, unless whoever made the event left it encoded.
    value = parameter if unquote(segment) == parameter else segment
    return f"{before}{quote(value, safe='', errors='replace')}{after}"


def _leads_to(template: str, path: str) -> bool:
    pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(API_ROOT + template))
    return re.fullmatch(pattern, path) is not None


def _json(event: dict[str, Any]) -> str:
    """The body's text, once it is known to be JSON."""
    media_type = _header(event, "content-type")
    if media_type and not JSON_MEDIA_TYPE.fullmatch(media_type.strip()):
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The body must be application/json, not {media_type[:100]}")
    body: str = event.get("body") or ""
    try:
        text = base64.b64decode(body).decode() if event.get("isBase64Encoded") else body
        json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, f"The body is no JSON: {error}") from error
    return text


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _header(event: dict[str, Any], wanted: str) -> str | None:
    headers: dict[str, str] = event.get("headers") or {}
    return next((value for name, value in headers.items() if name.lower() == wanted), None)


def _said_to_be_json(event: dict[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = event.get("headers") or {}
    others = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return others | {"content-type": "application/json"}
