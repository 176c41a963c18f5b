"""What functions say about themselves: one JSON log line per call, metrics only where something went wrong.

A log line costs half as much as the message it tells of, so it is short, and a metric rides on it only for what an
alarm or a chart needs (Lambda counts invocations, errors and durations of every action by itself).
"""

import datetime as dt

from aws_lambda_powertools import Logger

from shared.settings import settings

NAMESPACE = "Idlewatt"

logger = Logger(service="idlewatt", use_rfc3339=True, location=None, utc=True)
logger.remove_keys(["service"])  # the log group is of one; its name would be a thirteenth of each line


def count(name: str, value: float = 1, **dimensions: str) -> None:
    """Write one metric in the embedded metric format; the stage is one of its dimensions. Never with a station as one:
    each pair of name and dimensions is a metric of its own to pay for."""
    # Rare, so not a part of every start.
    from aws_lambda_powertools import single_metric  # noqa: PLC0415  # see above
    from aws_lambda_powertools.metrics import MetricUnit  # noqa: PLC0415  # see above

    dimensions["stage"] = settings().stage
    with single_metric(name, MetricUnit.Count, value, namespace=NAMESPACE, default_dimensions=dimensions):
        pass


def count_connection(lasted: dt.timedelta) -> None:
    """Count the minutes of a connection, which are billed and of which AWS has no metric."""
    count("ConnectionMinutes", round(lasted.total_seconds() / 60, 4))


class _Environment:
    """The Lambda environment that this process is."""

    is_cold = True


def cold_start() -> dict[str, bool]:
    """`{"cold": True}` for the first line of a Lambda environment, nothing for those after it: each that there is was
    started once, and the lines tell how often (Lambda's own line of a start is off, as it would cost more)."""
    was_cold, _Environment.is_cold = _Environment.is_cold, False
    return {"cold": True} if was_cold else {}
