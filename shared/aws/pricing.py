"""What transactions cost: by which tariff each is billed, and its cost as events come in (block I).

A transaction is billed by the tariff of its id token, or else of that token's group, of its EVSE, of its station. It is
fixed with its revision when the transaction begins, or when its token comes later than that.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from shared.domain.authorization import IdToken, normalize
from shared.domain.bills import Announcement, Bill, Leg
from shared.domain.costs import Bounds, cost, observations, station_total
from shared.domain.tariffs import AssignedBy, Tariff, rounded
from shared.domain.transaction_events import TransactionEvent
from shared.domain.transactions import Transaction, payer
from shared.domain.usage import Observation, Plan, observed
from shared.store import groups, stations, tariffs, tokens, transaction_events, transactions

ATTEMPTS = 8
OF_THE_DRIVER: tuple[AssignedBy, ...] = ("id_token", "group")
OF_THE_PLACE: tuple[AssignedBy, ...] = ("evse", "station")


class TariffMissing(LookupError):
    """The tariff that somebody has assigned is not there (any more)."""


class Pricing(NamedTuple):
    """Prices the transaction of an event that came at a moment, perhaps with a token."""

    token: IdToken | None
    at: dt.datetime

    def __call__(
        self,
        transaction: Transaction,
        event: TransactionEvent,
        events: Callable[[], Sequence[TransactionEvent]],
        *,
        before: Transaction | None,
        on_top: bool,
    ) -> Transaction:
        """See shared.store.transaction_events.Price. Where no tariff applies, nothing is read."""
        try:
            bill = self._bill(transaction, before)
        except TariffMissing:
            transaction = transaction._replace(bill=None, total_cost=None).flagged("tariff_missing")
            return _with_station_cost(transaction, event)
        transaction = _not_missing(transaction)
        if bill is None:
            return _with_station_cost(transaction, event)
        plan = tariffs.plan(bill)
        if plan is None:
            return _with_station_cost(transaction._replace(bill=bill), event)
        bill = _announced(bill, transaction, event)
        bounds = _bounds(transaction)
        if on_top and before and before.bill and bill.usage and _bounds(before) == bounds:
            seen = observations([event], bounds)
            if before.bill.legs == bill.legs and seen[0].at >= bill.usage.last_at:
                return _with_station_cost(_priced(transaction, bill, plan, seen), event)
        seen = observations(events(), bounds)
        return _with_station_cost(_priced(transaction, bill._replace(usage=None), plan, seen), event)

    def _bill(self, transaction: Transaction, before: Transaction | None) -> Bill | None:
        """The bill that the transaction has, or gets with this change: it follows from whose it is and where, so that
        it is the same whichever of its events told that first."""
        standing = transaction.bill
        if standing and standing.assigned_by == "operator":
            return standing
        by_driver = standing if standing and standing.assigned_by in OF_THE_DRIVER else None
        by_place = standing if standing and standing.assigned_by in OF_THE_PLACE else None
        driver, gave_way = payer(transaction), False
        is_open = before is None or "tariff_missing" in transaction.flags
        if driver and (before is None or is_open or driver != payer(before)):
            is_at_hand = self.token is not None and normalize(self.token.id_token) == driver
            found = of_driver(self.token if is_at_hand else tokens.find(driver), self.at)
            by_driver, gave_way = found, found is None and by_driver is not None
        if by_driver is None and (before is None or is_open or gave_way or transaction.evse_id != before.evse_id):
            by_place = of_place(transaction.station_id, transaction.evse_id, self.at)
        wanted = by_driver or by_place
        if wanted and standing and wanted.legs[0].tariff_id == standing.legs[0].tariff_id:
            return standing._replace(assigned_by=wanted.assigned_by)  # with the revision that it began with
        return wanted


def _not_missing(transaction: Transaction) -> Transaction:
    if "tariff_missing" not in transaction.flags:
        return transaction
    return transaction._replace(flags=tuple(flag for flag in transaction.flags if flag != "tariff_missing"))


def _bounds(transaction: Transaction) -> Bounds:
    """The energy that is billed is the transaction's own."""
    assert transaction.folded is not None  # noqa: S101  # only transactions of 2.x are made of events
    first_wh, energy_wh = transaction.meter_start_wh, transaction.energy_wh
    return Bounds(
        transaction.started_at or transaction.folded.first_at,
        transaction.ended_at if transaction.state == "ended" else None,
        first_wh,
        first_wh + energy_wh if first_wh is not None and energy_wh is not None else None,
    )


def _announced(bill: Bill, transaction: Transaction, event: TransactionEvent) -> Bill:
    """The first event after a change of the tariff is where the driver is told of it (I06)."""
    latest = len(bill.legs) - 1
    is_first = not latest and bill.assigned_by != "operator"
    if is_first or transaction.state == "ended" or (bill.announced and bill.announced.leg >= latest):
        return bill
    return bill._replace(announced=Announcement(latest, event.seq_no))


def _priced(transaction: Transaction, bill: Bill, plan: Plan, seen: Sequence[Observation]) -> Transaction:
    usage = observed(bill.usage, plan, seen)
    if usage is None:
        return transaction._replace(bill=bill)
    bill = bill._replace(usage=usage)
    if transaction.state == "ended" and transaction.energy_wh is None and any(tariff.energy for _, tariff in plan):
        return transaction._replace(bill=bill, total_cost=None)  # how much it is nobody knows, and 0 would be free
    total = cost(plan, usage)
    priced = transaction._replace(bill=bill, total_cost=total.incl_tax)
    # More than from the first reading to the last: the register has begun anew on the way.
    is_more = transaction.energy_wh is not None and total.energy_wh > transaction.energy_wh
    return priced.flagged("meter_implausible") if is_more and transaction.state == "ended" else priced


def _with_station_cost(transaction: Transaction, event: TransactionEvent) -> Transaction:
    """With what the station has calculated itself, and whether that is what we have."""
    said = station_total(event.cost_details)
    if said is not None:
        transaction = transaction._replace(station_cost=said)
    kept = tuple(flag for flag in transaction.flags if flag != "cost_differs")
    if transaction.state != "ended" or transaction.station_cost is None or transaction.total_cost is None:
        return transaction if kept == transaction.flags else transaction._replace(flags=kept)
    currency = transaction.bill.currency if transaction.bill else ""
    is_same = rounded(transaction.station_cost, currency) == transaction.total_cost
    return transaction._replace(flags=kept) if is_same else transaction.flagged("cost_differs")


def priced_whole(transaction: Transaction, seen: Sequence[Observation]) -> Transaction:
    """A transaction with a bill, priced by all that is known of it."""
    plan = tariffs.plan(transaction.bill) if transaction.bill else None
    if transaction.bill is None or plan is None:
        return transaction
    return _priced(transaction, transaction.bill._replace(usage=None), plan, seen)


def from_events(transaction: Transaction, events: Sequence[TransactionEvent]) -> Transaction:
    """A transaction of 2.x, priced by all its events."""
    return priced_whole(transaction, observations(events, _bounds(transaction)))


def of_driver(token: IdToken | None, at: dt.datetime) -> Bill | None:
    """The bill of a transaction by the token's own tariff, or its group's. Raises TariffMissing."""
    if token is None:
        return None
    if token.tariff_id and (own := _bill(token.tariff_id, "id_token", at)):
        return own
    group = groups.find(token.group_id, consistent=False) if token.group_id else None
    return _bill(group.tariff_id, "group", at) if group and group.tariff_id else None


def of_place(station_id: str, evse_id: int | None, at: dt.datetime) -> Bill | None:
    """The bill of a transaction by the tariff of its EVSE, or its station's. Raises TariffMissing."""
    station = stations.find(station_id, consistent=False)
    if station is None:
        return None
    by_evse = dict(station.evse_tariff_ids)
    found = _bill(by_evse[evse_id], "evse", at) if evse_id in by_evse else None
    return found or (_bill(station.tariff_id, "station", at) if station.tariff_id else None)


def _bill(tariff_id: str, assigned_by: AssignedBy, at: dt.datetime) -> Bill | None:
    tariff = tariffs.find(tariff_id, consistent=False)
    if tariff is None and (tariff := tariffs.find(tariff_id)) is None:
        raise TariffMissing(tariff_id)
    if tariff.valid_from and tariff.valid_from > at:
        return None
    return new_bill(tariff, assigned_by)


def new_bill(tariff: Tariff, assigned_by: AssignedBy) -> Bill:
    return Bill((Leg(tariff.tariff_id, tariff.revision),), assigned_by, tariff.currency, tariff.running_cost)


def change_tariff(transaction_id: str, tariff: Tariff, from_at: dt.datetime) -> Transaction | None:
    """Bill a transaction that runs by another tariff from a moment on, or from the start if it had none. Asked for
    again it is the same change. None if there is no such transaction."""
    leg = Leg(tariff.tariff_id, tariff.revision, from_at)
    for _ in range(ATTEMPTS):
        transaction = transactions.find(transaction_id)
        if transaction is None or (transaction.bill and leg in transaction.bill.legs):
            return transaction
        if transaction.bill is None:
            bill = new_bill(tariff, "operator")
        else:
            legs = (*transaction.bill.legs, leg)
            bill = transaction.bill._replace(legs=legs, assigned_by="operator", running_cost=tariff.running_cost)
        changed = _not_missing(transaction._replace(bill=bill))
        if changed.folded is not None:
            changed = from_events(changed, transaction_events.events_of(changed))
        if written := transactions.replace(changed):
            return written
    raise TimeoutError(f"transaction {transaction_id} kept changing")
