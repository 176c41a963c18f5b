"""RemoteStopTransaction: a station is asked to end a transaction."""

from shared.aws import outcomes
from shared.aws.command import Command, Message, Settled, Target
from shared.domain.calls import Call
from shared.domain.errors import Conflict
from shared.domain.transactions import Transaction
from shared.ocpp.v16.remote_stop_transaction import RemoteStopTransactionRequest, RemoteStopTransactionResponse
from shared.store import transactions

handler = Command("RemoteStopTransaction", urgent=True, expires_in_s=60)
handler.speaks("1.6")


@handler.before("1.6")
def check(request: RemoteStopTransactionRequest, target: Target) -> Message:
    """Section 5.12 of OCPP 1.6. A transaction that we do not know may run at the station all the same, and so may one
    that we ended ourselves since no stop came."""
    found = transactions.find(str(request.transaction_id))
    if found and found.station_id != target.station_id:
        raise Conflict(f"Transaction {request.transaction_id} is of another station", path="payload.transactionId")
    if found and _has_ended(found) and not target.unchecked:
        raise Conflict(f"Transaction {request.transaction_id} has ended", path="payload.transactionId")
    return Message(request, {"awaits": "end", "transaction_id": str(request.transaction_id)})


@handler.answered("1.6")
def await_end(
    request: RemoteStopTransactionRequest, response: RemoteStopTransactionResponse, _call: Call
) -> Settled | None:
    """Accepted means that the station will stop; the StopTransaction may have been faster than this answer."""
    if response.status != "Accepted":
        return None
    found = transactions.find(str(request.transaction_id))
    if found and _has_ended(found):
        return Settled(outcomes.done(transaction_id=found.transaction_id, stopped_reason=found.stopped_reason))
    return Settled(outcomes.pending(outcomes.FOLLOWS_WITHIN_S))


def _has_ended(transaction: Transaction) -> bool:
    return transaction.state == "ended" and "abandoned" not in transaction.flags
