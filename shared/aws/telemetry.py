"""What functions say about themselves: one JSON log line per call, metrics only where something went wrong.

A log line costs half as much as the message it tells of, so it is short, and a metric rides on it only for what an
alarm or a chart needs (Lambda counts invocations, errors and durations of every action by itself).
"""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(use_rfc3339=True, location=None, utc=True)
metrics = Metrics()


def count(name: str, amount: int = 1, **dimensions: str) -> None:
    """Write one metric in the embedded metric format. Never with a station as a dimension: each pair of name and
    dimensions is a metric of its own to pay for."""
    for key, value in dimensions.items():
        metrics.add_dimension(key, value)
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)
    metrics.flush_metrics()


SECRETS = frozenset({"authorizationkey", "password", "basicauthpassword"})
MASK = "***"


def masked(value: Any) -> Any:
    """A payload without its secrets: the value of a configuration key or field that holds a password."""
    if isinstance(value, list):
        return [masked(one) for one in value]
    if not isinstance(value, dict):
        return value
    names_secret = str(value.get("key", "")).lower() in SECRETS
    return {
        key: MASK if key.lower() in SECRETS or (names_secret and key == "value") else masked(one)
        for key, one in value.items()
    }
