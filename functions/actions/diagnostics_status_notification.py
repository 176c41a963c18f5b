"""DiagnosticsStatusNotification: how far the upload of diagnostics has come."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp.v16.diagnostics_status_notification import (
    DiagnosticsStatusNotificationRequest,
    DiagnosticsStatusNotificationResponse,
)
from shared.store import events

handler = Action("DiagnosticsStatusNotification", lambda _call: {})


@handler.on("1.6")
def follow(request: DiagnosticsStatusNotificationRequest, call: Call) -> DiagnosticsStatusNotificationResponse:
    """Section 4.4 of OCPP 1.6. It names no request: it tells of the latest GetDiagnostics."""
    event = Event("diagnostics.status", call.station_id, call.received_at, {"status": request.status})
    events.record(event, call.received_at)
    return DiagnosticsStatusNotificationResponse()
