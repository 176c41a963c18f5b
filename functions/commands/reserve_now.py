"""ReserveNow: keep an EVSE, or any of the station, for an id token."""

import datetime as dt
import math

from shared.aws.command import Command, Message, Settled, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json, Order
from shared.domain.errors import Conflict, Invalid
from shared.domain.reservations import Reservation, accept, refuse
from shared.ocpp.model import Integer, Maybe
from shared.ocpp.v16.reserve_now import ReserveNowRequest, ReserveNowResponse
from shared.ocpp.words import MAX_ID_TAG, place_16, time_16
from shared.store import configuration, reservations

ANY_CONNECTOR_KEY = "ReserveConnectorZeroSupported"
LARGEST = 2**31 - 1
"""Stations read numbers into 32 bits."""

handler = Command("ReserveNow")
orders = Orders(handler)


class ReserveNowOrder16(ReserveNowRequest):
    """The request as whoever calls may give it: an id of the reservation is found where there is none."""

    reservation_id: Maybe[Integer] = None  # type: ignore[assignment]  # filled in before it goes out


handler.speaks("1.6", request=ReserveNowOrder16)


@handler.before("1.6")
def request(asked: ReserveNowOrder16, target: Target) -> Message:
    """Section 5.13 of OCPP 1.6. The call may wait for the station as long as the reservation would last."""
    now = dt.datetime.now(dt.UTC)
    if asked.connector_id < 0:
        raise Invalid("There is no connector with a negative number", path="payload.connectorId")
    if not 0 <= (asked.reservation_id or 0) <= LARGEST:
        raise Invalid(f"The id of a reservation is a number from 0 to {LARGEST}", path="payload.reservationId")
    if asked.expiry_date <= now:
        raise Invalid("A reservation expires in the future", path="payload.expiryDate")
    if asked.connector_id == 0 and not target.unchecked:
        known = configuration.values(target.station_id, ANY_CONNECTOR_KEY)
        if known.get(ANY_CONNECTOR_KEY, "").strip().lower() == "false":
            raise Conflict(f"The station keeps no reservation for any connector: its {ANY_CONNECTOR_KEY} is false")
    fields = dict(asked)
    if asked.reservation_id is None:
        fields["reservation_id"] = _reserve_new(asked, target, now)
    else:
        reservations.request(_reservation(asked, target.station_id, target.call_id, asked.reservation_id, now), now)
    useful_for_s = math.ceil((asked.expiry_date - now).total_seconds())
    return Message(ReserveNowRequest(**fields), {"reservation_id": fields["reservation_id"]}, useful_for_s)


def _reserve_new(asked: ReserveNowOrder16, target: Target, now: dt.datetime) -> int:
    while True:
        reservation_id = reservations.next_id(target.station_id)
        new = _reservation(asked, target.station_id, target.call_id, reservation_id, now)
        if reservations.find(target.station_id, reservation_id) is None and reservations.request(new, now):
            return reservation_id


def _reservation(
    asked: ReserveNowRequest, station_id: str, call_id: str, reservation_id: int, at: dt.datetime
) -> Reservation:
    return Reservation(
        reservation_id=reservation_id,
        station_id=station_id,
        evse_id=place_16(asked.connector_id).evse_id,
        id_token=asked.id_tag,
        expires_at=asked.expiry_date,
        requested_at=at,
        group_id=asked.parent_id_tag,
        call_id=call_id,
    )


@handler.answered("1.6")
def keep(request: ReserveNowRequest, response: ReserveNowResponse, call: Call) -> Settled | None:
    """Only an accepted reservation is kept; one that stood under its id before stays if it is not.

    One that was cancelled before its answer came, perhaps late, is cancelled at the station too.
    """
    station_id, reservation_id = call.station_id, request.reservation_id
    if response.status != "Accepted":
        _refuse(request, call, response.status)
        return None
    asked = _reservation(request, station_id, call.call_id, reservation_id, call.created_at)
    if reservations.change(station_id, reservation_id, lambda standing: accept(standing, asked, response.status)):
        return None
    standing = reservations.find(station_id, reservation_id)
    if standing is None or standing.call_id != call.call_id or standing.state != "cancelled":
        return None
    return Settled(next=[Order("CancelReservation", {"reservationId": reservation_id})])


@handler.refused("1.6")
def give_up(request: ReserveNowRequest, error: CallError, call: Call) -> None:
    _refuse(request, call, error.code)


def _refuse(request: ReserveNowRequest, call: Call, status: str) -> None:
    now = dt.datetime.now(dt.UTC)
    reservations.change(
        call.station_id, request.reservation_id, lambda standing: refuse(standing, call.call_id, status, now)
    )


NAMES = Names(
    {
        "reservation_id": "reservationId",
        "evse_id": "connectorId",
        "id_token": "idTag",
        "group_id": "parentIdTag",
        "expires_at": "expiryDate",
    }
)


@orders.worded("1.6", names=NAMES)
def word(order: Reservation) -> Json:
    """A group that 1.6 has no room for is left out: cut, it would be another."""
    fits = order.group_id is not None and len(order.group_id) <= MAX_ID_TAG
    return {
        "connectorId": order.evse_id,
        "expiryDate": time_16(order.expires_at, milliseconds=True),
        "idTag": order.id_token,
        **({"parentIdTag": order.group_id} if fits else {}),
    }
