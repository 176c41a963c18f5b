"""Reservations at work: what becomes of them when something happens elsewhere, and when nobody noted it."""

import datetime as dt
from collections.abc import Sequence

from shared.aws import outbox
from shared.aws.unsent import never_sent
from shared.domain.availability import ConnectorStatus
from shared.domain.reservations import Reservation, cancel, lost, remove, use, used_by
from shared.domain.transactions import Transaction
from shared.store import calls, reservations


def consume(transaction: Transaction) -> None:
    """Note that a transaction has begun with a reservation: the one that it names, or, if the station named none that
    we know, the one that its EVSE and id token have (rule S-17). May be done twice."""
    if transaction.started_at is None:
        return
    station_id = transaction.station_id
    named = transaction.reservation_id
    if named is not None and reservations.find(station_id, named):
        reservations.change(station_id, named, lambda standing: use(standing, transaction))
        return
    found = used_by(reservations.open_at(station_id, transaction.started_at), transaction)
    if found:
        reservations.change(station_id, found.reservation_id, lambda standing: use(standing, transaction))


def remove_lost(station_id: str, statuses: Sequence[ConnectorStatus]) -> None:
    """End the reservations that a station cannot keep, as its connectors stand now (rule S-17)."""
    now = dt.datetime.now(dt.UTC)
    for one in lost(reservations.open_at(station_id, now), statuses):
        reservations.change(station_id, one.reservation_id, lambda standing: remove(standing, now))


def withdraw(reservation: Reservation) -> Reservation | None:
    """Take a reservation back that has not been sent. None if it is too late: then the station has to be told."""
    call = calls.find(reservation.station_id, reservation.call_id) if reservation.call_id else None
    if reservation.state != "pending" or call is None or call.state != "queued" or not outbox.cancel(call):
        return None
    now = dt.datetime.now(dt.UTC)
    return reservations.change(
        reservation.station_id, reservation.reservation_id, lambda standing: cancel(standing, now, now)
    )


def seen(found: Sequence[Reservation]) -> list[Reservation]:
    """Reservations as they count now: those that expired, and those whose call never went out, are over."""
    now = dt.datetime.now(dt.UTC)
    unsent = never_sent([(one.station_id, one.call_id) for one in found if one.state == "pending" and one.call_id])

    def counts(one: Reservation) -> Reservation:
        call = unsent.get(one.call_id or "")
        one = one.seen(now)
        return one._replace(state="cancelled", ended_at=call.ended_at) if one.state == "pending" and call else one

    return [counts(one) for one in found]
