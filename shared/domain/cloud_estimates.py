"""What a station costs in a month, from what it does and from what one message was measured to use.

Not measured, and so assumed here, are times on Lambda, how long connections last, and how long data are kept.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from shared.cloud_units import After, Measured, Units
from shared.domain.cloud_costs import (
    BYTES_PER_GB,
    DAYS_PER_MONTH,
    FIXED,
    MINUTES_PER_MONTH,
    SAMPLES_PER_MONTH,
    Amounts,
    Line,
    added,
    bill,
    metered,
    times,
    total_usd,
)
from shared.domain.transaction_numbers import DOUBTED_ONE_IN
from shared.fleet import HEARTBEAT_INTERVAL_S

Version = Literal["1.6", "2.0.1"]
VERSIONS: tuple[Version, ...] = ("1.6", "2.0.1")
Cause = Literal["connection", "heartbeats", "sessions", "meter values", "commands"]

FUNCTION_MS = 10.0
"""Billed for an invocation: two or three of its own, some five that it waits for the table, and in one of a hundred a
start of 250 ms. Assumed: no real account has been measured."""
FUNCTION_GB = 0.25
RECONNECTS_EACH_MINUTES = 104.0
"""How old connections get: API Gateway ends them after two hours, we at 90 to 110 minutes, with the next heartbeat."""
SESSION: Mapping[Version, Mapping[str, int]] = {
    "1.6": {"Authorize": 1, "StartTransaction": 1, "StatusNotification": 5, "StopTransaction": 1},
    "2.0.1": {
        "Authorize": 1,
        "TransactionEvent Started": 1,
        "TransactionEvent Updated, authorized": 1,
        "TransactionEvent Updated, charging": 2,
        "TransactionEvent Ended": 1,
        "StatusNotification": 2,
    },
}
"""The messages of a session besides its meter values. 1.6 tells five states of the connector (Preparing, Charging,
SuspendedEV, Finishing, Available), 2.x that it is occupied and available again, and the rest in events."""
METER_VALUES: Mapping[Version, Mapping[str, float]] = {
    "1.6": {
        "MeterValues, 8 samples": 1 - 1 / DOUBTED_ONE_IN,
        "MeterValues, 8 samples, looked up": 1 / DOUBTED_ONE_IN,
    },
    "2.0.1": {"TransactionEvent Updated, 8 samples": 1.0},
}
"""What a reading of a session comes as, and which part of the readings each is."""
SAMPLED_STATION: Mapping[str, float] = {"read_unit": 0.02}
"""What a station costs in a sample of all stations: its keys, and those of its connection, are counted."""
SAMPLED_TRANSACTION: Mapping[str, float] = {"read_unit": 1.02, "lambda_gb_second": 6 / 1000 * FUNCTION_GB}
"""And a transaction that runs: it is read with its latest meter values, in some six milliseconds."""
BOOTS_PER_MONTH = 1
REQUESTS_PER_QUEUE_MESSAGE = 3
"""It is sent, received and deleted."""
KEPT_MONTHS = 1.0
"""How many months of data the table holds, unless one says otherwise: with 12 it is the bill after a year in which
nothing was deleted."""
MEASURED_SAMPLES = 8
"""Sampled values in the meter values that were measured."""
WRAPPING_BYTES = 150
"""Of a message with meter values, or of their item, without any sampled value."""
WRITE_UNIT_BYTES = 1024
COMMAND: Mapping[str, float] = {
    "http_request": 1,
    "websocket_message": 2,
    "lambda_request": 5,
    "lambda_gb_second": 5 * FUNCTION_MS / 1000 * FUNCTION_GB,
    "write_unit": 7,
    "read_unit": 2,
    "log_gb": 2000 / BYTES_PER_GB,
    "event": 1,
    "queue_request": 6,
}
"""A call to a station, ordered through the API: stored, sent, timed, answered, told. Estimated, not measured."""


class Traffic(NamedTuple):
    """What a station does."""

    version: Version = "1.6"
    sessions_per_day: float = 0.0
    session_minutes: float = 0.0
    meter_interval_s: float | None = None
    """Between the meter values of a session; None: none are sent."""
    samples: int = MEASURED_SAMPLES
    """Sampled values in each."""
    heartbeat_s: float = float(HEARTBEAT_INTERVAL_S)
    """Between heartbeats. A station is taken to beat while it charges as well; those of 1.6 need not."""
    commands_per_day: float = 0.0
    message_log: bool = False
    kept_months: float = KEPT_MONTHS

    @property
    def sessions(self) -> float:
        """In a month."""
        return self.sessions_per_day * DAYS_PER_MONTH


PROFILES: Mapping[str, Traffic] = {
    "idle": Traffic(),
    "home": Traffic(sessions_per_day=26 / DAYS_PER_MONTH, session_minutes=7 * 60, meter_interval_s=60),
    "dc": Traffic(sessions_per_day=15, session_minutes=30, meter_interval_s=60),
}
"""Connected and idle; charging at home, 26 nights a month for seven hours; charging fast, 15 times a day for half an
hour. Meter values come each minute."""
REACH_USD: Mapping[str, float] = {"idle": 0.035, "home": 0.072, "dc": 0.095}
"""What a month of a profile is to cost at most."""


class Part(NamedTuple):
    """What is used in a month by one kind of message."""

    cause: Cause
    name: str
    number: float
    """How many of them."""
    amounts: Amounts


class Estimate(NamedTuple):
    """A month of one station."""

    traffic: Traffic
    parts: tuple[Part, ...]

    @property
    def amounts(self) -> Amounts:
        return added(part.amounts for part in self.parts)

    @property
    def lines(self) -> tuple[Line, ...]:
        return bill(self.amounts)

    @property
    def usd(self) -> float:
        return total_usd(self.lines)

    @property
    def by_cause(self) -> dict[str, float]:
        """Dollars by what they are spent on, the dearest first."""
        found: dict[str, float] = {}
        for part in self.parts:
            found[part.cause] = found.get(part.cause, 0.0) + total_usd(bill(part.amounts))
        return dict(sorted(found.items(), key=lambda one: -one[1]))

    @property
    def messages(self) -> float:
        """From the station and to it, as API Gateway meters them."""
        return self.amounts.get("websocket_message", 0.0)

    @property
    def usd_per_message(self) -> float | None:
        return self.usd / self.messages if self.messages else None

    @property
    def usd_per_transaction(self) -> float | None:
        """All that the station costs, by its transactions; None: it has none."""
        return self.usd / self.traffic.sessions if self.traffic.sessions else None


def estimate(traffic: Traffic, units: Units) -> Estimate:
    """A month of a station. Raises KeyError naming what was not measured."""
    return Estimate(traffic, tuple(part for part in _parts(traffic, units) if part.number))


def fixed() -> tuple[Line, ...]:
    """What a stage costs a month, however many stations it has. In nothing else here is any of it."""
    return bill(FIXED)


def _parts(traffic: Traffic, units: Units) -> Iterator[Part]:
    def part(cause: Cause, name: str, count: float, samples: int | None = None) -> Part:
        used = uses(units[name, traffic.version], traffic, samples)
        return Part(cause, name, count, times(used, count))

    connects = MINUTES_PER_MONTH / RECONNECTS_EACH_MINUTES
    yield Part("connection", "minutes", MINUTES_PER_MONTH, {"connection_minute": MINUTES_PER_MONTH})
    connect = part("connection", "connect", connects)
    yield connect._replace(amounts=connect.amounts | {"edge_request": connects})
    yield part("connection", "disconnect", connects)
    yield part("connection", "BootNotification", BOOTS_PER_MONTH)
    yield part("heartbeats", "Heartbeat", MINUTES_PER_MONTH * 60 / traffic.heartbeat_s)
    sessions = traffic.sessions
    yield Part("connection", "samples", SAMPLES_PER_MONTH, times(SAMPLED_STATION, SAMPLES_PER_MONTH))
    sampled = SAMPLES_PER_MONTH * sessions * traffic.session_minutes / MINUTES_PER_MONTH
    yield Part("sessions", "samples of transactions", sampled, times(SAMPLED_TRANSACTION, sampled))
    for name, count in SESSION[traffic.version].items():
        yield part("sessions", name, sessions * count)
    if traffic.meter_interval_s:
        readings = sessions * traffic.session_minutes * 60 / traffic.meter_interval_s
        for name, share in METER_VALUES[traffic.version].items():
            yield part("meter values", name, readings * share, traffic.samples)
    commands = traffic.commands_per_day * DAYS_PER_MONTH
    yield Part("commands", "calls to the station", commands, times(COMMAND, commands))


def uses(one: Measured, traffic: Traffic, samples: int | None = None) -> Amounts:
    """What one message uses; with another number of sampled values than was measured, if it is said."""
    if samples is not None:
        one = _with_samples(one, samples)
    logged = one.log_bytes + one.after.log_bytes
    if traffic.message_log:
        logged += one.frame_bytes_in + one.frame_bytes_out
    return {
        "websocket_message": metered(one.frame_bytes_in) + metered(one.frame_bytes_out),
        "lambda_request": one.all_invocations,
        "lambda_gb_second": one.all_invocations * FUNCTION_MS / 1000 * FUNCTION_GB,
        "write_unit": one.write_units + one.after.write_units,
        "read_unit": one.read_units + one.after.read_units,
        "table_gb_month": (_byte_months(one, traffic) + _byte_months(one.after, traffic)) / BYTES_PER_GB,
        "log_gb": logged / BYTES_PER_GB,
        "event": one.events + one.after.events,
        "queue_request": (one.queue_messages + one.after.queue_messages) * REQUESTS_PER_QUEUE_MESSAGE,
        "edge_gb": one.frame_bytes_out / BYTES_PER_GB,
        "edge_origin_gb": one.frame_bytes_in / BYTES_PER_GB,
    }


def _byte_months(stored: Measured | After, traffic: Traffic) -> float:
    """What is stored, times how long it is there."""
    expiring_months = min(traffic.kept_months, stored.expire_after_days / DAYS_PER_MONTH)
    staying = stored.stored_bytes - stored.expiring_bytes
    return staying * traffic.kept_months + stored.expiring_bytes * expiring_months


def _with_samples(one: Measured, samples: int) -> Measured:
    """The same message with another number of sampled values: its bytes grow with them, its units by whole KB."""

    def scaled(measured: float) -> float:
        return WRAPPING_BYTES + (measured - WRAPPING_BYTES) * samples / MEASURED_SAMPLES

    stored = scaled(one.stored_bytes)
    more_units = math.ceil(stored / WRITE_UNIT_BYTES) - math.ceil(one.stored_bytes / WRITE_UNIT_BYTES)
    return one._replace(
        frame_bytes_in=scaled(one.frame_bytes_in),
        stored_bytes=stored,
        expiring_bytes=one.expiring_bytes * stored / one.stored_bytes if one.stored_bytes else 0.0,
        write_units=one.write_units + more_units,
    )
