"""The local authorization list of a station: the id tokens that it knows by itself."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, ConfigDict, Field

from shared.aws import command, local_lists, orders
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.parameters import Printable, StationId
from shared.aws.views_calls import call_view
from shared.aws.views_local_list import LocalList, LocalListWithCall, local_list_view, with_call
from shared.domain import local_list as domain
from shared.domain.errors import Conflict, Invalid
from shared.domain.local_list import MOST_ENTRIES, Entries, Update, Wish, entry_of, full, listed, repeated, smallest
from shared.ocpp.messages import V2X
from shared.store import local_lists as store
from shared.store import stations, tokens

LONGEST_TOKEN = 255
LONGEST = {"1.6": 20, "2.0.1": 36}
"""How long an id token, and the name of a group, may be in versions that have less room than 2.1."""
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station."}
NOT_NOW = {
    HTTPStatus.CONFLICT: "Somebody else changes the list at the same time, the station must not be sent it, or too many"
    " calls wait for it."
}

api = handler = Api("local_list")


class ListWish(BaseModel):
    """What a station should know by itself."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    id_tokens: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=LONGEST_TOKEN), Printable]], Field(max_length=MOST_ENTRIES)
    ]
    """Id tokens that we have; the station is told their status, expiry and group as they are now."""


@api.route("GET /stations/{station_id}/local-list", {HTTPStatus.OK: LocalList}, UNKNOWN)
def get_local_list(station_id: StationId) -> LocalList:
    """The local list of a station, as far as its answers have told.

    The call GetLocalListVersion asks it for the version it has.
    """
    known, wish = store.find(station_id), store.wish(station_id)
    if not known.revision and wish is None:
        stations.existing(station_id)
    return local_list_view(known, wish)


@api.route(
    "PUT /stations/{station_id}/local-list",
    {HTTPStatus.OK: LocalListWithCall, HTTPStatus.ACCEPTED: LocalListWithCall},
    UNKNOWN | NOT_NOW,
)
def put_local_list(station_id: StationId, wanted: ListWish) -> Response[LocalListWithCall]:
    """Say what the local list of a station should be.

    If it is known what the station has, it is sent what differs, else all of it, in as many calls as it takes. Should
    the station fail to take a difference, a full list follows by itself. 200: it has the list already.
    """
    target = command.target(station_id)
    wished = _entries(wanted.id_tokens, target.ocpp_version)
    update = _update(store.find(station_id), wished)
    if update is None:
        wish = Wish(store.find(station_id).issued, wished, dt.datetime.now(dt.UTC))
        store.set_wish(station_id, wish)
        return Response(HTTPStatus.OK, JSON, with_call(store.find(station_id), wish, None))
    if update.is_full:
        local_lists.withdraw_all(station_id)
    try:
        made = orders.of("SendLocalList").submit(target, update, Terms(requested_by=api.caller.principal))
    except Invalid as error:
        if any(path == "version" for path, _ in error.fields["errors"]):
            raise Conflict("Somebody else changes the list at the same time; try again") from error
        raise
    view = with_call(store.find(station_id), store.wish(station_id), call_view(made))
    return Response(HTTPStatus.ACCEPTED, JSON, view)


def _entries(id_tokens: list[str], version: str) -> Entries:
    """The entries of the id tokens as we have them. Raises Invalid with those that cannot be sent."""
    longest = LONGEST.get(version, LONGEST_TOKEN)
    known = tokens.find_many(id_tokens)
    errors = [(f"id_tokens[{number}]", "The id token stands twice") for number in repeated(id_tokens)]
    errors += [
        (f"id_tokens[{number}]", "There is no such id token")
        for number, id_token in enumerate(id_tokens)
        if id_token not in known
    ]
    errors += [
        (f"id_tokens[{number}]", f"The station can be told of id tokens with at most {longest} characters")
        for number, id_token in enumerate(id_tokens)
        if len(id_token) > longest
    ]
    if errors:
        raise Invalid("The list has id tokens that cannot be sent", errors=errors)
    return listed(entry_of(known[id_token], longest, is_typed=version in V2X) for id_token in id_tokens)


def _update(known: domain.LocalList, wished: Entries) -> Update | None:
    """The smallest message that brings the list; None if there is nothing to bring."""
    version = known.issued + 1
    if not known.is_settled or known.entries is None:
        return full(wished, version)
    return None if known.entries == wished else smallest(known.entries, wished, version)
