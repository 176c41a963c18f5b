"""GetCompositeSchedule: the limits that a station makes of all it was told, as a forecast."""

from shared.aws.command import Command, Message, Target
from shared.domain.calls import Call, CallError
from shared.domain.composite_schedules import ReportedSchedule
from shared.domain.errors import Invalid
from shared.ocpp.charging16 import schedule_16
from shared.ocpp.v16.get_composite_schedule import GetCompositeScheduleRequest, GetCompositeScheduleResponse
from shared.ocpp.words import place_16
from shared.store import charging_profiles

handler = Command("GetCompositeSchedule")
handler.speaks("1.6")


@handler.before("1.6")
def request(request: GetCompositeScheduleRequest, _target: Target) -> Message:
    """Section 5.7 of OCPP 1.6; connector 0 is the station's grid connection."""
    if request.connector_id < 0:
        raise Invalid("There is no connector with a negative number", path="payload.connectorId")
    if request.duration <= 0:
        raise Invalid("The time to look ahead must be positive", path="payload.duration")
    return Message(request)


@handler.answered("1.6")
def keep(request: GetCompositeScheduleRequest, response: GetCompositeScheduleResponse, call: Call) -> None:
    """The periods count from scheduleStart, or else from the schedule's own start, or from when we asked."""
    reported = _reported(request, call, response.status)
    if response.charging_schedule:
        schedule = schedule_16(response.charging_schedule)
        start_at = response.schedule_start or schedule.start_at or call.sent_at or call.created_at
        reported = reported._replace(start_at=start_at, schedule=schedule)
    charging_profiles.report(call.station_id, reported)


@handler.refused("1.6")
def give_up(request: GetCompositeScheduleRequest, error: CallError, call: Call) -> None:
    charging_profiles.report(call.station_id, _reported(request, call, error.code))


def _reported(request: GetCompositeScheduleRequest, call: Call, status: str) -> ReportedSchedule:
    return ReportedSchedule(place_16(request.connector_id).evse_id, call.created_at, status, call.call_id)
