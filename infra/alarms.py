"""What should wake somebody. CloudWatch bills an alarm by the metrics it looks at, ten are free, and
docs/adr/0014-alarms.md says which are worth one. docs/operations.md has for each what it means and what to do."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra import bill
from infra.settings import Settings

FIVE_MINUTES = Duration.minutes(5)
SWEEP = Duration.minutes(15)
"""How often the sweep of connections measures."""
FAULTS = (
    '{ $.record.status = "timeout" || (($.level = "ERROR" || $.level = "CRITICAL")'
    ' && ($.errorMessage NOT EXISTS || $.errorMessage != "Unauthorized")) }'
)
"""Log lines of faults of ours, caught or not. A refused password reaches API Gateway as an exception by that name."""
RUNBOOKS = "docs/operations.md"
"""Where an alarm's description points, in this repository; the heading there is the alarm's name."""
LARGE_FLEET = 10_000
"""From so many stations on AWS's default quotas can be reached (docs/scale.md); then what warns of them is worth
money."""
QUOTA_OF_CONNECTS_PER_S, QUOTA_OF_CONCURRENCY = 500, 1000
"""AWS's defaults for an account and region."""
NEAR = 0.8


class Alarms(Construct):
    """Alarms over whole APIs and the whole log, never one per function (docs/adr/0014-alarms.md)."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: bill.Stage,
        on_stream: Sequence[lambda_.Function],
        settings: Settings,
    ) -> None:
        super().__init__(scope, id)
        self._topic = self._topic_to(settings.alarm_email) if settings.alarm_email else None
        self.all: list[cloudwatch.Alarm] = []
        self._of_answers(stage)
        self._of_what_follows(stage, on_stream)
        if settings.expected_stations >= LARGE_FLEET:
            self._of_quotas(stage)
        if settings.daily_cost_alarm_usd:
            self._alarm(
                "DailyCost",
                f"A day cost more than {settings.daily_cost_alarm_usd:g} USD at list prices.",
                bill.total(bill.usd_per_day(stage, bill.MAIN)),
                above=settings.daily_cost_alarm_usd,
            )

    def _of_answers(self, stage: bill.Stage) -> None:
        """What stations and operators notice at once."""
        self._alarm("Faults", "A function logged a fault of ours.", _faults(stage.data.log), above=0)
        self._alarm(
            "OcppErrors",
            "API Gateway could not get an answer from a function and told the station so in a frame that is not OCPP.",
            _of_api(stage.socket_api_id, "ExecutionError", "Sum"),
            above=0,
        )
        self._alarm(
            "OcppLatency",
            "One OCPP message in a hundred waits longer than five seconds; stations give up after about thirty.",
            _of_api(stage.socket_api_id, "IntegrationLatency", "p99"),
            above=5000,
            periods=3,
        )
        self._alarm("ApiErrors", "The operator API answered 5xx.", _of_api(stage.http_api_id, "5xx", "Sum"), above=0)
        self._alarm(
            "Throttles",
            "Lambda refused invocations. The concurrency quota is the account's: another system may be using it up.",
            _of_account("Throttles", "Sum"),
            above=0,
        )

    def _of_what_follows(self, stage: bill.Stage, on_stream: Sequence[lambda_.Function]) -> None:
        """What nobody waits for, and somebody misses later."""
        self._alarm(
            "DeadLetters",
            "Something could not be handled however often it was tried, and was set aside for 14 days.",
            stage.data.dead_letters.metric_approximate_number_of_messages_visible(
                period=FIVE_MINUTES, statistic="Maximum"
            ),
            above=0,
        )
        self._alarm(
            "StreamBehind",
            "Events leave, and sockets are closed, more than five minutes after the change of state.",
            cloudwatch.MathExpression(
                expression="MAX([" + ", ".join(f"m{n}" for n in range(len(on_stream))) + "])",
                using_metrics={
                    f"m{n}": function.metric("IteratorAge", statistic="Maximum", period=FIVE_MINUTES)
                    for n, function in enumerate(on_stream)
                },
                period=FIVE_MINUTES,
            ),
            above=300_000,
        )
        self._alarm(
            "OutboxStuck",
            "A call to a station that is connected has not gone out for half an hour.",
            stage.own("CallWaitSeconds", "Maximum", SWEEP),
            above=1800,
        )

    def _of_quotas(self, stage: bill.Stage) -> None:
        """What is near before it hurts. Only a large fleet gets there, and these go beyond the ten that are free."""
        self._alarm(
            "ConnectRate",
            f"Stations connect at more than {NEAR:.0%} of the account's quota; beyond it handshakes get 429.",
            _of_api(stage.socket_api_id, "ConnectCount", "Sum", Duration.minutes(1)),
            above=NEAR * QUOTA_OF_CONNECTS_PER_S * 60,
        )
        self._alarm(
            "Concurrency",
            f"Lambda runs at more than {NEAR:.0%} of the account's quota of concurrency.",
            _of_account("ConcurrentExecutions", "Maximum"),
            above=NEAR * QUOTA_OF_CONCURRENCY,
        )
        table = {"TableName": stage.data.table.table_name}
        self._alarm(
            "TableThrottles",
            "DynamoDB refused requests; functions try again within their time, and messages are answered late.",
            cloudwatch.MathExpression(
                expression="SUM([reads, writes])",
                using_metrics={
                    name: cloudwatch.Metric(
                        namespace="AWS/DynamoDB",
                        metric_name=metric,
                        dimensions_map=table,
                        statistic="Sum",
                        period=FIVE_MINUTES,
                    )
                    for name, metric in (("reads", "ReadThrottleEvents"), ("writes", "WriteThrottleEvents"))
                },
                period=FIVE_MINUTES,
            ),
            above=100,
            periods=2,
        )

    def _topic_to(self, email: str) -> sns.Topic:
        topic = sns.Topic(self, "Topic", enforce_ssl=True)
        topic.add_subscription(subscriptions.EmailSubscription(email))
        return topic

    def _alarm(self, id: str, description: str, metric: cloudwatch.IMetric, *, above: float, periods: int = 1) -> None:
        alarm = cloudwatch.Alarm(
            self,
            id,
            alarm_description=f"{description} What to do: {RUNBOOKS}#{id.lower()}",
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))
            alarm.add_ok_action(actions.SnsAction(self._topic))
        self.all.append(alarm)


def _faults(log: logs.LogGroup) -> cloudwatch.Metric:
    """A metric of our own that costs nothing as long as nothing matches."""
    return log.add_metric_filter(
        "Faults",
        filter_pattern=logs.FilterPattern.literal(FAULTS),
        metric_namespace="Idlewatt",
        metric_name=f"Faults of {Stack.of(log).stack_name}",
    ).metric(statistic="Sum", period=FIVE_MINUTES)


def _of_api(api_id: str, name: str, statistic: str, period: Duration = FIVE_MINUTES) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=name,
        dimensions_map={"ApiId": api_id},
        statistic=statistic,
        period=period,
    )


def _of_account(name: str, statistic: str) -> cloudwatch.Metric:
    """A metric of all functions of the account and region."""
    return cloudwatch.Metric(namespace="AWS/Lambda", metric_name=name, statistic=statistic, period=FIVE_MINUTES)
