"""What functions say about themselves: one JSON log line per call, metrics only where something went wrong.

A log line costs half as much as the message it tells of, so it is short, and a metric rides on it only for what an
alarm or a chart needs (Lambda counts invocations, errors and durations of every action by itself).
"""

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "Idlewatt"

logger = Logger(service="idlewatt", use_rfc3339=True, location=None, utc=True)


def count(name: str, **dimensions: str) -> None:
    """Write one metric in the embedded metric format. Never with a station as a dimension: each pair of name and
    dimensions is a metric of its own to pay for."""
    with single_metric(name, MetricUnit.Count, 1, namespace=NAMESPACE, default_dimensions=dimensions):
        pass
