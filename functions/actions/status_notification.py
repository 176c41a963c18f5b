"""StatusNotification: the status of a connector, or of the station, and its faults."""

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain import shapes
from shared.domain.availability import ConnectorStatus
from shared.domain.events import Event
from shared.ocpp.v16.status_notification import StatusNotificationRequest, StatusNotificationResponse
from shared.ocpp.words import STATUS_16, place_16
from shared.store import connectors, events

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
    if not connectors.report(call.station_id, status):
        data = {**place._asdict(), **shapes.connector_status(status), "previous_status": None, "late": True}
        events.record(Event("status.changed", call.station_id, status.changed_at, data), call.received_at)
    return StatusNotificationResponse()
