"""FirmwareStatusNotification: how far a firmware update has come."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp.v16.firmware_status_notification import (
    FirmwareStatusNotificationRequest,
    FirmwareStatusNotificationResponse,
)
from shared.store import events

handler = Action("FirmwareStatusNotification", lambda _call: {})


@handler.on("1.6")
def follow(request: FirmwareStatusNotificationRequest, call: Call) -> FirmwareStatusNotificationResponse:
    """Section 4.5 of OCPP 1.6. It names no request: it tells of the latest update."""
    data = {"status": request.status, "signed": False}
    events.record(Event("firmware.status", call.station_id, call.received_at, data), call.received_at)
    return FirmwareStatusNotificationResponse()
