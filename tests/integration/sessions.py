"""Transactions put into the table as the functions do it, one line each."""

from datetime import datetime, timedelta

from shared.domain.transactions import Start, Stop, Transaction, end
from shared.store import tokens, transaction_lists, transactions


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def began(at: datetime, *, station_id: str = "CP1", id_token: str = "TAG", evse_id: int = 1) -> Transaction:
    draft = Transaction("", station_id, evse_id, 1, id_token, "active", started_at=at, meter_start_wh=1000)
    begun = transactions.begin(Start(station_id, evse_id, id_token, iso(at), 1000), draft)
    tokens.record_use(begun)
    return begun


def ended(transaction: Transaction, *, after: timedelta = timedelta(hours=1), meter_stop_wh: int = 5000) -> Transaction:
    """The transaction ended, with what the stream sees to."""
    assert transaction.started_at is not None
    done = transactions.replace(end(transaction, Stop(meter_stop_wh, transaction.started_at + after, "Local")))
    assert done is not None
    tokens.record_use(done)
    transaction_lists.note_day(done)
    return done
