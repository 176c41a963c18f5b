"""What a function may do, as IAM statements. Rights in the table name entities: the first part of a partition key."""

from collections.abc import Iterable
from typing import cast

from aws_cdk import Aws, CfnElement, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from infra.acknowledged import acknowledge
from infra.data import Data
from infra.operations import Access
from infra.part import parameter_name, stage_name
from shared.catalog import leading_key

SEND, LOOK_AT, CLOSE = "POST", "GET", "DELETE"
"""What is done to connections, in the methods of the @connections API."""


def on_items(data: Data, accesses: Iterable[Access]) -> list[iam.PolicyStatement]:
    """Do these operations; the partition keys of indexes begin with the entity as well."""
    table = data.table.table_arn
    return [
        statement
        for operations, index, entities in accesses
        for statement in _on_entities(
            [f"dynamodb:{name}" for name in operations], f"{table}/index/{index}" if index else table, entities
        )
    ]


def _on_entities(actions: list[str], resource: str, entities: Iterable[str]) -> list[iam.PolicyStatement]:
    # Every operation above carries its partition keys, so ForAllValues never meets the empty set, which it would allow.
    keys = [leading_key(entity) for entity in sorted(set(entities))]
    if not keys:
        return []
    condition = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}}
    return [iam.PolicyStatement(actions=actions, resources=[resource], conditions=condition)]


def log(data: Data) -> iam.PolicyStatement:
    """Write log lines, to the shared group only; the group itself exists already."""
    return iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[data.log.log_group_arn]
    )


def read_log(data: Data) -> iam.PolicyStatement:
    """Search what all functions have logged."""
    return iam.PolicyStatement(actions=["logs:FilterLogEvents"], resources=[data.log.log_group_arn])


def read_meters(data: Data) -> list[iam.PolicyStatement]:
    """Read what AWS has metered: metrics, the size of the table, and the memory of our functions. AWS grants metrics of
    all or of none."""
    names = f"arn:{Aws.PARTITION}:lambda:{Aws.REGION}:{Aws.ACCOUNT_ID}:function:{stage_name(data)}-*"
    return [
        iam.PolicyStatement(actions=["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], resources=["*"]),
        iam.PolicyStatement(actions=["dynamodb:DescribeTable"], resources=[data.table.table_arn]),
        iam.PolicyStatement(actions=["lambda:GetFunctionConfiguration"], resources=[names]),
    ]


def acknowledge_meters(scope: IConstruct, data: Data) -> None:
    """The rights above name more than one thing, and why that is as it should be."""
    names = "arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function"
    acknowledge(
        scope,
        {
            "AwsSolutions-IAM5[Resource::*]": "Metrics are read of everything or not at all.",
            f"AwsSolutions-IAM5[Resource::{names}:{stage_name(data)}-*]": "The functions of this very stage.",
        },
    )


def publish(data: Data) -> iam.PolicyStatement:
    """Put events on our bus."""
    return iam.PolicyStatement(actions=["events:PutEvents"], resources=[data.bus.event_bus_arn])


def follow_stream(data: Data) -> list[iam.PolicyStatement]:
    """Be fed from the table's stream."""
    return [
        iam.PolicyStatement(
            actions=["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
            resources=[cast("str", data.table.table_stream_arn)],
        ),
        iam.PolicyStatement(actions=["dynamodb:ListStreams"], resources=["*"]),
    ]


def set_timers(data: Data) -> iam.PolicyStatement:
    """Put timers into their queue."""
    return iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[data.timers.queue_arn])


def run_workflows(machines: Iterable[str]) -> list[iam.PolicyStatement]:
    """Start state machines, by their ARNs, and let those of their tasks go on that wait."""
    arns = sorted(machines)
    return [
        iam.PolicyStatement(actions=["states:StartExecution"], resources=arns),
        iam.PolicyStatement(actions=["states:SendTaskSuccess"], resources=arns),
    ]


def wait_in_items(data: Data, entities: Iterable[str]) -> list[iam.PolicyStatement]:
    """Keep the token of a task that waits in an item of these entities."""
    return _on_entities(["dynamodb:UpdateItem"], data.table.table_arn, entities)


FOLDERS = ("firmware", "uploads")
"""Of the bucket of files."""


def read_files(files: s3.Bucket, folder: str) -> iam.PolicyStatement:
    """Read files of a folder."""
    return iam.PolicyStatement(actions=["s3:GetObject"], resources=[files.arn_for_objects(f"{folder}/*")])


def bring_files(files: s3.Bucket, folder: str) -> iam.PolicyStatement:
    """Keep files of a folder."""
    return iam.PolicyStatement(actions=["s3:PutObject"], resources=[files.arn_for_objects(f"{folder}/*")])


def remove_files(files: s3.Bucket, folder: str) -> iam.PolicyStatement:
    """Remove files of a folder."""
    return iam.PolicyStatement(actions=["s3:DeleteObject"], resources=[files.arn_for_objects(f"{folder}/*")])


def write_files(files: s3.Bucket, folder: str) -> iam.PolicyStatement:
    """Keep and remove files of a folder, in one piece or in parts."""
    return iam.PolicyStatement(
        actions=["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
        resources=[files.arn_for_objects(f"{folder}/*")],
    )


def acknowledge_files(scope: Stack, files: s3.Bucket) -> None:
    """The rights above name the files of a folder by a pattern, and why that is as it should be."""
    bucket = cast("CfnElement", files.node.default_child)
    arns = (f"{scope.get_logical_id(bucket)}.Arn", parameter_name(bucket, "Arn"))
    rules = [f"AwsSolutions-IAM5[Resource::<{arn}>/{folder}/*]" for arn in arns for folder in FOLDERS]
    acknowledge(scope, dict.fromkeys(rules, "The files of a folder of our own bucket, which are named as they come."))


def give_jobs(data: Data) -> iam.PolicyStatement:
    """Put work on bulk jobs into their queue."""
    return iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[data.jobs.queue_arn])


def take_from(queue: sqs.Queue) -> iam.PolicyStatement:
    """Be fed from a queue."""
    return iam.PolicyStatement(
        actions=["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], resources=[queue.queue_arn]
    )


def manage_connections(api: apigatewayv2.WebSocketApi, stage: str, method: str) -> iam.PolicyStatement:
    """Send to, look at or close any WebSocket connection of our API."""
    base = f"arn:{Aws.PARTITION}:execute-api:{Aws.REGION}:{Aws.ACCOUNT_ID}:{api.api_id}"
    return iam.PolicyStatement(
        actions=["execute-api:ManageConnections"], resources=[f"{base}/{stage}/{method}/@connections/*"]
    )


def acknowledge_connections(scope: Stack, api: apigatewayv2.WebSocketApi, stage: str) -> None:
    """The rights above name connections by a pattern, and why that is as it should be."""
    element = cast("CfnElement", api.node.default_child)
    base = "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>"
    rules = [
        f"AwsSolutions-IAM5[Resource::{base}:<{api_id}>/{stage}/{method}/@connections/*]"
        for api_id in (scope.get_logical_id(element), parameter_name(element, "Ref"))
        for method in (SEND, LOOK_AT, CLOSE)
    ]
    acknowledge(
        scope, dict.fromkeys(rules, "The connections of our own API; API Gateway makes up their names as they come.")
    )
