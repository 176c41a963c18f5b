"""UsePriorityCharging: a transaction is to charge with priority, or no longer."""

from typing import TYPE_CHECKING

from shared.aws import charging_transactions
from shared.aws.command import Command, Message, Target
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.domain.priority_charging import PriorityCharging
from shared.store import priority_charging

if TYPE_CHECKING:
    from shared.ocpp.v21.use_priority_charging import UsePriorityChargingRequest, UsePriorityChargingResponse

handler = Command("UsePriorityCharging")
handler.speaks("2.1")
orders = Orders(handler)


@handler.before("2.1")
def request(request: "UsePriorityChargingRequest", target: Target) -> Message:
    """Use case K21. It needs a PriorityCharging profile at the station, which answers NoProfile otherwise."""
    if target.unchecked:
        return Message(request)
    transaction = charging_transactions.running(target.station_id, request.transaction_id)
    notes = {"transaction": transaction.transaction_id}
    return Message(request.model_copy(update={"transaction_id": transaction.own_id}), notes)


@handler.answered("2.1")
def keep(request: "UsePriorityChargingRequest", response: "UsePriorityChargingResponse", call: Call) -> None:
    if response.status == "Accepted":
        transaction_id = call.notes.get("transaction", request.transaction_id)
        told = PriorityCharging(transaction_id, request.activate, call.created_at, "csms")
        priority_charging.note(call.station_id, told)


@orders.worded("2.1", names=Names({"transaction_id": "transactionId", "is_active": "activate"}))
def word(order: PriorityCharging) -> Json:
    return {"transactionId": order.transaction_id, "activate": order.is_active}
