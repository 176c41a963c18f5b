"""What functions say about themselves: one JSON log line per call, metrics only where something went wrong.

A log line costs half as much as the message it tells of, so it is short, and a metric rides on it only for what an
alarm or a chart needs (Lambda counts invocations, errors and durations of every action by itself).
"""

from typing import Any

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "Idlewatt"

logger = Logger(service="idlewatt", use_rfc3339=True, location=None, utc=True)


def count(name: str, **dimensions: str) -> None:
    """Write one metric in the embedded metric format. Never with a station as a dimension: each pair of name and
    dimensions is a metric of its own to pay for."""
    with single_metric(name, MetricUnit.Count, 1, namespace=NAMESPACE, default_dimensions=dimensions):
        pass


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
