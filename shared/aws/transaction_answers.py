"""What the answer to a TransactionEvent says beyond the id token: the one place where it comes from.

Pure: it sees the transaction as it stands after the event, the event as it is kept, and the token that came with it.
"""

from typing import Any

from shared.domain.authorization import IdToken, TransactionLimit
from shared.domain.transaction_events import TransactionEvent
from shared.domain.transactions import Transaction
from shared.ocpp.words_2x import limit_2x


def extras(transaction: Transaction, event: TransactionEvent, token: IdToken | None, version: str) -> dict[str, Any]:
    """The fields of a TransactionEventResponse by their names on the wire, only those that the version has."""
    answer = _cost(transaction)
    if version == "2.0.1":
        return answer
    limit = _limit(transaction, event, token)
    return answer | ({"transactionLimit": limit} if limit else {})


def _cost(transaction: Transaction) -> dict[str, Any]:
    """The cost at the end, and while the transaction runs if its tariff says so (rule TX-10); 0 is free, none is not
    known."""
    if transaction.bill is None or transaction.total_cost is None:
        return {}
    is_told = transaction.state == "ended" or transaction.bill.running_cost
    return {"totalCost": float(transaction.total_cost)} if is_told else {}


def _limit(transaction: Transaction, event: TransactionEvent, token: IdToken | None) -> dict[str, Any] | None:
    """Where the transaction of a token is to end, as far as the station does not keep to that anyway (rule V-07): told
    with the token's event, and left out once the station has confirmed it or has a narrower limit of its own."""
    limit = token.own_limit if token else None
    if limit is None or event.verdict != "Accepted" or event.event_type == "Ended":
        return None
    reported = event.transaction_limit or transaction.transaction_limit or TransactionLimit()
    wider: dict[str, Any] = {
        name: wanted
        for name, wanted, known in zip(TransactionLimit._fields, limit, reported, strict=True)
        if wanted is not None and (known is None or known > wanted)
    }
    return limit_2x(TransactionLimit(**wider))
