"""The same stations on systems of other kinds, what those cost a month, and from how many stations on they cost less.

Only what AWS bills is counted: nobody's time for servers that run, databases that are upgraded, nights on call. What a
task or a database carries is assumed, and stands in `Assumptions`, so that other numbers can be put in.
"""

import math
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from shared.domain.cloud_costs import (
    BYTES_PER_GB,
    FIXED,
    HOURS_PER_MONTH,
    MINUTES_PER_MONTH,
    Amounts,
    added,
    bill,
    times,
    total_usd,
)
from shared.domain.cloud_estimates import Estimate

Alternative = Literal["serverless", "always_on", "one_machine", "hybrid", "iot_core"]


class Assumptions(NamedTuple):
    """What the always-on parts carry and are made of."""

    stations_per_task: int = 5_000
    """Connections that one task holds (1 vCPU, 2 GB), with the work behind them."""
    front_stations_per_task: int = 20_000
    """Connections that one task holds that only passes messages on."""
    least_tasks: int = 2
    """In two zones, so that one may fail."""
    task_vcpu: float = 1.0
    task_gb: float = 2.0
    messages_per_s_per_database: float = 75.0
    """What one db.t4g.medium takes; larger ones cost as many times as much as they take."""
    database_copies: int = 2
    """A second one stands by in another zone."""
    database_gb: float = 20.0
    """Of disk, at least."""
    addresses: int = 3
    """Public IPv4 addresses: of the balancer and of the tasks."""
    connections_per_balancer_unit: int = 3_000
    machine_stations: int = 1_000
    """What a single t4g.small carries, database and all."""
    machine_disk_gb: float = 20.0
    iot_message_bytes: int = 5 * 1024
    """As one message IoT Core meters at most."""


ASSUMED = Assumptions()
NAMES: Mapping[Alternative, str] = {
    "serverless": "Idlewatt",
    "always_on": "containers and a database, both twice",
    "one_machine": "one machine, nothing twice",
    "hybrid": "containers in front of the functions",
    "iot_core": "containers that bridge to IoT Core",
}
SCALE = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
"""Numbers of stations worth a look."""
MOST_STATIONS = 10_000_000
OF_SOCKETS = ("websocket_message", "connection_minute", "edge_request", "edge_gb", "edge_origin_gb")
"""What no longer is used where containers hold the connections."""


def usd(alternative: Alternative, month: Estimate, stations: int, assumed: Assumptions = ASSUMED) -> float | None:
    """Dollars a month for so many stations that each do the same. None: it does not carry so many."""
    amounts = AMOUNTS[alternative](month, stations, assumed)
    return None if amounts is None else total_usd(bill(amounts))


def crossover(alternative: Alternative, month: Estimate, assumed: Assumptions = ASSUMED) -> int | None:
    """The fewest stations at which an alternative costs less than Idlewatt. None: it never does, up to ten million or
    what it carries.

    Found by bisection below the first power of two at which it does. Tasks come whole, so a little beyond it the
    alternative may cost more once again.
    """

    def costs_less(stations: int) -> bool:
        other = usd(alternative, month, stations, assumed)
        own = usd("serverless", month, stations, assumed)
        return other is not None and own is not None and other < own

    most = assumed.machine_stations if alternative == "one_machine" else MOST_STATIONS
    low, high = 0, 1
    while not costs_less(high):
        if high == most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if costs_less(middle) else (middle, high)
    return high


def _serverless(month: Estimate, stations: int, _assumed: Assumptions) -> Amounts:
    return added((times(month.amounts, stations), FIXED))


def _always_on(month: Estimate, stations: int, assumed: Assumptions) -> Amounts:
    messages_per_s = stations * month.messages / 2 / (MINUTES_PER_MONTH * 60)
    databases = max(1.0, messages_per_s / assumed.messages_per_s_per_database)
    stored_gb = max(assumed.database_gb, stations * month.amounts.get("table_gb_month", 0.0))
    return added(
        (
            _front(stations, assumed.stations_per_task, assumed),
            {
                "database_medium_hour": databases * assumed.database_copies * HOURS_PER_MONTH,
                "database_gb_month": stored_gb * assumed.database_copies,
                "log_gb": stations * month.amounts.get("log_gb", 0.0),
            },
        )
    )


def _one_machine(_month: Estimate, stations: int, assumed: Assumptions) -> Amounts | None:
    if stations > assumed.machine_stations:
        return None
    return {
        "machine_hour": HOURS_PER_MONTH,
        "disk_gb_month": assumed.machine_disk_gb,
        "address_hour": HOURS_PER_MONTH,
    }


def _hybrid(month: Estimate, stations: int, assumed: Assumptions) -> Amounts:
    behind = {item: amount for item, amount in month.amounts.items() if item not in OF_SOCKETS}
    return added((_front(stations, assumed.front_stations_per_task, assumed), times(behind, stations), FIXED))


def _iot_core(month: Estimate, stations: int, assumed: Assumptions) -> Amounts:
    """Stations speak OCPP and no MQTT, so containers hold their connections here, too; each has one of its own to IoT
    Core, and a rule brings what comes in to a function."""
    frames_in_bytes = month.amounts.get("edge_origin_gb", 0.0) * BYTES_PER_GB
    larger = frames_in_bytes / max(1.0, month.messages / 2) / assumed.iot_message_bytes
    messages = month.messages * max(1, math.ceil(larger))
    of_iot = {
        "iot_connection_minute": float(MINUTES_PER_MONTH),
        "iot_message": messages,
        "iot_rule": messages / 2,
        "iot_rule_action": messages / 2,
    }
    return added((_hybrid(month, stations, assumed), times(of_iot, stations)))


def _front(stations: int, stations_per_task: int, assumed: Assumptions) -> Amounts:
    """Containers that hold connections, behind a balancer."""
    tasks = max(assumed.least_tasks, math.ceil(stations / stations_per_task))
    return {
        "fargate_vcpu_hour": tasks * assumed.task_vcpu * HOURS_PER_MONTH,
        "fargate_gb_hour": tasks * assumed.task_gb * HOURS_PER_MONTH,
        "balancer_hour": HOURS_PER_MONTH,
        "balancer_unit_hour": max(1.0, stations / assumed.connections_per_balancer_unit) * HOURS_PER_MONTH,
        "address_hour": max(assumed.addresses, tasks) * HOURS_PER_MONTH,
    }


AMOUNTS: Mapping[Alternative, Callable[[Estimate, int, Assumptions], Amounts | None]] = {
    "serverless": _serverless,
    "always_on": _always_on,
    "one_machine": _one_machine,
    "hybrid": _hybrid,
    "iot_core": _iot_core,
}
"""What each uses in a month."""
