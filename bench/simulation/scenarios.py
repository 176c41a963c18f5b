"""What is simulated: outages and their echoes, of fleets of several sizes that dial again in several ways."""

import math
from typing import NamedTuple

import numpy as np

from bench.simulation.fleets import BOOT, STATUS, Fleet, home
from bench.simulation.outcome import Outcome
from bench.simulation.quotas import Floats, Quotas, default_quotas
from bench.simulation.retries import Retry, drawn, of_fleet
from bench.simulation.steady import borne_before, warm
from bench.simulation.storm import Case, simulate
from shared.domain.stations import PLANNED_AGE_MIN, PLANNED_AGE_SPREAD_MIN
from shared.fleet import HEARTBEAT_INTERVAL_S, RetrySettings, retry_settings

SIZES = (10_000, 100_000, 1_000_000)
OUTAGE_S = 600.0
METER_EVERY_S = 60
OF_AGE, OF_BEAT = (1 << 40) + 3, (1 << 40) + 4
"""Numbers of draws for the age at which a connection is closed, and the heartbeat on which that rides."""


class Scenario(NamedTuple):
    """`quotas` None: an account that has asked for nothing and a table that has borne the fleet."""

    name: str
    stations: int
    retries: tuple[tuple[float, Retry], ...]
    outage_s: float = 0.0
    reboots: bool = False
    is_cold: bool = False
    quotas: Quotas | None = None

    def case(self) -> Case:
        traffic = home(HEARTBEAT_INTERVAL_S)
        says = (BOOT, STATUS, STATUS) if self.reboots else (STATUS, STATUS)
        fleet = Fleet(self.stations, traffic, says, queued=math.floor(self.outage_s / METER_EVERY_S))
        usual = default_quotas() if self.is_cold else borne_before(self.stations, traffic, default_quotas())
        warmed = {} if self.is_cold else warm(self.stations, traffic)
        return Case(fleet, self.retries, self.quotas or usual, self.outage_s, warmed)


def shipped(stations: int) -> Retry:
    """How stations of OCPP 2.x dial again in a fleet of this size: what we send them (shared/fleet.py)."""
    settings = retry_settings(stations)
    if settings is None:
        raise ValueError("a fleet without stations")
    return of_fleet(settings)


FIXED_10, FIXED_60 = Retry("1.6: every 10 s", 10.0), Retry("1.6: every 60 s", 60.0)
JITTERED = Retry("1.6: 10 s and 0 to 10 s", 10.0, 10.0)


def candidates(stations: int) -> list[Retry]:
    """Ways to dial again that are compared."""
    spread = stations // 400
    shorter, longer = (of_fleet(RetrySettings(10, max(10, one), 3)) for one in (spread // 2, spread * 2))
    if stations >= SIZES[-1]:
        return [shipped(stations), longer]
    later, never_doubled = of_fleet(RetrySettings(30, spread, 3)), of_fleet(RetrySettings(10, spread, 0))
    standard = [of_fleet(RetrySettings(10, 10, 3)), shorter, shipped(stations), longer, later, never_doubled]
    return [FIXED_10, FIXED_60, JITTERED, *dict.fromkeys(standard)]


def outages() -> list[Scenario]:
    """Every way to dial again after connections were cut, and what we ship after an outage of ten minutes, beside what
    differs from it in one point."""
    made = [Scenario("cut", size, ((1.0, retry),)) for size in SIZES for retry in candidates(size)]
    for size in SIZES:
        beside = [FIXED_60, *candidates(size)[-2:]] if size == SIZES[1] else []
        made += [Scenario("outage", size, ((1.0, retry),), OUTAGE_S) for retry in (shipped(size), *beside)]
    return made


def others() -> list[Scenario]:
    """What else may be true of a storm, with what we ship."""
    middle, asked = SIZES[1], default_quotas()._replace(connections_per_s=2000, connections_burst=2000)
    matched = of_fleet(RetrySettings(10, middle // 1600, 3))
    mixed = ((0.3, FIXED_60), (0.7, shipped(middle)))
    return [
        Scenario("reboot", middle, ((1.0, shipped(middle)),), reboots=True),
        Scenario("cold", middle, ((1.0, shipped(middle)),), is_cold=True),
        Scenario("mixed", middle, mixed),
        Scenario(
            "new account",
            SIZES[0],
            ((1.0, shipped(SIZES[0])),),
            is_cold=True,
            quotas=default_quotas()._replace(concurrency=10),
        ),
        Scenario("raised", middle, ((1.0, matched),), quotas=asked),
        Scenario("raised and warmed", middle, ((1.0, matched),), quotas=asked._replace(table_writes_per_s=8_000)),
    ]


# ---------------------------------------------------------------------- the echo


def cut_again_at(scenario: Scenario, before: Outcome, *, planned: bool) -> Floats:
    """When the connections of a storm end, counted from that storm: at the age that each has drawn and with the
    heartbeat after it, as we close them; or, where that is not done and at stations that charge, at two hours."""
    case = scenario.case()
    everyone = case.every_station()
    longest = case.quotas.connection_s
    if not planned:
        return before.connected_at + longest
    drawn_s = 60 * (PLANNED_AGE_MIN + PLANNED_AGE_SPREAD_MIN * drawn(case.seed, everyone, OF_AGE))
    beats_s = drawn(case.seed, everyone, OF_BEAT) / case.fleet.traffic.heartbeats_per_s
    return before.connected_at + np.where(case.charges(), longest, np.minimum(drawn_s + beats_s, longest))


def echo(scenario: Scenario, before: Outcome, *, planned: bool) -> Outcome:
    """The second wave: times count from its first connection that ends. Who is cut says nothing new."""
    ends_at = cut_again_at(scenario, before, planned=planned)
    case = scenario.case()
    again = case._replace(
        fleet=case.fleet._replace(says=(), queued=0),
        service_back_at_s=0.0,
        connected=scenario.stations,
        seed=case.seed + 1,
    )
    return simulate(again, ends_at - ends_at.min())
