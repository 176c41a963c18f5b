"""Customer information: what stations know of customers, reported and cleared."""

import datetime as dt
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from shared.aws import command, idempotency, orders
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import StationId
from shared.aws.views_calls import Call, call_view
from shared.aws.views_customer_information import (
    CustomerInformationList,
    CustomerInformationOrder,
    information_view,
)
from shared.domain.authorization import type_of
from shared.store import reports, stations, tokens

UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
NOT_NOW = {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."}
KIND = "NotifyCustomerInformation"

api = handler = Api("customer_information")


@api.route("GET /stations/{station_id}/customer-information", {HTTPStatus.OK: CustomerInformationList}, UNKNOWN_STATION)
def list_customer_information(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> CustomerInformationList:
    """What a station was asked about customers, and what it told, the latest first."""
    found, rest = page_where(
        lambda after, size: reports.page(station_id, after, size), lambda one: one.kind == KIND, cursor, limit
    )
    if not found and cursor is None:
        stations.existing(station_id)
    now = dt.datetime.now(dt.UTC)
    items = [information_view(one, reports.parts(station_id, one.request_id, KIND), now) for one in found]
    return CustomerInformationList(items=items, next_cursor=rest)


@api.route("POST /stations/{station_id}/customer-information", {HTTPStatus.ACCEPTED: Call}, UNKNOWN_STATION | NOT_NOW)
def ask_customer_information(
    station_id: StationId, order: CustomerInformationOrder, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Ask a station what it knows of a customer, or tell it to forget that, or both.

    The station is sent CustomerInformation. What it reports comes in pages, and is shown here put together.
    """
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        query = order.in_domain()
        if query.id_token is not None:
            query = query._replace(id_token_type=query.id_token_type or type_of(tokens.find(query.id_token)))
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        made = orders.of("CustomerInformation").submit(command.target(station_id), query, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))
