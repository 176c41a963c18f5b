"""NotifySettlement: a payment terminal at a station has settled a payment, or could not."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shared.aws import payment_providers
from shared.aws.action import Action
from shared.aws.message import Call
from shared.aws.payment_providers import Declined, Receipt
from shared.aws.telemetry import logger
from shared.domain.payments import STATES, Payment, payment_id
from shared.ocpp.words_2x import number_text
from shared.ocpp.words_payments import company_of
from shared.store import keys, payments

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_settlement import NotifySettlementRequest

handler = Action("NotifySettlement")


@handler.on("2.1")
def keep(request: "NotifySettlementRequest", call: Call) -> dict[str, Any]:
    """Use cases C19 to C22. The latest word on a payment stands in the ledger. Where the station makes no receipt, and
    our provider does, the answer says where it is, of a payment that failed as well. What is settled stays so: another
    word on it is only noted."""
    number = payment_id(call.station_id, request.psp_ref)

    def settled(standing: Payment | None) -> Payment | None:
        if standing and standing.settled_at and standing.settled_at > request.settlement_time:
            return None
        known = standing or Payment(number, call.station_id, request.psp_ref, "failed", call.received_at)
        amount, state, reason = (
            Decimal(number_text(request.settlement_amount)),
            STATES[request.status],
            request.status_info,
        )
        if known.state == "settled" and (state, amount) != ("settled", known.settled_amount):
            said = f"{request.status} {amount} at {keys.stamp(request.settlement_time)}"
            return known._replace(conflict=said)
        if amount < 0:
            state, reason = "failed", f"the station has told a negative amount: {request.status} {amount}"
        return known._replace(
            state=state,
            settled_amount=amount,
            settled_at=request.settlement_time,
            reason=reason,
            transaction_id=request.transaction_id or known.transaction_id,
            receipt_id=request.receipt_id or known.receipt_id,
            receipt_url=request.receipt_url or known.receipt_url,
            vat_number=request.vat_number or known.vat_number,
            company=company_of(request.vat_company) or known.company,
        )

    kept = payments.change(number, settled)
    if kept is None or request.status == "Canceled" or request.receipt_url:
        return {}
    return _receipt(kept)


def _receipt(payment: Payment) -> dict[str, Any]:
    """The receipt of a payment: the one that it has, or else one that our provider makes."""
    receipt = Receipt(payment.receipt_id, payment.receipt_url)
    if receipt.receipt_url is None and payment_providers.is_there():
        try:
            receipt = payment_providers.receipt(payment)
        except Declined as declined:
            logger.warning("no receipt", extra={"payment_id": payment.payment_id, "reason": str(declined)})
        payments.change(payment.payment_id, lambda one: one._replace(**receipt._asdict()) if one else None)
    return {
        name: text
        for name, text in (("receiptId", receipt.receipt_id), ("receiptUrl", receipt.receipt_url))
        if text is not None
    }
