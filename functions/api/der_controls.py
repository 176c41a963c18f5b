"""DER controls: how stations of OCPP 2.1 that give energy back behave towards the grid, and their alarms."""

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from shared.aws import command, idempotency, orders
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import PathText, StationId
from shared.aws.views_calls import Call, call_view
from shared.aws.views_der_controls import (
    DerAlarmList,
    DerControl,
    DerControlList,
    DerControlSettings,
    DerControlWithCall,
    DerSelection,
    alarm_view,
    control_view,
    with_call,
)
from shared.domain import der_controls as domain
from shared.domain.der_controls import ControlType, DerCriteria
from shared.domain.errors import NotFound
from shared.store import der_controls, stations

UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such control at this station."}
NOT_SENT = {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."}

ControlId = Annotated[PathText, Path(min_length=1, max_length=36, description="The id of a DER control.")]
IsDefault = Annotated[bool, Query(description="Whether those are meant that hold by default, or those of a time.")]
OfType = Annotated[ControlType | None, Query(description="Only controls of this type.")]

api = handler = Api("der_controls")


@api.route("GET /stations/{station_id}/der-controls", {HTTPStatus.OK: DerControlList}, UNKNOWN_STATION)
def list_der_controls(station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> DerControlList:
    """The DER controls of a station by their ids, as far as its answers and reports have told.

    Those that it does not have any more are kept for 90 days.
    """
    found, rest = der_controls.page(station_id, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    return DerControlList(items=[control_view(one) for one in found], next_cursor=rest)


@api.route("GET /stations/{station_id}/der-controls/{control_id}", {HTTPStatus.OK: DerControl}, UNKNOWN)
def get_der_control(station_id: StationId, control_id: ControlId) -> DerControl:
    """A DER control of a station."""
    return control_view(_existing(station_id, control_id))


@api.route(
    "PUT /stations/{station_id}/der-controls/{control_id}",
    {HTTPStatus.ACCEPTED: DerControlWithCall},
    UNKNOWN_STATION | NOT_SENT,
)
def put_der_control(
    station_id: StationId, control_id: ControlId, wanted: DerControlSettings
) -> Response[DerControlWithCall]:
    """Give a station a DER control, or change one.

    The station is sent SetDERControl; it says which others do not count any more then.
    """
    now = dt.datetime.now(dt.UTC)
    order = domain.DerControl(control_id, wanted.control_type, wanted.is_default, wanted.control, "sent", now)
    terms = Terms(requested_by=api.caller.principal)
    made = orders.of("SetDERControl").submit(command.target(station_id), order, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, with_call(_existing(station_id, control_id), call_view(made)))


@api.route(
    "DELETE /stations/{station_id}/der-controls/{control_id}",
    {HTTPStatus.ACCEPTED: DerControlWithCall},
    UNKNOWN | NOT_SENT,
)
def clear_der_control(station_id: StationId, control_id: ControlId) -> Response[DerControlWithCall]:
    """Remove a DER control from a station; whether it accepts that or finds none, it is `cleared` then."""
    known = _existing(station_id, control_id)
    made = _clear(station_id, DerCriteria(known.is_default, None, control_id))
    return Response(HTTPStatus.ACCEPTED, JSON, with_call(_existing(station_id, control_id), made))


@api.route("DELETE /stations/{station_id}/der-controls", {HTTPStatus.ACCEPTED: Call}, UNKNOWN_STATION | NOT_SENT)
def clear_der_controls(station_id: StationId, is_default: IsDefault, control_type: OfType = None) -> Response[Call]:
    """Remove the DER controls of a station that hold by default, or those of a time; of one type, or of all."""
    return Response(HTTPStatus.ACCEPTED, JSON, _clear(station_id, DerCriteria(is_default, control_type)))


@api.route("POST /stations/{station_id}/der-controls/refresh", {HTTPStatus.ACCEPTED: Call}, UNKNOWN_STATION | NOT_SENT)
def refresh_der_controls(
    station_id: StationId, wanted: DerSelection, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Ask a station which DER controls it has. The list tells what it reports, as it comes; what it should have
    reported and did not is `cleared` then."""
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        criteria = DerCriteria(wanted.is_default, wanted.control_type, wanted.control_id)
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        made = orders.of("GetDERControl").submit(command.target(station_id), criteria, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route("GET /stations/{station_id}/der-alarms", {HTTPStatus.OK: DerAlarmList}, UNKNOWN_STATION)
def list_der_alarms(station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> DerAlarmList:
    """The alarms of a station's DER controls: those that stand, and those that ended in the last 90 days."""
    found, rest = der_controls.page_of_alarms(station_id, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    return DerAlarmList(items=[alarm_view(one) for one in found], next_cursor=rest)


def _clear(station_id: str, criteria: DerCriteria) -> Call:
    terms = Terms(requested_by=api.caller.principal)
    return call_view(orders.of("ClearDERControl").submit(command.target(station_id), criteria, terms))


def _existing(station_id: str, control_id: str) -> domain.DerControl:
    found = der_controls.find(station_id, control_id)
    if found is None:
        raise NotFound(f"There is no DER control {control_id} at {station_id}")
    return found
