"""What nothing could handle: where it waits, who may leave it there, and who may have it handled again.

All of it comes to one queue, so that one alarm tells of it (docs/faults.md). Records of the stream are kept whole in
the bucket of files, since a message to a queue would only say where in the stream they are, for a day.
"""

from collections.abc import Iterable, Sequence
from typing import cast

from aws_cdk import CfnElement, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.data import SET_ASIDE, Data
from infra.part import parameter_name


class SetAside(Construct):
    """The rule that brings a message to the queue for each batch of records that Lambda has put into the bucket."""

    def __init__(self, scope: Construct, id: str, *, data: Data) -> None:
        super().__init__(scope, id)
        events.Rule(
            self,
            "Rule",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [data.files.bucket_name]},
                    "object": {"key": [{"prefix": f"{SET_ASIDE}/"}]},
                },
            ),
            targets=[targets.SqsQueue(data.dead_letters)],
        )
        bucket = cast("CfnElement", data.files.node.default_child)
        arns = (f"{Stack.of(data).get_logical_id(bucket)}.Arn", parameter_name(bucket, "Arn"))
        rules = [f"AwsSolutions-IAM5[Resource::<{arn}>/{SET_ASIDE}/*]" for arn in arns]
        acknowledge(Stack.of(self), dict.fromkeys(rules, "Lambda names the objects that it puts there."))


def set_aside(data: Data) -> list[iam.PolicyStatement]:
    """The rights by which Lambda keeps records that a function fed from the stream cannot handle."""
    return [
        iam.PolicyStatement(actions=["s3:PutObject"], resources=[data.files.arn_for_objects(f"{SET_ASIDE}/*")]),
        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[data.files.bucket_arn]),
    ]


def leave(data: Data) -> iam.PolicyStatement:
    """The right by which Lambda leaves an event that a function has failed at."""
    return iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[data.dead_letters.queue_arn])


def attended(function: lambda_.Function, data: Data) -> events.IRuleTarget:
    """A function as the target of rules: what cannot be delivered to it, or fails three times, is left. The function
    needs the right to `leave` it; ask once for each function."""
    lambda_.EventInvokeConfig(
        function,
        "Asynchronous",
        function=function,
        retry_attempts=2,
        on_failure=destinations.SqsDestination(data.dead_letters),
    )
    return targets.LambdaFunction(function, dead_letter_queue=data.dead_letters)


def redrive(data: Data, functions: Sequence[lambda_.Function]) -> list[iam.PolicyStatement]:
    """Look at dead letters, have them handled again by these functions or the queues they are from, or discard them."""
    return [
        iam.PolicyStatement(
            actions=["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
            resources=[data.dead_letters.queue_arn],
        ),
        iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[data.timers.queue_arn, data.jobs.queue_arn]),
        iam.PolicyStatement(
            actions=["s3:GetObject", "s3:DeleteObject"], resources=[data.files.arn_for_objects(f"{SET_ASIDE}/*")]
        ),
        iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=_arns(functions)),
    ]


def _arns(functions: Iterable[lambda_.Function]) -> list[str]:
    return [function.function_arn for function in functions]
