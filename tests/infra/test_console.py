"""The operators' console in the template: its bucket, how it is served, how its files get there."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from infra.application import NOT_BUNDLED, application
from infra.check import of_nag, stand_in
from infra.console import FILES, ConsoleNotBuiltError
from infra.console_headers import ASK_AGAIN, FOR_EVER
from local.assembly import whole
from tests.infra.template import Properties, Resource, Template, as_text
from tests.infra.test_front_door import behaviour, distribution, origin

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""The id of CloudFront's managed policy, the same in every account."""
TILES = "https://{s}.tile.example/{z}/{x}/{y}.png"


def default(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = distribution(template)["DefaultCacheBehavior"]
    return found


def bucket(template: Template) -> Resource:
    """The bucket that is served where nothing else is."""
    domain = origin(template, default(template))["DomainName"]
    found = template.get(domain["Fn::GetAtt"][0])
    assert found.type == "AWS::S3::Bucket"
    return found


def headers(template: Template) -> Properties:
    policy = template.get(default(template)["ResponseHeadersPolicyId"]["Ref"])
    config: Properties = policy.properties["ResponseHeadersPolicyConfig"]
    return config


def test_only_the_distribution_reads_the_bucket(template: Template) -> None:
    files = bucket(template)
    assert set(files.properties["PublicAccessBlockConfiguration"].values()) == {True}
    policies = [one.properties for one in template.of_type("S3::BucketPolicy") if one.refers_to(files.logical_id)]
    (policy,) = (one for one in policies if one["Bucket"] == {"Ref": files.logical_id})
    allowed = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]
    assert {one["Action"] for one in allowed} == {"s3:GetObject", "s3:ListBucket"}
    for one in allowed:
        assert one["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        arn = as_text(one["Condition"]["StringEquals"]["AWS:SourceArn"])
        assert arn.endswith(f"distribution/<{template.one('CloudFront::Distribution').logical_id}>")


def test_cloudfront_signs_what_it_asks_the_bucket(template: Template) -> None:
    access = template.get(origin(template, default(template))["OriginAccessControlId"]["Fn::GetAtt"][0])
    config = access.properties["OriginAccessControlConfig"]
    assert (config["OriginAccessControlOriginType"], config["SigningBehavior"]) == ("s3", "always")


def test_the_console_is_whatever_is_nobody_elses(template: Template) -> None:
    served = default(template)
    assert (served["CachePolicyId"], served["Compress"]) == (CACHING_OPTIMIZED, True)
    assert served["AllowedMethods"] == ["GET", "HEAD"]
    assert "OriginRequestPolicyId" not in served, "a bucket has no use for what a browser says"
    (association,) = served["FunctionAssociations"]
    assert association["EventType"] == "viewer-request"
    function = template.get(association["FunctionARN"]["Fn::GetAtt"][0])
    assert "/index.html" in function.properties["FunctionCode"]


def test_the_live_feed_is_reached_through_the_front_door_only(template: Template) -> None:
    live = origin(template, behaviour(template, "/live"))
    assert live["OriginPath"] == "/dev"
    (header,) = live["OriginCustomHeaders"]
    assert header["HeaderName"] == "x-idlewatt-origin"


def test_browsers_are_told_to_be_strict(template: Template) -> None:
    config = headers(template)["SecurityHeadersConfig"]
    policy = as_text(config["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; ")
    assert policy.endswith("upgrade-insecure-requests")
    assert "unsafe" not in policy
    assert config["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert config["FrameOptions"]["FrameOption"] == "DENY"
    assert all(one["Override"] is True for one in config.values())
    custom = {one["Header"]: one["Value"] for one in headers(template)["CustomHeadersConfig"]["Items"]}
    assert custom["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in custom["Permissions-Policy"]


def test_the_console_may_sign_in_where_the_user_pool_is(template: Template) -> None:
    url = as_text(template.body["Outputs"]["TokenUrl"]["Value"]).removesuffix("/oauth2/token")
    config = headers(template)["SecurityHeadersConfig"]
    policy = as_text(config["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    assert f"connect-src 'self' {url};" in policy
    assert f"form-action 'self' {url};" in policy


def test_who_signs_in_comes_back_to_the_console(template: Template) -> None:
    client = next(
        one.properties for one in template.of_type("Cognito::UserPoolClient") if "CallbackURLs" in one.properties
    )
    console = template.body["Outputs"]["ConsoleUrl"]["Value"]
    assert client["CallbackURLs"] == client["LogoutURLs"] == [console]
    assert as_text(console).endswith(".DomainName>/")


def test_the_pages_of_the_user_pool_have_a_style(template: Template) -> None:
    assert template.one("Cognito::UserPoolDomain").properties["ManagedLoginVersion"] == 2
    style = template.one("Cognito::ManagedLoginBranding").properties
    assert style["UseCognitoProvidedValues"] is True
    assert style["ClientId"] == template.body["Outputs"]["ClientId"]["Value"]


def test_a_synthesis_that_packs_nothing_needs_no_built_console(template: Template) -> None:
    assert not [one for one in template if one.type.startswith("Custom::")]


# ---------------------------------------------------------------------- with files


class Deployed(NamedTuple):
    template: Template
    findings: list[str]
    directory: Path

    def deployments(self) -> dict[str, Properties]:
        """The deployments of files, by the folder in the bucket that they go to."""
        found = self.template.body["Resources"].values()
        made = [one["Properties"] for one in found if one["Type"] == "Custom::CDKBucketDeployment"]
        return {one.get("DestinationBucketKeyPrefix", ""): one for one in made}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The stage with a stand-in for the built console, and a map."""
    directory = tmp_path_factory.mktemp("deployed")
    built = stand_in(directory / "console")
    (built / "icon.svg").write_text("<svg/>")
    context = {
        **NOT_BUNDLED,
        FILES: str(built),
        "map_tiles_url": TILES,
        "map_tiles_attribution": "© Example",
    }
    findings = list(of_nag("dev", directory / "out", context=context))
    return Deployed(Template(whole(directory / "out", "Idlewatt-dev.template.json")), findings, directory / "out")


def test_scripts_stay_for_open_tabs_and_are_kept_for_ever(deployed: Deployed) -> None:
    assets = deployed.deployments()["assets"]
    assert assets["Prune"] is False
    assert assets["SystemMetadata"] == {"cache-control": FOR_EVER}
    assert "DistributionId" not in assets


def test_the_page_goes_last_and_is_fetched_anew(deployed: Deployed) -> None:
    page = deployed.deployments()[""]
    assert page["SystemMetadata"] == {"cache-control": ASK_AGAIN}
    assert (page["Prune"], page["Exclude"]) == (True, ["assets/*"])
    assert set(page["DistributionPaths"]) == {"/index.html", "/icon.svg", "/config.json"}
    resources = deployed.template.body["Resources"]
    (whole_page,) = (one for one in resources.values() if one.get("Properties") == page)
    (assets,) = (name for name, one in resources.items() if one.get("Properties") == deployed.deployments()["assets"])
    assert assets in whole_page["DependsOn"]


def test_the_console_is_told_where_it_is(deployed: Deployed) -> None:
    (file,) = deployed.directory.glob("asset.*/config.json")
    told = json.loads(file.read_text("utf-8"))
    assert (told["stage"], told["map_tiles"]) == ("dev", {"url": TILES, "attribution": "© Example"})
    markers = [marker for one in deployed.deployments()[""]["SourceMarkers"] for marker in one.values()]
    filled = {as_text(value) for value in markers}
    assert f"<{deployed.template.body['Outputs']['ClientId']['Value']['Ref']}>" in filled
    assert set(told["sign_in"]) == {
        *("issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "end_session_endpoint"),
        *("client_id", "scope"),
    }


def test_the_map_may_come_from_its_origin(deployed: Deployed) -> None:
    config = headers(deployed.template)["SecurityHeadersConfig"]
    policy = as_text(config["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    assert "img-src 'self' data: https://*.tile.example;" in policy


def test_a_stage_that_is_removed_takes_the_files_along(deployed: Deployed) -> None:
    files = bucket(deployed.template)
    assert files.whole["DeletionPolicy"] == "Delete"
    (emptier,) = (one for one in deployed.template if one.type == "Custom::S3AutoDeleteObjects")
    assert emptier.refers_to(files.logical_id)


def test_cdk_nag_finds_nothing_in_how_files_are_deployed(deployed: Deployed) -> None:
    assert deployed.findings == []


def test_without_a_built_console_it_is_said_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(ConsoleNotBuiltError, match="make console"):
        application(context={**NOT_BUNDLED, FILES: str(tmp_path)})
