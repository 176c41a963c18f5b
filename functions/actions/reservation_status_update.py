"""ReservationStatusUpdate: a station keeps a reservation no longer."""

from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.events import Event
from shared.domain.reservations import told
from shared.store import events, reservations

if TYPE_CHECKING:
    from shared.ocpp.v21.reservation_status_update import ReservationStatusUpdateRequest

handler = Action("ReservationStatusUpdate", lambda _call: {})


@handler.on("2.0.1", "2.1", once=True)
def close(request: "ReservationStatusUpdateRequest", call: Call) -> dict[str, Any]:
    """Use case H04. One that we do not know is in the station's history all the same."""
    reservation_id, status = request.reservation_id, request.reservation_update_status
    reservations.change(call.station_id, reservation_id, lambda standing: told(standing, status, call.received_at))
    data = {"reservation_id": reservation_id, "status": status}
    events.record(Event("reservation.status", call.station_id, call.received_at, data), call.received_at)
    return {}
