"""How the operator API shows what AWS bills for a stage."""

import datetime as dt
from typing import Literal

from shared.aws.views import View


class CloudCostLine(View):
    """One line of a bill."""

    item: str
    """Of the price list: `websocket_message`."""
    service: str
    """The AWS service."""
    amount: float
    unit: str
    usd: float


class CloudPrice(View):
    """What AWS charges for one thing: `usd` for `per` of its unit."""

    item: str
    """As lines of bills name it: `websocket_message`."""
    usd: float
    per: int
    date: str
    """The month in which it was looked up: `2026-06`."""
    source: str
    """The address of the page that it stands on, or a sentence."""


class CloudCostOfService(View):
    """What goes to one AWS service."""

    service: str
    usd: float


class CloudCostOfCause(View):
    """What is spent on one thing that stations do."""

    cause: Literal["connection", "heartbeats", "sessions", "meter values", "commands"]
    usd: float


class CloudCosts(View):
    """What some time has cost, by what AWS has metered, at list prices."""

    usd: float
    by_service: list[CloudCostOfService]
    """The dearest first."""
    lines: list[CloudCostLine]
    messages: float
    """From stations and to them, as API Gateway meters them."""
    stations_connected: float
    """How many were connected on average, by the minutes of their connections."""
    transactions_started: int
    usd_per_station_month: float | None
    """What one that is always connected would have cost in a month at this rate, without what the stage costs by
    itself; null: hardly any was connected."""
    usd_per_transaction: float | None
    """What stations have cost by the transactions that began; null: none did."""


class CloudCostsOfDay(CloudCosts):
    """What a day (UTC) has cost. All minutes of a connection count on the day on which it ended."""

    day: dt.date
    is_over: bool
    """A day that is not counts up to now, with the connections that are open."""


class CloudCostReport(View):
    """What a stage has cost."""

    region: str
    """Whose list prices they are."""
    prices: list[CloudPrice]
    """Of all that is in its lines."""
    days: list[CloudCostsOfDay]
    total: CloudCosts
    connections_open: int
    """Now."""


class CloudTraffic(View):
    """What each station does."""

    version: Literal["1.6", "2.0.1"]
    sessions_per_day: float
    session_minutes: float
    meter_interval_s: float | None
    """Between the meter values of a session; null: there are none."""
    samples: int
    """Sampled values in each."""
    heartbeat_s: float
    commands_per_day: float
    message_log: bool
    kept_months: float
    """How many months of data the table holds."""


class CloudAlternative(View):
    """What the same stations would cost on another kind of system."""

    alternative: Literal["serverless", "always_on", "one_machine", "hybrid", "iot_core"]
    name: str
    usd: float | None
    """A month; null: it does not carry so many stations."""
    cheaper_from_stations: int | None
    """From how many stations on it costs less than this system; null: from none, or it is this one."""


class CloudCostEstimate(View):
    """What stations that all do the same would cost a month, at list prices."""

    profile: Literal["idle", "home", "dc"]
    target_usd: float | None
    """What a station of the profile is to cost at most; null: it was changed."""
    stations: int
    traffic: CloudTraffic
    usd_per_station: float
    usd_per_transaction: float | None
    usd_per_message: float | None
    messages_per_station: float
    by_service: list[CloudCostOfService]
    by_cause: list[CloudCostOfCause]
    lines: list[CloudCostLine]
    """Of one station."""
    fixed_usd: float
    """What a stage costs without any station; in `usd`, and in nothing else here."""
    fixed: list[CloudCostLine]
    region: str
    """Whose list prices they are."""
    prices: list[CloudPrice]
    """Of all that is in its lines."""
    usd: float
    """All stations and what is fixed."""
    alternatives: list[CloudAlternative]
