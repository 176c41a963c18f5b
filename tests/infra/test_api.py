"""The operators' HTTP API: its routes, and that they are behind tokens."""

import pytest

from shared.resources import API_ROOT, RESOURCES, Resource
from tests.infra.template import Resource as Found
from tests.infra.template import Template, as_text


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_resource_has_its_function_behind_all_its_routes(template: Template, resource: Resource) -> None:
    function = template.functions()[f"api.{resource.name}"]
    for route in resource.routes:
        method, path = route.split(" ")
        assert template.function_of(template.routes("HTTP")[f"{method} {API_ROOT}{path}"]) == function


def test_only_what_anyone_may_use_needs_no_token(template: Template) -> None:
    authorizer = jwt_authorizer(template)
    opened = {f"{method} {API_ROOT}{path}" for method, path in [("GET", "/docs"), ("GET", "/openapi.json")]}
    opened.add("POST /u/{link+}")  # the link is what authorizes
    for key, route in template.routes("HTTP").items():
        if key in opened:
            assert route.properties["AuthorizationType"] == "NONE"
        else:
            assert route.properties["AuthorizationType"] == "JWT"
            assert route.properties["AuthorizerId"] == {"Ref": authorizer.logical_id}


def test_tokens_are_those_of_our_user_pool_for_one_of_our_clients(template: Template) -> None:
    jwt = jwt_authorizer(template).properties["JwtConfiguration"]
    clients = {client.logical_id for client in template.of_type("Cognito::UserPoolClient")}
    assert {audience["Ref"] for audience in jwt["Audience"]} == clients
    assert len(jwt["Audience"]) == len(clients) == 2
    assert as_text(jwt["Issuer"]).endswith(f"/<{template.one('Cognito::UserPool').logical_id}>")


def jwt_authorizer(template: Template) -> Found:
    (authorizer,) = (
        one for one in template.of_type("ApiGatewayV2::Authorizer") if one.properties["AuthorizerType"] == "JWT"
    )
    return authorizer


def test_other_origins_are_not_let_in(template: Template) -> None:
    assert "CorsConfiguration" not in template.get(template.api("HTTP")).properties


def test_the_stage_waits_for_its_routes(template: Template) -> None:
    stages = template.of_type("ApiGatewayV2::Stage")
    stage = next(one for one in stages if one.refers_to(template.api("HTTP")))
    assert {route.logical_id for route in template.routes("HTTP").values()} <= set(stage.whole["DependsOn"])


def test_requests_are_throttled_and_logged(template: Template) -> None:
    stages = template.of_type("ApiGatewayV2::Stage")
    stage = next(one for one in stages if one.refers_to(template.api("HTTP")))
    assert stage.properties["StageName"] == "$default"
    assert stage.properties["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert "authorizer.claims.sub" in stage.properties["AccessLogSettings"]["Format"]
