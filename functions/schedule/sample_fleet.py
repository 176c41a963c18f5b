"""Every five minutes: what all stations do now, as one small item, for the console's curves of the day.

Counts come from an index. What transactions draw is told by the latest meter values of each that runs: by when they
came, not by the times in them, since a station's clock may be anywhere. What it costs is in docs/cost.md.
"""

import datetime as dt
from typing import Any

from shared.aws.telemetry import logger
from shared.domain.fleet_samples import FleetSample, energy_between
from shared.domain.power import power_w
from shared.domain.transactions import Transaction
from shared.store import faults, fleet, fleet_samples, keys, patience, readings, transactions

MOST_TRANSACTIONS = 5_000
"""Of more, every second, third and so on is looked at, and the others are taken for the like."""
AT_ONCE = 100
FRESH = dt.timedelta(minutes=70)
"""Readings come each hour at the least; who has been silent for longer is taken to draw nothing."""


def handler(_event: dict[str, Any], context: object) -> dict[str, Any]:
    patience.begin(context)
    now = dt.datetime.now(dt.UTC)
    active = _active()
    step = -(-len(active) // MOST_TRANSACTIONS) or 1
    chosen = active[::step]
    share = len(chosen) / len(active) if active else 1
    power, charging = 0, set[str]()
    for first in range(0, len(chosen), AT_ONCE):
        for transaction in transactions.load(chosen[first : first + AT_ONCE]):
            power += drawn_w(transaction, now)
            charging.add(transaction.station_id)
    power = round(power / share)
    sample = FleetSample(
        at=now,
        stations=fleet.stations(),
        online=fleet.online(),
        charging=round(len(charging) / share),
        faulted=len(faults.stations()),
        transactions=len(active),
        power_w=power,
        energy_wh=energy_between(fleet_samples.latest(), power, now),
        estimated=step > 1,
    )
    fleet_samples.record(sample)
    logger.info("fleet", extra={"online": sample.online, "transactions": sample.transactions, "power_w": power})
    return {"transactions": len(active), "power_w": power}


def drawn_w(transaction: Transaction, now: dt.datetime) -> int:
    """What a transaction draws, as far as its station has told lately."""
    if transaction.charging_state not in (None, "Charging"):
        return 0
    latest = readings.latest(transaction)
    if latest.received_at is None or now - latest.received_at > FRESH:
        return 0
    return power_w(latest.values) or 0


def _active() -> list[keys.Key]:
    """The keys of all transactions that run."""
    found: list[keys.Key] = []
    before = keys.END_OF_TIME
    while listed := transactions.keys_in_list("active", before=before, limit=1000):
        found += [key for _, key in listed]
        before = listed[-1][0]
    return found
