"""ChangeTransactionTariff: a station goes on with another tariff in a transaction that runs."""

from typing import TYPE_CHECKING

from shared.aws import charging_transactions, pricing
from shared.aws.command import Command
from shared.domain.calls import Call
from shared.domain.tariffs import of_wire_id
from shared.store import tariffs

if TYPE_CHECKING:
    from shared.ocpp.v21.change_transaction_tariff import (
        ChangeTransactionTariffRequest,
        ChangeTransactionTariffResponse,
    )

handler = Command("ChangeTransactionTariff")
handler.speaks("2.1")


@handler.answered("2.1")
def change(request: "ChangeTransactionTariffRequest", response: "ChangeTransactionTariffResponse", call: Call) -> None:
    """Use case I11. Once the station has accepted a tariff of ours, the transaction is billed by it here too."""
    if response.status != "Accepted":
        return
    transaction = charging_transactions.find(call.station_id, request.transaction_id)
    tariff = tariffs.revision(*of_wire_id(request.tariff.tariff_id))
    if transaction is not None and tariff is not None:
        pricing.change_tariff(transaction.transaction_id, tariff, call.sent_at or call.created_at)
