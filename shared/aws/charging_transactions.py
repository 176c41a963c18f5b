"""The transactions that charging profiles are for, by our ids and by those of stations."""

from shared.domain.errors import Conflict
from shared.domain.transactions import Transaction
from shared.store import transaction_events, transactions

PATH = "payload.transactionId"


def active(station_id: str, evse_id: int) -> Transaction | None:
    """The transaction that runs at an EVSE."""
    found = transactions.recent_of_station(station_id)
    return next((one for one in found if one.state == "active" and one.evse_id == evse_id), None)


def find(station_id: str, transaction_id: str) -> Transaction | None:
    """A transaction of a station by our id, or by the station's own: mostly they are the same."""
    found = transactions.find(transaction_id)
    if found is None or found.station_id != station_id:
        found = transaction_events.locate(station_id, transaction_id)
    return found


def running(station_id: str, transaction_id: str) -> Transaction:
    """The transaction that a call of 2.1 is about. Raises Conflict if it does not run."""
    found = find(station_id, transaction_id)
    if found is None:
        raise Conflict(f"There is no transaction {transaction_id} at the station", path=PATH)
    if found.state != "active":
        raise Conflict(f"The transaction {transaction_id} has ended", path=PATH)
    return found
