"""SecurityEventNotification: something a station holds to matter for security. Kept, and never changed."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import CRITICAL_SECURITY_EVENTS, Event
from shared.ocpp.v16.security_event_notification import (
    SecurityEventNotificationRequest,
    SecurityEventNotificationResponse,
)
from shared.store import events

if TYPE_CHECKING:
    from shared.ocpp.v21.security_event_notification import (
        SecurityEventNotificationRequest as SecurityEventNotificationRequest2x,
    )

handler = Action("SecurityEventNotification", lambda _call: {})


@handler.on("1.6")
def keep(request: SecurityEventNotificationRequest, call: Call) -> SecurityEventNotificationResponse:
    """Security extension of OCPP 1.6, use case A04. Stations queue these: old times and repeats are usual, and types
    of their own are legal."""
    _keep(request.type, request.tech_info, request.timestamp, call)
    return SecurityEventNotificationResponse()


@handler.on("2.0.1", "2.1")
def keep_2x(request: "SecurityEventNotificationRequest2x", call: Call) -> dict[str, Any]:
    """Use case A04."""
    _keep(request.type, request.tech_info, request.timestamp, call)
    return {}


def _keep(type_: str, tech_info: str | None, at: dt.datetime, call: Call) -> None:
    critical = type_ in CRITICAL_SECURITY_EVENTS[call.ocpp_version]
    data = {"type": type_, "tech_info": tech_info, "critical": critical}
    events.record(Event("security.event", call.station_id, at, data), call.received_at)
