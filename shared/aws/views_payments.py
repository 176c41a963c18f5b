"""The shapes of payments in the operator API."""

import datetime as dt
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import MAX_INTEGER, Printable, StationIdText
from shared.aws.views import View
from shared.aws.views_calls import Call
from shared.domain import payments as domain
from shared.domain import shapes
from shared.domain.payments import PaymentState

GIVEN = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)
EvseNumber = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
Cost = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
Positive = Annotated[int, Field(ge=1, le=MAX_INTEGER)]


class PaymentLimit(View):
    """What is paid for; null: no such limit."""

    model_config = GIVEN

    max_cost: Cost | None = None
    """What is set aside, in `currency`."""
    max_energy_wh: Positive | None = None
    max_time_s: Positive | None = None


class OrderedLimit(PaymentLimit):
    """What is paid for; only an amount can be set aside."""

    max_cost: Cost
    """What is set aside, in `currency`."""


class PaymentOrder(View):
    """A driver's payment for a transaction at an EVSE, which is started with it."""

    model_config = GIVEN

    station_id: StationIdText
    evse_id: EvseNumber
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    """ISO 4217: `EUR`."""
    limit: OrderedLimit
    psp_ref: Annotated[str, Field(min_length=1, max_length=255), Printable] | None = None
    """The payment service provider's reference, where a terminal or a page has set the amount aside already; left out,
    our provider is asked."""
    method: Annotated[str, Field(max_length=255)] = ""
    """What our provider needs to know of how the driver pays."""
    card_last4_digits: Annotated[str, Field(pattern=r"^\d{4}$")] | None = None


class Company(View):
    """Whom an invoice is for."""

    name: str
    address1: str
    address2: str | None
    city: str
    postal_code: str | None
    country: str


class Payment(View):
    """A payment: settled by a station's own terminal, or begun here."""

    payment_id: str
    station_id: str
    evse_id: int | None
    psp_ref: str
    """The payment service provider's reference."""
    state: PaymentState
    """authorized: the amount is set aside. settled: it was taken. cancelled: it was given up. rejected: the provider
    did not take it. failed: it could not be settled."""
    currency: str | None
    limit: PaymentLimit
    settled_amount: float | None
    settled_at: dt.datetime | None
    reason: str | None
    """Why it was not settled."""
    conflict: str | None
    """Another settlement that the station has told since it was settled; it does not count."""
    transaction_id: str | None
    receipt_id: str | None
    receipt_url: str | None
    vat_number: str | None
    company: Company | None
    card_last4_digits: str | None
    created_at: dt.datetime
    call_id: str | None
    """The call that starts the transaction; null: the driver paid at the station."""


class PaymentWithCall(Payment):
    """A payment, and the call that starts its transaction."""

    call: Call


class PaymentList(View):
    """A page of payments, newest first."""

    items: list[Payment]
    next_cursor: NextCursor


class WebPaymentSettings(View):
    """How a station makes the links of its QR codes (2.1's WebPaymentsCtrlr)."""

    model_config = GIVEN

    url_template: Annotated[str, Field(min_length=1, max_length=2000), Printable]
    """The page where drivers pay, with `{chargingStationId}`, `{evse}`, `{totp}` and `{version}` in it."""
    validity_time_s: Annotated[int, Field(ge=6, le=3600)] = 60
    """After so long the station shows another one-time password."""
    length: Annotated[int, Field(ge=6, le=32)] = 8
    """Of the one-time password."""


class WebPaymentOpening(View):
    """What a link says that a driver has opened."""

    model_config = GIVEN

    evse_id: EvseNumber
    totp: Annotated[str, Field(min_length=1, max_length=64)]
    version: Annotated[str, Field(min_length=1, max_length=20)]
    timeout_s: Annotated[int, Field(ge=0, le=3600)] = 300
    """For how long the station keeps the EVSE for the driver who pays."""


def payment_view(one: domain.Payment) -> Payment:
    return Payment(**shapes.payment(one))
