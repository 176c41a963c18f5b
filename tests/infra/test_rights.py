"""What each function may do: to items what is recorded of it, and nothing to the rest of the account by a pattern.

Whether it is right, the proof says that follows the whole suite (tests/proof).
"""

import pytest

from infra import operations
from infra.operations import Operation, UndeclaredOperation
from local.accesses import Access
from shared.catalog import FROM_STATION, leading_key
from tests.infra.template import Template
from tests.proof.roles import Roles
from tests.proof.verdict import grants
from tests.rights import RIGHTS

ITEMS = {f"dynamodb:{operation}" for operation in (*operations.READS, *operations.WRITES)}
PATTERNS = (":function:Idlewatt-dev-*", "/@connections/*", "/aws/lambda/*", "/firmware/*", "/uploads/*")
"""How resources end that have names as they come."""
OF_EVERYTHING = {"cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "dynamodb:ListStreams"}
"""What AWS grants on everything or not at all."""


def role_of(roles: Roles, name: str) -> set[tuple[str, str, str | None]]:
    """What the role of a function grants: actions, resources, patterns of partition keys."""
    role = roles.of(Access(name, "", ""))
    assert role
    return {(grant.action, grant.resource, grant.key) for grant in grants(role)}


@pytest.mark.parametrize("name", RIGHTS)
def test_a_function_may_do_to_items_what_is_recorded_and_nothing_else(roles: Roles, name: str) -> None:
    found = {one for one in role_of(roles, name) if one[0] in ITEMS}
    expected = set()
    for entity, texts in operations.recorded()[name].items():
        for operation in map(Operation.of, texts):
            place = f"{{TABLE_NAME}}/index/{operation.index_name}" if operation.index_name else "{TABLE_NAME}"
            (request,) = roles.requests(Access(name, f"dynamodb:{operation.name}", place, (entity,)))
            expected.add((request.action, request.resource, leading_key(entity)))
    assert found == expected


def test_what_is_recorded_is_of_the_functions_that_there_are(template: Template) -> None:
    assert set(template.functions()) == set(RIGHTS) == set(operations.recorded())


@pytest.mark.parametrize("name", RIGHTS)
def test_a_pattern_names_no_more_than_what_has_names_as_it_comes(roles: Roles, name: str) -> None:
    for action, resource, _ in role_of(roles, name):
        if "*" in resource and action not in ("logs:CreateLogStream", "logs:PutLogEvents", "logs:FilterLogEvents"):
            assert resource.endswith(PATTERNS) or (resource == "*" and action in OF_EVERYTHING), action


def test_what_is_recorded_must_be_declared() -> None:
    reads, writes = {"STATION", "TOKEN"}, {"FINDING"}
    assert operations.accesses("actions.authorize", [*RIGHTS["actions.authorize"].reads], writes)
    with pytest.raises(UndeclaredOperation, match=r"actions\.authorize does .* of .*: add it to what its row reads"):
        operations.accesses("actions.authorize", reads, writes)


def test_functions_with_the_same_rights_share_a_role(template: Template) -> None:
    names = [f"actions.{action.module}" for action in FROM_STATION]
    roles = {template.functions()[name].properties["Role"]["Fn::GetAtt"][0] for name in names}
    assert len(roles) == len({str(operations.recorded()[name]) for name in names})


def test_a_role_is_no_larger_than_iam_takes(roles: Roles) -> None:
    for role in roles.all:
        assert len(str(role.statements).replace(" ", "")) < 10_240, role.logical_id
