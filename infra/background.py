"""What runs without being asked: functions fed from the table's stream, and functions on a schedule."""

import json
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from infra import dead_letters, rights
from infra.acknowledged import acknowledge
from infra.action_function import Functions
from infra.certificates import Authority
from infra.workflows import machine_arn
from shared.catalog import ENTITIES, STATE_MACHINES, leading_key

Pattern = dict[str, Any]


def changes(*entities: str, only: str | None = None, image: Pattern | None = None) -> Pattern:
    """A filter for stream records of these entities: `only` one kind of event, the new item matching `image`."""
    prefixes = [{"prefix": leading_key(entity).removesuffix("*")} for entity in entities]
    record: Pattern = {"dynamodb": {"Keys": {"pk": {"S": prefixes}}}}
    if image:
        record["dynamodb"]["NewImage"] = image
    if only:
        record["eventName"] = [only]
    return record


NOT_A_HEARTBEAT: Pattern = {"beat": {"BOOL": [{"exists": False}]}}
"""Heartbeats are most of what is written; they mark the item they touch and must not start anything."""
OF_NOTE: Pattern = {**NOT_A_HEARTBEAT, "minor": {"BOOL": [{"exists": False}]}}
"""Nor must the events of transactions in OCPP 2.x, which mark what they write unless something follows from it."""
OF_A_TRANSACTION: Pattern = {"transaction_number": {"N": [{"exists": True}]}}
IN_DOUBT: Pattern = {"doubtful": {"BOOL": [True]}}
"""Meter values are most of what a station that charges writes, and nearly all name their transaction rightly: only
those of which MeterValues could not tell, and one in eight of the others, are looked at again."""
OF_A_FILE: Pattern = {
    "type": {"S": ["firmware.status", "firmware_publication.status", "diagnostics.status", "log.status"]}
}
"""What a station tells of a file that it fetches or brings."""
AWAITED_OR_OUT: Pattern = {
    "$or": [{"awaited": {"S": [{"exists": True}]}}, {"latest": {"S": ["Faulted", "Unavailable"]}}]
}
"""Statuses come often; they concern us while one is awaited that confirms a change of availability, and when one ends
the reservations of what it is of."""

PUBLISHED = [
    changes("STATION", "CONNECTOR", "CALL", "CAMPAIGN", "UPDATE", "DIAGNOSTICS", "RETRIEVAL", "MONITOR"),
    changes("CONNECTION", "TRANSACTION", image=OF_NOTE),
    changes("FINDING", only="INSERT"),
    changes("EVENT", only="INSERT", image={"published": {"BOOL": [{"exists": False}]}}),
]
"""What becomes a domain event. A mapping takes at most five patterns."""
READINGS = changes("METER_VALUES", image=OF_A_TRANSACTION)
"""What becomes one besides, if the stage wants it: with a reading a minute it is a seventh of all that a station costs
(docs/cost.md)."""

FOLLOWED = [
    changes(
        *("STATION", "CALL", "CLOSING", "CAMPAIGN", "UPDATE", "DIAGNOSTICS", "RETRIEVAL"),
        *("CHARGING_PROFILE",),
    ),
    changes("CONNECTION", "TRANSACTION", image={"$or": [OF_NOTE, {"close_due": {"BOOL": [True]}}]}),
    changes("EVENT", only="INSERT", image=OF_A_FILE),
    changes("CONNECTOR", image=AWAITED_OR_OUT),
    changes("METER_VALUES", image=IN_DOUBT),
]
"""What has consequences of ours: sockets to close, energy to add up, tokens in use, what followed from a call."""

FOLLOWING_WRITES = (
    "CALL",
    "CAMPAIGN",
    "CHARGING_PROFILE",
    "CONNECTION",
    "CONNECTOR",
    "DIAGNOSTICS",
    "FINDING",
    "JOB",
    "METER_VALUES",
    "PAYMENT",
    "RESERVATION",
    "RETRIEVAL",
    "STATION",
    "TOKEN",
    "TRANSACTION",
    "UPDATE",
    "UPLOAD",
)


class Background(Construct):
    """Stream functions with their mappings, scheduled functions with their rules."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        functions: Functions,
        api: apigatewayv2.WebSocketApi,
        stage: str,
        authority: Authority,
        meter_value_events: bool,
        sample_minutes: int,
    ) -> None:
        super().__init__(scope, id)
        self._functions = functions
        data = functions.data
        dead_letters.SetAside(self, "SetAside", data=data)
        self.publish_events = self._on_stream(
            "PublishEvents",
            "functions.stream.publish_events.handler",
            [*PUBLISHED, READINGS] if meter_value_events else PUBLISHED,
            reads=("FAULT", "LIVE"),
            writes=("EVENT", "FAULT"),
            more=[rights.publish(data)],
        )
        self.follow_up = self._on_stream(
            "FollowUp",
            "functions.stream.follow_up.handler",
            FOLLOWED,
            reads=ENTITIES,
            writes=FOLLOWING_WRITES,
            more=[
                rights.manage_connections(api, stage, rights.CLOSE),
                rights.set_timers(data),
                *authority.payments,
                *rights.run_workflows(machine_arn(self, machine) for machine in STATE_MACHINES),
            ],
        )
        self.close_transactions = self._every(
            5,
            functions.make(
                self,
                "CloseTransactions",
                "functions.schedule.close_transactions.handler",
                reads=("TRANSACTION", "METER_VALUES", "CONNECTOR", "CONNECTION"),
                writes=("TRANSACTION",),
                more=[dead_letters.leave(data)],
                timeout_s=300,
            ),
        )
        self.sweep_connections = self._every(
            15,
            functions.make(
                self,
                "SweepConnections",
                "functions.schedule.sweep_connections.handler",
                reads=("CONNECTION",),
                writes=("CONNECTION",),
                more=[rights.manage_connections(api, stage, rights.LOOK_AT), dead_letters.leave(data)],
                timeout_s=300,
            ),
        )
        self.sample_fleet = self._every(
            sample_minutes,
            functions.make(
                self,
                "SampleFleet",
                "functions.schedule.sample_fleet.handler",
                reads=("CONNECTION", "FAULT", "FLEET", "METER_VALUES", "STATION", "TRANSACTION"),
                writes=("FLEET",),
                more=[dead_letters.leave(data)],
                timeout_s=300,
            ),
        )
        acknowledge(
            self, {"AwsSolutions-IAM5[Resource::*]": "dynamodb:ListStreams is granted on everything or not at all."}
        )

    def _on_stream(
        self,
        id: str,
        handler: str,
        patterns: list[Pattern],
        *,
        reads: tuple[str, ...] = (),
        writes: tuple[str, ...],
        more: list[iam.PolicyStatement],
    ) -> lambda_.Function:
        data = self._functions.data
        function = self._functions.make(
            self,
            id,
            handler,
            reads=reads,
            writes=writes,
            more=[*more, *rights.follow_stream(data), *dead_letters.set_aside(data)],
            timeout_s=60,
        )
        lambda_.EventSourceMapping(
            function,
            "Stream",
            target=function,
            event_source_arn=data.table.table_stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=25,
            filters=[{"pattern": json.dumps(pattern)} for pattern in patterns],
            parallelization_factor=4,  # changes of one item still come in order
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            retry_attempts=10,
            max_record_age=Duration.hours(6),
            on_failure=event_sources.S3OnFailureDestination(data.files),
        )
        return function

    def _every(self, minutes: int, function: lambda_.Function) -> lambda_.Function:
        events.Rule(
            function,
            "Schedule",
            schedule=events.Schedule.rate(Duration.minutes(minutes)),
            targets=[dead_letters.attended(function, self._functions.data)],
        )
        return function
