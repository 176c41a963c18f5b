"""The shapes of tariffs in the operator API: what is put and what is shown."""

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import MAX_INTEGER, OptionalTime, Printable
from shared.aws.views import View
from shared.domain import tariffs as domain
from shared.domain.tariffs import LANGUAGE, Day

MAX_TARIFF_ID = 50
"""OCPP 2.1 carries 60 characters; the number of a revision takes some of them."""
MOST_PRICES = 50
MOST_DECIMALS = 6


def _tariff_id(text: str) -> str:
    if domain.WIRE_REVISION in text:
        raise ValueError(f"must not have a {domain.WIRE_REVISION}")
    return text


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # no such zone, or no name of one
        raise ValueError("is no time zone of the IANA database") from error
    return name


def _date(text: str) -> str:
    dt.date.fromisoformat(text)
    return text


def _kept_exactly(amount: float) -> float:
    """A number that JSON carries as it was meant: with more digits it would come out as another."""
    if Decimal(repr(amount)) != round(Decimal(repr(amount)), MOST_DECIMALS):
        raise ValueError(f"has more than {MOST_DECIMALS} decimals")
    return amount


def _language(text: str) -> str:
    if not LANGUAGE.fullmatch(text):
        raise ValueError("is no language of RFC 5646, such as de or pt-BR")
    return text


TariffIdText = Annotated[str, Field(min_length=1, max_length=MAX_TARIFF_ID), Printable, AfterValidator(_tariff_id)]
"""The id of a tariff in a body."""
LanguageText = Annotated[str, Field(min_length=2, max_length=8), AfterValidator(_language)]
Amount = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False), AfterValidator(_kept_exactly)]
Whole = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
DateText = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_date)]


class Part(View):
    """A part of a tariff."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)


class TaxRate(Part):
    """A tax on a price."""

    type: Annotated[str, Field(min_length=1, max_length=20)]
    """What it is called."""
    percent: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False), AfterValidator(_kept_exactly)]
    stack: Annotated[int, Field(ge=0, le=10)] = 0
    """One of a higher stack is on the price with the taxes of the lower ones."""


class Conditions(Part):
    """When a price counts: all that are given must hold. What begins is included, what ends is not."""

    start_time_of_day: TimeOfDay | None = None
    """By the clock of the tariff's time zone; one after the end goes over midnight."""
    end_time_of_day: TimeOfDay | None = None
    days: Annotated[list[Day], Field(max_length=7)] = Field([])
    """On which days; empty: on all."""
    valid_from_date: DateText | None = None
    valid_to_date: DateText | None = None
    evse_kind: Literal["AC", "DC"] | None = None
    """For stations that calculate the cost; we do not know of what kind an EVSE is, so here it never holds."""
    min_energy_wh: Amount | None = None
    """Of the transaction so far, as all that follow."""
    max_energy_wh: Amount | None = None
    min_current_a: Amount | None = None
    max_current_a: Amount | None = None
    min_power_w: Amount | None = None
    max_power_w: Amount | None = None
    min_time_s: Whole | None = None
    max_time_s: Whole | None = None
    min_charging_time_s: Whole | None = None
    max_charging_time_s: Whole | None = None
    min_idle_time_s: Whole | None = None
    max_idle_time_s: Whole | None = None
    payment_brand: Annotated[str, Field(max_length=20)] | None = None
    """Of fees only, for stations that calculate the cost, as the next."""
    payment_recognition: Annotated[str, Field(max_length=20)] | None = None


class Price(Part):
    """A price without tax: of a kWh, of a minute, or of the whole."""

    price: Amount
    conditions: Conditions | None = None
    """null: it always counts."""


class Prices(Part):
    """The prices of one thing: the first counts whose conditions hold; if none does, it is free."""

    prices: Annotated[list[Price], Field(min_length=1, max_length=MOST_PRICES)]
    tax_rates: Annotated[list[TaxRate], Field(max_length=5)] = Field([])


class Bound(Part):
    """A least or highest cost of a transaction."""

    excl_tax: Amount | None = None
    incl_tax: Amount | None = None
    tax_rates: Annotated[list[TaxRate], Field(max_length=5)] = Field([])


class Description(Part):
    """A tariff in words, in one language."""

    content: Annotated[str, Field(min_length=1, max_length=1024)]
    language: LanguageText | None = None
    format: Literal["ASCII", "HTML", "URI", "UTF8", "QRCODE"] = "UTF8"


class TariffSettings(Part):
    """What an operator sets of a tariff. Every change makes a new revision; what runs goes on by the old one."""

    currency: Annotated[str, Field(pattern=re.compile(r"^[A-Z]{3}$").pattern)]
    """ISO 4217: `EUR`."""
    energy: Prices | None = None
    """By kWh."""
    charging_time: Prices | None = None
    """By minute in which the vehicle charges."""
    idle_time: Prices | None = None
    """By minute in which it is connected and does not want to; one in which the station has suspended it is free."""
    fixed_fee: Prices | None = None
    """Once, by the conditions at the start."""
    reservation_time: Prices | None = None
    """For stations that calculate the cost, as the next; here it is not billed."""
    reservation_fixed: Prices | None = None
    min_cost: Bound | None = None
    max_cost: Bound | None = None
    description: Annotated[list[Description], Field(max_length=10)] = Field([])
    """What drivers are shown, each in his language, or else in the first."""
    valid_from: OptionalTime = None
    """Before that it applies to nothing; null: it applies at once."""
    time_zone: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_time_zone)] = "UTC"
    """Whose clock its conditions go by; a name of the IANA time zone database."""
    running_cost: bool = False
    """Whether stations of OCPP 2.x are told the cost while a transaction runs, in the answers to its events."""

    def tariff(self, tariff_id: str) -> domain.Tariff:
        """The tariff that these settings make."""
        return domain.Tariff(
            tariff_id,
            self.currency,
            energy=_part(self.energy),
            charging_time=_part(self.charging_time),
            idle_time=_part(self.idle_time),
            fixed_fee=_part(self.fixed_fee),
            reservation_time=_part(self.reservation_time),
            reservation_fixed=_part(self.reservation_fixed),
            min_cost=_bound(self.min_cost),
            max_cost=_bound(self.max_cost),
            descriptions=tuple(domain.Description(one.content, one.language, one.format) for one in self.description),
            valid_from=self.valid_from,
            time_zone=self.time_zone,
            running_cost=self.running_cost,
        )


class Tariff(TariffSettings):
    """A tariff."""

    tariff_id: str
    revision: int
    """Counts how often it was put."""
    wire_id: str
    """What stations of OCPP 2.1 call this revision."""


class TariffList(View):
    """A page of tariffs, in order of their ids."""

    items: list[Tariff]
    next_cursor: NextCursor


PARTS = ("energy", "charging_time", "idle_time", "fixed_fee", "reservation_time", "reservation_fixed")


def _exact(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(repr(amount))


def _taxes(rates: list[TaxRate]) -> tuple[domain.TaxRate, ...]:
    return tuple(domain.TaxRate(one.type, Decimal(repr(one.percent)), one.stack) for one in rates)


def _part(part: Prices | None) -> domain.TariffPart | None:
    if part is None:
        return None
    prices = tuple(
        domain.TariffPrice(Decimal(repr(one.price)), _conditions(one.conditions or Conditions())) for one in part.prices
    )
    return domain.TariffPart(prices, _taxes(part.tax_rates))


def _bound(bound: Bound | None) -> domain.Bound | None:
    return domain.Bound(_exact(bound.excl_tax), _exact(bound.incl_tax), _taxes(bound.tax_rates)) if bound else None


def _conditions(given: Conditions) -> domain.Conditions:
    fields: dict[str, Any] = given.model_dump()
    for name, value in fields.items():
        if name.endswith("time_of_day") and value is not None:
            fields[name] = dt.time.fromisoformat(value)
        elif name.endswith("_date") and value is not None:
            fields[name] = dt.date.fromisoformat(value)
        elif name.endswith(("_wh", "_w", "_a")):
            fields[name] = _exact(value)
    return domain.Conditions(**fields | {"days": tuple(given.days)})


def tariff_view(tariff: domain.Tariff) -> Tariff:
    """A tariff as the API shows it."""
    fields = {name: _as_shown(getattr(tariff, name)) for name in (*PARTS, "min_cost", "max_cost")}
    return Tariff(
        tariff_id=tariff.tariff_id,
        revision=tariff.revision,
        wire_id=tariff.wire_id,
        currency=tariff.currency,
        **fields,
        description=[Description(**one._asdict()) for one in tariff.descriptions],
        valid_from=tariff.valid_from,
        time_zone=tariff.time_zone,
        running_cost=tariff.running_cost,
    )


def _as_shown(part: domain.TariffPart | domain.Bound | None) -> Any:
    if part is None:
        return None
    taxes = [{**one._asdict(), "percent": float(one.percent)} for one in part.tax_rates]
    if isinstance(part, domain.Bound):
        amounts = {"excl_tax": part.excl_tax, "incl_tax": part.incl_tax}
        return {name: float(one) if one is not None else None for name, one in amounts.items()} | {"tax_rates": taxes}
    prices = [{"price": float(one.amount), "conditions": _conditions_shown(one.conditions)} for one in part.prices]
    return {"prices": prices, "tax_rates": taxes}


def _conditions_shown(conditions: domain.Conditions) -> Any:
    if conditions == domain.Conditions():
        return None
    fields: dict[str, Any] = {}
    for name, value in conditions._asdict().items():
        if isinstance(value, dt.time):
            fields[name] = value.isoformat("minutes")
        elif isinstance(value, dt.date):
            fields[name] = value.isoformat()
        elif isinstance(value, Decimal):
            fields[name] = float(value)
        elif isinstance(value, tuple):
            fields[name] = list(value)
        else:
            fields[name] = value
    return fields
