"""Id tokens: who may charge."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, ConfigDict

from shared.aws import preconditions, views
from shared.aws.http import JSON, Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import GroupIdText, IdTokenText, OptionalTime
from shared.aws.preconditions import ANOTHER_REVISION, ETAG, IfMatch, etag
from shared.aws.views_tokens import token_view
from shared.domain.authorization import IdToken, TokenStatus
from shared.domain.errors import NotFound
from shared.store import tokens
from shared.store.dynamodb import ConditionFailed

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such id token."}

api = handler = Api("id_tokens")


class IdTokenSettings(BaseModel):
    """What an operator sets of an id token."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    status: TokenStatus = "Accepted"
    """What a station is told of it; only an accepted one may charge."""
    expires_at: OptionalTime = None
    """From then on it is answered with Expired; null: never."""
    group_id: GroupIdText | None = None
    """1.6's parentIdTag: tokens of a group may stop each other's transactions."""
    concurrent: bool = True
    """Whether it may have several transactions at a time."""


@api.route("GET /id-tokens", {HTTPStatus.OK: views.IdTokenList})
def list_id_tokens(
    group_id: Annotated[GroupIdText | None, Query(description="Only those of this group.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> views.IdTokenList:
    """Id tokens, in order."""
    found, rest = tokens.page(cursor, limit) if group_id is None else tokens.page_of_group(group_id, cursor, limit)
    return views.IdTokenList(items=[token_view(one) for one in found], next_cursor=rest)


@api.route("GET /id-tokens/{id_token}", {HTTPStatus.OK: views.IdToken}, UNKNOWN, ETAG)
def get_id_token(id_token: IdTokenText) -> Response[views.IdToken]:
    """One id token."""
    return _answer(HTTPStatus.OK, _existing(id_token))


@api.route(
    "PUT /id-tokens/{id_token}",
    {HTTPStatus.OK: views.IdToken, HTTPStatus.CREATED: views.IdToken},
    ANOTHER_REVISION,
    ETAG,
)
def put_id_token(id_token: IdTokenText, wanted: IdTokenSettings, if_match: IfMatch = None) -> Response[views.IdToken]:
    """Create an id token or replace it.

    A setting that is left out gets its default.
    """
    token = IdToken(id_token, **wanted.model_dump())
    try:
        saved = tokens.save(token, revision=_existing(id_token, if_match).revision if if_match else None)
    except ConditionFailed as failed:
        raise preconditions.another_revision() from failed
    return _answer(HTTPStatus.CREATED if saved.revision == 1 else HTTPStatus.OK, saved)


@api.route("DELETE /id-tokens/{id_token}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN | ANOTHER_REVISION)
def delete_id_token(id_token: IdTokenText, if_match: IfMatch = None) -> Response[None]:
    """Remove an id token.

    From then on it is unknown, and answered with Invalid. Its transactions stay.
    """
    try:
        revision = _existing(id_token, if_match).revision if if_match else None
        if not tokens.delete(id_token, revision=revision):
            raise _unknown(id_token)
    except ConditionFailed as failed:
        raise preconditions.another_revision() from failed
    return Response(HTTPStatus.NO_CONTENT)


def _existing(id_token: str, if_match: str | None = None) -> IdToken:
    """The token, if it is there and of the revision asked for."""
    found = tokens.find(id_token)
    preconditions.require(if_match, found.revision if found else None)
    if found is None:
        raise _unknown(id_token)
    return found


def _unknown(id_token: str) -> NotFound:
    return NotFound(f"There is no id token {id_token}")


def _answer(status: HTTPStatus, token: IdToken) -> Response[views.IdToken]:
    return Response(status, JSON, token_view(token), {"ETag": etag(token.revision)})
