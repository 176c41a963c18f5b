"""ReserveNow: keep an EVSE, or any of the station, for an id token."""

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from shared.aws.command import Command, Message, Settled, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json, Order
from shared.domain.errors import Conflict, Invalid
from shared.domain.reservations import Reservation, accept, refuse
from shared.ocpp.model import Integer, Maybe, Wire
from shared.ocpp.times import wire_time
from shared.ocpp.v16.reserve_now import ReserveNowRequest
from shared.ocpp.words import MAX_ID_TAG, place_16
from shared.ocpp.words_2x import GROUP_TYPE, id_token_2x
from shared.store import configuration, reservations

if TYPE_CHECKING:
    from shared.ocpp.v21.reserve_now import ReserveNowRequest as ReserveNowRequest2x

ANY_CONNECTOR_KEY = "ReserveConnectorZeroSupported"
LARGEST = 2**31 - 1
"""Stations read numbers into 32 bits."""
NEW = 0
"""In place of the id of a 2.x reservation that is yet to be found."""

handler = Command("ReserveNow")
orders = Orders(handler)


class ReserveNowOrder16(ReserveNowRequest):
    """The request as whoever calls may give it: an id of the reservation is found where there is none."""

    reservation_id: Maybe[Integer] = None  # type: ignore[assignment]  # filled in before it goes out


handler.speaks("1.6", request=ReserveNowOrder16)
handler.speaks("2.0.1", "2.1")


@handler.before("1.6")
def request(asked: ReserveNowOrder16, target: Target) -> Message:
    """Section 5.13 of OCPP 1.6."""
    if asked.connector_id < 0:
        raise Invalid("There is no connector with a negative number", path="payload.connectorId")
    _check(asked.reservation_id or 0, "payload.reservationId", asked.expiry_date, "payload.expiryDate")
    if asked.connector_id == 0 and not target.unchecked:
        known = configuration.values(target.station_id, ANY_CONNECTOR_KEY)
        if known.get(ANY_CONNECTOR_KEY, "").strip().lower() == "false":
            raise Conflict(f"The station keeps no reservation for any connector: its {ANY_CONNECTOR_KEY} is false")
    reservation_id = _reserve(_asked_16(asked, target.station_id), asked.reservation_id, target)
    return _message(
        ReserveNowRequest(**vars(asked) | {"reservation_id": reservation_id}), reservation_id, asked.expiry_date
    )


def _asked_16(request: ReserveNowRequest, station_id: str) -> Reservation:
    return Reservation(
        reservation_id=request.reservation_id,
        station_id=station_id,
        evse_id=place_16(request.connector_id).evse_id,
        id_token=request.id_tag,
        expires_at=request.expiry_date,
        requested_at=dt.datetime.now(dt.UTC),
        group_id=request.parent_id_tag,
    )


@handler.completed("2.0.1", "2.1")
def number(payload: Json, _call_id: str) -> Json:
    return {"id": NEW, **payload}


@handler.before("2.0.1", "2.1")
def request_evse(asked: "ReserveNowRequest2x", target: Target) -> Message:
    """Use case H01. Without an EVSE any of the station is meant, or any with a connector of the type that is named."""
    if asked.evse_id is not None and asked.evse_id <= 0:
        raise Invalid("An EVSE is named by its number, from 1; left out, any is meant", path="payload.evseId")
    _check(asked.id, "payload.id", asked.expiry_date_time, "payload.expiryDateTime")
    reservation_id = _reserve(_asked_2x(asked, target.station_id), asked.id or None, target)
    return _message(asked.model_copy(update={"id": reservation_id}), reservation_id, asked.expiry_date_time)


def _asked_2x(request: "ReserveNowRequest2x", station_id: str) -> Reservation:
    return Reservation(
        reservation_id=request.id,
        station_id=station_id,
        evse_id=request.evse_id or 0,
        id_token=request.id_token.id_token,
        expires_at=request.expiry_date_time,
        requested_at=dt.datetime.now(dt.UTC),
        group_id=request.group_id_token.id_token if request.group_id_token else None,
        token_type=request.id_token.type,
        connector_type=request.connector_type,
    )


def _check(reservation_id: int, id_path: str, expires_at: dt.datetime, expiry_path: str) -> None:
    if not 0 <= reservation_id <= LARGEST:
        raise Invalid(f"The id of a reservation is a number from 0 to {LARGEST}", path=id_path)
    if expires_at <= dt.datetime.now(dt.UTC):
        raise Invalid("A reservation expires in the future", path=expiry_path)


def _reserve(asked: Reservation, given_id: int | None, target: Target) -> int:
    """Keep what is going to be asked for; returns its id, which is found where none is given."""
    now = dt.datetime.now(dt.UTC)
    asked = asked._replace(call_id=target.call_id)
    if given_id is not None:
        reservations.request(asked, now)
        return given_id
    while True:
        new = asked._replace(reservation_id=reservations.next_id(target.station_id))
        if reservations.find(new.station_id, new.reservation_id) is None and reservations.request(new, now):
            return new.reservation_id


def _message(request: Wire, reservation_id: int, expires_at: dt.datetime) -> Message:
    """The call may wait for the station as long as the reservation would last."""
    useful_for_s = math.ceil((expires_at - dt.datetime.now(dt.UTC)).total_seconds())
    return Message(request, {"reservation_id": reservation_id}, useful_for_s)


@handler.answered("1.6", "2.0.1", "2.1")
def keep(request: Any, response: Any, call: Call) -> Settled | None:
    """Only an accepted reservation is kept; one that stood under its id before stays if it is not.

    One that was cancelled before its answer came, perhaps late, is cancelled at the station too.
    """
    station_id, reservation_id = call.station_id, call.notes["reservation_id"]
    if response.status != "Accepted":
        _refuse(call, response.status)
        return None
    asked = _asked_16(request, station_id) if call.ocpp_version == "1.6" else _asked_2x(request, station_id)
    asked = asked._replace(call_id=call.call_id, requested_at=call.created_at)
    if reservations.change(station_id, reservation_id, lambda standing: accept(standing, asked, response.status)):
        return None
    standing = reservations.find(station_id, reservation_id)
    if standing is None or standing.call_id != call.call_id or standing.state != "cancelled":
        return None
    return Settled(next=[Order("CancelReservation", {"reservationId": reservation_id})])


@handler.refused("1.6", "2.0.1", "2.1")
def give_up(_request: Wire, error: CallError, call: Call) -> None:
    _refuse(call, error.code)


def _refuse(call: Call, status: str) -> None:
    now = dt.datetime.now(dt.UTC)
    reservations.change(
        call.station_id, call.notes["reservation_id"], lambda standing: refuse(standing, call.call_id, status, now)
    )


NAMES_16 = {
    "reservation_id": "reservationId",
    "evse_id": "connectorId",
    "id_token": "idTag",
    "group_id": "parentIdTag",
    "expires_at": "expiryDate",
}
NAMES_2X = {
    "reservation_id": "id",
    "evse_id": "evseId",
    "connector_type": "connectorType",
    "id_token": "idToken.idToken",
    "token_type": "idToken.type",
    "group_id": "groupIdToken.idToken",
    "expires_at": "expiryDateTime",
}


@orders.worded("1.6", names=Names(NAMES_16))
def word(order: Reservation) -> Json:
    """A group that 1.6 has no room for is left out: cut, it would be another."""
    if order.connector_type:
        raise Invalid("OCPP 1.6 has no word for it: a connector is named by its number", path="payload.connector_type")
    fits = order.group_id is not None and len(order.group_id) <= MAX_ID_TAG
    return {
        "connectorId": order.evse_id,
        "expiryDate": wire_time(order.expires_at, milliseconds=True),
        "idTag": order.id_token,
        **({"parentIdTag": order.group_id} if fits else {}),
    }


@orders.worded("2.0.1", "2.1", names=Names(NAMES_2X))
def word_2x(order: Reservation) -> Json:
    given = {
        "evseId": order.evse_id or None,
        "connectorType": order.connector_type,
        "groupIdToken": id_token_2x(order.group_id, GROUP_TYPE) if order.group_id else None,
    }
    return {
        "idToken": id_token_2x(order.id_token, order.token_type),
        "expiryDateTime": wire_time(order.expires_at, milliseconds=True),
        **{name: value for name, value in given.items() if value is not None},
    }
