"""How an estimate of a bill is told: to programs, by the operator API and by the command line alike."""

from collections.abc import Iterable
from typing import Any

from shared.cloud_prices import Price, prices, region
from shared.domain.cloud_alternatives import NAMES, crossover, usd
from shared.domain.cloud_costs import Line, by_service, total_usd
from shared.domain.cloud_estimates import REACH_USD, Estimate, fixed

Json = dict[str, Any]


def line(one: Line) -> Json:
    return one._asdict()


def prices_of(lines: Iterable[Line]) -> list[Json]:
    """What the things on a bill cost, in the order of their names."""
    return [_price(prices()[item]) for item in sorted({one.item for one in lines})]


def _price(price: Price) -> Json:
    return {"item": price.id, "usd": price.usd, "per": price.per, "date": price.date, "source": price.source}


def services(lines: Iterable[Line]) -> list[Json]:
    return [{"service": service, "usd": dollars} for service, dollars in by_service(lines).items()]


def estimate(month: Estimate, stations: int, profile: str | None = None) -> Json:
    """A month of stations that all do the same. `target_usd` is what one of a profile, if unchanged, is to cost at
    most."""
    own = fixed()
    return {
        "profile": profile,
        "target_usd": REACH_USD.get(profile or ""),
        "stations": stations,
        "traffic": month.traffic._asdict(),
        "usd_per_station": month.usd,
        "usd_per_transaction": month.usd_per_transaction,
        "usd_per_message": month.usd_per_message,
        "messages_per_station": month.messages,
        "by_service": services(month.lines),
        "by_cause": [{"cause": cause, "usd": dollars} for cause, dollars in month.by_cause.items()],
        "lines": [line(one) for one in month.lines],
        "region": region(),
        "prices": prices_of([*month.lines, *own]),
        "fixed_usd": total_usd(own),
        "fixed": [line(one) for one in own],
        "usd": month.usd * stations + total_usd(own),
        "alternatives": [
            {
                "alternative": alternative,
                "name": name,
                "usd": usd(alternative, month, stations),
                "cheaper_from_stations": None if alternative == "serverless" else crossover(alternative, month),
            }
            for alternative, name in NAMES.items()
        ],
    }
