"""Queries of Logs Insights over the log that all functions share, by which the dashboard shows what no metric says.

A query charges 0.005 USD for each GB of log in the time that one looks at, whenever one looks. The fields are those of
shared/aws/message_log.py, of the handshakes (functions/connection/authorizer.py) and of API Gateway's access log.
"""

from typing import NamedTuple


class Query(NamedTuple):
    """A query and what its answer is."""

    title: str
    lines: tuple[str, ...]


OF_STATIONS = 'filter message = "call" and outcome not in ["sent", "unknown", "taken", "late", "duplicate"]'
"""The lines of the CALLs that stations sent; the other outcomes are of our own."""

ACTIONS = Query(
    "Actions of stations: messages, answered without a CALLERROR, time to the answer, cold starts",
    (
        OF_STATIONS,
        'fields strcontains(outcome, "answered") as well',
        "stats count(*) as messages, sum(well) as answered, pct(ms, 50) as p50_ms, pct(ms, 99) as p99_ms,"
        " count(cold) as cold_starts by action",
        "sort messages desc",
    ),
)
CALLS = Query(
    "Calls to stations: what came of them (sent less taken: timed out), how long they waited before",
    (
        'filter message = "call" and outcome in ["sent", "unknown", "taken", "late", "duplicate"]',
        "stats count(*) as calls, pct(waited_ms, 50) as p50_waited_ms, max(waited_ms) as most_waited_ms,"
        " pct(answered_in_ms, 99) as p99_answered_in_ms by outcome",
    ),
)
HANDSHAKES = Query(
    "Refused handshakes by reason",
    (
        'filter message = "handshake"',
        "stats count(*) as handshakes, count_distinct(station_id) as stations by outcome",
        "sort handshakes desc",
    ),
)
ROUTES = Query(
    "Operator API by route and status",
    (
        "filter ispresent(routeKey) and ispresent(responseLatency)",
        "stats count(*) as requests, pct(responseLatency, 99) as p99_ms by routeKey, status",
        "sort requests desc",
    ),
)
FAULTS = Query(
    "The latest faults of ours",
    (
        'filter level in ["ERROR", "CRITICAL"] or record.status = "timeout"',
        "fields @timestamp, message, station_id, action, exception_name, errorMessage, @logStream",
        "sort @timestamp desc",
        "limit 20",
    ),
)
QUERIES = (ACTIONS, CALLS, HANDSHAKES, ROUTES, FAULTS)
