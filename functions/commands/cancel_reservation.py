"""CancelReservation: an EVSE need not be kept any more."""

import datetime as dt
from typing import TYPE_CHECKING

from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.aws.reservations import withdraw
from shared.domain.calls import Call, Json
from shared.domain.reservations import Reservation, cancel
from shared.ocpp.model import Wire
from shared.ocpp.v16.cancel_reservation import CancelReservationRequest
from shared.store import reservations

if TYPE_CHECKING:
    from shared.ocpp.v21.cancel_reservation import CancelReservationRequest as CancelReservationRequest2x

handler = Command("CancelReservation", urgent=True)
handler.speaks("1.6", "2.0.1", "2.1")
orders = Orders(handler)


@handler.before("1.6", "2.0.1", "2.1")
def request(request: "CancelReservationRequest | CancelReservationRequest2x", target: Target) -> Message:
    """Section 5.1 of OCPP 1.6, use case H02. It is urgent, so it would overtake a reservation that has not been
    sent."""
    standing = reservations.find(target.station_id, request.reservation_id)
    if standing:
        withdraw(standing)
    return Message(request)


@handler.answered("1.6", "2.0.1", "2.1")
def close(request: "CancelReservationRequest | CancelReservationRequest2x", _response: Wire, call: Call) -> None:
    """Accepted or Rejected, which means that the station knows of none: it is over."""
    now = dt.datetime.now(dt.UTC)
    reservations.change(
        call.station_id, request.reservation_id, lambda standing: cancel(standing, call.created_at, now)
    )


@orders.worded("1.6", "2.0.1", "2.1", names=Names({"reservation_id": "reservationId"}))
def word(order: Reservation) -> Json:
    return {"reservationId": order.reservation_id}
