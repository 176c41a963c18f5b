"""The header Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header): a POST that may be sent again.

A route takes the header as a parameter and makes its resource under the id that `promise` tells:

    def make_thing(wanted: Wanted, idempotency_key: IdempotencyKey = None) -> Thing:
        promised = idempotency.promise(api, idempotency_key)
        made = things.create(Thing(promised.resource_id, ...))  # the same id again is the same thing
"""

import datetime as dt
import json
import re
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header
from pydantic import AfterValidator, BeforeValidator

from shared.aws.http import Api
from shared.domain.calls import new_call_id
from shared.domain.errors import Invalid
from shared.store import idempotency
from shared.store.idempotency import KeyReused, Promise
from shared.store.keys import digest

HEADER = "Idempotency-Key"
QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])+)"')
"""A string of structured fields (RFC 9651 section 3.3.3), which the draft wants; most clients send it bare."""


def _unquoted(value: Any) -> Any:
    found = QUOTED.fullmatch(value) if isinstance(value, str) else None
    return re.sub(r"\\(.)", r"\1", found[1]) if found else value


def _printable(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("has characters other than those of ASCII that can be printed")
    return text


IdempotencyKey = Annotated[
    Annotated[str, AfterValidator(_printable)] | None,
    BeforeValidator(_unquoted),
    Header(
        alias=HEADER,
        min_length=1,
        max_length=255,
        description="A text that the client makes up for this request, such as a UUID. Sent again with the same key"
        " within a day, the request makes nothing new and is answered with what it made.",
    ),
]


def promise(api: Api, key: str | None) -> Promise:
    """The id under which the request that is being answered makes its resource: a new one, or with a key of a request
    that was met before, the one of then. Only within the function of a route. Raises Invalid."""
    now = dt.datetime.now(dt.UTC)
    drawn = new_call_id(now)
    if key is None:
        return Promise(drawn)
    event = api.event
    asked = digest(event["rawPath"], json.dumps(json.loads(event.get("body") or "null"), sort_keys=True))
    try:
        return idempotency.promise(digest(api.caller.principal, event["routeKey"], key), asked, drawn, now)
    except KeyReused as reused:
        raise Invalid("The key was sent with another request before", place="header", path=HEADER.lower()) from reused
