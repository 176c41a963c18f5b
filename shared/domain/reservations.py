"""Reservations (block H): an EVSE, or any of a station, is kept for an id token until a moment.

A station has its own reservations: an id means nothing at another one. What a station answers, and what happens there
afterwards, decides; a reservation is over for good once it is used, cancelled, removed or expired.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Literal, NamedTuple

from shared.domain.authorization import is_same_group, normalize
from shared.domain.availability import ConnectorStatus
from shared.domain.transactions import Transaction

ReservationState = Literal["pending", "accepted", "refused", "used", "unused", "expired", "cancelled", "removed"]
"""pending: the station has not answered. accepted: it keeps the EVSE. refused: it does not. used: a transaction began
with it. unused: its id token came, and no transaction began (2.1's NoTransaction). expired: nobody came in time.
cancelled: taken back. removed: its EVSE or the station went Faulted or Unavailable (OCPP 2.0.1's word for it)."""

OPEN: tuple[ReservationState, ...] = ("pending", "accepted")
"""The states that are no end."""

TOLD_ENDS: dict[str, ReservationState] = {"Expired": "expired", "Removed": "removed", "NoTransaction": "unused"}
"""How a reservation ends by what its station tells of it (ReservationUpdateStatusEnumType)."""
OUT_OF_ORDER = ("Faulted", "Unavailable")
"""Statuses of what cannot be kept for anybody."""
CLOCKS_DIFFER = dt.timedelta(minutes=5)
"""How far a station's clock may be behind ours before a start seems to be from before a reservation."""


class Reservation(NamedTuple):
    """One reservation. EVSE 0 stands for any of the station."""

    reservation_id: int
    station_id: str
    evse_id: int
    id_token: str
    expires_at: dt.datetime
    """From then on the station does not keep it any more."""
    requested_at: dt.datetime
    group_id: str | None = None
    """Id tokens of this group may use it as well (1.6's parentIdTag)."""
    state: ReservationState = "pending"
    call_id: str | None = None
    """The call that asked for it."""
    status: str | None = None
    """The station's answer in its own word, or the code of its CALLERROR."""
    ended_at: dt.datetime | None = None
    transaction_id: str | None = None
    """The transaction that used it."""
    token_type: str | None = None
    """Which kind of token it is for, in OCPP 2.x's words; 1.6 knows none."""
    connector_type: str | None = None
    """Which connector is wanted where no EVSE is (2.x's ConnectorEnumType: cCCS2)."""
    revision: int = 0

    def is_open(self, now: dt.datetime) -> bool:
        return self.state in OPEN and now < self.expires_at

    def seen(self, now: dt.datetime) -> "Reservation":
        """The reservation as it counts at a moment: expired from its expiry on, though nobody noted it."""
        if self.state not in OPEN or now < self.expires_at:
            return self
        return self._replace(state="expired", ended_at=self.expires_at)


def accept(standing: Reservation | None, asked: Reservation, status: str) -> Reservation | None:
    """What stands under an id once the station has accepted a reservation; None: as it did.

    A reservation replaces the one that has its id (1.6 section 5.13). What a later call asked for stays.
    """
    if standing is None:
        is_latest = True
    elif standing.call_id == asked.call_id:
        is_latest = standing.state == "pending"
    else:
        is_latest = standing.requested_at < asked.requested_at
    return asked._replace(state="accepted", status=status) if is_latest else None


def refuse(standing: Reservation | None, call_id: str, status: str, at: dt.datetime) -> Reservation | None:
    """The reservation after the station refused it; None where another one stands under its id."""
    if standing is None or standing.call_id != call_id or standing.state != "pending":
        return None
    return standing._replace(state="refused", status=status, ended_at=at)


def cancel(standing: Reservation | None, asked_at: dt.datetime, at: dt.datetime) -> Reservation | None:
    """The reservation once it is cancelled, or the station says that it has none. None where none is open, or the one
    that is was made after this was asked for."""
    if standing is None or not standing.is_open(at) or standing.requested_at > asked_at:
        return None
    return standing._replace(state="cancelled", ended_at=at)


def use(standing: Reservation | None, transaction: Transaction) -> Reservation | None:
    """The reservation after a transaction began with it (rule S-17); None if it had ended otherwise before."""
    if standing is None or standing.state not in OPEN:
        return None
    return standing._replace(state="used", transaction_id=transaction.transaction_id, ended_at=transaction.started_at)


def told(standing: Reservation | None, status: str, at: dt.datetime) -> Reservation | None:
    """The reservation after its station told that it keeps it no longer; None where none is kept. That it has expired
    the station may tell a little late or, by its own clock, early."""
    if standing is None or standing.state not in OPEN:
        return None
    return standing._replace(state=TOLD_ENDS[status], ended_at=at)


def remove(standing: Reservation | None, at: dt.datetime) -> Reservation | None:
    """The reservation after what it is for went out of order; None where none is kept."""
    if standing is None or standing.state != "accepted" or not standing.is_open(at):
        return None
    return standing._replace(state="removed", ended_at=at)


def used_by(candidates: Iterable[Reservation], transaction: Transaction) -> Reservation | None:
    """The reservation that a transaction uses up although the station did not name it: of this EVSE, or of any; for
    its id token, or for one of its group. A start from before the reservation is another matter."""
    started_at = transaction.started_at
    if started_at is None:
        return None
    fitting = [
        one
        for one in candidates
        if one.state == "accepted"
        and one.evse_id in (0, transaction.evse_id)
        and one.requested_at - CLOCKS_DIFFER <= started_at < one.expires_at
        and _may_use(one, transaction)
    ]
    return max(fitting, key=lambda one: (one.evse_id != 0, -one.expires_at.timestamp()), default=None)


def _may_use(reservation: Reservation, transaction: Transaction) -> bool:
    if transaction.id_token and normalize(transaction.id_token) == normalize(reservation.id_token):
        return True
    return is_same_group(reservation.group_id, transaction.group_id)


def lost(candidates: Iterable[Reservation], statuses: Iterable[ConnectorStatus]) -> list[Reservation]:
    """The reservations that a station cannot keep: their EVSE, or the whole station, is out of order, or all EVSEs are
    where any was reserved. A status from before a reservation does not count against it."""
    by_evse = {status.evse_id: status for status in statuses}
    return [one for one in candidates if one.state == "accepted" and _is_lost(one, by_evse)]


def _is_lost(reservation: Reservation, by_evse: dict[int, ConnectorStatus]) -> bool:
    def is_out(evse_id: int) -> bool:
        status = by_evse.get(evse_id)
        return status is not None and status.status in OUT_OF_ORDER

    def went_out_since(evse_id: int) -> bool:
        return is_out(evse_id) and by_evse[evse_id].received_at >= reservation.requested_at

    if went_out_since(0):
        return True
    if reservation.evse_id:
        return went_out_since(reservation.evse_id)
    evses = [evse_id for evse_id in by_evse if evse_id]
    return bool(evses) and all(map(is_out, evses)) and any(map(went_out_since, evses))
