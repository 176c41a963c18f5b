"""SignedFirmwareStatusNotification: how far a signed firmware update has come."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp.v16.signed_firmware_status_notification import (
    SignedFirmwareStatusNotificationRequest,
    SignedFirmwareStatusNotificationResponse,
)
from shared.store import events

handler = Action("SignedFirmwareStatusNotification", lambda _call: {})


@handler.on("1.6")
def follow(request: SignedFirmwareStatusNotificationRequest, call: Call) -> SignedFirmwareStatusNotificationResponse:
    """Security extension of OCPP 1.6, use case L01. The request id may be missing when nothing is going on (Idle)."""
    data = {"status": request.status, "signed": True, "request_id": request.request_id}
    events.record(Event("firmware.status", call.station_id, call.received_at, data), call.received_at)
    return SignedFirmwareStatusNotificationResponse()
