"""Pages of a list: `limit`, and an opaque `cursor` that says after what the next page begins."""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, TypeVar

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
MAX_POSITION_BYTES = 1000
"""A sort key of DynamoDB may have 1,024, the prefix before a position among them."""
READS = 10
"""How many pages a filter may go through in one request."""

Item = TypeVar("Item")


def encode(position: str) -> str:
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def decode(cursor: str) -> str:
    """The position in a cursor. Raises ValueError if it is none of ours."""
    try:
        position = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise ValueError("is no cursor that a list gave") from error
    if not 0 < len(position.encode()) <= MAX_POSITION_BYTES:
        raise ValueError("is no cursor that a list gave")
    return position


Limit = Annotated[
    int,
    Query(ge=1, le=MAX_LIMIT, description="How many items a page has at most."),
]
Cursor = Annotated[
    str | None,
    BeforeValidator(decode),
    WithJsonSchema({"type": "string"}),
    Query(description="`next_cursor` of the page before; the first page needs none."),
]
NextCursor = Annotated[
    str | None, PlainSerializer(lambda position: encode(position) if position else None, return_type=str | None)
]
"""The position after which the next page begins; null: this is the last page. A page may be shorter than its limit,
even empty, and not be the last."""


def page_where(
    read: Callable[[str | None, int], tuple[list[Item], str | None]],
    keep: Callable[[Item], bool],
    after: str | None,
    limit: int,
) -> tuple[list[Item], str | None]:
    """The next page in which anything is kept, and the position to go on after; a limited number of pages is read."""
    kept: list[Item] = []
    for _ in range(READS):
        found, after = read(after, limit)
        kept = [one for one in found if keep(one)]
        if kept or after is None:
            break
    return kept, after
