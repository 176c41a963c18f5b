"""What follows elsewhere from a change of a transaction, whichever OCPP version made it.

The use of its token, its connector, the reservation that it uses up, the call that it began or ended with, the
transaction before it on the same EVSE that never stopped, a 1.6 stop that came before its start.
"""

import datetime as dt

from shared.aws import (
    billing,
    charging_needs,
    charging_profiles,
    firmware_updates,
    misnamed_readings,
    outcomes,
    reservations,
)
from shared.domain.transactions import Stop, Transaction, abandon, best_match, end, energy_wh, matches
from shared.store import connectors, meter_values, tokens, transaction_lists, transactions
from shared.store.dynamodb import Item


def follow(old: Item | None, new: Item) -> None:
    """Do what a change of a TRANSACTION item asks for. May be done twice."""
    transaction, before = transactions.from_item(new), transactions.from_item(old) if old else None
    if "reused" in transaction.flags and before is None:
        # It was put aside for another one with its id (rule TX-01); all that followed from it has been done.
        tokens.record_use(transaction)
        return
    if before is not None and _generation(before) != _generation(transaction):
        tokens.forget_use(before)
        before = None
    _trace(transaction, before)
    billing.follow(transaction, before)
    _note_outcome(transaction, before)


def _generation(transaction: Transaction) -> int:
    return transaction.folded.generation if transaction.folded else 0


def _trace(transaction: Transaction, before: Transaction | None) -> None:
    if before is None or _use(before) != _use(transaction):
        if before is not None and _use(before)[:2] != _use(transaction)[:2]:
            tokens.forget_use(before)
        tokens.record_use(transaction)
    if transaction.state == "ended":
        for report in misnamed_readings.missing(transaction):
            meter_values.record(report)
        transaction_lists.note_day(transaction)
        charging_profiles.drop(transaction)
    if before is not None:
        _fill_in_energy(transaction)
    if transaction.state == "active" and transaction.trigger_reason == "TxResumed":
        charging_needs.renew(transaction, before)
    if before is None or _claim(before) != _claim(transaction):
        reservations.consume(transaction)
    if before is None or _beginning(before) != _beginning(transaction):
        _trace_beginning(transaction)


def _use(transaction: Transaction) -> tuple[object, ...]:
    return transaction.id_token, transaction.started_at, transaction.evse_id, transaction.state


def _claim(transaction: Transaction) -> tuple[object, ...]:
    """By what a transaction uses up a reservation."""
    return transaction.reservation_id, transaction.id_token, transaction.evse_id, transaction.started_at


def _beginning(transaction: Transaction) -> tuple[object, ...]:
    return transaction.started_at, transaction.evse_id


def _trace_beginning(transaction: Transaction) -> None:
    if transaction.evse_id is not None and transaction.started_at is not None:
        connectors.make_known(
            transaction.station_id, transaction.evse_id, transaction.started_at, transaction.connector_id
        )
    others = transactions.recent_of_station(transaction.station_id)
    others = [one for one in others if one.transaction_id != transaction.transaction_id]
    if "orphan" in transaction.flags:
        _join(best_match(others, _stop_of(transaction)), transaction)
        return
    for other in others:
        if "orphan" in other.flags and matches(transaction, _stop_of(other)):
            _join(transactions.find(transaction.transaction_id), other)
        elif _was_before(other, transaction):
            _abandon(other, transaction.started_at)


def _stop_of(orphan: Transaction) -> Stop:
    assert orphan.meter_stop_wh is not None  # noqa: S101  # an orphan is nothing but a stop
    assert orphan.ended_at is not None  # noqa: S101  # and so has its time
    return Stop(orphan.meter_stop_wh, orphan.ended_at, orphan.stopped_reason or "Local", orphan.stop_id_token)


def _join(started: Transaction | None, orphan: Transaction) -> None:
    """A stop that named no transaction finds the one it ends (rules S-05, S-06): both may have come at once."""
    if started is None or (orphan.number or 0) > 0:
        return
    last_wh = misnamed_readings.last_wh_of(started)
    if transactions.replace(end(started, _stop_of(orphan), last_wh).flagged("matched")):
        transactions.add_data(started.transaction_id, transactions.data(orphan.transaction_id))
        transactions.delete(orphan)


def _was_before(other: Transaction, new: Transaction) -> bool:
    """Whether a transaction still counts as active on an EVSE where another has begun since (rule S-13), and nothing
    more of it is known to come."""
    if other.state != "active" or other.evse_id != new.evse_id or new.state != "active":
        return False
    if other.messages_in_queue_at is not None:
        return False
    return bool(other.started_at and new.started_at and other.started_at <= new.started_at)


def _fill_in_energy(transaction: Transaction) -> None:
    """A stop whose reading cannot be gets its energy from the last meter values before it (rule S-10, quirk Q-18)."""
    if "meter_implausible" not in transaction.flags or transaction.energy_wh is not None:
        return
    energy = energy_wh(transaction.meter_start_wh, misnamed_readings.last_wh_of(transaction))
    if energy is not None:
        transactions.replace(transaction._replace(energy_wh=energy))


def _abandon(transaction: Transaction, at: dt.datetime | None) -> None:
    if at is not None:
        transactions.replace(abandon(transaction, at, misnamed_readings.last_wh_of(transaction)))


def _note_outcome(transaction: Transaction, before: Transaction | None) -> None:
    """The calls that were to bring about what has happened. A transaction that we ended ourselves may still run."""
    if before is None or before.remote_start_id != transaction.remote_start_id:
        outcomes.join_start(transaction)
    was_over = before is not None and before.state == "ended" and "abandoned" not in before.flags
    if transaction.state == "ended" and "abandoned" not in transaction.flags and not was_over:
        outcomes.join_end(transaction)
    if transaction.state == "ended" and (before is None or before.state != "ended"):
        firmware_updates.station_ready(transaction.station_id)
