"""Groups of id tokens: what they are called, and which tokens are of them."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import ConfigDict, Field

from shared.aws import preconditions, tariff_choice, views
from shared.aws.http import JSON, Api
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import GroupId
from shared.aws.preconditions import ANOTHER_REVISION, ETAG, IfMatch, etag
from shared.aws.views_groups import Group, GroupList
from shared.aws.views_tariffs import TariffIdText
from shared.aws.views_tokens import IdTokenList, token_view
from shared.domain import authorization as domain
from shared.domain.errors import Conflict, NotFound
from shared.store import groups, tokens
from shared.store.dynamodb import ConditionFailed

MAX_NAME = 255
UNKNOWN = {HTTPStatus.NOT_FOUND: "No group of this id was put."}
NEITHER = {HTTPStatus.NOT_FOUND: "No group of this id was put, and no id token names it."}
HAS_MEMBERS = {HTTPStatus.CONFLICT: "Id tokens are of this group."}

api = handler = Api("groups")


class GroupSettings(views.View):
    """What an operator sets of a group."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)] | None = None
    """What people call it."""
    tariff_id: TariffIdText | None = None
    """By which transactions of its id tokens are billed that have no tariff of their own."""


@api.route("GET /groups", {HTTPStatus.OK: GroupList})
def list_groups(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> GroupList:
    """The groups that were put, in order of their ids.

    Id tokens may be of a group that was not; it has no name, and is not listed.
    """
    found, rest = groups.page(cursor, limit)
    return GroupList(items=[_view(one) for one in found], next_cursor=rest)


@api.route("GET /groups/{group_id}", {HTTPStatus.OK: Group}, UNKNOWN, ETAG)
def get_group(group_id: GroupId) -> Response[Group]:
    """One group."""
    return _answer(HTTPStatus.OK, _existing(group_id))


@api.route("PUT /groups/{group_id}", {HTTPStatus.OK: Group, HTTPStatus.CREATED: Group}, ANOTHER_REVISION, ETAG)
def put_group(group_id: GroupId, wanted: GroupSettings, if_match: IfMatch = None) -> Response[Group]:
    """Create a group or replace it."""
    tariff_choice.require([("tariff_id", wanted.tariff_id)])
    group = domain.Group(group_id, wanted.name, tariff_id=wanted.tariff_id)
    try:
        saved = groups.save(group, revision=_existing(group_id, if_match).revision if if_match else None)
    except ConditionFailed as failed:
        raise preconditions.another_revision() from failed
    return _answer(HTTPStatus.CREATED if saved.revision == 1 else HTTPStatus.OK, saved)


@api.route("DELETE /groups/{group_id}", {HTTPStatus.NO_CONTENT: None}, UNKNOWN | HAS_MEMBERS | ANOTHER_REVISION)
def delete_group(group_id: GroupId, if_match: IfMatch = None) -> Response[None]:
    """Remove a group of which no id token is any more."""
    group = _existing(group_id, if_match)
    members, _ = tokens.page(None, 1, group_id=group_id)
    if members:
        raise Conflict(f"Id tokens are of this group, {members[0].id_token} among them")
    try:
        groups.delete(group_id, revision=group.revision if if_match else None)
    except ConditionFailed as failed:
        raise preconditions.another_revision() from failed
    return Response(HTTPStatus.NO_CONTENT)


@api.route("GET /groups/{group_id}/id-tokens", {HTTPStatus.OK: IdTokenList}, NEITHER)
def list_tokens_of_group(group_id: GroupId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> IdTokenList:
    """The id tokens of a group, in order; also of one that was not put but is named by tokens."""
    found, rest = tokens.page(cursor, limit, group_id=group_id)
    if not found and cursor is None:
        _existing(group_id)
    return IdTokenList(items=[token_view(one) for one in found], next_cursor=rest)


def _existing(group_id: str, if_match: str | None = None) -> domain.Group:
    """The group, if it is there and of the revision asked for."""
    found = groups.find(group_id)
    preconditions.require(if_match, found.revision if found else None)
    if found is None:
        raise NotFound(f"There is no group {group_id}")
    return found


def _answer(status: HTTPStatus, group: domain.Group) -> Response[Group]:
    return Response(status, JSON, _view(group), {"ETag": etag(group.revision)})


def _view(group: domain.Group) -> Group:
    return Group(group_id=group.group_id, name=group.name, tariff_id=group.tariff_id)
