"""What in a tariff contradicts itself: it could be stored, but would not mean what somebody wanted."""

from collections.abc import Iterator
from typing import NamedTuple

from shared.domain.tariffs import MINOR_DIGITS, Bound, Conditions, Tariff, TariffPart

PARTS = ("energy", "charging_time", "idle_time", "fixed_fee", "reservation_time", "reservation_fixed")
BETWEEN = ("energy_wh", "current_a", "power_w", "time_s", "charging_time_s", "idle_time_s")
"""What conditions give the least and the highest of."""


class Contradiction(NamedTuple):
    path: str
    reason: str


def contradictions(tariff: Tariff) -> list[Contradiction]:
    """All of a tariff, in its order."""
    found: list[Contradiction] = []
    for name in PARTS:
        part: TariffPart | None = getattr(tariff, name)
        for place, price in enumerate(part.prices if part else ()):
            found += _of_conditions(price.conditions, f"{name}.prices[{place}].conditions")
    for name in ("min_cost", "max_cost"):
        found += _of_bound(getattr(tariff, name), name, tariff.currency)
    least, most = tariff.min_cost, tariff.max_cost
    if least and most and _is_above(least, most):
        found.append(Contradiction("min_cost", "is higher than max_cost"))
    return found


def _of_conditions(conditions: Conditions, path: str) -> Iterator[Contradiction]:
    for name in BETWEEN:
        least, most = getattr(conditions, f"min_{name}"), getattr(conditions, f"max_{name}")
        if least is not None and most is not None and least > most:
            yield Contradiction(f"{path}.min_{name}", f"is higher than max_{name}")
    begin, end = conditions.valid_from_date, conditions.valid_to_date
    if begin is not None and end is not None and begin > end:
        yield Contradiction(f"{path}.valid_from_date", "is after valid_to_date")


def _of_bound(bound: Bound | None, path: str, currency: str) -> Iterator[Contradiction]:
    if bound is None:
        return
    excl_tax, incl_tax = bound.excl_tax, bound.incl_tax
    if excl_tax is None and incl_tax is None:
        yield Contradiction(path, "names no amount")
    if excl_tax is not None and incl_tax is not None and excl_tax > incl_tax:
        yield Contradiction(f"{path}.excl_tax", "is higher than incl_tax")
    digits = MINOR_DIGITS.get(currency, 2)
    for name, amount in (("excl_tax", excl_tax), ("incl_tax", incl_tax)):
        if amount is not None and amount != round(amount, digits):
            yield Contradiction(f"{path}.{name}", f"has more decimals than {currency} ({digits})")


def _is_above(least: Bound, most: Bound) -> bool:
    pairs = ((least.excl_tax, most.excl_tax), (least.incl_tax, most.incl_tax))
    return any(low is not None and high is not None and low > high for low, high in pairs)
