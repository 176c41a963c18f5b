"""NotifyPriorityCharging: somebody at a station has begun or ended to charge with priority."""

from typing import TYPE_CHECKING, Any

from shared.aws import charging_transactions
from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.priority_charging import PriorityCharging
from shared.store import priority_charging

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_priority_charging import NotifyPriorityChargingRequest

handler = Action("NotifyPriorityCharging")


@handler.on("2.1")
def note(request: "NotifyPriorityChargingRequest", call: Call) -> dict[str, Any]:
    """Use case K22."""
    found = charging_transactions.find(call.station_id, request.transaction_id)
    transaction_id = found.transaction_id if found else request.transaction_id
    told = PriorityCharging(transaction_id, request.activated, call.received_at, "station")
    priority_charging.note(call.station_id, told)
    return {}
