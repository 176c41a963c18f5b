"""What we send to stations: a function for every OCPP action of ours, and the timers that their outboxes live by."""

from aws_cdk import Aws
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import rights
from infra.action_function import Functions
from infra.data import WATCH_TIMEOUT_S
from infra.part import Part, stage_name
from shared.catalog import FROM_CSMS, SENDING_READS, SENDING_WRITES, Action


def command_name(scope: Construct, action: str) -> str:
    """What the function of a command is called: `Idlewatt-dev-Reset`."""
    return f"{stage_name(scope)}-{action}"


def command_arn(scope: Construct, action: str) -> str:
    """The ARN of the function of a command, made from its name."""
    return f"arn:{Aws.PARTITION}:lambda:{Aws.REGION}:{Aws.ACCOUNT_ID}:function:{command_name(scope, action)}"


class Commands(Part):
    """The functions of the actions that we send, for state machines, rules and scripts to call directly; and the
    function that looks at an outbox when something of it is due."""

    def __init__(self, scope: Construct, id: str, *, functions: Functions) -> None:
        super().__init__(scope, id)
        self._functions = functions.within(self)
        for action in FROM_CSMS:
            self._command(action)
        self._watch()

    def _command(self, action: Action) -> None:
        self._functions.make(
            self,
            action.name,
            f"functions.commands.{action.module}.handler",
            reads=(*SENDING_READS, *action.reads),
            writes=(*SENDING_WRITES, *action.writes),
            sends=True,
            name=command_name(self, action.name),
        )

    def _watch(self) -> None:
        data = self._functions.data
        function = self._functions.make(
            self,
            "WatchCalls",
            "functions.queue.watch_calls.handler",
            reads=("CONNECTION", "CALL"),
            writes=("CONNECTION", "CALL"),
            sends=True,
            more=[rights.take_from(data.timers)],
            timeout_s=WATCH_TIMEOUT_S,
        )
        lambda_.EventSourceMapping(
            function,
            "Timers",
            target=function,
            event_source_arn=data.timers.queue_arn,
            batch_size=10,
            report_batch_item_failures=True,
        )
