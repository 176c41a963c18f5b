"""State machines: their definitions are in order, and each may do what its states do and nothing else."""

import json
from typing import Any

import pytest

from infra.check import machines, of_machine
from shared.catalog import STATE_MACHINES
from tests.infra.template import Resource, Template, listed

WRITES = {"UpdateFirmware": {"UPDATE"}, "FirmwareCampaign": {"CAMPAIGN"}, "RetrieveDiagnostics": {"RETRIEVAL"}}
INTEGRATIONS = {
    "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken",
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::lambda:invoke.waitForTaskToken",
}


def machine(template: Template, name: str) -> Resource:
    named = (one for one in template.of_type("StepFunctions::StateMachine"))
    return next(one for one in named if json.dumps(one.properties["StateMachineName"]).endswith(f'-{name}"'))


def states(resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resource.properties["DefinitionString"])["States"]
    return found


def test_these_are_all_state_machines(template: Template) -> None:
    assert len(template.of_type("StepFunctions::StateMachine")) == len(STATE_MACHINES)
    assert all(machine(template, name) for name in STATE_MACHINES)


def test_the_definitions_are_in_order(template: Template) -> None:
    for name, definition, values in machines(template.body):
        assert list(of_machine(definition, values)) == [], name


def test_the_check_finds_what_is_wrong() -> None:
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${Missing}", "Next": "Nowhere"}}}
    problems = list(of_machine(json.dumps(definition), {"Spare": "x"}))
    assert problems[:2] == ["${Missing} stands for nothing", "Spare stands nowhere"]
    assert any("Nowhere" in problem for problem in problems[2:])


@pytest.mark.parametrize("name", STATE_MACHINES)
def test_a_machine_calls_its_functions_and_writes_tokens_into_its_items(template: Template, name: str) -> None:
    found = machine(template, name)
    role = template.get(found.properties["RoleArn"]["Fn::GetAtt"][0])
    statements = [one for policy in role.properties["Policies"] for one in policy["PolicyDocument"]["Statement"]]
    allowed = {action for one in statements for action in listed(one["Action"])}
    assert allowed <= {"dynamodb:UpdateItem", "lambda:InvokeFunction"}
    keys = {
        key
        for one in statements
        if "dynamodb:UpdateItem" in listed(one["Action"])
        for key in one["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    }
    assert keys == {f"{entity}#*" for entity in WRITES[name]}
    assert "*" not in json.dumps([one["Resource"] for one in statements])


@pytest.mark.parametrize("name", STATE_MACHINES)
def test_a_state_uses_what_a_role_allows_and_its_errors_are_caught(template: Template, name: str) -> None:
    tasks = {key: state for key, state in states(machine(template, name)).items() if state["Type"] == "Task"}
    assert {state["Resource"] for state in tasks.values()} <= INTEGRATIONS
    for state in tasks.values():
        waits = state["Resource"].endswith("waitForTaskToken")
        assert not waits or any("States.ALL" in one["ErrorEquals"] for one in state["Catch"])
