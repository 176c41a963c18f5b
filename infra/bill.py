"""What a stage costs a day, as an expression of CloudWatch over AWS's own metrics and the list prices."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.data import INDEXES, Data
from shared.cloud_meters import METERS, OWN_DIMENSIONS, Meter
from shared.cloud_prices import prices

DAY = Duration.days(1)
FUNCTION_GB = 0.25
"""The memory of nearly all functions. Their metrics here are those of the whole account: one for each function would be
150."""
EVERY = tuple(meter.id for meter in METERS)
MAIN = (
    *("messages", "connection_minutes", "api_requests", "invocations", "compute"),
    *("writes", "reads", "index_writes", "log"),
)
"""The meters that make nearly all of a bill, with few enough metrics for an alarm, which takes ten."""


class Stage(NamedTuple):
    """What of a stage is metered."""

    name: str
    socket_api_id: str
    http_api_id: str
    data: Data

    def own(self, metric: str, statistic: str, period: Duration) -> cloudwatch.Metric:
        """A metric of our own (`count` in shared/aws/telemetry.py)."""
        return cloudwatch.Metric(
            namespace="Idlewatt",
            metric_name=metric,
            dimensions_map=dict(zip(OWN_DIMENSIONS, ("idlewatt", self.name), strict=True)),
            statistic=statistic,
            period=period,
        )


def usd_per_day(stage: Stage, meters: Collection[str] = EVERY) -> dict[str, cloudwatch.MathExpression]:
    """US dollars a day by AWS service, of some of the meters."""
    of_service: dict[str, dict[str, cloudwatch.IMetric]] = {}
    for meter in METERS:
        if meter.id in meters:
            service = prices()[meter.price_id].service
            of_service.setdefault(service, {})[f"usd_{meter.id}"] = _usd(stage, meter)
    return {service: _sum(service, parts) for service, parts in of_service.items()}


def total(services: Mapping[str, cloudwatch.IMetric], label: str = "Together") -> cloudwatch.MathExpression:
    """The sum over services."""
    return _sum(label, {f"usd_of_{service.replace(' ', '_').lower()}": one for service, one in services.items()})


def _usd(stage: Stage, meter: Meter) -> cloudwatch.MathExpression:
    """What a meter counted, times its price. Sums leave out what has no data, where a plus sign would give nothing."""
    metrics = {
        f"{meter.id}_{number}": cloudwatch.Metric(
            namespace=meter.namespace,
            metric_name=meter.metric,
            dimensions_map={**dict(meter.fixed), **dimensions} or None,
            statistic=meter.statistic,
            period=DAY,
        )
        for number, dimensions in enumerate(_dimensions(stage, meter))
    }
    each = prices()[meter.price_id].of(meter.factor * (FUNCTION_GB if meter.per_gb else 1))
    return cloudwatch.MathExpression(
        expression=f"SUM([{', '.join(metrics)}]) * {decimal(each)}",
        using_metrics=metrics,
        label=meter.id,
        period=DAY,
    )


def decimal(number: float) -> str:
    """A price as CloudWatch's expressions are sure to take it: without an exponent."""
    return f"{number:.18f}".rstrip("0")


def _sum(label: str, parts: Mapping[str, cloudwatch.IMetric]) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(
        expression=f"SUM([{', '.join(parts)}])", using_metrics=dict(parts), label=label, period=DAY
    )


def _dimensions(stage: Stage, meter: Meter) -> list[dict[str, str]]:
    """The values of a meter's dimensions, for each thing that it is of."""
    table = stage.data.table.table_name
    values: Mapping[str, list[tuple[str, ...]]] = {
        "socket_api": [(stage.socket_api_id,)],
        "http_api": [(stage.http_api_id,)],
        "table": [(table,)],
        "indexes": [(table, index) for index in INDEXES],
        "log": [(stage.data.log.log_group_name,)],
        "queues": [(queue.queue_name,) for queue in (stage.data.timers, stage.data.jobs)],
        "stage": [("idlewatt", stage.name)],
    }
    if meter.of in ("functions", "account"):
        return [{}]
    return [dict(zip(meter.dimensions, one, strict=True)) for one in values[meter.of]]
