"""NotifyAllowedEnergyTransfer: a station is told in which ways a transaction may give and take energy."""

from typing import TYPE_CHECKING

from shared.aws import charging_transactions
from shared.aws.command import Command, Message, Target

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_allowed_energy_transfer import NotifyAllowedEnergyTransferRequest

handler = Command("NotifyAllowedEnergyTransfer")
handler.speaks("2.1")


@handler.before("2.1")
def request(request: "NotifyAllowedEnergyTransferRequest", target: Target) -> Message:
    """Use cases Q01 and Q02: what was not known when the driver was authorized (Q01.FR.08)."""
    if target.unchecked:
        return Message(request)
    transaction = charging_transactions.running(target.station_id, request.transaction_id)
    return Message(request.model_copy(update={"transaction_id": transaction.own_id}))
