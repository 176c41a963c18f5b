"""What a fleet asks of an account all the time, and at which size that is more than it gets."""

import math
from typing import NamedTuple

from bench.simulation.fleets import (
    AUTHORIZER,
    BOOT,
    END,
    FUNCTIONS,
    HANDSHAKE,
    LISTED,
    METER,
    SHARDS,
    STATUS,
    WRITES,
    Traffic,
)
from bench.simulation.quotas import Quotas
from shared.domain.stations import PLANNED_AGE_MIN, PLANNED_AGE_SPREAD_MIN

WARM_S = FUNCTIONS[METER].warm_s


class Steady(NamedTuple):
    """Per second, of a whole fleet."""

    connects: float
    messages: float
    """Requests to the API: messages of stations and handshakes."""
    writes: float
    """Write units of the table."""
    index_writes: float
    """Write units of the list of stations online: each connection comes and goes."""
    concurrency: float
    """Environments that are busy, on average."""


def steady(stations: int, traffic: Traffic) -> Steady:
    """With planned reconnects (docs/adr/0007-planned-reconnects.md), spread evenly."""
    half_an_interval_s = 0.5 / traffic.heartbeats_per_s
    age_s = (PLANNED_AGE_MIN + PLANNED_AGE_SPREAD_MIN / 2) * 60 + half_an_interval_s
    connects, messages = stations / age_s, stations * traffic.messages_per_s
    return Steady(
        connects=connects,
        messages=messages + connects,
        writes=stations * traffic.writes_per_s + connects * (WRITES[HANDSHAKE] + WRITES[END]),
        index_writes=2 * LISTED * connects,
        concurrency=messages * WARM_S + 3 * connects * FUNCTIONS[HANDSHAKE].warm_s,
    )


def limits(quotas: Quotas) -> Steady:
    """The same, as the quotas have it."""
    return Steady(
        connects=quotas.connections_per_s,
        messages=quotas.requests_per_s,
        writes=quotas.table_writes_per_s,
        index_writes=SHARDS * quotas.partition_writes_per_s,
        concurrency=quotas.concurrency,
    )


def largest_fleets(traffic: Traffic, quotas: Quotas, share: float = 0.8) -> dict[str, int]:
    """How many stations use this share of each quota."""
    one, most = steady(1_000_000, traffic), limits(quotas)
    return {
        name: math.floor(share * limit / used * 1_000_000)
        for name, limit, used in zip(Steady._fields, most, one, strict=True)
    }


def borne_before(stations: int, traffic: Traffic, quotas: Quotas) -> Quotas:
    """Quotas of a table that has borne this fleet for a while: on demand takes twice what it has borne at most, and
    never less than a new table. A partition stays a partition."""
    usual = 2 * steady(stations, traffic).writes
    return quotas._replace(table_writes_per_s=max(quotas.table_writes_per_s, usual))


def warm(stations: int, traffic: Traffic) -> dict[str, int]:
    """Environments that a fleet in its usual state has of each function; those of rare messages are gone."""
    now = steady(stations, traffic)
    usual = {AUTHORIZER: now.connects, HANDSHAKE: now.connects, END: now.connects, METER: now.messages}
    busy = {name: rate * FUNCTIONS[name].warm_s for name, rate in usual.items()}
    return {**{name: math.ceil(mean + 3 * math.sqrt(mean)) for name, mean in busy.items()}, STATUS: 1, BOOT: 1}
