"""StatusNotification: the status of a connector, or of the station, and its faults."""

from typing import TYPE_CHECKING, Any

from shared.aws import statuses
from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.availability import ConnectorStatus
from shared.ocpp.v16.status_notification import StatusNotificationRequest, StatusNotificationResponse
from shared.ocpp.words import STATUS_16, place_16

if TYPE_CHECKING:
    from shared.ocpp.v21.status_notification import StatusNotificationRequest as StatusNotificationRequest2x

handler = Action("StatusNotification", lambda _call: {})


@handler.on("1.6")
def report(request: StatusNotificationRequest, call: Call) -> StatusNotificationResponse:
    """Section 4.9 of OCPP 1.6. Ordered by the station's time: a late one changes the history, not the state."""
    place = place_16(request.connector_id)
    status = ConnectorStatus(
        evse_id=place.evse_id,
        connector_id=place.connector_id,
        status=STATUS_16[request.status],
        reported_status=request.status,
        error_code=request.error_code,
        changed_at=request.timestamp or call.received_at,
        received_at=call.received_at,
        info=request.info,
        vendor_id=request.vendor_id,
        vendor_error_code=request.vendor_error_code,
    )
    statuses.note(call.station_id, status)
    return StatusNotificationResponse()


@handler.on("2.0.1", "2.1")
def report_2x(request: "StatusNotificationRequest2x", call: Call) -> dict[str, Any]:
    """Use case G01. What is wrong with a connector that is Faulted, events tell (NotifyEvent)."""
    status = ConnectorStatus(
        evse_id=request.evse_id,
        connector_id=request.connector_id,
        status=request.connector_status,
        reported_status=request.connector_status,
        error_code="NoError",
        changed_at=request.timestamp,
        received_at=call.received_at,
    )
    statuses.note(call.station_id, status)
    return {}
