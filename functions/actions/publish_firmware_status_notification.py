"""PublishFirmwareStatusNotification: how far a local controller has come with firmware that it is to offer."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.ocpp.status_info import status_info
from shared.store import events

if TYPE_CHECKING:
    from shared.ocpp.v21.publish_firmware_status_notification import PublishFirmwareStatusNotificationRequest

handler = Action("PublishFirmwareStatusNotification", lambda _call: {})


@handler.on("2.0.1", "2.1", once=True)
def follow(request: "PublishFirmwareStatusNotificationRequest", call: Call) -> dict[str, Any]:
    """Use case L03. Published names where the stations behind the controller find the firmware."""
    data = {"status": request.status, "request_id": request.request_id, "locations": request.location}
    data |= status_info(request)
    events.record(Event("firmware_publication.status", call.station_id, call.received_at, data), call.received_at)
    return {}
