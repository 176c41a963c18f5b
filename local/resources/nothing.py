"""Types of resources that mean nothing on one machine, each with the reason. Whatever is not listed must be made."""

from collections.abc import Mapping

from local.identity import arn
from local.resources.loading import Loading, Maker, Properties, makes
from local.template import Physical, Resource

_RIGHTS = "rights are not checked on this machine; `make check` checks them in the template"
_WATCHING = "nobody watches this machine but its developer"

MEANINGLESS: Mapping[str, str] = {
    "AWS::ApiGateway::Account": "the role with which API Gateway writes its logs",
    "AWS::CDK::Metadata": "tells AWS which constructs were used",
    "AWS::CloudFront::CachePolicy": "nothing is cached on this machine",
    "AWS::CloudFront::Function": "local.edge and local.files do the same, and tests/golden holds them to it",
    "AWS::CloudFront::OriginAccessControl": _RIGHTS,
    "AWS::CloudFront::ResponseHeadersPolicy": "local.console_files sends the same, of infra/console_headers.py",
    "AWS::CloudWatch::Alarm": _WATCHING,
    "AWS::CloudWatch::Dashboard": _WATCHING,
    "AWS::Cognito::ManagedLoginBranding": "local.sign_in_page has its own look",
    "AWS::KMS::Key": "the key of the embedded certificate authority is in the table here",
    "AWS::IAM::ManagedPolicy": _RIGHTS,
    "AWS::IAM::Policy": _RIGHTS,
    "AWS::IAM::Role": _RIGHTS,
    "AWS::Lambda::Permission": _RIGHTS,
    "AWS::Logs::MetricFilter": _WATCHING,
    "AWS::S3::BucketPolicy": _RIGHTS,
    "AWS::SQS::QueuePolicy": _RIGHTS,
}
"""Type to reason."""

_SERVICES = {"Logs": "logs", "CloudFront": "cloudfront", "IAM": "iam", "CloudWatch": "cloudwatch"}


def _placeholder(loading: Loading, resource: Resource, _: Properties) -> Physical:
    name = loading.physical_name(resource, 512)
    made = arn(_SERVICES.get(resource.type.split("::")[1], "local"), name)
    return Physical(name, {"Arn": made, "FunctionARN": made, "Id": name, "RoleId": name})


make_nothing: Maker = makes(*MEANINGLESS)(_placeholder)
