"""LogStatusNotification: how far the upload of a log has come."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp.v16.log_status_notification import LogStatusNotificationRequest, LogStatusNotificationResponse
from shared.store import events

handler = Action("LogStatusNotification", lambda _call: {})


@handler.on("1.6")
def follow(request: LogStatusNotificationRequest, call: Call) -> LogStatusNotificationResponse:
    """Security extension of OCPP 1.6, use case N01. The request id may be missing when nothing is going on (Idle)."""
    data = {"status": request.status, "request_id": request.request_id}
    events.record(Event("log.status", call.station_id, call.received_at, data), call.received_at)
    return LogStatusNotificationResponse()
