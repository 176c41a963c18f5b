"""The proof itself: it finds a right too many and a right too few, and says whose, for what and on what."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from infra import operations
from infra.operations import Operation
from local import assembly, synth
from local.accesses import API_GATEWAY, Access
from local.template import Stack
from tests.proof.roles import Roles
from tests.proof.verdict import missing, unused
from tests.rights import recorded

Statements = list[dict[str, Any]]


@pytest.fixture(scope="module")
def stack() -> Stack:
    return assembly.read(synth.assembly())


@pytest.fixture(scope="module")
def as_recorded() -> set[Access]:
    """What infra/operations.json says, as if it had been done just now."""
    done = set()
    for name, entities in operations.recorded().items():
        for entity, texts in entities.items():
            for operation in map(Operation.of, texts):
                place = "{TABLE_NAME}" + (f"/index/{operation.index_name}" if operation.index_name else "")
                done.add(Access(name, f"dynamodb:{operation.name}", place, (entity,)))
    return done


def with_role_of(stack: Stack, name: str, change: Callable[[Statements], None]) -> Roles:
    """The roles of a copy of the stack in which the statements of one role are others."""
    changed = copy.deepcopy(stack)
    role = Roles(stack).of(Access(name, "", ""))
    assert role
    change(changed.resources[role.logical_id].properties["Policies"][0]["PolicyDocument"]["Statement"])
    return Roles(changed)


def test_what_is_recorded_is_allowed_and_used(stack: Stack, as_recorded: set[Access]) -> None:
    roles = Roles(stack)
    assert missing(roles, as_recorded) == []
    assert [
        complaint for complaint in unused(roles, as_recorded) if " of " in complaint and "machine:" not in complaint
    ] == []


def test_a_right_too_many_is_found(stack: Stack, as_recorded: set[Access]) -> None:
    def grant_more(statements: Statements) -> None:
        statement = next(one for one in statements if "CONNECTION#*" in str(one))
        statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"] = ["CONNECTION#*", "TOKEN#*"]

    before = unused(Roles(stack), as_recorded)
    (complaint,) = set(unused(with_role_of(stack, "actions.heartbeat", grant_more), as_recorded)) - set(before)
    assert "(actions.heartbeat)" in complaint
    assert "dynamodb:UpdateItem on arn:aws:dynamodb:" in complaint
    assert complaint.endswith(" of TOKEN#* was not used")


def test_a_right_too_few_is_found(stack: Stack, as_recorded: set[Access]) -> None:
    def grant_less(statements: Statements) -> None:
        statements[:] = [one for one in statements if "CONNECTION#*" not in str(one)]

    complaints = missing(with_role_of(stack, "actions.heartbeat", grant_less), as_recorded)
    assert any(" of CONNECTION is not allowed by " in one for one in complaints)
    for complaint in complaints:
        assert complaint.startswith("actions.heartbeat: dynamodb:")
        assert " on arn:aws:dynamodb:" in complaint


@pytest.mark.parametrize(
    ("by", "action", "resource"),
    [
        ("actions.heartbeat", "events:PutEvents", "{BUS_NAME}"),
        ("api.diagnostics", "s3:GetObject", "{FILES_BUCKET}/firmware/*"),
        ("files.receive_upload", "s3:DeleteObject", "{FILES_BUCKET}/uploads/*"),
        ("machine:UpdateFirmware", "dynamodb:UpdateItem", "{TABLE_NAME}/index/by_list"),
        ("schedule.sweep_connections", "execute-api:ManageConnections", "{CONNECTIONS_URL}/POST"),
        ("stream.follow_up", "states:StartExecution", "arn:aws:states:us-east-1:123456789012:stateMachine:Other"),
        ("stream.publish_events", "sqs:SendMessage", "{JOBS_URL}"),
    ],
)
def test_a_call_beyond_the_table_needs_a_right_for_its_very_resource(
    stack: Stack, by: str, action: str, resource: str
) -> None:
    (complaint,) = missing(Roles(stack), [Access(by, action, resource)])
    assert complaint.startswith(f"{by}: {action} on ")


@pytest.mark.parametrize(
    ("by", "action", "resource"),
    [
        (API_GATEWAY, "lambda:InvokeFunction", "functions.actions.heartbeat.handler"),
        ("api.diagnostics", "s3:GetObject", "{FILES_BUCKET}/uploads/*"),
        ("api.station_messages", "logs:FilterLogEvents", "{LOG_GROUP_NAME}"),
        ("schedule.sweep_connections", "execute-api:ManageConnections", "{CONNECTIONS_URL}/GET"),
        ("stream.follow_up", "states:SendTaskSuccess", "{STATE_MACHINES}*"),
        ("stream.follow_up", "states:StartExecution", "{STATE_MACHINES}UpdateFirmware"),
        ("stream.publish_events", "events:PutEvents", "{BUS_NAME}"),
    ],
)
def test_a_right_beyond_the_table_is_found_by_the_name_that_functions_know(
    stack: Stack, by: str, action: str, resource: str
) -> None:
    roles, access = Roles(stack), Access(by, action, resource)
    assert missing(roles, [access]) == []
    assert len(unused(roles, [])) > len(unused(roles, [access]))


def test_a_function_that_is_not_in_the_template_is_found(stack: Stack) -> None:
    (complaint,) = missing(Roles(stack), [Access("actions.nothing", "dynamodb:GetItem", "{TABLE_NAME}", ("TOKEN",))])
    assert "actions.nothing" in complaint


def test_what_is_recorded_is_written_as_it_is_granted(as_recorded: set[Access]) -> None:
    assert recorded(as_recorded) == {
        name: {entity: list(texts) for entity, texts in entities.items()}
        for name, entities in operations.recorded().items()
    }
