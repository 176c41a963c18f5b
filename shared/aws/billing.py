"""The cost of transactions, as far as no station waits for it: OCPP 1.6 is billed here, and prepaid tokens are debited.

It follows from the table's stream. What it writes is the same each time, so that a change may be told twice.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from shared.aws import adhoc_payments, misnamed_readings, pricing
from shared.domain.costs import Bounds, observations_of_values
from shared.domain.metering import merge
from shared.domain.transactions import Transaction, payer
from shared.store import meter_values, tokens, transaction_events, transactions


def follow(transaction: Transaction, before: Transaction | None) -> None:
    """Do what a change of a transaction asks for."""
    if transaction.folded is None and transaction.number is not None:
        if before is None and transaction.bill is None:
            _assign(transaction)
        if transaction.state == "ended" and transaction.bill is not None:
            _price(transaction)
    adhoc_payments.follow_transaction(transaction)
    if before is None or _due(before) != _due(transaction):
        _debit(transaction, before)


def _assign(transaction: Transaction) -> None:
    """Fix the tariff of a transaction of OCPP 1.6 that has begun."""
    if transaction.started_at is None:
        return
    now = dt.datetime.now(dt.UTC)
    driver = payer(transaction)
    token = tokens.find(driver) if driver else None
    try:
        bill = pricing.of_driver(token, now) or pricing.of_place(transaction.station_id, transaction.evse_id, now)
    except pricing.TariffMissing:
        transactions.replace(transaction.flagged("tariff_missing"))
        return
    if bill is not None:
        transactions.note_bill(transaction.transaction_id, bill)


def _price(transaction: Transaction) -> None:
    if transaction.started_at is None or transaction.ended_at is None:
        return
    known = transactions.data(transaction.transaction_id)
    filed = meter_values.of_transaction(transaction.station_id, transaction.number or 0)
    for report in (*filed, *misnamed_readings.missing(transaction)):
        known += report.values
    bounds = Bounds(transaction.started_at, transaction.ended_at, transaction.meter_start_wh, transaction.meter_stop_wh)
    priced = pricing.priced_whole(transaction, observations_of_values(merge(known), bounds, transaction.ended_at))
    if priced != transaction:
        # Somebody else may have been faster: then the change that he made comes here too.
        transactions.replace(priced)


class Due(NamedTuple):
    """What is to be taken from the balance of a token."""

    id_token: str
    cost: Decimal


def _due(transaction: Transaction) -> Due | None:
    """What a transaction takes from the balance of its token, if that is prepaid; None before its end, and where its
    times cannot be: then the operator decides."""
    if "time_implausible" in transaction.flags:
        return None
    driver = payer(transaction)
    if transaction.state != "ended" or transaction.total_cost is None or driver is None:
        return None
    if transaction.verdict != "Accepted" and not transaction.energy_wh:
        return None  # it was turned away and has had nothing
    return Due(driver, transaction.total_cost)


def _debit(transaction: Transaction, before: Transaction | None) -> None:
    """Take the cost from the balance; what another token has paid for the same transaction is given back."""
    generation = transaction.folded.generation if transaction.folded else 0
    name = transaction_events.partition_of(transaction) if transaction.folded else transaction.transaction_id
    due, was = _due(transaction), _due(before) if before else None
    if was and (due is None or due.id_token != was.id_token):
        tokens.debit(was.id_token, Decimal(0), name, generation)
    if due:
        tokens.debit(due.id_token, due.cost, name, generation)
