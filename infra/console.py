"""The operators' console: its files in a bucket that only the distribution reads, and what browsers are told with
them."""

import json
from pathlib import Path
from typing import cast

from aws_cdk import CfnElement, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.console_configuration import PATH, Configuration, MapTiles, SignIn
from infra.console_headers import (
    ASK_AGAIN,
    FINGERPRINTED,
    FOR_EVER,
    PERMISSIONS,
    TRANSPORT_SECURITY_S,
    Elsewhere,
    content_security_policy,
    tiles_origin,
)
from infra.package import ROOT
from infra.settings import Settings
from shared.version import VERSION

FILES = "console_files"
"""Context: the directory with the built console; without it web/dist."""
BUILT = ROOT / "web" / "dist"
INDEX = "index.html"
REWRITE = Path(__file__).parent / "edge" / "console.js"
DEPLOYING_MB = 512


class ConsoleNotBuiltError(Exception):
    """There are no files of the console to deploy."""


class Console(Construct):
    """The bucket, and how the distribution serves what is in it. A synthesis that packs nothing deploys no files
    either, unless it is told which."""

    def __init__(self, scope: Construct, id: str, *, sign_in_url: str, settings: Settings) -> None:
        super().__init__(scope, id)
        self._settings = settings
        self._built = self._find()
        self.bucket = self._bucket()
        self.behaviour = self._behaviour(Elsewhere(sign_in_url, _tiles(settings)))

    def let_in(self, distribution: cloudfront.Distribution) -> None:
        """The distribution may read the files, and learns which are missing; nobody else may anything."""
        stack = Stack.of(self)
        arn = f"arn:{stack.partition}:cloudfront::{stack.account}:distribution/{distribution.distribution_id}"
        for action, resource in (
            ("s3:GetObject", self.bucket.arn_for_objects("*")),
            ("s3:ListBucket", self.bucket.bucket_arn),
        ):
            self.bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=[action],
                    principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                    resources=[resource],
                    conditions={"StringEquals": {"AWS:SourceArn": arn}},
                )
            )

    def deploy(self, distribution: cloudfront.Distribution, sign_in: SignIn) -> None:
        """Put the files into the bucket: first what is new under a name of its own, then the page that names it.

        What an older page names stays, so that an open tab finds its parts.
        """
        if self._built is None:
            return
        assets = self._deployment(
            "Assets",
            [s3_deployment.Source.asset(str(self._built / FINGERPRINTED.strip("/")))],
            into=FINGERPRINTED.strip("/"),
            kept=FOR_EVER,
        )
        named = sorted(f"/{file.name}" for file in self._built.iterdir() if file.is_file())
        page = self._deployment(
            "Page",
            [
                s3_deployment.Source.asset(str(self._built), exclude=[FINGERPRINTED.strip("/")]),
                s3_deployment.Source.data(PATH.strip("/"), json.dumps(self._configuration(sign_in))),
            ],
            kept=ASK_AGAIN,
            distribution=distribution,
            invalidated=[*named, PATH],
        )
        page.node.add_dependency(assets)
        self._acknowledge_providers()

    def _find(self) -> Path | None:
        """Where the built console is; None: nothing is deployed."""
        given = self.node.try_get_context(FILES)
        if given is None and not Stack.of(self).bundling_required:
            return None
        built = Path(given) if given else BUILT
        if not (built / INDEX).is_file():
            raise ConsoleNotBuiltError(f"{built} has no {INDEX}: `make console` builds the console")
        return built

    def _bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Files",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            # Whatever is in it can be built again.
            removal_policy=RemovalPolicy.DESTROY,
            auto_delete_objects=self._built is not None,
        )
        acknowledge(bucket, {"AwsSolutions-S1": "CloudFront is its only reader, and the files are the same for all."})
        return bucket

    def _behaviour(self, elsewhere: Elsewhere) -> cloudfront.BehaviorOptions:
        stack = Stack.of(self)
        access = cloudfront.S3OriginAccessControl(self, "Access", signing=cloudfront.Signing.SIGV4_ALWAYS)
        rewrite = cloudfront.Function(
            self,
            "Rewrite",
            code=cloudfront.FunctionCode.from_file(file_path=str(REWRITE)),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            comment="Finds the file of the console for a path",
        )
        on_request = cloudfront.FunctionEventType.VIEWER_REQUEST
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_bucket_defaults(
                self.bucket, origin_access_control_id=access.origin_access_control_id
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            compress=True,
            function_associations=[cloudfront.FunctionAssociation(function=rewrite, event_type=on_request)],
            response_headers_policy=_headers(self, f"{stack.stack_name}-console-{stack.region}", elsewhere),
        )

    def _configuration(self, sign_in: SignIn) -> Configuration:
        settings = self._settings
        tiles = MapTiles(url=settings.map_tiles_url, attribution=settings.map_tiles_attribution)
        return Configuration(
            stage=settings.stage, version=VERSION, sign_in=sign_in, map_tiles=tiles if settings.map_tiles_url else None
        )

    def _deployment(
        self,
        id: str,
        sources: list[s3_deployment.ISource],
        *,
        kept: str,
        into: str | None = None,
        distribution: cloudfront.Distribution | None = None,
        invalidated: list[str] | None = None,
    ) -> s3_deployment.BucketDeployment:
        """Files for the bucket. In a folder, what is there already stays; at the root, what is no longer built goes,
        but for what is in folders."""
        return s3_deployment.BucketDeployment(
            self,
            id,
            destination_bucket=self.bucket,
            destination_key_prefix=into,
            sources=sources,
            cache_control=[s3_deployment.CacheControl.from_string(kept)],
            prune=into is None,
            exclude=None if into else [f"{FINGERPRINTED.strip('/')}/*"],
            distribution=distribution,
            distribution_paths=invalidated,
            memory_limit=DEPLOYING_MB,
        )

    def _acknowledge_providers(self) -> None:
        """Let CDK's own functions, which run while a stage is deployed or removed, be as CDK makes them."""
        stack = Stack.of(self)
        bucket = stack.get_logical_id(cast("CfnElement", self.bucket.node.default_child))
        staged = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*"
        basic = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        wildcards = [
            *(f"Action::s3:{action}*" for action in ("Abort", "DeleteObject", "GetBucket", "GetObject", "List")),
            *(f"Resource::{resource}" for resource in ("*", f"<{bucket}.Arn>/*", staged)),
        ]
        rights = (f"AwsSolutions-IAM5[{one}]" for one in wildcards)
        rules = ["AwsSolutions-L1", f"AwsSolutions-IAM4[Policy::{basic}]", *rights]
        reason = "CDK's own: it brings files into this bucket, and has CloudFront fetch them anew."
        for child in stack.node.children:
            if child.node.id.startswith("Custom::CDKBucketDeployment"):
                acknowledge(child, dict.fromkeys(rules, reason))


def _tiles(settings: Settings) -> str:
    return tiles_origin(settings.map_tiles_url) if settings.map_tiles_url else ""


def _headers(scope: Construct, name: str, elsewhere: Elsewhere) -> cloudfront.ResponseHeadersPolicy:
    """The headers of infra/console_headers.py, and what only means something with TLS."""
    return cloudfront.ResponseHeadersPolicy(
        scope,
        "Headers",
        # Of all regions of an account, none may have another of this name.
        response_headers_policy_name=name,
        comment="What browsers are told with the console",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=content_security_policy(elsewhere, upgrade=True), override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.SAME_ORIGIN, override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=Duration.seconds(TRANSPORT_SECURITY_S), override=True
            ),
        ),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=header, value=value, override=True)
                for header, value in (
                    ("Cross-Origin-Opener-Policy", "same-origin"),
                    ("Permissions-Policy", PERMISSIONS),
                )
            ]
        ),
    )
