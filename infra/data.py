"""The state of the system: its table, its timers, the bus its events leave by, what could not be handled, the log."""

from typing import cast

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.settings import Settings

INDEXES = {"by_list": ("pk1", "sk1"), "by_station": ("pk2", "sk2")}
"""The table's indexes and their keys. They hold keys only: what else changes in an item costs nothing in them."""

SET_ASIDE = "aws/lambda"
"""The folder of the bucket in which Lambda puts records of the stream that it gives up; the name is Lambda's."""
DEAD_LETTERS_DAYS = 14
"""The longest that a queue keeps anything."""

WATCH_TIMEOUT_S, JOBS_TIMEOUT_S = 30, 60
"""How long the functions may take that the timers and the bulk jobs come to; AWS wants six times as much before a
message comes again."""


class Data(Construct):
    """Everything that outlives an invocation."""

    def __init__(self, scope: Construct, id: str, settings: Settings) -> None:
        super().__init__(scope, id)
        keep = RemovalPolicy.RETAIN if settings.keep_data else RemovalPolicy.DESTROY
        self.table = self._table(settings, keep)
        self.bus = events.EventBus(self, "Bus", event_bus_name=Stack.of(self).stack_name)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            retention_period=Duration.days(DEAD_LETTERS_DAYS),
        )
        acknowledge(self.dead_letters, {"AwsSolutions-SQS3": "It is the dead-letter queue of everything here."})
        self.timers = self._timers()
        self.jobs = self._jobs()
        self.files = self._files(keep)
        self.log = logs.LogGroup(self, "Log", retention=logs.RetentionDays[settings.log_retention], removal_policy=keep)

    def _timers(self) -> sqs.Queue:
        """When to look at a station's outbox again: each message becomes visible when something is due."""
        return sqs.Queue(
            self,
            "Timers",
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            visibility_timeout=Duration.seconds(6 * WATCH_TIMEOUT_S),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=5),
        )

    def _jobs(self) -> sqs.Queue:
        """What is to be done for bulk jobs: each message is a page of stations."""
        return sqs.Queue(
            self,
            "Jobs",
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            visibility_timeout=Duration.seconds(6 * JOBS_TIMEOUT_S),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=5),
        )

    def _files(self, keep: RemovalPolicy) -> s3.Bucket:
        """Firmware for stations (`firmware/`), what they upload (`uploads/`, for 90 days), and the changes of state
        that no function could handle (`aws/lambda/`, where Lambda puts them)."""
        files = s3.Bucket(
            self,
            "Files",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=keep,
            lifecycle_rules=[
                s3.LifecycleRule(prefix="uploads/", expiration=Duration.days(90)),
                s3.LifecycleRule(prefix=f"{SET_ASIDE}/", expiration=Duration.days(DEAD_LETTERS_DAYS)),
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(7)),
            ],
        )
        # What arrives is told to EventBridge. CDK's own property would add a function that sets it.
        bucket = cast("s3.CfnBucket", files.node.default_child)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
        acknowledge(
            files, {"AwsSolutions-S1": "CloudFront and the functions are its only users, and log by themselves."}
        )
        return files

    def _table(self, settings: Settings, keep: RemovalPolicy) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text("pk"),
            sort_key=_text("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at_s",
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=settings.point_in_time_recovery
            ),
            deletion_protection=settings.keep_data,
            removal_policy=keep,
        )
        for index, (partition_key, sort_key) in INDEXES.items():
            table.add_global_secondary_index(
                index_name=index,
                partition_key=_text(partition_key),
                sort_key=_text(sort_key),
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
            )
        if not settings.point_in_time_recovery:
            acknowledge(table, {"AwsSolutions-DDB3": "This stage is for trying things out; its data may be lost."})
        return table


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
