"""The WebSocket API: what the catalog says is what exists."""

import pytest

from shared.catalog import FROM_STATION, ROUTE_SELECTION, Action
from tests.infra.template import Template, references

PER_ACTION = 5
"""How many resources an action may cost; a stack holds 500, and OCPP 2.1 alone has 37 actions that stations send."""


def test_routes_are_selected_by_the_action_in_the_frame(template: Template) -> None:
    api = template.get(template.api("WEBSOCKET"))
    assert api.properties["RouteSelectionExpression"] == ROUTE_SELECTION


@pytest.mark.parametrize("action", FROM_STATION, ids=lambda action: action.name)
def test_an_action_has_its_route_function_and_answer(template: Template, action: Action) -> None:
    route = template.routes("WEBSOCKET")[action.name]
    assert template.function_of(route) == template.functions()[f"actions.{action.module}"]
    assert route.properties["RouteResponseSelectionExpression"] == "$default"
    responses = template.of_type("ApiGatewayV2::RouteResponse")
    (response,) = (one for one in responses if one.refers_to(route.logical_id))
    assert response.properties["RouteResponseKey"] == "$default"


def test_there_is_no_route_besides_the_catalog_and_those_of_api_gateway(template: Template) -> None:
    own = {"$connect", "$disconnect", "$default"}
    assert set(template.routes("WEBSOCKET")) == {action.name for action in FROM_STATION} | own


def test_the_default_route_answers_too(template: Template) -> None:
    route = template.routes("WEBSOCKET")["$default"]
    assert template.function_of(route) == template.functions()["connection.default"]
    assert route.properties["RouteResponseSelectionExpression"] == "$default"
    assert any(one.refers_to(route.logical_id) for one in template.of_type("ApiGatewayV2::RouteResponse"))


def test_what_exists_because_of_an_action_stays_few(template: Template) -> None:
    routes = [template.routes("WEBSOCKET")[action.name] for action in FROM_STATION]
    functions = [template.function_of(route) for route in routes]
    integrations = {name for route in routes for name in references(route.properties["Target"])}
    responses = [
        response
        for response in template.of_type("ApiGatewayV2::RouteResponse")
        if any(response.refers_to(route.logical_id) for route in routes)
    ]
    others = [one for one in template.of_type("Lambda::Function") if one not in functions]
    roles = {function.properties["Role"]["Fn::GetAtt"][0] for function in functions}
    roles -= {function.properties["Role"]["Fn::GetAtt"][0] for function in others}
    pointing_at_them = [
        resource
        for resource in template
        if resource not in [*routes, *functions, *responses]
        and resource.logical_id not in integrations
        and any(resource.refers_to(function.logical_id) for function in functions)
    ]
    (shared,) = pointing_at_them
    assert "apigateway.amazonaws.com" in str(shared.properties["AssumeRolePolicyDocument"])
    resources = len(routes) + len(functions) + len(integrations) + len(responses) + len(roles)
    assert resources <= PER_ACTION * len(FROM_STATION)


def test_only_the_connection_itself_is_authorized_and_by_a_header_of_ours(template: Template) -> None:
    authorizer = next(
        one for one in template.of_type("ApiGatewayV2::Authorizer") if one.properties["AuthorizerType"] == "REQUEST"
    )
    assert authorizer.properties["IdentitySource"] == ["route.request.header.x-idlewatt-station"]
    assert authorizer.refers_to(template.functions()["connection.authorizer"].logical_id)
    for key, route in template.routes("WEBSOCKET").items():
        if key == "$connect":
            assert route.properties["AuthorizationType"] == "CUSTOM"
            assert route.properties["AuthorizerId"] == {"Ref": authorizer.logical_id}
        else:
            assert route.properties["AuthorizationType"] == "NONE"


def test_api_gateway_calls_functions_by_one_role_per_stack_and_only_those_with_a_route(template: Template) -> None:
    integrations = template.of_type("ApiGatewayV2::Integration")
    roles = {one.properties["CredentialsArn"]["Fn::GetAtt"][0] for one in integrations}
    assert len(roles) == 2, "the stage's and that of the operator API"
    called = set()
    for role_id in roles:
        (policy,) = template.get(role_id).properties["Policies"]
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == "lambda:InvokeFunction"
        called |= references(statement["Resource"])
    behind_routes = {template.function_of(route).logical_id for route in template.of_type("ApiGatewayV2::Route")}
    authorizer = template.functions()["connection.authorizer"].logical_id
    assert called == behind_routes | {authorizer}


def test_the_role_of_an_integration_may_call_its_function(template: Template) -> None:
    for route in template.of_type("ApiGatewayV2::Route"):
        function = template.function_of(route)
        integration = next(
            one for one in template.of_type("ApiGatewayV2::Integration") if route.refers_to(one.logical_id)
        )
        role = template.get(integration.properties["CredentialsArn"]["Fn::GetAtt"][0])
        assert role.refers_to(function.logical_id)


def test_the_stage_waits_for_its_routes_and_is_throttled(template: Template) -> None:
    stages = template.of_type("ApiGatewayV2::Stage")
    stage = next(one for one in stages if one.refers_to(template.api("WEBSOCKET")))
    assert stage.properties["StageName"] == "dev"
    assert stage.properties["AutoDeploy"] is True
    assert {route.logical_id for route in template.routes("WEBSOCKET").values()} <= set(stage.whole["DependsOn"])
    assert stage.properties["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert "AccessLogSettings" not in stage.properties


def test_a_function_gives_up_before_api_gateway_and_the_station_do(template: Template) -> None:
    for route in template.routes("WEBSOCKET").values():
        assert template.function_of(route).properties["Timeout"] == 15
    for route in template.routes("HTTP").values():
        assert template.function_of(route).properties["Timeout"] <= 29
