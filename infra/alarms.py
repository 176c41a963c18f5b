"""What should wake somebody. CloudWatch bills an alarm by the metrics it looks at, ten are free: these are eight."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.data import Data

FIVE_MINUTES = Duration.minutes(5)
FAULTS = (
    '{ $.record.status = "timeout" || (($.level = "ERROR" || $.level = "CRITICAL")'
    ' && ($.errorMessage NOT EXISTS || $.errorMessage != "Unauthorized")) }'
)
"""Log lines of faults of ours, caught or not. A refused password reaches API Gateway as an exception by that name."""


class Alarms(Construct):
    """Alarms over whole APIs and the whole log, never one per function (docs/adr/0014-alarms.md)."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        data: Data,
        socket_api_id: str,
        http_api_id: str,
        on_stream: list[lambda_.Function],
        email: str,
    ) -> None:
        super().__init__(scope, id)
        self._topic = self._topic_to(email) if email else None
        self._alarm("Faults", "A function logged a fault of ours.", _faults(data.log), above=0)
        self._alarm(
            "OcppErrors",
            "API Gateway could not get an answer from a function and told the station so in a frame that is not OCPP.",
            _of_api(socket_api_id, "ExecutionError", "Sum"),
            above=0,
        )
        self._alarm(
            "OcppLatency",
            "One OCPP message in a hundred waits longer than five seconds; stations give up after about thirty.",
            _of_api(socket_api_id, "IntegrationLatency", "p99"),
            above=5000,
            periods=3,
        )
        self._alarm("ApiErrors", "The operator API answered 5xx.", _of_api(http_api_id, "5xx", "Sum"), above=0)
        self._alarm(
            "Throttles",
            "Lambda refused invocations. The concurrency quota is the account's: another system may be using it up.",
            cloudwatch.Metric(namespace="AWS/Lambda", metric_name="Throttles", statistic="Sum", period=FIVE_MINUTES),
            above=0,
        )
        self._alarm(
            "DeadLetters",
            "Changes of state were given up on; the queue says which stream records they are.",
            data.dead_letters.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum"),
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

    def _topic_to(self, email: str) -> sns.Topic:
        topic = sns.Topic(self, "Topic", enforce_ssl=True)
        topic.add_subscription(subscriptions.EmailSubscription(email))
        return topic

    def _alarm(self, id: str, description: str, metric: cloudwatch.IMetric, *, above: float, periods: int = 1) -> None:
        alarm = cloudwatch.Alarm(
            self,
            id,
            alarm_description=description,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))
            alarm.add_ok_action(actions.SnsAction(self._topic))


def _faults(log: logs.LogGroup) -> cloudwatch.Metric:
    """A metric of our own that costs nothing as long as nothing matches."""
    return log.add_metric_filter(
        "Faults",
        filter_pattern=logs.FilterPattern.literal(FAULTS),
        metric_namespace="Idlewatt",
        metric_name=f"Faults of {Stack.of(log).stack_name}",
    ).metric(statistic="Sum", period=FIVE_MINUTES)


def _of_api(api_id: str, name: str, statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=name,
        dimensions_map={"ApiId": api_id},
        statistic=statistic,
        period=FIVE_MINUTES,
    )
