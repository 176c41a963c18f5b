"""A bill of AWS: what was used, at list prices, line by line.

Amounts are by the ids of shared/cloud_prices.json, in the units that those have. Free tiers and discounts do not count,
and neither do taxes.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shared.cloud_prices import prices

Amounts = dict[str, float]
"""How much of each thing that has a price, by the price's id."""

BYTES_PER_GB = 1024**3
HOURS_PER_MONTH = 730
MINUTES_PER_MONTH = HOURS_PER_MONTH * 60
DAYS_PER_MONTH = HOURS_PER_MONTH / 24
METERED_FRAME_BYTES = 32 * 1024
"""API Gateway meters a message as one for each 32 KB that it has begun."""
QUEUES_POLLED = 2
POLLS_PER_QUEUE_MONTH = 650_000
"""Lambda asks a queue for messages all the time, with five requests at once that wait twenty seconds each."""
SAMPLES_PER_MONTH = HOURS_PER_MONTH * 12
"""Of what all stations do: one each five minutes (functions/schedule/sample_fleet.py)."""
READS_PER_SAMPLE = 7
"""Request units that a sample takes where there is nothing: half a unit for each query."""
SCHEDULED_RUNS_PER_MONTH = HOURS_PER_MONTH * (12 + 4) + SAMPLES_PER_MONTH
"""Of the functions that look for forgotten transactions, each five minutes, and for lost connections, each quarter, and
of the samples."""
FIXED: Mapping[str, float] = {
    "secret_month": 1,
    "queue_request": QUEUES_POLLED * POLLS_PER_QUEUE_MONTH,
    "lambda_request": SCHEDULED_RUNS_PER_MONTH,
    "write_unit": SAMPLES_PER_MONTH,
    "read_unit": SAMPLES_PER_MONTH * READS_PER_SAMPLE,
}
"""What a stage uses in a month without any station. Alarms are not among it: ten are free in an account."""


class Line(NamedTuple):
    """One line of a bill."""

    item: str
    """The id of its price: `websocket_message`."""
    service: str
    """The AWS service, as AWS's own bill names it."""
    amount: float
    unit: str
    usd: float


def bill(amounts: Mapping[str, float]) -> tuple[Line, ...]:
    """The lines of what was used, in the order of the price list. Raises KeyError for what has no price."""
    known = prices()
    if unknown := amounts.keys() - known.keys():
        raise KeyError(f"there is no price for {', '.join(sorted(unknown))}")
    return tuple(
        Line(item, price.service, amounts[item], price.unit, price.of(amounts[item]))
        for item, price in known.items()
        if amounts.get(item)
    )


def total_usd(lines: Iterable[Line]) -> float:
    return sum(line.usd for line in lines)


def by_service(lines: Iterable[Line]) -> dict[str, float]:
    """Dollars by the service that they go to, the dearest first."""
    found: dict[str, float] = {}
    for line in lines:
        found[line.service] = found.get(line.service, 0.0) + line.usd
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def added(several: Iterable[Mapping[str, float]]) -> Amounts:
    """What several things use together."""
    sums: Amounts = {}
    for amounts in several:
        for item, amount in amounts.items():
            sums[item] = sums.get(item, 0.0) + amount
    return sums


def times(amounts: Mapping[str, float], factor: float) -> Amounts:
    return {item: amount * factor for item, amount in amounts.items()}


def metered(frame_bytes: float) -> int:
    """As how many messages API Gateway meters a frame; none for no frame."""
    return -int(-frame_bytes // METERED_FRAME_BYTES)
