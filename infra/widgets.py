"""Widgets of dashboards, as all of ours look."""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs

from infra.log_queries import Query

WIDE, HALF, THIRD = 24, 12, 8
TALL, LOW = 8, 6
"""In columns, of which a dashboard has 24, and rows."""


def graph(
    title: str,
    left: Sequence[cloudwatch.IMetric],
    *,
    right: Sequence[cloudwatch.IMetric] = (),
    left_annotations: Sequence[cloudwatch.HorizontalAnnotation] = (),
    right_annotations: Sequence[cloudwatch.HorizontalAnnotation] = (),
    stacked: bool = False,
    width: int = THIRD,
    height: int = LOW,
    start: str | None = None,
) -> cloudwatch.IWidget:
    from_zero = cloudwatch.YAxisProps(min=0, show_units=False)
    return cloudwatch.GraphWidget(
        title=title,
        left=list(left),
        right=list(right),
        left_annotations=list(left_annotations),
        right_annotations=list(right_annotations),
        left_y_axis=from_zero,
        right_y_axis=from_zero,
        stacked=stacked,
        width=width,
        height=height,
        start=start,
    )


def line(value: float, label: str) -> cloudwatch.HorizontalAnnotation:
    return cloudwatch.HorizontalAnnotation(value=value, label=label)


def table(query: Query, log: logs.ILogGroup, *, width: int = THIRD, height: int = LOW) -> cloudwatch.IWidget:
    """A query of the log as a table. Looking at it is what costs, so the title says so."""
    return cloudwatch.LogQueryWidget(
        title=f"{query.title} (a query: 0.005 USD per GB of log looked through)",
        log_group_names=[log.log_group_name],
        query_lines=list(query.lines),
        view=cloudwatch.LogQueryVisualizationType.TABLE,
        region=Aws.REGION,
        width=width,
        height=height,
    )


def text(markdown: str) -> cloudwatch.IWidget:
    return cloudwatch.TextWidget(markdown=markdown, width=WIDE, height=1)
