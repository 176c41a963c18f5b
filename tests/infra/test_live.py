"""The live feed of consoles: a WebSocket API of its own, and a rule that takes to it what is marked."""

import json
import subprocess
from typing import Any

from infra.edge import FUNCTIONS, ORIGIN_HEADER
from infra.node import NODE
from shared.catalog import LIVE_MARK, LIVE_ROUTE_SELECTION
from tests.infra.template import Resource, Template, references
from tests.unit.test_edge import RUN

ANSWERED = {"watch": "live.watch", "ping": "live.ping", "$default": "live.default"}
OF_THE_CONNECTION = {"$connect": "live.connect", "$disconnect": "live.disconnect"}


def api(template: Template) -> Resource:
    (found,) = (
        one
        for one in template.of_type("ApiGatewayV2::Api")
        if one.properties.get("RouteSelectionExpression") == LIVE_ROUTE_SELECTION
    )
    return found


def test_there_is_a_function_for_every_route_and_an_answer_to_every_message(template: Template) -> None:
    routes = {
        one.properties["RouteKey"]: one
        for one in template.of_type("ApiGatewayV2::Route")
        if one.refers_to(api(template).logical_id)
    }
    assert set(routes) == set(ANSWERED) | set(OF_THE_CONNECTION)
    responses = template.of_type("ApiGatewayV2::RouteResponse")
    for key, handler in (ANSWERED | OF_THE_CONNECTION).items():
        assert template.function_of(routes[key]) == template.functions()[handler]
        answered = [one for one in responses if one.refers_to(routes[key].logical_id)]
        assert len(answered) == (key in ANSWERED)
        assert ("RouteResponseSelectionExpression" in routes[key].properties) == (key in ANSWERED)


def test_what_is_marked_goes_to_the_function_that_pushes_and_nothing_else_does(template: Template) -> None:
    function = template.functions()["bus.push_live"]
    (rule,) = (one for one in template.of_type("Events::Rule") if one.refers_to(function.logical_id))
    assert rule.properties["EventPattern"] == {"source": ["idlewatt"], "resources": [LIVE_MARK]}
    (target,) = rule.properties["Targets"]
    assert template.dead_letters().logical_id in references(target["DeadLetterConfig"])
    (retries,) = (one for one in template.of_type("Lambda::EventInvokeConfig") if one.refers_to(function.logical_id))
    assert retries.properties["MaximumRetryAttempts"] == 2


def test_only_what_pushes_or_ends_connections_reaches_consoles_and_it_reaches_no_station(template: Template) -> None:
    for name, function in template.functions().items():
        apis = {
            reference
            for statement in template.statements(function)
            if statement["Action"] == "execute-api:ManageConnections"
            for reference in references(statement["Resource"])
        }
        if name in ("bus.push_live", "live.ping", "live.watch"):
            assert {one for one in apis if "::" not in one} == {api(template).logical_id}
        else:
            assert api(template).logical_id not in apis


def test_the_front_door_leads_consoles_to_their_api_with_its_secret(template: Template) -> None:
    config: dict[str, Any] = template.one("CloudFront::Distribution").properties["DistributionConfig"]
    (behaviour,) = (one for one in config["CacheBehaviors"] if one["PathPattern"] == "/live")
    assert behaviour["ViewerProtocolPolicy"] == "https-only"
    (origin,) = (one for one in config["Origins"] if one["Id"] == behaviour["TargetOriginId"])
    assert api(template).logical_id in references(origin["DomainName"])
    assert origin["OriginPath"] == "/dev"
    assert [header["HeaderName"] for header in origin["OriginCustomHeaders"]] == [ORIGIN_HEADER]


def test_the_front_door_keeps_the_query_and_takes_away_what_looks_like_ours() -> None:
    headers = {"x-idlewatt-origin": "guessed", "sec-websocket-extensions": "permessage-deflate", "origin": "https://a"}
    asked = {
        "source": (FUNCTIONS / "live.js").read_text("utf-8"),
        "requests": [{"uri": "/live", "headers": headers}],
    }
    ran = subprocess.run([NODE, "-e", RUN], input=json.dumps(asked), capture_output=True, text=True, check=True)
    (request,) = json.loads(ran.stdout)
    assert (request["uri"], request["headers"]) == ("/", {"origin": {"value": "https://a"}})
    assert request["querystring"] == {}
