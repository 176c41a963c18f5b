"""The shapes of reservations in the operator API."""

import datetime as dt

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.aws.views_calls import Call
from shared.domain import reservations as domain
from shared.domain.calls import Json
from shared.domain.reservations import ReservationState


class Reservation(View):
    """An EVSE, or any of a station, kept for an id token until a moment."""

    reservation_id: int
    """Its number at the station; another station may have the same."""
    station_id: str
    evse_id: int
    """0: any of the station."""
    connector_type: str | None
    """Which connector is wanted where no EVSE is, in OCPP 2.x's words; null: any."""
    id_token: str
    token_type: str | None
    """Which kind of token it is, in OCPP 2.x's words; null: the station's version knows none."""
    group_id: str | None
    """Id tokens of this group may use it as well."""
    state: ReservationState
    """pending: the station has not answered. accepted: it keeps the EVSE. refused: it does not. used: a transaction
    began with it. unused: its id token came, and no transaction began. expired: nobody came in time. cancelled: taken
    back. removed: the EVSE or the station went Faulted or Unavailable."""
    status: str | None
    """The station's answer: Accepted, Faulted, Occupied, Rejected or Unavailable, or the code of its CALLERROR."""
    requested_at: dt.datetime
    expires_at: dt.datetime
    """From then on it is not kept any more."""
    ended_at: dt.datetime | None
    """When it was used, or came to another end."""
    transaction_id: str | None
    """The transaction that used it."""
    call_id: str | None
    """The call that asked for it."""


class ReservationWithCall(Reservation):
    """A reservation, and the call that was made for it just now."""

    call: Call | None
    """null: none was needed, since the station had not been asked for the reservation yet."""


class ReservationList(View):
    """A page of reservations."""

    items: list[Reservation]
    next_cursor: NextCursor


def reservation_view(one: domain.Reservation) -> Reservation:
    return Reservation(**_fields(one))


def with_call(one: domain.Reservation, call: Call | None) -> ReservationWithCall:
    return ReservationWithCall(**_fields(one), call=call)


def _fields(one: domain.Reservation) -> Json:
    fields = one._asdict()
    del fields["revision"]
    return fields
