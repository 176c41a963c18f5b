"""Id tokens: who may charge."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, ConfigDict, Field

from shared.aws import views
from shared.aws.http import JSON, Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import IdTokenText, OptionalTime
from shared.domain.authorization import IdToken, TokenStatus
from shared.domain.errors import NotFound
from shared.store import tokens

MAX_GROUP_ID = 36
"""OCPP 2.0.1's longest."""
MAX_GROUP_ID_16 = 20
"""What fits into a 1.6 station's parentIdTag."""
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such id token."}

api = handler = Api("id_tokens")


class IdTokenSettings(BaseModel):
    """What an operator sets of an id token."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    status: TokenStatus = "Accepted"
    """What a station is told of it; only an accepted one may charge."""
    expires_at: OptionalTime = None
    """From then on it is answered with Expired; null: never."""
    group_id: Annotated[str, Field(min_length=1, max_length=MAX_GROUP_ID)] | None = None
    """1.6's parentIdTag: tokens of a group may stop each other's transactions."""
    concurrent: bool = True
    """Whether it may have several transactions at a time."""


@api.route("GET /id-tokens", {HTTPStatus.OK: views.IdTokenList})
def list_id_tokens(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> views.IdTokenList:
    """Id tokens, in order."""
    found, rest = tokens.page(cursor, limit)
    return views.IdTokenList(items=[_view(one) for one in found], next_cursor=rest)


@api.route("GET /id-tokens/{id_token}", {HTTPStatus.OK: views.IdToken}, UNKNOWN)
def get_id_token(id_token: IdTokenText) -> views.IdToken:
    """One id token."""
    found = tokens.find(id_token)
    if found is None:
        raise _unknown(id_token)
    return _view(found)


@api.route("PUT /id-tokens/{id_token}", {HTTPStatus.OK: views.IdToken, HTTPStatus.CREATED: views.IdToken})
def put_id_token(id_token: IdTokenText, wanted: IdTokenSettings) -> Response[views.IdToken]:
    """Create an id token or replace it.

    A setting that is left out gets its default.
    """
    token = IdToken(id_token, **wanted.model_dump())
    status = HTTPStatus.CREATED if tokens.save(token) else HTTPStatus.OK
    return Response(status, JSON, _view(token))


@api.route("DELETE /id-tokens/{id_token}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN)
def delete_id_token(id_token: IdTokenText) -> Response[None]:
    """Remove an id token.

    From then on it is unknown, and answered with Invalid. Its transactions stay.
    """
    if not tokens.delete(id_token):
        raise _unknown(id_token)
    return Response(HTTPStatus.NO_CONTENT)


def _unknown(id_token: str) -> NotFound:
    return NotFound(f"There is no id token {id_token}")


def _view(token: IdToken) -> views.IdToken:
    return views.IdToken(**token._asdict(), warnings=_warnings(token))


def _warnings(token: IdToken) -> list[str]:
    if token.group_id is None or len(token.group_id) <= MAX_GROUP_ID_16:
        return []
    return [f"group_id is longer than the {MAX_GROUP_ID_16} characters that OCPP 1.6 can carry"]
