"""The operator API: requests, lists of several pages, and why it says no."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from local.cli.errors import ApiError, CliError, UsageError
from local.cli.transport import Request, Response, Transport

PAGE = 200
"""The most items that the API gives at a time."""
JSON = "application/json"

Json = dict[str, Any]
Value = str | int | bool | Sequence[str] | None
Query = Mapping[str, Value]
"""What is None is left out; a sequence is a name given again and again."""
NOTHING: Query = {}

Token = Callable[[bool], str | None]
"""The token to show, or None; asked with True for a new one, since the last one was not taken."""


class Client:
    """An operator of the system at `url`, the root of its API."""

    def __init__(self, url: str, transport: Transport, token: Token = lambda _: None) -> None:
        self._url = url.rstrip("/")
        self._transport = transport
        self._token = token

    def get(self, *path: str, **query: Value) -> Json:
        """One thing, or one page of a list. The parts of a path are percent-encoded; a query without None."""
        return self.ask("GET", *path, query=query)

    def tagged(self, *path: str) -> tuple[Json, str | None]:
        """One thing with the revision that it is of, for `If-Match`."""
        response = self.send("GET", _path(path, NOTHING), None, {})
        return _document(response), response.headers.get("etag")

    def ask(
        self,
        method: str,
        *path: str,
        query: Query = NOTHING,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Ask for something or have something done. The answer is empty if there is none (204)."""
        return _document(self.send(method, _path(path, query), body, headers or {}))

    def listing(self, *path: str, limit: int | None, **query: Value) -> Json:
        """The first `limit` items of a list, or all, as one page: `{"items", "next_cursor"}`."""
        items: list[Any] = []
        cursor: str | None = None
        while True:
            wanted = PAGE if limit is None else min(PAGE, limit - len(items))
            page = self.get(*path, **query, limit=wanted, cursor=cursor)
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None or (limit is not None and len(items) >= limit):
                return {**page, "items": items, "next_cursor": cursor}

    def linked(self, *path: str, **query: Value) -> Iterator[Response]:
        """Pages that each name the next one in their `Link` header (RFC 8288)."""
        place: str | None = _path(path, query)
        while place is not None:
            response = self.send("GET", place, None, {"Accept": "*/*"})
            yield response
            place = self._next(place, response.headers.get("link", ""))

    def send(self, method: str, place: str, body: Json | None, headers: Mapping[str, str]) -> Response:
        """A request to a place below the root. Raises ApiError if it is not taken."""
        given = {"Accept": JSON, "User-Agent": "idlewatt-cli", **headers}
        if body is not None:
            given["Content-Type"] = JSON
        content = None if body is None else json.dumps(body).encode()
        response = self._send(Request(method, self._url + place, given, content))
        if not 200 <= response.status < 300:
            raise _no(response, self._url)
        return response

    def _send(self, request: Request) -> Response:
        token = self._token(False)
        response = self._transport(_with(request, token))
        if response.status == 401 and token is not None and (new := self._token(True)) not in (None, token):
            response = self._transport(_with(request, new))
        return response

    def _next(self, place: str, link: str) -> str | None:
        """Where a Link header leads on to. Not to another host: it would be shown our token."""
        for one in link.split(","):
            target, _, parameters = one.partition(">")
            if "rel=next" in parameters.replace('"', "").replace(" ", "").split(";"):
                url = urljoin(self._url + place, target.strip().removeprefix("<"))
                if not url.startswith(self._url + "/"):
                    raise CliError(f"The next page is said to be at {url}, which is not below {self._url}")
                return url.removeprefix(self._url)
        return None


def _path(parts: tuple[str, ...], query: Query) -> str:
    if odd := {".", "..", ""} & set(parts):
        raise UsageError(f"{odd.pop()!r} cannot be asked for: in a path it has a meaning of its own")
    given = {name: _text(value) for name, value in query.items() if value is not None}
    place = "".join(f"/{quote(part, safe='')}" for part in parts)
    return f"{place}?{urlencode(given, doseq=True, quote_via=quote)}" if given else place


def _text(value: Value) -> str | list[str]:
    if isinstance(value, bool | int | str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return list(value or ())


def _with(request: Request, token: str | None) -> Request:
    if token is None:
        return request
    return request._replace(headers={**request.headers, "Authorization": f"Bearer {token}"})


def _document(response: Response) -> Json:
    if response.status == 204:
        return {}
    try:
        found = json.loads(response.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CliError("The answer is no JSON object: is the URL that of an operator API (…/api/v1)?")
    return found


def _no(response: Response, url: str) -> ApiError:
    try:
        problem = json.loads(response.body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {"detail": f"{urlsplit(url).netloc} answers with something that is no operator API's"}
    return ApiError(response.status, problem, LOG_IN if response.status == 401 else "")


LOG_IN = "`idlewatt login` gets a token for a profile; IDLEWATT_TOKEN takes one that you have"
