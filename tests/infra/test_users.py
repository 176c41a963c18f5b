"""The user pool: its people, its machines, and the roles that both can have."""

import re

import pytest
from aws_cdk import App, Stack, assertions

from infra.settings import STAGES, MachineRole, Settings
from infra.users import Users
from shared.resources import ROLES, scope
from tests.infra.template import Properties, Template, as_text

MACHINE_ROLES: tuple[MachineRole, ...] = ("", *ROLES)


def users(machine_role: MachineRole) -> Template:
    """A stack with nothing but users."""
    stack = Stack(App(), "Alone")
    settings = Settings(stage="dev", machine_role=machine_role)
    Users(stack, "Users", console_url="https://console.example/", settings=settings)
    return Template(dict(assertions.Template.from_stack(stack).to_json()))


def clients(template: Template, flow: str) -> list[Properties]:
    """The clients of the user pool that may use this flow of OAuth 2.0."""
    found = (one.properties for one in template.of_type("Cognito::UserPoolClient"))
    return [one for one in found if flow in one["AllowedOAuthFlows"]]


def test_nobody_signs_up_by_himself(template: Template) -> None:
    pool = template.one("Cognito::UserPool").properties
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12


def test_there_is_a_group_for_each_role_and_the_highest_goes_first(template: Template) -> None:
    groups = {one.properties["GroupName"]: one.properties for one in template.of_type("Cognito::UserPoolGroup")}
    assert set(groups) == set(ROLES)
    # To Cognito the lowest number is the first.
    assert sorted(groups, key=lambda name: groups[name]["Precedence"], reverse=True) == list(ROLES)
    assert all(group["Description"] for group in groups.values())


def test_the_client_of_people_has_no_secret_to_lose_and_no_flow_that_sends_passwords(template: Template) -> None:
    (client,) = clients(template, "code")
    assert not client.get("GenerateSecret")
    assert client["AllowedOAuthFlows"] == ["code"]
    assert "ALLOW_USER_SRP_AUTH" in client["ExplicitAuthFlows"]
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["ExplicitAuthFlows"]


def test_who_signs_out_can_end_the_refresh_token(template: Template) -> None:
    (client,) = clients(template, "code")
    assert client["EnableTokenRevocation"] is True


def test_people_can_ask_for_no_scope_that_gives_a_role(template: Template) -> None:
    (client,) = clients(template, "code")
    assert client["AllowedOAuthScopes"] == ["openid", "email"]


def test_the_api_has_a_scope_for_each_role(template: Template) -> None:
    server = template.one("Cognito::UserPoolResourceServer").properties
    assert {f"{server['Identifier']}/{one['ScopeName']}" for one in server["Scopes"]} == {scope(one) for one in ROLES}


@pytest.mark.parametrize("machine_role", MACHINE_ROLES)
def test_machines_may_ask_for_a_role_up_to_that_of_the_stage(machine_role: MachineRole) -> None:
    template = users(machine_role)
    server = template.one("Cognito::UserPoolResourceServer").logical_id
    allowed = ROLES[: ROLES.index(machine_role) + 1] if machine_role else ()
    asked = [as_text(one) for client in clients(template, "client_credentials") for one in client["AllowedOAuthScopes"]]
    assert asked == [f"<{server}>/{role}" for role in allowed]


def test_the_client_of_machines_has_a_secret_and_lets_no_person_sign_in(template: Template) -> None:
    (client,) = clients(template, "client_credentials")
    assert client["GenerateSecret"] is True
    assert client["AllowedOAuthFlows"] == ["client_credentials"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]


def test_the_address_of_the_token_endpoint_is_nobody_elses(template: Template) -> None:
    domain = template.one("Cognito::UserPoolDomain").properties["Domain"]
    prefix, unique = domain["Fn::Join"][1]
    assert re.fullmatch(r"[a-z0-9-]+-dev-", prefix)
    assert not {"aws", "amazon", "cognito"} & set(prefix.split("-")), "Cognito reserves these words"
    assert "AWS::StackId" in str(unique)
    url = as_text(template.body["Outputs"]["TokenUrl"]["Value"])
    assert url.endswith(".amazoncognito.com/oauth2/token")


def test_the_outputs_name_the_client_of_machines_if_there_is_one(template: Template) -> None:
    (machine,) = (
        one for one in template.of_type("Cognito::UserPoolClient") if one.properties.get("GenerateSecret") is True
    )
    assert template.body["Outputs"]["MachineClientId"]["Value"] == {"Ref": machine.logical_id}


def test_no_stage_lets_machines_in_unless_it_is_told_to() -> None:
    assert {settings.machine_role for settings in STAGES.values()} == {""}
