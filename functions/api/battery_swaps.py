"""Battery swaps: batteries that drivers bring to stations and get from them."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict, Field

from shared.aws import command, idempotency, orders
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import MAX_ID_TOKEN, Printable, StationId
from shared.aws.views import View
from shared.aws.views_battery_swaps import BatterySwapList, BatterySwapWithCall, swap_view
from shared.aws.views_calls import call_view
from shared.domain.authorization import type_of
from shared.domain.errors import NotFound
from shared.domain.stations import MAX_STATION_ID
from shared.store import battery_swaps, tokens

UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
REFUSED = {HTTPStatus.CONFLICT: "The station must not be asked for this, or too many calls wait for it."}

api = handler = Api("battery_swaps")


class SwapOrder(View):
    """A battery swap to be asked for."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    id_token: Annotated[str, Field(min_length=1, max_length=MAX_ID_TOKEN), Printable]
    """Whose swap it is."""
    token_type: Annotated[str, Field(min_length=1, max_length=20), Printable] | None = None
    """OCPP's type of the id token; left out, as the id token has it, or else ISO14443."""


@api.route("GET /battery-swaps", {HTTPStatus.OK: BatterySwapList})
def list_battery_swaps(
    station_id: Annotated[
        str | None, Query(min_length=1, max_length=MAX_STATION_ID, description="Only those of this station.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> BatterySwapList:
    """Battery swaps, newest first; of one station the highest request ids first."""
    if station_id is None:
        found, rest = battery_swaps.page(cursor, limit)
    else:
        found, rest = battery_swaps.page_of_station(station_id, cursor, limit)
    return BatterySwapList(items=[swap_view(one) for one in found], next_cursor=rest)


@api.route(
    "POST /stations/{station_id}/battery-swaps", {HTTPStatus.ACCEPTED: BatterySwapWithCall}, UNKNOWN_STATION | REFUSED
)
def request_battery_swap(
    station_id: StationId, order: SwapOrder, idempotency_key: IdempotencyKey = None
) -> Response[BatterySwapWithCall]:
    """Ask a station, with RequestBatterySwap, to give a driver charged batteries for his own."""
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        target = command.target(station_id)
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        token_type = order.token_type or type_of(tokens.find(order.id_token))
        payload = {"idToken": {"idToken": order.id_token, "type": token_type}}
        made = orders.command_for("RequestBatterySwap", target).submit(target, payload, terms)
    swap = battery_swaps.find(station_id, made.payload["requestId"])
    if swap is None:
        raise NotFound("The swap has not been kept")
    view = BatterySwapWithCall(**swap_view(swap).model_dump(), call=call_view(made))
    return Response(HTTPStatus.ACCEPTED, JSON, view)
