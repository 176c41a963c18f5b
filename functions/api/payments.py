"""Payments of drivers without a contract, and the links by which they pay."""

import datetime as dt
import secrets
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.aws import adhoc_payments, command, idempotency, orders, payment_providers, pricing
from shared.aws.command import Target, Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit
from shared.aws.parameters import PaymentId, StationId
from shared.aws.payment_providers import Declined
from shared.aws.views_calls import Call, call_view
from shared.aws.views_payments import (
    Payment,
    PaymentList,
    PaymentOrder,
    PaymentWithCall,
    WebPaymentOpening,
    WebPaymentSettings,
    payment_view,
)
from shared.domain import payments as domain
from shared.domain.authorization import TransactionLimit
from shared.domain.calls import Json
from shared.domain.errors import Conflict, Invalid, NotFound
from shared.domain.payments import TOTP_VERSION, WebPayments, is_good, payment_id
from shared.domain.stations import MAX_STATION_ID
from shared.domain.tariffs import rounded
from shared.store import payments, tokens

UNKNOWN_STATION = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such payment."}
NOT_PAID = {
    HTTPStatus.CONFLICT: "It was declined, no tariff of its currency applies, or the station must not be asked."
}
SECRET_BYTES = 24
OPENED = "NotifyWebPaymentStarted"
"""What a station is told that shows QR codes: none other can be given them."""

api = handler = Api("payments")


@api.route("GET /payments", {HTTPStatus.OK: PaymentList})
def list_payments(
    station_id: Annotated[
        str | None, Query(min_length=1, max_length=MAX_STATION_ID, description="Only those at this station.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> PaymentList:
    """Payments, newest first: those that stations have settled, and those that were begun here."""
    found, rest = payments.page(cursor, limit, station_id)
    return PaymentList(items=[payment_view(one) for one in found], next_cursor=rest)


@api.route("GET /payments/{payment_id}", {HTTPStatus.OK: Payment}, UNKNOWN)
def get_payment(payment_id: PaymentId) -> Payment:
    """One payment."""
    return payment_view(_existing(payment_id))


@api.route("POST /payments", {HTTPStatus.ACCEPTED: PaymentWithCall}, UNKNOWN_STATION | NOT_PAID)
def pay(order: PaymentOrder, idempotency_key: IdempotencyKey = None) -> Response[PaymentWithCall]:
    """Take a driver's payment, and start his transaction with it, at a station of OCPP 2.1.

    The amount is set aside first, unless `psp_ref` says that it is. The station is told the limit when the transaction
    has begun; at its end its cost is settled, at most what was set aside. If it does not begin, the payment is
    cancelled.
    """
    promised = idempotency.promise(api, idempotency_key)
    target = command.target(order.station_id)
    starting = orders.command_for(adhoc_payments.STARTS, target, place="body")
    made = command.resume(order.station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        _check(order, target)
    payment = _authorized(order, promised.resource_id)
    if made is None:
        tokens.save(adhoc_payments.token_of(payment))
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        try:
            made = starting.submit(target, adhoc_payments.start_payload(payment), terms)
        except (Conflict, Invalid) as refused:
            adhoc_payments.cancel(payment.payment_id, refused.reason)
            raise
    view = PaymentWithCall(**payment_view(_existing(payment.payment_id)).model_dump(), call=call_view(made))
    return Response(HTTPStatus.ACCEPTED, JSON, view)


@api.route(
    "DELETE /payments/{payment_id}",
    {HTTPStatus.OK: Payment},
    UNKNOWN | {HTTPStatus.CONFLICT: "It was not begun here, or is settled."},
)
def cancel_payment(payment_id: PaymentId) -> Payment:
    """Give a payment up that was begun here and is not settled. It starts no transaction any more."""
    standing = _existing(payment_id)
    if not standing.is_ours or standing.state != "authorized":
        raise Conflict(f"The payment is {standing.state}" if standing.is_ours else "The station settles this payment")
    return payment_view(adhoc_payments.cancel(payment_id, "cancelled") or standing)


@api.route("PUT /stations/{station_id}/web-payments", {HTTPStatus.ACCEPTED: Call}, UNKNOWN_STATION)
def put_web_payments(station_id: StationId, wanted: WebPaymentSettings) -> Response[Call]:
    """Have a station show QR codes by which drivers pay (2.1, C25).

    It is given the template of the links and a new secret for their one-time passwords, with SetVariables.
    """
    target, terms = command.target(station_id), Terms(requested_by=api.caller.principal)
    orders.command_for(OPENED, target)
    settings = WebPayments(
        station_id, wanted.url_template, secrets.token_urlsafe(SECRET_BYTES), wanted.validity_time_s, wanted.length
    )
    values = {
        "URLTemplate": settings.url_template,
        "TOTPVersion": TOTP_VERSION,
        "ValidityTime": str(settings.validity_time_s),
        "Length": str(settings.length),
        "SharedSecret": settings.shared_secret,
        "Enabled": "true",
    }
    data: list[Json] = [
        {"component": {"name": "WebPaymentsCtrlr"}, "variable": {"name": name}, "attributeValue": value}
        for name, value in values.items()
    ]
    made = orders.command_for("SetVariables", target).submit(target, {"setVariableData": data}, terms)
    payments.save_web_payments(settings)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route(
    "POST /stations/{station_id}/web-payments",
    {HTTPStatus.ACCEPTED: Call},
    UNKNOWN_STATION | {HTTPStatus.CONFLICT: "The station shows no QR codes of ours."},
)
def open_web_payment(
    station_id: StationId, opening: WebPaymentOpening, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Say that a driver has opened the link of a QR code.

    Its one-time password must be the station's of this moment, or of one time step before or after; then the station is
    told, with NotifyWebPaymentStarted, that somebody pays for the EVSE.
    """
    target = command.target(station_id)
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        settings = payments.web_payments(station_id)
        if settings is None:
            raise Conflict("The station shows no QR codes of ours")
        if not is_good(settings, opening.totp, opening.version, dt.datetime.now(dt.UTC)):
            raise Invalid("is not the station's one-time password of this moment", path="totp")
        payload = {"evseId": opening.evse_id, "timeout": opening.timeout_s}
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        made = orders.command_for(OPENED, target).submit(target, payload, terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


def _check(order: PaymentOrder, target: Target) -> None:
    """What can be known to go wrong is refused before anybody is asked for money."""
    if target.ocpp_version != "2.1":
        raise Invalid("Only stations of OCPP 2.1 know the id token of a payment", path="station_id")
    try:
        bill = pricing.of_place(order.station_id, order.evse_id, dt.datetime.now(dt.UTC))
    except pricing.TariffMissing as missing:
        raise Conflict(f"The tariff {missing}, which is assigned to the EVSE or its station, is not there") from missing
    if bill is None:
        raise Conflict("No tariff applies at this EVSE, so nobody would know what to settle")
    most = Decimal(repr(order.limit.max_cost))
    if most != rounded(most, order.currency):
        raise Invalid(f"has more decimals than {order.currency}", path="limit.max_cost")
    if bill.currency != order.currency:
        raise Conflict(f"The tariff at this EVSE is in {bill.currency}", path="currency")


def _authorized(order: PaymentOrder, call_id: str) -> domain.Payment:
    """The payment of an order, once its amount is set aside. The same order with the same call is the same payment."""
    asked = domain.Payment(
        payment_id(order.station_id, call_id),
        order.station_id,
        order.psp_ref or "",
        "authorized",
        dt.datetime.now(dt.UTC),
        evse_id=order.evse_id,
        currency=order.currency,
        limit=TransactionLimit(Decimal(repr(order.limit.max_cost)), order.limit.max_energy_wh, order.limit.max_time_s),
        call_id=call_id,
        card_last4_digits=order.card_last4_digits,
    )
    if order.psp_ref is None:
        if not payment_providers.is_there():
            raise Invalid("This system has no payment provider: say under which reference it was paid", path="psp_ref")
        try:
            asked = asked._replace(psp_ref=payment_providers.authorize(asked, order.method))
        except Declined as declined:
            raise Conflict(f"The payment was declined: {declined}") from declined
    named = asked._replace(payment_id=payment_id(order.station_id, asked.psp_ref))

    def begun(standing: domain.Payment | None) -> domain.Payment | None:
        if standing is not None and standing.call_id != call_id:
            raise Conflict("There is a payment with this reference already", path="psp_ref")
        return named if standing is None else None

    return payments.change(named.payment_id, begun) or named


def _existing(number: str) -> domain.Payment:
    found = payments.find(number)
    if found is None:
        raise NotFound(f"There is no payment {number}")
    return found
