"""The CloudFront distribution, and the secret that proves a request came through it."""

import json
import re
from typing import Any

import pytest

from infra.application import NOT_BUNDLED, application
from tests.infra.template import Template, as_text

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_UNCOMPRESSED = "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""Ids of CloudFront's managed policies, the same in every account."""


def distribution(template: Template) -> dict[str, Any]:
    config: dict[str, Any] = template.one("CloudFront::Distribution").properties["DistributionConfig"]
    return config


def behaviour(template: Template, path: str) -> dict[str, Any]:
    return next(one for one in distribution(template)["CacheBehaviors"] if one["PathPattern"] == path)


def origin(template: Template, target: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in distribution(template)["Origins"] if one["Id"] == target["TargetOriginId"])


def test_every_request_goes_on_whole_and_only_firmware_is_cached(template: Template) -> None:
    for one in distribution(template)["CacheBehaviors"]:
        kept = CACHING_UNCOMPRESSED if one.get("PathPattern") == "/f/*" else CACHING_DISABLED
        assert one["CachePolicyId"] == kept
        assert one["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST_HEADER  # with Authorization, without Host
        assert one["ViewerProtocolPolicy"] == "https-only"
        custom = origin(template, one).get("CustomOriginConfig", {"OriginProtocolPolicy": "https-only"})
        assert custom["OriginProtocolPolicy"] == "https-only"


def test_no_error_is_kept_for_others(template: Template) -> None:
    errors = {one["ErrorCode"]: one for one in distribution(template)["CustomErrorResponses"]}
    assert {404, 500, 502, 503, 504} <= set(errors)
    assert all(one["ErrorCachingMinTTL"] == 0 and "ResponsePagePath" not in one for one in errors.values())


def test_stations_reach_the_stage_through_the_function(template: Template) -> None:
    stations = behaviour(template, "/ocpp/*")
    (association,) = stations["FunctionAssociations"]
    assert association["EventType"] == "viewer-request"
    function = template.get(association["FunctionARN"]["Fn::GetAtt"][0])
    assert "the identity of the station" in function.properties["FunctionCode"]
    assert function.properties["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
    socket = origin(template, stations)
    assert socket["OriginPath"] == "/dev"
    assert as_text(socket["DomainName"]).startswith(f"<{template.api('WEBSOCKET')}>.execute-api.")


def test_operators_reach_the_http_api_by_any_method(template: Template) -> None:
    operators = behaviour(template, "/api/*")
    assert {"DELETE", "PATCH", "POST", "PUT"} <= set(operators["AllowedMethods"])
    target = origin(template, operators)
    assert "OriginPath" not in target
    assert as_text(target["DomainName"]).startswith(f"<{template.api('HTTP')}>.execute-api.")


def test_the_secret_is_the_same_for_cloudfront_and_the_functions(template: Template) -> None:
    (header,) = origin(template, behaviour(template, "/ocpp/*"))["OriginCustomHeaders"]
    assert header["HeaderName"] == "x-idlewatt-origin"
    secret = template.one("SecretsManager::Secret").logical_id
    assert as_text(header["HeaderValue"]) == f"{{{{resolve:secretsmanager:<{secret}>:SecretString:::}}}}"
    for function in template.of_type("Lambda::Function"):
        assert function.properties["Environment"]["Variables"]["ORIGIN_SECRET"] == header["HeaderValue"]


def test_the_secret_is_made_in_the_account_and_stands_in_no_template(template: Template) -> None:
    secret = template.one("SecretsManager::Secret").properties
    assert secret["GenerateSecretString"]["PasswordLength"] >= 32
    assert "SecretString" not in secret
    text = re.sub(r"\{\{resolve:[^}]*\}\}", "", json.dumps(template.body))
    assert not re.search(r'"(?:Secret(?:String)?|Password|ClientSecret)": "', text)


@pytest.fixture(scope="module")
def own_name() -> Template:
    settings = {
        "domain_name": "csms.example.org",
        "certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/1",
        "plain_ws": "true",
        "access_log": "true",
        "alarm_email": "night@example.org",
    }
    return Template(application(context={**NOT_BUNDLED, **settings}).synth().get_stack_by_name("Idlewatt-dev").template)


@pytest.mark.requirement("M16-012")
def test_a_name_of_our_own_takes_no_old_tls(own_name: Template) -> None:
    config = distribution(own_name)
    assert config["Aliases"] == ["csms.example.org"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert own_name.body["Outputs"]["WebSocketUrl"]["Value"] == "wss://csms.example.org/ocpp/"


def test_where_there_is_plain_ws_the_authorizer_is_told_of_it(own_name: Template) -> None:
    stations = behaviour(own_name, "/ocpp/*")
    assert stations["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST_HEADER
    policy = own_name.one("CloudFront::CachePolicy")
    assert stations["CachePolicyId"] == {"Ref": policy.logical_id}
    config = policy.properties["CachePolicyConfig"]
    assert (config["MinTTL"], config["DefaultTTL"], config["MaxTTL"]) == (0, 0, 1)
    headers = config["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]["Headers"]
    assert {"CloudFront-Forwarded-Proto", "x-idlewatt-station", "Authorization"} == set(headers)


def test_plain_websockets_are_for_stations_only(own_name: Template) -> None:
    assert behaviour(own_name, "/ocpp/*")["ViewerProtocolPolicy"] == "allow-all"
    assert behaviour(own_name, "/api/*")["ViewerProtocolPolicy"] == "https-only"
    assert distribution(own_name)["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"


def test_the_access_log_of_messages_can_be_turned_on(own_name: Template) -> None:
    stages = own_name.of_type("ApiGatewayV2::Stage")
    stage = next(one for one in stages if one.refers_to(own_name.api("WEBSOCKET")))
    log = own_name.one("Logs::LogGroup").logical_id
    assert stage.properties["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": [log, "Arn"]}
    assert json.loads(stage.properties["AccessLogSettings"]["Format"])["routeKey"] == "$context.routeKey"


def test_alarms_reach_whoever_is_named(own_name: Template) -> None:
    topic = own_name.one("SNS::Topic").logical_id
    assert own_name.one("SNS::Subscription").properties["Endpoint"] == "night@example.org"
    for alarm in own_name.of_type("CloudWatch::Alarm"):
        assert alarm.properties["AlarmActions"] == [{"Ref": topic}]
        assert alarm.properties["OKActions"] == [{"Ref": topic}]
