"""Tariffs and what is said of them on the wire of OCPP 2.x."""

from decimal import Decimal
from typing import Any

from shared.domain.tariffs import Bound, Conditions, Description, Tariff, TariffPart, TaxRate

PRICE_NAMES = {
    "energy": "priceKwh",
    "charging_time": "priceMinute",
    "idle_time": "priceMinute",
    "fixed_fee": "priceFixed",
    "reservation_time": "priceMinute",
    "reservation_fixed": "priceFixed",
}
"""What the price of a part is called."""
PART_NAMES = {
    "energy": "energy",
    "charging_time": "chargingTime",
    "idle_time": "idleTime",
    "fixed_fee": "fixedFee",
    "reservation_time": "reservationTime",
    "reservation_fixed": "reservationFixed",
}
CONDITION_NAMES = {
    "evse_kind": "evseKind",
    "min_energy_wh": "minEnergy",
    "max_energy_wh": "maxEnergy",
    "min_current_a": "minCurrent",
    "max_current_a": "maxCurrent",
    "min_power_w": "minPower",
    "max_power_w": "maxPower",
    "min_time_s": "minTime",
    "max_time_s": "maxTime",
    "min_charging_time_s": "minChargingTime",
    "max_charging_time_s": "maxChargingTime",
    "min_idle_time_s": "minIdleTime",
    "max_idle_time_s": "maxIdleTime",
    "payment_brand": "paymentBrand",
    "payment_recognition": "paymentRecognition",
}


def text_2x(text: Description) -> dict[str, Any]:
    """A MessageContentType."""
    return {"format": text.format, "content": text.content} | ({"language": text.language} if text.language else {})


def tariff_21(tariff: Tariff) -> dict[str, Any]:
    """A TariffType of 2.1."""
    said: dict[str, Any] = {"tariffId": tariff.wire_id, "currency": tariff.currency}
    if tariff.descriptions:
        said["description"] = [text_2x(one) for one in tariff.descriptions]
    if tariff.valid_from:
        said["validFrom"] = tariff.valid_from
    for name, called in PART_NAMES.items():
        part: TariffPart | None = getattr(tariff, name)
        if part is not None:
            said[called] = _part(part, PRICE_NAMES[name])
    for called, bound in (("minCost", tariff.min_cost), ("maxCost", tariff.max_cost)):
        if bound is not None:
            said[called] = _bound(bound)
    return said


def _part(part: TariffPart, price_name: str) -> dict[str, Any]:
    prices = [
        {price_name: float(one.amount)} | ({"conditions": given} if (given := _conditions(one.conditions)) else {})
        for one in part.prices
    ]
    return {"prices": prices} | _taxes(part.tax_rates)


def _taxes(rates: tuple[TaxRate, ...]) -> dict[str, Any]:
    if not rates:
        return {}
    return {"taxRates": [{"type": one.type, "tax": float(one.percent), "stack": one.stack} for one in rates]}


def _bound(bound: Bound) -> dict[str, Any]:
    amounts = {"exclTax": bound.excl_tax, "inclTax": bound.incl_tax}
    return {name: float(one) for name, one in amounts.items() if one is not None} | _taxes(bound.tax_rates)


def _conditions(conditions: Conditions) -> dict[str, Any]:
    given: dict[str, Any] = {
        "startTimeOfDay": conditions.start_time_of_day and conditions.start_time_of_day.isoformat("minutes"),
        "endTimeOfDay": conditions.end_time_of_day and conditions.end_time_of_day.isoformat("minutes"),
        "dayOfWeek": list(conditions.days) or None,
        "validFromDate": conditions.valid_from_date and conditions.valid_from_date.isoformat(),
        "validToDate": conditions.valid_to_date and conditions.valid_to_date.isoformat(),
    }
    given |= {called: getattr(conditions, name) for name, called in CONDITION_NAMES.items()}
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in given.items()
        if value is not None
    }
