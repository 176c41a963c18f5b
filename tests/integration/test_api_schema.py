"""Every operation of the OpenAPI document, with requests made up from it: what is answered is what the document says.

Requests that the document allows, and requests that it forbids somewhere, go straight to the functions, on a table with
something of everything in it. No answer may be a fault of ours, or of a status, a media type or a shape that is not
documented. What is in the document is tested; nothing is listed here.
"""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import count
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from requests.adapters import HTTPAdapter
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from urllib3 import HTTPResponse

from functions.api import calls as calls_resource
from local import openapi
from local.dynamodb.storage import Store
from shared.aws import gateway, timers
from shared.aws import jobs as queue
from shared.catalog import API_ROOT
from tests.integration import api
from tests.integration.seed import KNOWN, seed

BASE_URL = f"http://api.example{API_ROOT}"
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
EXAMPLES = {GenerationMode.POSITIVE: 20, GenerationMode.NEGATIVE: 10}
DOCUMENT = schemathesis.openapi.from_dict(openapi.document())
OPERATIONS = [found.ok() for found in DOCUMENT.get_all_operations()]


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


def _body(body: str | bytes | None) -> dict[str, object]:
    """The body in an event: text as it is, and what is none in base64."""
    try:
        text = body.decode() if isinstance(body, bytes) else body
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return {} if text is None else {"body": text}


@pytest.fixture
def session() -> requests.Session:
    made = requests.Session()
    made.mount("http://", Functions())
    return made


@pytest.fixture
def world(table: Store, log: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A table with something of everything, and nobody outside who would answer."""
    moments = count()
    monkeypatch.setattr(calls_resource, "time", SimpleNamespace(monotonic=lambda: next(moments), sleep=lambda _s: None))
    monkeypatch.setattr(gateway, "send", lambda _connection, _text: "sent")
    monkeypatch.setattr(timers, "set", lambda _timer: None)
    monkeypatch.setattr(queue, "give", lambda _work: None)
    seed()
    yield table


@pytest.mark.parametrize("mode", list(EXAMPLES), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_an_operation_does_what_its_document_says(
    world: Store, session: requests.Session, operation: Any, mode: GenerationMode
) -> None:
    standing = list(world.table.scan(None))
    statuses: Counter[int] = Counter()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Case) -> None:
        for row in list(world.table.scan(None)):
            world.replace(row, None, silent=True)
        for row in standing:
            world.replace(None, row, silent=True)
        if mode is GenerationMode.POSITIVE and _drawn(case) % 4:
            case.path_parameters = {name: KNOWN.get(name, value) for name, value in case.path_parameters.items()}
        response = case.call(base_url=BASE_URL, session=session)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=list(CHECKS))

    holds()
    if mode is GenerationMode.POSITIVE:
        print("STAT", operation.label, dict(statuses))


def _drawn(case: Case) -> int:
    """A number that is always the same for the same request."""
    return zlib.crc32(json.dumps(case.path_parameters, sort_keys=True).encode())
