"""State machines: how one is started, and how one that waits goes on.

A task that waits keeps its token in the item of what it waits for. Nothing but the table's stream wakes it
(functions/stream/follow_up.py), so what changes an item needs no right in Step Functions.
"""

import json
from functools import cache
from typing import Any, Literal

from botocore.exceptions import ClientError

from shared.aws.clients import client
from shared.aws.telemetry import logger
from shared.domain.calls import Call
from shared.settings import settings

Machine = Literal["UpdateFirmware", "FirmwareCampaign", "RetrieveDiagnostics"]
OVER = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")
"""Nobody waits with this token any more."""


@cache
def _client() -> Any:
    return client("stepfunctions")


def start(machine: Machine, name: str, given: dict[str, Any]) -> None:
    """Start an execution; the same name again within 90 days starts no second one. `given` is its input, JSON."""
    try:
        _client().start_execution(stateMachineArn=settings().state_machines + machine, name=name, input=_json(given))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise


def wake(task_token: str, output: dict[str, Any]) -> bool:
    """Let the task that waits with a token come to its end. False if none waits any more."""
    try:
        _client().send_task_success(taskToken=task_token, output=_json(output))
    except ClientError as error:
        if error.response["Error"]["Code"] not in OVER:
            raise
        logger.info("nobody waits", extra={"code": error.response["Error"]["Code"]})
        return False
    return True


def outcome(call: Call) -> dict[str, Any]:
    """What a task learns that has waited for the end of a call: `{"call_id", "state", "code", "answer"}`. The code is
    that of the CALLERROR, or one of ours where no answer came."""
    return {
        "call_id": call.call_id,
        "state": call.state,
        "code": call.error.code if call.error else None,
        "answer": call.answer or {},
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
