"""The operators' HTTP API and the user pool before it."""

import pytest

from shared.catalog import API_ROOT, RESOURCES, Resource
from tests.infra.template import Template, as_text


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_resource_has_its_function_behind_all_its_routes(template: Template, resource: Resource) -> None:
    function = template.functions()[f"api.{resource.name}"]
    for route in resource.routes:
        method, path = route.split(" ")
        assert template.function_of(template.routes("HTTP")[f"{method} {API_ROOT}{path}"]) == function


def test_data_is_shown_to_nobody_without_a_token(template: Template) -> None:
    (authorizer,) = (
        one for one in template.of_type("ApiGatewayV2::Authorizer") if one.properties["AuthorizerType"] == "JWT"
    )
    opened = {f"{method} {API_ROOT}{path}" for method, path in [("GET", "/docs"), ("GET", "/openapi.json")]}
    for key, route in template.routes("HTTP").items():
        if key in opened:
            assert route.properties["AuthorizationType"] == "NONE"
        else:
            assert route.properties["AuthorizationType"] == "JWT"
            assert route.properties["AuthorizerId"] == {"Ref": authorizer.logical_id}
    jwt = authorizer.properties["JwtConfiguration"]
    assert jwt["Audience"] == [{"Ref": template.one("Cognito::UserPoolClient").logical_id}]
    assert as_text(jwt["Issuer"]).endswith(f"/<{template.one('Cognito::UserPool').logical_id}>")


def test_nobody_signs_up_by_himself(template: Template) -> None:
    pool = template.one("Cognito::UserPool").properties
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert template.one("Cognito::UserPoolGroup").properties["GroupName"] == "operators"


def test_the_client_has_no_secret_to_lose_and_no_flow_that_sends_passwords(template: Template) -> None:
    client = template.one("Cognito::UserPoolClient").properties
    assert not client.get("GenerateSecret")
    assert client["AllowedOAuthFlows"] == ["code"]
    assert "ALLOW_USER_SRP_AUTH" in client["ExplicitAuthFlows"]
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["ExplicitAuthFlows"]


def test_other_origins_are_not_let_in(template: Template) -> None:
    assert "CorsConfiguration" not in template.get(template.api("HTTP")).properties


def test_requests_are_throttled_and_logged(template: Template) -> None:
    stages = template.of_type("ApiGatewayV2::Stage")
    stage = next(one for one in stages if one.refers_to(template.api("HTTP")))
    assert stage.properties["StageName"] == "$default"
    assert stage.properties["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert "authorizer.claims.sub" in stage.properties["AccessLogSettings"]["Format"]
