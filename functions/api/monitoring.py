"""Monitoring: what stations watch of themselves, the alarms that stand, and the streams of their values."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from shared.aws import command, idempotency, orders
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import MAX_INTEGER, StationId
from shared.aws.views_calls import Call, call_view
from shared.aws.views_monitoring import (
    AlarmList,
    EventStreamList,
    MonitorList,
    MonitorOrders,
    MonitorReportOrder,
    StreamedValuesList,
    alarm_view,
    monitor_view,
    stream_view,
    values_view,
)
from shared.domain.errors import NotFound
from shared.domain.monitoring import Alarm
from shared.store import alarms, event_streams, monitors, stations

UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN_MONITOR = {HTTPStatus.NOT_FOUND: "There is no such station, or it is not known to have such a monitor."}
UNKNOWN_STREAM = {HTTPStatus.NOT_FOUND: "There is no such station, or it has no such stream."}
NOT_NOW = {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."}
OTHERWISE = {
    HTTPStatus.CONFLICT: "A number belongs to a monitor of another variable, the station must not be sent this now, or"
    " too many calls wait for it."
}

MonitorId = Annotated[int, Path(ge=0, le=MAX_INTEGER, description="The number of a monitor.")]
StreamId = Annotated[int, Path(ge=0, le=MAX_INTEGER, description="The number of an event stream.")]

api = handler = Api("monitoring")


@api.route("GET /stations/{station_id}/monitors", {HTTPStatus.OK: MonitorList}, UNKNOWN_STATION)
def list_monitors(station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> MonitorList:
    """The monitors of a station by their numbers, as far as its answers and reports have told.

    POST to `/monitors/refresh` to ask the station.
    """
    found, rest = monitors.page(station_id, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    settings = monitors.settings(station_id)
    return MonitorList(
        items=[monitor_view(one) for one in found],
        next_cursor=rest,
        monitoring_base=settings.base,
        monitoring_level=settings.level,
    )


@api.route(
    "PUT /stations/{station_id}/monitors",
    {HTTPStatus.ACCEPTED: Call},
    UNKNOWN_STATION | OTHERWISE,
)
def put_monitors(station_id: StationId, wanted: MonitorOrders) -> Response[Call]:
    """Have a station watch variables.

    The station is sent SetVariableMonitoring, in several calls if it takes no more at once, which the first names as
    its `parts`. Its answer says for each monitor whether it was accepted, and with which number.
    """
    wished = [one.in_domain() for one in wanted.monitors]
    terms = Terms(requested_by=api.caller.principal)
    made = orders.of("SetVariableMonitoring").submit(command.target(station_id), wished, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route(
    "DELETE /stations/{station_id}/monitors/{monitor_id}",
    {HTTPStatus.ACCEPTED: Call},
    UNKNOWN_MONITOR | NOT_NOW,
)
def clear_monitor(station_id: StationId, monitor_id: MonitorId) -> Response[Call]:
    """Remove a monitor from a station.

    The station is sent ClearVariableMonitoring. Once it has accepted that, or knows of no such monitor, the monitor is
    gone, and its alarm with it. A monitor that is not known here is removed by the call itself.
    """
    target, terms = command.target(station_id), Terms(requested_by=api.caller.principal)
    if monitors.find(station_id, monitor_id) is None:
        raise NotFound(f"No monitor {monitor_id} is known at {station_id}; POST to /monitors/refresh to ask it")
    made = orders.of("ClearVariableMonitoring").submit(target, [monitor_id], terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route("POST /stations/{station_id}/monitors/refresh", {HTTPStatus.ACCEPTED: Call}, UNKNOWN_STATION | NOT_NOW)
def refresh_monitors(
    station_id: StationId, order: MonitorReportOrder, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Ask a station for its monitors.

    It is sent GetMonitoringReport, and reports in pages of which each is shown as it comes. After a report of all, what
    it does not name is gone.
    """
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        made = orders.of("GetMonitoringReport").submit(command.target(station_id), list(order.criteria), terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route("GET /stations/{station_id}/alarms", {HTTPStatus.OK: AlarmList}, UNKNOWN_STATION)
def list_alarms_of_station(station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> AlarmList:
    """What stands at a station that should not be: alerts of its monitors, and faults that it reports, until they are
    cleared.

    That a connector is Faulted is told by its status.
    """
    found, rest = alarms.page(station_id, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    wanted = {one.event.monitor_id for one in found if one.event.monitor_id is not None}
    known = monitors.find_many(station_id, wanted) if wanted else {}
    items = [alarm_view(one, known.get(one.event.monitor_id or -1)) for one in found]
    return AlarmList(items=items, next_cursor=rest)


@api.route("GET /alarms", {HTTPStatus.OK: AlarmList})
def list_alarms(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> AlarmList:
    """The alarms that stand at all stations, the latest raised first."""
    found, rest = page_where(_standing, lambda _alarm: True, cursor, limit)
    return AlarmList(items=[alarm_view(one, None) for one in found], next_cursor=rest)


def _standing(after: str | None, limit: int) -> tuple[list[Alarm], str | None]:
    """Alarms of stations that were not removed: nobody would tell any more that they are over."""
    found, rest = alarms.page_of_all(after, limit)
    there_are = {one.station_id for one in stations.find_many(sorted({one.station_id for one in found}))}
    return [one for one in found if one.station_id in there_are], rest


@api.route("GET /stations/{station_id}/event-streams", {HTTPStatus.OK: EventStreamList}, UNKNOWN_STATION)
def list_event_streams(station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> EventStreamList:
    """The periodic event streams of a station (OCPP 2.1), each with what it brought last.

    A station opens a stream for a monitor that was set with `stream`. The calls GetPeriodicEventStream and
    AdjustPeriodicEventStream ask for its streams and change one.
    """
    found, rest = event_streams.page(station_id, cursor, limit)
    if not found and cursor is None:
        stations.existing(station_id)
    items = [stream_view(one, event_streams.latest(station_id, one.stream_id)) for one in found]
    return EventStreamList(items=items, next_cursor=rest)


@api.route(
    "GET /stations/{station_id}/event-streams/{stream_id}/values",
    {HTTPStatus.OK: StreamedValuesList},
    UNKNOWN_STREAM,
)
def list_streamed_values(
    station_id: StationId, stream_id: StreamId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> StreamedValuesList:
    """What a periodic event stream brought, message by message, the newest first. It is kept for 30 days."""
    found, rest = event_streams.page_of_values(station_id, stream_id, cursor, limit)
    if not found and cursor is None and event_streams.find(station_id, stream_id) is None:
        raise NotFound(f"There is no event stream {stream_id} at {station_id}")
    return StreamedValuesList(items=[values_view(one) for one in found], next_cursor=rest)
