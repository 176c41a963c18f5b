"""GetTransactionStatus: a station is asked whether a transaction still runs, and whether it has messages of it to
send."""

import datetime as dt
from typing import TYPE_CHECKING

from shared.aws.command import Command, Settled
from shared.domain.calls import Call
from shared.domain.transaction_events import lost
from shared.store import transaction_events, transactions

if TYPE_CHECKING:
    from shared.ocpp.v21.get_transaction_status import GetTransactionStatusRequest, GetTransactionStatusResponse

handler = Command("GetTransactionStatus", urgent=False, expires_in_s=3600)
handler.speaks("2.0.1", "2.1")

ATTEMPTS = 8
"""Only writers of the same transaction compete; each round one of them wins."""


@handler.answered("2.0.1", "2.1")
def keep(
    request: "GetTransactionStatusRequest", response: "GetTransactionStatusResponse", call: Call
) -> Settled | None:
    """Use case E14. Without an id the station only says whether it has messages of any transaction to send.

    A transaction that neither runs nor has messages to come, and has not ended by what we know, is lost; one that
    has messages to come stays as it is until they are here (rule TX-14)."""
    if request.transaction_id is None:
        return Settled({"state": "done", "messages_in_queue": response.messages_in_queue})
    now = dt.datetime.now(dt.UTC)
    for _ in range(ATTEMPTS):
        found = transaction_events.locate(call.station_id, request.transaction_id)
        if found is None:
            return Settled({"state": "done", "messages_in_queue": response.messages_in_queue})
        waits_since = now if response.messages_in_queue else None
        changed = found._replace(messages_in_queue_at=waits_since)
        if response.ongoing_indicator is False and not response.messages_in_queue:
            changed = lost(changed)
        if changed == found or transactions.replace(changed):
            return Settled(
                {
                    "state": "done",
                    "transaction_id": found.transaction_id,
                    "messages_in_queue": response.messages_in_queue,
                    "closed": changed.state != found.state,
                }
            )
    raise TimeoutError(f"transaction {request.transaction_id} of {call.station_id} kept changing")
