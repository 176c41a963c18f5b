"""Every operation of the OpenAPI document, with requests made up from it: what is answered is what the document says.

Requests that the document allows, and requests that it forbids somewhere, go straight to the functions, on a table with
something of everything in it. No answer may be a fault of ours, or of a status, a media type or a shape that is not
documented. What is in the document is tested; nothing is listed here.
"""

import base64
import zlib
from collections.abc import Callable
from io import BytesIO
from itertools import count
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import MagicMock
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from requests.adapters import HTTPAdapter
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from urllib3 import HTTPResponse

from functions.api import calls as calls_resource
from local import openapi
from local.dynamodb.storage import Row, Store
from shared.aws import cloud_usage, files, gateway, timers
from shared.aws import jobs as queue
from shared.resources import API_ROOT
from tests.integration import api
from tests.integration.letter_queue import LetterQueue
from tests.integration.log_group import LogGroup
from tests.integration.seed import FOR_2X, GRANTED, STATION_2X, seed
from tests.integration.seed_charging import TRANSACTION_2X

Operation = APIOperation[Any, Any, Any, Any]
Request = Case[Any]

BASE_URL = f"http://api.example{API_ROOT}"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 4}
DOCUMENT = schemathesis.openapi.from_dict(openapi.written())
OPERATIONS: list[Operation] = [found.ok() for found in DOCUMENT.get_all_operations() if isinstance(found, Ok)]
WITH_PARAMETERS = [one for one in OPERATIONS if one.definition.raw.keys() & {"parameters", "requestBody"}]


class Functions(HTTPAdapter):
    """The way from an HTTP client to the functions, with what API Gateway does on it."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        url = urlsplit(str(request.url))
        path = url.path.removeprefix(API_ROOT)
        query: dict[str, str] = {}
        for name, value in parse_qsl(url.query, keep_blank_values=True):
            query[name] = f"{query[name]},{value}" if name in query else value
        headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
        made = api.event(str(request.method), path, query=query, headers=headers) | _body(request.body)
        answer = api.ask(api.route_of(str(request.method), path).resource, made)
        body = BytesIO(answer.text.encode())
        return self.build_response(request, HTTPResponse(body, answer.headers, answer.status, preload_content=False))


def _body(body: Any) -> dict[str, object]:
    """The body in an event: text as it is, and what is none in base64."""
    if body is None or isinstance(body, str):
        return {} if body is None else {"body": body}
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


@pytest.fixture
def session() -> requests.Session:
    made = requests.Session()
    made.mount("http://", Functions())
    return made


class World(NamedTuple):
    """A table, what stands in it at the beginning, and what the variables of paths may be there."""

    table: Store
    standing: list[Row]
    known: dict[str, object]

    def restore(self) -> None:
        for row in list(self.table.table.scan(None)):
            self.table.replace(row, None, silent=True)
        for row in self.standing:
            self.table.replace(None, row, silent=True)

    def grant(self, case: Request, *, by_body: bool) -> None:
        """Make a request one about what there is; with `by_body` also one whose body can be granted."""
        operation = case.operation.definition.raw["operationId"]
        of_2x = {"station_id": STATION_2X, "transaction_id": TRANSACTION_2X}
        known = self.known | (of_2x if operation in FOR_2X else {})
        case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
        case.query.pop("cursor", None)
        if "if-match" in case.headers:
            case.headers["if-match"] = "*"
        if by_body:
            case.body = GRANTED.get(operation, case.body)


@pytest.fixture
def world(table: Store, log: LogGroup, letters: LetterQueue, monkeypatch: pytest.MonkeyPatch) -> World:
    """A table with something of everything, and nobody outside who would answer."""
    moments = count()
    s3 = MagicMock(**{"create_multipart_upload.return_value": {"UploadId": "parts"}})
    monkeypatch.setattr(calls_resource, "time", SimpleNamespace(monotonic=lambda: next(moments), sleep=lambda _s: None))
    monkeypatch.setattr(gateway, "send", lambda _connection, _text: "sent")
    monkeypatch.setattr(timers, "set", lambda _timer: None)
    monkeypatch.setattr(queue, "give", lambda _work: None)
    monkeypatch.setattr(files, "client", lambda: s3)
    monkeypatch.setattr(cloud_usage, "amounts_by_day", lambda first, last, _api_id: {first: {}, last: {}})
    monkeypatch.setattr(cloud_usage, "table_gb", lambda: 0.0)
    known = seed() | {"letter_id": letters.put("what is this?")}
    return World(table, list(table.table.scan(None)), known)


def _made_up(operation: Operation, mode: GenerationMode) -> Callable[[Callable[[Request], None]], Callable[[], None]]:
    """Run a check on requests that are made up from the document, the same ones each time."""
    examples = settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return lambda check: given(operation.as_strategy(generation_mode=mode))(examples(check))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_what_the_document_allows_is_answered_as_it_says(
    world: World, session: requests.Session, operation: Operation
) -> None:
    statuses: set[int] = set()

    @_made_up(operation, GenerationMode.POSITIVE)
    def is_answered(case: Request) -> None:
        world.restore()
        if drawn := _drawn(case) % 4:
            world.grant(case, by_body=drawn > 1)
        response = case.call(base_url=BASE_URL, session=session)
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    is_answered()
    assert min(statuses) < 300, "none was granted: tests/integration/seed.py may lack what it takes"


@pytest.mark.parametrize("operation", WITH_PARAMETERS, ids=lambda operation: operation.label)
def test_what_the_document_forbids_is_answered_as_it_says(
    world: World, session: requests.Session, operation: Operation
) -> None:
    @_made_up(operation, GenerationMode.NEGATIVE)
    def is_answered(case: Request) -> None:
        world.restore()
        case.call_and_validate(base_url=BASE_URL, session=session, checks=CHECKS)

    is_answered()


def _drawn(case: Request) -> int:
    """A number that is always the same for the same request."""
    return zlib.crc32(repr((case.path_parameters, case.query, case.headers, case.body)).encode("utf-8", "replace"))
