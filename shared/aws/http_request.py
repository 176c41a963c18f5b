"""A request to the operator API made uniform, whatever way API Gateway and clients have of writing it.

Ids in paths may hold any character, slashes among them. API Gateway decodes the path of a request to an HTTP API
before a function sees it, so that where a segment ends can be told only from the route that matched; here each id is
put back into the path as one percent-encoded segment (docs/api.md says what clients have to send).
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from shared.aws.problems import Refused
from shared.resources import API_ROOT

METHODS_WITH_BODY = ("PATCH", "POST", "PUT")
JSON_MEDIA_TYPE = re.compile(r"application/(json|[\w.-]+\+json)\s*(;.*)?", re.IGNORECASE)


def located(event: dict[str, Any], routes: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """The route that a request leads to, and its event with a path in which each id is one encoded segment.

    Raises Refused if there is no such path (404) or method (405).
    """
    method = event["requestContext"]["http"]["method"]
    path = _path(event)
    fitting = [route for route in routes if _leads_to(route.split(" ")[1], path)]
    if not fitting:
        raise Refused(HTTPStatus.NOT_FOUND, "There is nothing at this path")
    taken = [route for route in fitting if route.split(" ")[0] == method]
    if not taken:
        methods = ", ".join(route.split(" ")[0] for route in fitting)
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"This path takes {methods}", headers={"Allow": methods})
    # As everywhere a word of the path goes before a variable: `/stations/summary` before `/stations/{station_id}`.
    return min(taken, key=lambda route: route.count("{")), event | {"rawPath": path}


def with_json(event: dict[str, Any]) -> dict[str, Any]:
    """The event of a route that takes a body, with one that is JSON. Raises Refused if it is not (415, 400)."""
    return event | {"body": _json(event), "isBase64Encoded": False, "headers": _said_to_be_json(event)}


def _path(event: dict[str, Any]) -> str:
    """The path with each id percent-encoded, by the route that API Gateway matched; else the path as it is."""
    path: str = event["rawPath"]
    template = event.get("routeKey", "").partition(" ")[2]
    parameters: dict[str, str] = event.get("pathParameters") or {}
    pattern = _VARIABLE.sub(lambda one: _id(one[1], parameters), re.escape(template))
    found = re.fullmatch(pattern, path, re.DOTALL)
    if not template or found is None:
        return path

    def encoded(variable: re.Match[str]) -> str:
        segment = found[variable[1]]
        parameter = parameters.get(variable[1])
        # The path has been decoded at least as often as the parameter, unless whoever made the event left it encoded.
        return quote(parameter if unquote(segment) == parameter else segment, safe="", errors="replace")

    return re.sub(r"{(\w+)}", encoded, template)


_VARIABLE = re.compile(r"\\{(\w+)\\}")
"""A variable in the template of a path that has been made a regular expression."""


def _id(variable: str, parameters: Mapping[str, str]) -> str:
    """The expression of an id in a path: what API Gateway says it is, or a segment, or whatever fits between."""
    said = parameters.get(variable)
    spellings = [] if said is None else [re.escape(said), re.escape(unquote(said))]
    return f"(?P<{variable}>{'|'.join((*spellings, '[^/]+', '.+'))})"


def _leads_to(template: str, path: str) -> bool:
    pattern = _VARIABLE.sub("[^/]+", re.escape(API_ROOT + template))
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
