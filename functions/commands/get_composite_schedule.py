"""GetCompositeSchedule: the limits that a station makes of all it was told, as a forecast."""

from typing import TYPE_CHECKING, Any

from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call, CallError
from shared.domain.charging_profiles import Schedule
from shared.domain.composite_schedules import ReportedSchedule
from shared.domain.errors import Invalid
from shared.ocpp.charging import periods_of, schedule_of
from shared.ocpp.messages import V2X
from shared.ocpp.v16.get_composite_schedule import GetCompositeScheduleRequest, GetCompositeScheduleResponse
from shared.ocpp.words import place_16
from shared.store import composite_schedules

if TYPE_CHECKING:
    from shared.ocpp.v21.get_composite_schedule import GetCompositeScheduleRequest as GetCompositeScheduleRequest2x
    from shared.ocpp.v21.get_composite_schedule import GetCompositeScheduleResponse as GetCompositeScheduleResponse2x

handler = Command("GetCompositeSchedule")
handler.speaks("1.6", *V2X)


@handler.before("1.6")
def request_16(request: GetCompositeScheduleRequest, _target: Target) -> Message:
    """Section 5.7 of OCPP 1.6; connector 0 is the station's grid connection."""
    if request.connector_id < 0:
        raise Invalid("There is no connector with a negative number", path="payload.connectorId")
    return _ahead(request)


@handler.before(*V2X)
def request_2x(request: "GetCompositeScheduleRequest2x", _target: Target) -> Message:
    """Use case K08; EVSE 0 is the station's grid connection."""
    if request.evse_id < 0:
        raise Invalid("There is no EVSE with a negative number", path="payload.evseId")
    return _ahead(request)


def _ahead(request: Any) -> Message:
    if request.duration <= 0:
        raise Invalid("The time to look ahead must be positive", path="payload.duration")
    return Message(request)


@handler.answered("1.6")
def keep_16(request: GetCompositeScheduleRequest, response: GetCompositeScheduleResponse, call: Call) -> None:
    """The periods count from scheduleStart, or else from the schedule's own start, or from when we asked."""
    reported = _reported(place_16(request.connector_id).evse_id, call, response.status)
    if response.charging_schedule:
        schedule = schedule_of(response.charging_schedule)
        start_at = response.schedule_start or schedule.start_at or call.sent_at or call.created_at
        reported = reported._replace(start_at=start_at, schedule=schedule)
    composite_schedules.report(call.station_id, reported)


@handler.answered(*V2X)
def keep_2x(request: "GetCompositeScheduleRequest2x", response: "GetCompositeScheduleResponse2x", call: Call) -> None:
    reported = _reported(request.evse_id, call, response.status)
    if (said := response.schedule) is not None:
        schedule = Schedule(said.charging_rate_unit, periods_of(said.charging_schedule_period), said.duration)
        reported = reported._replace(start_at=said.schedule_start, schedule=schedule)
    composite_schedules.report(call.station_id, reported)


@handler.refused("1.6")
def give_up_16(request: GetCompositeScheduleRequest, error: CallError, call: Call) -> None:
    composite_schedules.report(call.station_id, _reported(place_16(request.connector_id).evse_id, call, error.code))


@handler.refused(*V2X)
def give_up_2x(request: "GetCompositeScheduleRequest2x", error: CallError, call: Call) -> None:
    composite_schedules.report(call.station_id, _reported(request.evse_id, call, error.code))


def _reported(evse_id: int, call: Call, status: str) -> ReportedSchedule:
    return ReportedSchedule(evse_id, call.created_at, status, call.call_id)
