"""Display messages: what stations show besides what they have to."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from shared.aws import charging_transactions, command, idempotency, orders
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import MAX_INTEGER, StationId
from shared.aws.views_calls import Call, call_view
from shared.aws.views_display_messages import DisplayMessageList, MessageOrder, MessageSelection, message_view
from shared.domain.display_messages import KnownMessage
from shared.domain.errors import Conflict, NotFound
from shared.domain.transactions import Transaction
from shared.store import display_messages, stations

UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station, or it is not known to have such a message."}
NOT_NOW = {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."}

MessageId = Annotated[int, Path(ge=0, le=MAX_INTEGER, description="The number of a display message.")]

api = handler = Api("display_messages")


@api.route("GET /stations/{station_id}/display-messages", {HTTPStatus.OK: DisplayMessageList}, UNKNOWN_STATION)
def list_display_messages(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> DisplayMessageList:
    """The messages that a station has to show, by their numbers, as far as its answers and reports have told.

    POST to `/display-messages/refresh` to ask the station.
    """
    now = dt.datetime.now(dt.UTC)
    found, rest = page_where(
        lambda after, size: display_messages.page(station_id, after, size),
        lambda one: not _is_over(station_id, one, now),
        cursor,
        limit,
    )
    if not found and cursor is None:
        stations.existing(station_id)
    return DisplayMessageList(items=[message_view(one) for one in found], next_cursor=rest)


@api.route("PUT /stations/{station_id}/display-messages", {HTTPStatus.ACCEPTED: Call}, UNKNOWN_STATION | NOT_NOW)
def put_display_message(station_id: StationId, wanted: MessageOrder) -> Response[Call]:
    """Have a station show a message, or another one in place of that with its number.

    The station is sent SetDisplayMessage; its answer says whether it can show this, and the message is listed once it
    has accepted it.
    """
    target = command.target(station_id)
    message_id = display_messages.new_number(station_id) if wanted.message_id is None else wanted.message_id
    terms = Terms(requested_by=api.caller.principal)
    message = wanted.in_domain(message_id)
    if message.transaction_id is not None:
        message = message._replace(transaction_id=_running(station_id, message.transaction_id).own_id)
    made = orders.of("SetDisplayMessage").submit(target, message, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route(
    "DELETE /stations/{station_id}/display-messages/{message_id}",
    {HTTPStatus.ACCEPTED: Call},
    UNKNOWN | NOT_NOW,
)
def clear_display_message(station_id: StationId, message_id: MessageId) -> Response[Call]:
    """Remove a message from a station.

    The station is sent ClearDisplayMessage; once it has accepted that, or knows of no such message, it is gone. A
    message that is not known here is removed by the call itself.
    """
    target, terms = command.target(station_id), Terms(requested_by=api.caller.principal)
    if display_messages.find(station_id, message_id) is None:
        reason = f"No message {message_id} is known at {station_id}"
        raise NotFound(f"{reason}; POST to /display-messages/refresh to ask it")
    made = orders.of("ClearDisplayMessage").submit(target, message_id, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route(
    "POST /stations/{station_id}/display-messages/refresh", {HTTPStatus.ACCEPTED: Call}, UNKNOWN_STATION | NOT_NOW
)
def refresh_display_messages(
    station_id: StationId, order: MessageSelection, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Ask a station for the messages that it has to show.

    It is sent GetDisplayMessages, and reports in pages of which each is shown as it comes. After a report of all, what
    it does not name is gone.
    """
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        made = orders.of("GetDisplayMessages").submit(command.target(station_id), order.in_domain(), terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


def _running(station_id: str, transaction_id: str) -> Transaction:
    try:
        return charging_transactions.running(station_id, transaction_id)
    except Conflict as conflict:
        raise Conflict(conflict.reason, path="transaction_id") from conflict


def _is_over(station_id: str, known: KnownMessage, now: dt.datetime) -> bool:
    """Whether the station has dropped it by itself: at its end, or with its transaction (use case O02)."""
    message = known.message
    if message.end_at is not None and message.end_at <= now:
        return True
    transaction = charging_transactions.find(station_id, message.transaction_id) if message.transaction_id else None
    return transaction is not None and transaction.state == "ended"
