"""Tariffs (block I): what charging costs, in the structure of OCPP 2.1, and who pays by which.

Amounts of money are exact, without tax, in a currency's units. In a part of a tariff the first price counts whose
conditions hold; if none does, that part is free.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DAYS: tuple[Day, ...] = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AssignedBy = Literal["id_token", "group", "evse", "station", "operator"]
"""By what a transaction has its tariff; `operator`: it was changed while it ran."""
MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""How many decimals a currency has (ISO 4217) where it is not two."""
WIRE_REVISION = "#"
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class TaxRate(NamedTuple):
    """A tax on a price, in percent. One of a higher stack is on the price with the taxes of the lower ones."""

    type: str
    percent: Decimal
    stack: int = 0


class Conditions(NamedTuple):
    """When a price counts: all that are given must hold. What begins is included, what ends is not."""

    start_time_of_day: dt.time | None = None
    """By the clock of the tariff's time zone; one after the end goes over midnight."""
    end_time_of_day: dt.time | None = None
    days: tuple[Day, ...] = ()
    valid_from_date: dt.date | None = None
    valid_to_date: dt.date | None = None
    evse_kind: Literal["AC", "DC"] | None = None
    min_energy_wh: Decimal | None = None
    """Of the transaction so far, as all that follow."""
    max_energy_wh: Decimal | None = None
    min_current_a: Decimal | None = None
    max_current_a: Decimal | None = None
    min_power_w: Decimal | None = None
    max_power_w: Decimal | None = None
    min_time_s: int | None = None
    max_time_s: int | None = None
    min_charging_time_s: int | None = None
    max_charging_time_s: int | None = None
    min_idle_time_s: int | None = None
    max_idle_time_s: int | None = None
    payment_brand: str | None = None
    payment_recognition: str | None = None


class TariffPrice(NamedTuple):
    """A price: of a kWh, of a minute, or of the whole."""

    amount: Decimal
    conditions: Conditions = Conditions()


class TariffPart(NamedTuple):
    """The prices of one thing, in the order in which they are tried, and the taxes on it."""

    prices: tuple[TariffPrice, ...]
    tax_rates: tuple[TaxRate, ...] = ()


class Bound(NamedTuple):
    """A least or highest cost of a transaction, without or with tax."""

    excl_tax: Decimal | None = None
    incl_tax: Decimal | None = None
    tax_rates: tuple[TaxRate, ...] = ()


class Description(NamedTuple):
    """A tariff in words, in one language (RFC 5646)."""

    content: str
    language: str | None = None
    format: Literal["ASCII", "HTML", "URI", "UTF8", "QRCODE"] = "UTF8"


class Tariff(NamedTuple):
    """A tariff as the operator put it; each time it is put makes a revision, which never changes."""

    tariff_id: str
    currency: str
    """ISO 4217: `EUR`."""
    energy: TariffPart | None = None
    """By kWh."""
    charging_time: TariffPart | None = None
    """By minute in which the vehicle charges."""
    idle_time: TariffPart | None = None
    """By minute in which the vehicle is connected and does not want to charge."""
    fixed_fee: TariffPart | None = None
    reservation_time: TariffPart | None = None
    """Told to stations, which may bill it; we do not."""
    reservation_fixed: TariffPart | None = None
    min_cost: Bound | None = None
    max_cost: Bound | None = None
    descriptions: tuple[Description, ...] = ()
    valid_from: dt.datetime | None = None
    """Before that it applies to nothing."""
    time_zone: str = "UTC"
    """Whose clock its conditions go by; a name of the IANA time zone database."""
    running_cost: bool = False
    """Whether stations are told the cost while a transaction runs."""
    revision: int = 0
    """Counts how often it was put; 0: never."""

    @property
    def wire_id(self) -> str:
        """What stations call this revision: with other contents a tariff must have another id (2.1, I07)."""
        return self.tariff_id if self.revision <= 1 else f"{self.tariff_id}{WIRE_REVISION}{self.revision}"


def of_wire_id(text: str) -> tuple[str, int]:
    """The tariff and the revision that a station means."""
    tariff_id, _, number = text.rpartition(WIRE_REVISION)
    return (tariff_id, int(number)) if tariff_id and number.isdecimal() else (text, 1)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount of money as it is paid: in the currency's smallest unit, half of one rounded up."""
    return amount.quantize(Decimal(1).scaleb(-MINOR_DIGITS.get(currency, 2)), ROUND_HALF_UP)


def with_tax(amount: Decimal, tax_rates: tuple[TaxRate, ...]) -> Decimal:
    """An amount with the taxes on it."""
    for stack in sorted({rate.stack for rate in tax_rates}):
        amount += sum((amount * rate.percent / 100 for rate in tax_rates if rate.stack == stack), Decimal(0))
    return amount


def text_for(tariff: Tariff, language: str | None, longest: int) -> Description | None:
    """What to show a driver of a tariff: in his language, or else in the first that there is; cut to what fits."""
    if not tariff.descriptions:
        return None
    wanted = (language or "").casefold()
    kin = wanted.partition("-")[0]

    def distance(one: Description) -> int:
        given = (one.language or "").casefold()
        if wanted and given == wanted:
            return 0
        return 1 if kin and given.partition("-")[0] == kin else 2

    found = min(tariff.descriptions, key=distance)
    if len(found.content) <= longest:
        return found
    if found.format not in ("ASCII", "UTF8"):
        return None  # half a link or half a document says nothing
    dots = "..." if found.format == "ASCII" else "…"
    return found._replace(content=found.content[: max(0, longest - len(dots))].rstrip() + dots)


class StationTariff(NamedTuple):
    """A tariff that a station of OCPP 2.1 has to calculate costs by."""

    wire_id: str
    kind: Literal["DefaultTariff", "DriverTariff"]
    evse_id: int
    """0: of the whole station."""
    noted_at: dt.datetime
    """When the station has accepted or reported it."""
    valid_from: dt.datetime | None = None
    id_tokens: tuple[str, ...] = ()
    """Of a driver's tariff, whose."""
    call_id: str | None = None
    """The call that set it; None: it came otherwise."""
