"""RequestStopTransaction: a station is asked to end a transaction."""

from typing import TYPE_CHECKING

from shared.aws import outcomes
from shared.aws.command import Command, Message, Settled, Target
from shared.domain.calls import Call
from shared.domain.errors import Conflict
from shared.domain.transactions import Transaction
from shared.store import transaction_events, transactions

if TYPE_CHECKING:
    from shared.ocpp.v21.request_stop_transaction import (
        RequestStopTransactionRequest,
        RequestStopTransactionResponse,
    )

PATH = "payload.transactionId"

handler = Command("RequestStopTransaction", urgent=True, expires_in_s=60)
handler.speaks("2.0.1", "2.1")


@handler.before("2.0.1", "2.1")
def check(request: "RequestStopTransactionRequest", target: Target) -> Message:
    """Use case F03. A transaction that we do not know may run at the station all the same, and so may one that we ended
    ourselves since no end came. It is named as the API does or as the station does: mostly that is the same."""
    named = request.transaction_id
    found = transactions.find(named)
    if found and found.station_id != target.station_id:
        found = transaction_events.locate(target.station_id, named)
        if found is None and not target.unchecked:
            raise Conflict(f"Transaction {named} is of another station", path=PATH)
    if found and _has_ended(found) and not target.unchecked:
        raise Conflict(f"Transaction {named} has ended", path=PATH)
    own_id = found.own_id if found else named
    notes = {"awaits": "end", "transaction_id": found.transaction_id if found else named}
    return Message(request.model_copy(update={"transaction_id": own_id}), notes)


@handler.answered("2.0.1", "2.1")
def await_end(
    _request: "RequestStopTransactionRequest", response: "RequestStopTransactionResponse", call: Call
) -> Settled | None:
    """Accepted means that the station will stop; the end of the transaction may have been faster than this answer."""
    if response.status != "Accepted":
        return None
    found = transactions.find(call.notes["transaction_id"])
    if found and _has_ended(found):
        return Settled(outcomes.done(transaction_id=found.transaction_id, stopped_reason=found.stopped_reason))
    return Settled(outcomes.pending(outcomes.FOLLOWS_WITHIN_S))


def _has_ended(transaction: Transaction) -> bool:
    return transaction.state == "ended" and "abandoned" not in transaction.flags
