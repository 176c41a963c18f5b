"""Payments that we begin (use cases C24 and C25): from what is set aside to what is taken at the end."""

import datetime as dt

from shared.aws import payment_providers, timers
from shared.aws.payment_providers import Declined, Receipt
from shared.aws.telemetry import logger
from shared.aws.timers import Timer
from shared.domain.authorization import IdToken
from shared.domain.calls import Call, Json
from shared.domain.payments import DIRECT_PAYMENT, Payment, PaymentState, payment_id
from shared.domain.transactions import Transaction
from shared.store import payments, tokens

GOOD_FOR = dt.timedelta(days=1)
"""How long after the payment a transaction may begin with it."""
STARTS = "RequestStartTransaction"


def token_of(payment: Payment) -> IdToken:
    """The id token that stands for a payment: by it the transaction gets its limit."""
    return IdToken(
        payment.psp_ref,
        expires_at=payment.created_at + GOOD_FOR,
        concurrent=False,
        token_type=DIRECT_PAYMENT,
        limit=payment.limit,
    )


def start_payload(payment: Payment) -> Json:
    """The RequestStartTransaction of a payment (rule V-05: a limit has no place there)."""
    told = [("PspRef", payment.psp_ref), ("CardLast4Digits", payment.card_last4_digits)]
    info = [{"type": kind, "additionalIdToken": text} for kind, text in told if text is not None]
    token = {"idToken": payment.psp_ref, "type": DIRECT_PAYMENT, "additionalInfo": info}
    return {"idToken": token} | ({} if payment.evse_id is None else {"evseId": payment.evse_id})


def follow_call(call: Call) -> None:
    """A payment is given up where the transaction that was paid for does not begin, or not in time."""
    token = call.payload.get("idToken")
    if call.action != STARTS or not isinstance(token, dict) or token.get("type") != DIRECT_PAYMENT:
        return
    psp_ref, outcome = str(token.get("idToken")), call.outcome or {}
    if call.state == "answered" and (call.answer or {}).get("status") == "Accepted":
        if outcome.get("state") == "pending":
            timers.set(Timer(call.station_id, call.call_id, dt.datetime.fromisoformat(outcome["until"]), True))
        # A transaction may have begun without saying by which call.
        if outcome.get("state") != "timed_out" or tokens.find_with_uses(psp_ref)[1]:
            return
    why = (
        "not in time"
        if outcome
        else (call.answer or {}).get("status") or (call.error.code if call.error else call.state)
    )
    cancel(payment_id(call.station_id, psp_ref), f"the transaction did not begin: {why}")


def follow_transaction(transaction: Transaction) -> None:
    """What was used is taken once the transaction has ended, at most what was set aside."""
    if transaction.id_token_type != DIRECT_PAYMENT or transaction.id_token is None or transaction.state != "ended":
        return
    standing = payments.find(payment_id(transaction.station_id, transaction.id_token))
    if standing is None or not standing.is_ours:
        return
    _retire(standing)
    if standing.state != "authorized":
        return
    due = transaction.total_cost
    if due is None:
        _note(standing.payment_id, "failed", "the cost of the transaction is not known: no tariff applies")
        return
    if (why := _why_not(transaction, standing)) is not None:
        _note(standing.payment_id, "failed", why)
        return
    most = standing.limit.max_cost
    paid = standing._replace(
        settled_amount=due if most is None else min(due, most),
        settled_at=dt.datetime.now(dt.UTC),
        transaction_id=transaction.transaction_id,
    )
    receipt = Receipt()
    if payment_providers.is_there():
        try:
            receipt = payment_providers.settle(paid)
        except Declined as declined:
            _note(standing.payment_id, "failed", str(declined))
            return
    settled = paid._replace(state="settled", **receipt._asdict())
    payments.change(standing.payment_id, lambda one: settled if one and one.state == "authorized" else None)


def _why_not(transaction: Transaction, payment: Payment) -> str | None:
    """Why what a transaction costs is not taken."""
    if "time_implausible" in transaction.flags:
        return "the times of the transaction cannot be"
    currency = transaction.bill.currency if transaction.bill else None
    if payment.currency != currency:
        return f"the transaction is billed in {currency}, the payment is in {payment.currency}"
    return None


def cancel(number: str, reason: str) -> Payment | None:
    """Give up a payment that was not settled yet. Returns it as it stands then."""
    standing = payments.find(number)
    if standing is None or standing.state != "authorized" or not standing.is_ours:
        return standing
    _retire(standing)
    if payment_providers.is_there():
        try:
            payment_providers.cancel(standing)
        except Declined as declined:
            logger.warning("not given up", extra={"payment_id": number, "reason": str(declined)})
            return _note(number, "failed", str(declined))
    return _note(number, "cancelled", reason)


def _retire(payment: Payment) -> None:
    """A payment is good for one transaction. Were its token removed, the call that brought it would still speak for
    it."""
    tokens.save(token_of(payment)._replace(status="Blocked"))


def _note(number: str, state: PaymentState, reason: str) -> Payment | None:
    return payments.change(
        number,
        lambda one: one._replace(state=state, reason=reason[:500]) if one and one.state == "authorized" else None,
    )
