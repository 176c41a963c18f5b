"""What one looks at: a dashboard of the stage, free of charge, and one of every action if a stage wants it.

Three dashboards of at most 50 metrics each are free in an account, any other is 3 USD a month (docs/adr/0034). So the
one that each stage has keeps to 50, and says of single actions what the log knows. docs/operations.md explains it.
"""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import bill, log_queries, widgets
from infra.alarms import QUOTA_OF_CONCURRENCY, QUOTA_OF_CONNECTS_PER_S, RUNBOOKS
from infra.data import INDEXES
from infra.workflows import machine_arn
from shared.catalog import STATE_MACHINES

MINUTE, FIVE_MINUTES, SWEEP, DAY = Duration.minutes(1), Duration.minutes(5), Duration.minutes(15), Duration.days(1)
DAYS_PER_MONTH = 30


class Dashboard(Construct):
    """The dashboard of a stage, called as its stack is."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: bill.Stage,
        alarms: Sequence[cloudwatch.IAlarm],
        on_stream: Sequence[lambda_.Function],
    ) -> None:
        super().__init__(scope, id)
        self._stage = stage
        self._on_stream = on_stream
        cloudwatch.Dashboard(
            self,
            "Stage",
            dashboard_name=Stack.of(self).stack_name,
            default_interval=Duration.hours(3),
            # A day of the bill is a day, however long a time one looks at.
            period_override=cloudwatch.PeriodOverride.INHERIT,
            widgets=[
                [widgets.text(f"**Idlewatt, {stage.name}.** What each widget shows, and what to do: {RUNBOOKS}")],
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=widgets.WIDE, height=3)],
                self._stations(),
                [widgets.table(log_queries.ACTIONS, stage.data.log, width=widgets.WIDE, height=widgets.TALL)],
                self._calls(),
                [self._workflow(machine) for machine in STATE_MACHINES],
                self._behind(),
                self._table_units(),
                self._api(),
                [widgets.table(log_queries.FAULTS, stage.data.log, width=widgets.WIDE, height=widgets.LOW)],
                [self._bill()],
            ],
        )

    def _stations(self) -> list[cloudwatch.IWidget]:
        """Messages, connections and handshakes."""
        return [
            widgets.graph(
                "Messages and new connections per second",
                [_per_s("messages", self._of_stations("MessageCount", MINUTE), "Messages, both ways")],
                right=[_per_s("connects", self._of_stations("ConnectCount", MINUTE), "New connections")],
                right_annotations=[widgets.line(QUOTA_OF_CONNECTS_PER_S, "Quota of new connections/s, unless raised")],
            ),
            widgets.graph(
                "Connected stations (measured every 15 minutes)",
                [self._stage.own("Connections", "Maximum", SWEEP)],
            ),
            widgets.graph(
                "Time to an answer, and messages without one",
                [
                    self._of_stations("IntegrationLatency", FIVE_MINUTES, "p50", "p50 ms"),
                    self._of_stations("IntegrationLatency", FIVE_MINUTES, "p99", "p99 ms"),
                ],
                right=[
                    self._of_stations("ExecutionError", FIVE_MINUTES, label="No answer from a function"),
                    self._of_stations("IntegrationError", FIVE_MINUTES, label="Refused by a function"),
                    self._of_stations("ClientError", FIVE_MINUTES, label="Refused before a function (4xx)"),
                ],
            ),
        ]

    def _calls(self) -> list[cloudwatch.IWidget]:
        """The outbox, and handshakes that came to nothing."""
        return [
            widgets.graph(
                "Longest wait of a call to a connected station, s (measured every 15 minutes)",
                [self._stage.own("CallWaitSeconds", "Maximum", SWEEP)],
            ),
            widgets.table(log_queries.CALLS, self._stage.data.log),
            widgets.table(log_queries.HANDSHAKES, self._stage.data.log),
        ]

    def _workflow(self, machine: str) -> cloudwatch.IWidget:
        names = {"ExecutionsStarted": "Started", "ExecutionsFailed": "Failed", "ExecutionsTimedOut": "Timed out"}
        return widgets.graph(
            f"Workflow {machine}",
            [
                cloudwatch.Metric(
                    namespace="AWS/States",
                    metric_name=metric,
                    dimensions_map={"StateMachineArn": machine_arn(self, machine)},
                    statistic="Sum",
                    period=FIVE_MINUTES,
                    label=label,
                )
                for metric, label in names.items()
            ],
        )

    def _behind(self) -> list[cloudwatch.IWidget]:
        """What follows from changes of state, and what was given up on; Lambda as a whole."""
        iterators = zip(("Events", "Consequences"), self._on_stream, strict=True)
        ages = [
            one.metric("IteratorAge", statistic="Maximum", period=FIVE_MINUTES, label=label) for label, one in iterators
        ]
        letters = self._stage.data.dead_letters.metric_approximate_number_of_messages_visible(
            statistic="Maximum", period=FIVE_MINUTES, label="Dead letters"
        )
        return [
            widgets.graph("Behind the table's stream, ms", ages),
            widgets.graph("Dead letters", [letters]),
            widgets.graph(
                "Functions at once, and refused ones (whole account)",
                [_of_account("ConcurrentExecutions", "Maximum")],
                right=[_of_account("Throttles", "Sum")],
                left_annotations=[widgets.line(QUOTA_OF_CONCURRENCY, "Quota, unless raised (new accounts have less)")],
            ),
        ]

    def _table_units(self) -> list[cloudwatch.IWidget]:
        return [
            *(
                widgets.graph(
                    f"Table: {word} units per second",
                    [
                        _per_s(
                            f"units{number}",
                            self._of_table(f"Consumed{word}CapacityUnits", MINUTE, index),
                            index or "table",
                        )
                        for number, index in enumerate(("", *INDEXES))
                    ],
                    stacked=True,
                )
                for word in ("Write", "Read")
            ),
            widgets.graph(
                "Table: refused and tried again",
                [self._of_table(f"{word}ThrottleEvents", FIVE_MINUTES, label=word) for word in ("Read", "Write")],
            ),
        ]

    def _api(self) -> list[cloudwatch.IWidget]:
        return [
            widgets.graph(
                "Operator API: requests and errors",
                [self._of_operators("Count", label="Requests")],
                right=[self._of_operators("4xx"), self._of_operators("5xx")],
            ),
            widgets.graph(
                "Operator API: time to an answer, ms",
                [self._of_operators("Latency", "p50", "p50"), self._of_operators("Latency", "p99", "p99")],
            ),
            widgets.table(log_queries.ROUTES, self._stage.data.log),
        ]

    def _bill(self) -> cloudwatch.IWidget:
        """The bill of each day, split by service, and what that is per station."""
        services = bill.usd_per_day(self._stage)
        together = bill.total(services)
        each = cloudwatch.MathExpression(
            expression=f"IF(stations > 0, day / stations * {DAYS_PER_MONTH})",
            using_metrics={"day": together, "stations": self._stage.own("Connections", "Average", DAY)},
            label=f"Per connected station and {DAYS_PER_MONTH} days",
            period=DAY,
        )
        return widgets.graph(
            "USD a day at list prices of us-east-1 (Lambda, EventBridge, Step Functions: of the whole account);"
            " today's is not over",
            list(services.values()),
            right=[each],
            stacked=True,
            width=widgets.WIDE,
            start="-P30D",
        )

    def _of_stations(
        self, name: str, period: Duration, statistic: str = "Sum", label: str | None = None
    ) -> cloudwatch.Metric:
        return _of_gateway(self._stage.socket_api_id, name, statistic, period, label)

    def _of_operators(self, name: str, statistic: str = "Sum", label: str | None = None) -> cloudwatch.Metric:
        return _of_gateway(self._stage.http_api_id, name, statistic, FIVE_MINUTES, label)

    def _of_table(self, name: str, period: Duration, index: str = "", label: str | None = None) -> cloudwatch.Metric:
        of = {"TableName": self._stage.data.table.table_name}
        return cloudwatch.Metric(
            namespace="AWS/DynamoDB",
            metric_name=name,
            dimensions_map={**of, "GlobalSecondaryIndexName": index} if index else of,
            statistic="Sum",
            period=period,
            label=label,
        )


def _of_gateway(api_id: str, name: str, statistic: str, period: Duration, label: str | None) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=name,
        dimensions_map={"ApiId": api_id},
        statistic=statistic,
        period=period,
        label=label,
    )


def _per_s(id: str, metric: cloudwatch.Metric, label: str) -> cloudwatch.MathExpression:
    """What a sum is per second."""
    return cloudwatch.MathExpression(
        expression=f"{id} / PERIOD({id})", using_metrics={id: metric}, label=label, period=metric.period
    )


def _of_account(name: str, statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(namespace="AWS/Lambda", metric_name=name, statistic=statistic, period=FIVE_MINUTES)
