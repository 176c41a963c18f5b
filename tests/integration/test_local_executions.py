"""Executions of state machines end with the local system that began them: what they would do next never happens."""

import json
import threading
import time
from typing import Any

import boto3
import pytest

from local.identity import REGION
from local.system import LocalSystem
from tests.integration import local_template
from tests.integration.local_client import forget_what_was_seen, kinds_seen

WITHIN_S = 30
NEXT = {"Type": "Task", "Resource": "${Event.Arn}", "End": True}
"""What comes after the state that an execution is in."""
STATES: dict[str, dict[str, Any]] = {
    "pause": {"Type": "Wait", "Seconds": 3600, "Next": "Next"},
    "answer": {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "${Message.Arn}", "Payload": {"token.$": "$$.Task.Token"}},
        "TimeoutSeconds": 3600,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Next"}],
        "Next": "Next",
    },
}


def stack(first: dict[str, Any]) -> Any:
    definition = {"StartAt": "First", "States": {"First": first, "Next": NEXT}}
    machine = {
        "Message": local_template.function("message"),
        "Event": local_template.function("event"),
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"StateMachineName": "machine", "DefinitionString": {"Fn::Sub": json.dumps(definition)}},
        },
    }
    return local_template.of(machine, local_template.route("$default", "Message"))


@pytest.mark.parametrize("first", STATES.values(), ids=STATES)
def test_nothing_of_an_execution_outlives_the_system(first: dict[str, Any]) -> None:
    forget_what_was_seen()
    before = set(threading.enumerate())
    with LocalSystem(stack(first)):
        machines = boto3.client("stepfunctions", region_name=REGION)
        (machine,) = machines.list_state_machines()["stateMachines"]
        for _ in range(3):
            machines.start_execution(stateMachineArn=machine["stateMachineArn"])
    deadline = time.monotonic() + WITHIN_S
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, deadline - time.monotonic()))
    assert not set(threading.enumerate()) - before
    assert "event" not in kinds_seen()
