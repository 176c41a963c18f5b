"""The links of files at the front door, the bucket behind them, and the functions beside it."""

from typing import Any

import pytest

from tests.infra.template import Template, as_text
from tests.infra.test_front_door import behaviour, distribution, origin


@pytest.mark.parametrize("path", ["/u/*", "/f/*"])
def test_links_are_checked_before_the_bucket_is_asked(template: Template, path: str) -> None:
    found = behaviour(template, path)
    assert {"GET", "HEAD", "POST", "PUT"} <= set(found["AllowedMethods"])
    (association,) = found["FunctionAssociations"]
    assert association["EventType"] == "viewer-request"
    function = template.get(association["FunctionARN"]["Fn::GetAtt"][0]).properties
    assert function["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
    secret = template.one("SecretsManager::Secret").logical_id
    code = as_text(function["FunctionCode"])
    assert f"SECRET = '{{{{resolve:secretsmanager:<{secret}>:SecretString:::}}}}'" in code
    assert "%" not in code.partition("SECRET = ")[2].partition(";")[0]
    bucket = origin(template, found)
    assert as_text(bucket["DomainName"]) == f"<{template.files_bucket().logical_id}.RegionalDomainName>"


def test_cloudfront_signs_what_it_asks_of_the_bucket(template: Template) -> None:
    access = template.get(origin(template, behaviour(template, "/u/*"))["OriginAccessControlId"]["Fn::GetAtt"][0])
    assert access.properties["OriginAccessControlConfig"]["SigningBehavior"] == "always"


def test_the_function_names_the_api_as_the_distribution_does(template: Template) -> None:
    (api,) = (one for one in distribution(template)["Origins"] if template.api("HTTP") in as_text(one["DomainName"]))
    (association,) = behaviour(template, "/u/*")["FunctionAssociations"]
    code = as_text(template.get(association["FunctionARN"]["Fn::GetAtt"][0]).properties["FunctionCode"])
    assert f"OPERATORS = '{api['Id']}'" in code


def test_our_distribution_fetches_firmware_and_brings_files_and_nobody_else_is_let_in(template: Template) -> None:
    bucket = template.files_bucket().logical_id
    policies = [one.properties for one in template.of_type("S3::BucketPolicy")]
    (policy,) = (one["PolicyDocument"] for one in policies if one["Bucket"] == {"Ref": bucket})
    allowed = {one["Action"]: one for one in policy["Statement"] if one["Effect"] == "Allow"}
    assert _resources(allowed["s3:GetObject"]) == {f"<{bucket}.Arn>/firmware/*"}
    assert _resources(allowed["s3:PutObject"]) == {f"<{bucket}.Arn>/firmware/*", f"<{bucket}.Arn>/uploads/*"}
    assert len(allowed) == 2
    for statement in allowed.values():
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        source = as_text(statement["Condition"]["StringEquals"]["AWS:SourceArn"])
        assert source.endswith(f"distribution/<{template.one('CloudFront::Distribution').logical_id}>")


def _resources(statement: dict[str, Any]) -> set[str]:
    given = statement["Resource"]
    return {as_text(one) for one in (given if isinstance(given, list) else [given])}


def test_a_function_hears_of_what_arrives_in_our_bucket(template: Template) -> None:
    bucket = template.files_bucket()
    assert bucket.properties["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    function = template.functions()["files.note_upload"]
    (rule,) = (one for one in template.of_type("Events::Rule") if one.refers_to(function.logical_id))
    assert rule.properties["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [{"Ref": bucket.logical_id}]},
            "object": {"key": [{"prefix": "firmware/"}, {"prefix": "uploads/"}]},
        },
    }
    assert "EventBusName" not in rule.properties
    (target,) = rule.properties["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [function.logical_id, "Arn"]}
    assert function.properties["Timeout"] >= 300


def test_what_is_posted_comes_to_its_function_without_a_token(template: Template) -> None:
    route = template.routes("HTTP")["POST /u/{link+}"]
    assert route.properties["AuthorizationType"] == "NONE"
    assert template.function_of(route) == template.functions()["files.receive_upload"]
