"""The tariffs that stations of OCPP 2.1 have, by which they calculate costs themselves (I07 to I10)."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.aws import command, idempotency, orders
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import MAX_INTEGER, StationId
from shared.aws.views_calls import Call, call_view
from shared.aws.views_station_tariffs import TariffAtStationList, TariffChoice, TariffRefresh, station_tariff_view
from shared.domain.calls import Json
from shared.domain.errors import Invalid
from shared.ocpp.times import wire_time
from shared.ocpp.words_tariffs import tariff_21
from shared.store import station_tariffs, stations, tariffs

UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
REFUSED = {HTTPStatus.CONFLICT: "The station must not be asked for this, or too many calls wait for it."}
NOT_NOW = UNKNOWN_STATION | REFUSED

EvseId = Annotated[int, Query(ge=0, le=MAX_INTEGER, description="0: the whole station.")]

api = handler = Api("station_tariffs")


@api.route("GET /stations/{station_id}/tariffs", {HTTPStatus.OK: TariffAtStationList}, UNKNOWN_STATION)
def list_station_tariffs(
    station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> TariffAtStationList:
    """The tariffs that a station has, as far as its answers have told; with `refresh` it is asked."""
    found, rest = station_tariffs.page(station_id, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    return TariffAtStationList(items=[station_tariff_view(one) for one in found], next_cursor=rest)


@api.route("PUT /stations/{station_id}/default-tariff", {HTTPStatus.ACCEPTED: Call}, NOT_NOW)
def put_default_tariff(station_id: StationId, wanted: TariffChoice, evse_id: EvseId = 0) -> Response[Call]:
    """Give a station a tariff, as it stands now, to calculate costs by where no driver has his own.

    The station is asked with SetDefaultTariff; whether it takes it, and why not, the call says.
    """
    tariff = tariffs.find(wanted.tariff_id)
    if tariff is None:
        raise Invalid(f"There is no tariff {wanted.tariff_id}", path="tariff_id")
    said = tariff_21(tariff)
    if tariff.valid_from:
        said["validFrom"] = wire_time(tariff.valid_from)
    return _ask(station_id, "SetDefaultTariff", {"evseId": evse_id, "tariff": said})


@api.route("POST /stations/{station_id}/tariffs/refresh", {HTTPStatus.ACCEPTED: Call}, NOT_NOW)
def refresh_station_tariffs(
    station_id: StationId, order: TariffRefresh, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Ask a station with GetTariffs for the tariffs that it has."""
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is not None:
        return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))
    return _ask(station_id, "GetTariffs", {"evseId": order.evse_id}, promised.resource_id)


@api.route("DELETE /stations/{station_id}/tariffs", {HTTPStatus.ACCEPTED: Call}, NOT_NOW)
def clear_station_tariffs(
    station_id: StationId,
    tariff_id: Annotated[
        str | None, Query(min_length=1, max_length=60, description="Only this one, by its `wire_id`; else all.")
    ] = None,
    evse_id: Annotated[int | None, Query(ge=0, le=MAX_INTEGER, description="Only those of this EVSE.")] = None,
) -> Response[Call]:
    """Have a station drop tariffs, with ClearTariffs."""
    payload: Json = {} if tariff_id is None else {"tariffIds": [tariff_id]}
    return _ask(station_id, "ClearTariffs", payload if evse_id is None else payload | {"evseId": evse_id})


def _ask(station_id: str, action: str, payload: Json, call_id: str | None = None) -> Response[Call]:
    terms = Terms(call_id=call_id, requested_by=api.caller.principal)
    target = command.target(station_id)
    made = orders.command_for(action, target).submit(target, payload, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))
