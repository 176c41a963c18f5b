"""NotifyDERAlarm: the grid is beyond what a control of a station allows, or no longer is."""

from typing import TYPE_CHECKING, Any

from shared.aws import statuses
from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.der_controls import DerAlarm
from shared.domain.events import Event
from shared.store import der_controls, events

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_der_alarm import NotifyDERAlarmRequest

handler = Action("NotifyDERAlarm")


@handler.on("2.1")
def note(request: "NotifyDERAlarmRequest", call: Call) -> dict[str, Any]:
    """Use case R05. An end that names no fault is that of all alarms of its control."""
    at = statuses.believed(request.timestamp, call.received_at)
    if request.alarm_ended:
        standing = [one for one in der_controls.alarms(call.station_id) if one.control_type == request.control_type]
        for alarm in standing:
            if alarm.is_active and request.grid_event_fault in (None, alarm.fault):
                ended = alarm._replace(is_active=False, ended_at=at, changed_at=at)
                der_controls.note_alarm(call.station_id, ended)
    else:
        raised = DerAlarm(
            request.control_type,
            request.grid_event_fault or "",
            is_active=True,
            raised_at=at,
            extra_info=request.extra_info,
        )
        der_controls.note_alarm(call.station_id, raised)
    data = {
        "control_type": request.control_type,
        "fault": request.grid_event_fault,
        "is_active": not request.alarm_ended,
        "extra_info": request.extra_info,
    }
    events.record(Event("der.alarm", call.station_id, at, data), call.received_at)
    return {}
