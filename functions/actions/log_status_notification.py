"""LogStatusNotification: how far the upload of a log has come."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp.status_info import status_info
from shared.ocpp.v16.log_status_notification import LogStatusNotificationRequest, LogStatusNotificationResponse
from shared.store import events

if TYPE_CHECKING:
    from shared.ocpp.v21.log_status_notification import LogStatusNotificationRequest as LogStatusNotificationRequest2x

handler = Action("LogStatusNotification", lambda _call: {})


@handler.on("1.6")
def follow(request: LogStatusNotificationRequest, call: Call) -> LogStatusNotificationResponse:
    """Security extension of OCPP 1.6, use case N01. The request id may be missing when nothing is going on (Idle)."""
    _note(call, {"status": request.status, "request_id": request.request_id})
    return LogStatusNotificationResponse()


@handler.on("2.0.1", "2.1", once=True)
def follow_log(request: "LogStatusNotificationRequest2x", call: Call) -> dict[str, Any]:
    """Use case N01. 2.1 may give a reason."""
    _note(call, {"status": request.status, "request_id": request.request_id, **status_info(request)})
    return {}


def _note(call: Call, data: dict[str, Any]) -> None:
    events.record(Event("log.status", call.station_id, call.received_at, data), call.received_at)
