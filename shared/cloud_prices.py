"""What AWS charges, by the one file of prices beside this module (cloud_prices.json).

Every price has the day and the page it is from. They are list prices of one region, without free tiers and discounts.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).with_suffix(".json")


class Price(NamedTuple):
    """The price of one thing: `usd` for `per` of its `unit`."""

    id: str
    service: str
    """The AWS service, as a bill names it."""
    usd: float
    per: int
    unit: str
    date: str
    """The month in which the source said so: `2025-05`."""
    source: str

    def of(self, amount: float) -> float:
        """US dollars for an amount of the unit."""
        return self.usd * amount / self.per


@cache
def region() -> str:
    """The region that the prices are of."""
    return str(_file()["region"])


@cache
def prices() -> dict[str, Price]:
    """All prices by their ids."""
    return {one["id"]: Price(**one) for one in _file()["prices"]}


def usd(price_id: str, amount: float) -> float:
    """US dollars for an amount of what has this price. Raises KeyError for an id that the file does not have."""
    return prices()[price_id].of(amount)


@cache
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return loaded
