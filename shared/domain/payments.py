"""Payments (use cases C18 to C25 of OCPP 2.1): what drivers without a contract pay, wherever they pay it."""

import datetime as dt
import hashlib
import hmac
from decimal import Decimal
from typing import Literal, NamedTuple

from shared.domain.authorization import TransactionLimit, normalize

DIRECT_PAYMENT = "DirectPayment"
"""The type of the id token that stands for a payment; the token is the reference of the payment service provider."""
PaymentState = Literal["authorized", "settled", "cancelled", "rejected", "failed"]
"""authorized: the amount is set aside. settled: it was taken. cancelled: it was given up. rejected: the provider did
not take it. failed: it could not be settled."""
SettlementStatus = Literal["Settled", "Canceled", "Rejected", "Failed"]
STATES: dict[SettlementStatus, PaymentState] = {
    "Settled": "settled",
    "Canceled": "cancelled",
    "Rejected": "rejected",
    "Failed": "failed",
}
BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
TOTP_VERSION = "v1"


class Company(NamedTuple):
    """Whom an invoice is for."""

    name: str
    address1: str
    city: str
    country: str
    address2: str | None = None
    postal_code: str | None = None


class Payment(NamedTuple):
    """One payment, known from a station's settlement or begun by us."""

    payment_id: str
    station_id: str
    psp_ref: str
    """The payment service provider's reference."""
    state: PaymentState
    created_at: dt.datetime
    evse_id: int | None = None
    currency: str | None = None
    limit: TransactionLimit = TransactionLimit()
    """What was paid for: a cost that is set aside, an energy, a time."""
    settled_amount: Decimal | None = None
    settled_at: dt.datetime | None = None
    reason: str | None = None
    """Why it was not settled."""
    transaction_id: str | None = None
    receipt_id: str | None = None
    receipt_url: str | None = None
    vat_number: str | None = None
    company: Company | None = None
    call_id: str | None = None
    """The call that starts the transaction; None: the driver begins at the station."""
    card_last4_digits: str | None = None
    conflict: str | None = None
    """Another settlement that the station has told since; it does not count."""
    revision: int = 0

    @property
    def is_ours(self) -> bool:
        """Whether it was begun by us, so that we settle it."""
        return self.call_id is not None


def payment_id(station_id: str, psp_ref: str) -> str:
    """The id of a payment at a station. The reference comes back as an id token, where letter case does not count."""
    return hashlib.sha256(f"{station_id}\x1f{normalize(psp_ref)}".encode()).hexdigest()[:32]


class WebPayments(NamedTuple):
    """How a station makes the links of its QR codes (2.1's WebPaymentsCtrlr)."""

    station_id: str
    url_template: str
    shared_secret: str
    validity_time_s: int = 60
    length: int = 8
    """Of the one-time password, in characters."""


def totp(settings: WebPayments, at: dt.datetime, step: int = 0) -> str:
    """The one-time password of a moment, or of so many time steps later (version 1 of C25): characters that are drawn
    from the HMAC-SHA256 of the number of the time step, from a place in it that its last byte names."""
    number = int(at.timestamp()) // settings.validity_time_s + step
    mac = hmac.new(settings.shared_secret.encode(), number.to_bytes(8, "big"), hashlib.sha256).digest()
    begin = mac[-1] & 0x0F
    return "".join(BASE62[mac[(begin + place) % len(mac)] % len(BASE62)] for place in range(settings.length))


def is_good(settings: WebPayments, given: str, version: str, at: dt.datetime) -> bool:
    """Whether a link was made by the station a moment ago; its clock may be a time step off."""
    if version.casefold() != TOTP_VERSION:
        return False
    return any(hmac.compare_digest(totp(settings, at, step).encode(), given.encode()) for step in (0, -1, 1))
