"""SecurityEventNotification: something a station holds to matter for security. Kept, and never changed."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import CRITICAL_SECURITY_EVENTS_16, Event
from shared.ocpp.v16.security_event_notification import (
    SecurityEventNotificationRequest,
    SecurityEventNotificationResponse,
)
from shared.store import events

handler = Action("SecurityEventNotification", lambda _call: {})


@handler.on("1.6")
def keep(request: SecurityEventNotificationRequest, call: Call) -> SecurityEventNotificationResponse:
    """Security extension of OCPP 1.6, use case A04. Stations queue these: old times and repeats are usual, and types
    of their own are legal."""
    data = {
        "type": request.type,
        "tech_info": request.tech_info,
        "critical": request.type in CRITICAL_SECURITY_EVENTS_16,
    }
    events.record(Event("security.event", call.station_id, request.timestamp, data), call.received_at)
    return SecurityEventNotificationResponse()
