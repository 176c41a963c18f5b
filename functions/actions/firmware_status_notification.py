"""FirmwareStatusNotification: how far a firmware update has come."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp.status_info import status_info
from shared.ocpp.v16.firmware_status_notification import (
    FirmwareStatusNotificationRequest,
    FirmwareStatusNotificationResponse,
)
from shared.store import events

if TYPE_CHECKING:
    from shared.ocpp.v21.firmware_status_notification import (
        FirmwareStatusNotificationRequest as FirmwareStatusNotificationRequest2x,
    )

handler = Action("FirmwareStatusNotification", lambda _call: {})


@handler.on("1.6")
def follow(request: FirmwareStatusNotificationRequest, call: Call) -> FirmwareStatusNotificationResponse:
    """Section 4.5 of OCPP 1.6. It names no request: it tells of the latest update."""
    _note(call, {"status": request.status, "signed": False})
    return FirmwareStatusNotificationResponse()


@handler.on("2.0.1", "2.1", once=True)
def follow_request(request: "FirmwareStatusNotificationRequest2x", call: Call) -> dict[str, Any]:
    """Use cases L01 and L02. The request id is missing when nothing is going on (Idle); 2.1 may give a reason."""
    _note(call, {"status": request.status, "request_id": request.request_id, **status_info(request)})
    return {}


def _note(call: Call, data: dict[str, Any]) -> None:
    events.record(Event("firmware.status", call.station_id, call.received_at, data), call.received_at)
