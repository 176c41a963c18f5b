"""The front door: one CloudFront distribution for stations, operators, files and the console."""

from pathlib import Path
from typing import TypedDict

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.console import Console
from infra.settings import Settings

ORIGIN_HEADER = "x-idlewatt-origin"
"""Carries the secret by which the authorizer knows that a connection came through the front door."""
STATION_HEADER = "x-idlewatt-station"
"""Carries the identity of the station that dials; infra/edge/station_identity.js sets it."""
PROTOCOL_HEADER = "CloudFront-Forwarded-Proto"
"""`http` or `https`, as the viewer has it; CloudFront sets it for origins that a policy names it for."""
KEPT_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""Errors that CloudFront keeps for ten seconds unless told not to, whatever the cache policy says: a station made known
or an item created would be missing for so long, and one caller's error would be everybody's."""
FUNCTIONS = Path(__file__).parent / "edge"
OPERATORS = "operators"
"""The operator API among the origins, by which infra/edge/files.js names it."""


class _OwnName(TypedDict, total=False):
    domain_names: list[str]
    certificate: acm.ICertificate


class OriginSecret(Construct):
    """What only CloudFront and the authorizer know. Its value is in no template: CloudFormation looks it up."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            description=f"Sent by CloudFront as {ORIGIN_HEADER}",
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=48, exclude_punctuation=True),
        )
        acknowledge(
            self.secret,
            {"AwsSolutions-SMG4": "A value that changed between deployments would shut every station out."},
        )
        self.reference = self.secret.secret_value.unsafe_unwrap()


class Edge(Construct):
    """The distribution, the function that turns the path of a station's URL into a header, and the one that checks
    the links of files."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        socket_api_id: str,
        live_api_id: str,
        http_api_id: str,
        files: s3.Bucket,
        console: Console,
        secret: str,
        settings: Settings,
    ) -> None:
        super().__init__(scope, id)
        https_only = cloudfront.ViewerProtocolPolicy.HTTPS_ONLY
        operators = _api(http_api_id, id=OPERATORS)
        stations = _api(socket_api_id, path=f"/{settings.stage}", headers={ORIGIN_HEADER: secret})
        consoles = _api(live_api_id, path=f"/{settings.stage}", headers={ORIGIN_HEADER: secret})
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Idlewatt {settings.stage}",
            # Whatever is nowhere else is a page of the console.
            default_behavior=console.behaviour,
            additional_behaviors={
                "/ocpp/*": _behaviour(
                    stations,
                    cloudfront.ViewerProtocolPolicy.ALLOW_ALL if settings.plain_ws else https_only,
                    self._station_identity(),
                    methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
                    cache=self._with_protocol() if settings.plain_ws else None,
                ),
                "/live": _behaviour(
                    consoles, https_only, self._live_path(), methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD
                ),
                "/api/*": _behaviour(operators, https_only),
                **self._file_links(files, secret),
            },
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0)) for status in KEPT_ERRORS
            ],
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            **self._own_name(settings),
        )
        self._acknowledge(settings)
        self._let_in(files)
        console.let_in(self.distribution)
        self.host = settings.domain_name or self.distribution.distribution_domain_name

    def _acknowledge(self, settings: Settings) -> None:
        reasons = {
            "AwsSolutions-CFR1": "Stations stand wherever the operator puts them.",
            "AwsSolutions-CFR2": "A firewall costs 5 USD a month and more; both APIs authorize and throttle anyway.",
            "AwsSolutions-CFR3": "The authorizer logs refused handshakes, $connect the others, the API its requests.",
        }
        if not settings.domain_name:
            reasons["AwsSolutions-CFR4"] = (
                "A cloudfront.net name takes any TLS version; with domain_name it is TLS 1.2."
            )
        acknowledge(self.distribution, reasons)

    def _station_identity(self) -> cloudfront.Function:
        return cloudfront.Function(
            self,
            "StationIdentity",
            code=cloudfront.FunctionCode.from_file(file_path=str(FUNCTIONS / "station_identity.js")),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            comment="Moves the station identity from the path into a header",
        )

    def _live_path(self) -> cloudfront.Function:
        return cloudfront.Function(
            self,
            "LivePath",
            code=cloudfront.FunctionCode.from_file(file_path=str(FUNCTIONS / "live.js")),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            comment="Leads the live feed of consoles to its stage",
        )

    def _with_protocol(self) -> cloudfront.CachePolicy:
        """Tells the authorizer which stations come without TLS, where such are let in.

        An origin request policy cannot: with headers of CloudFront it passes on either Host too, which API Gateway
        refuses, or no Authorization. A cache policy that names headers has to let something be kept; here that is only
        what says so itself, as no answer to a handshake does.
        """
        headers = (PROTOCOL_HEADER, STATION_HEADER, "Authorization")
        return cloudfront.CachePolicy(
            self,
            "Protocol",
            comment="Nothing is kept; the origin is told whether a viewer uses TLS",
            header_behavior=cloudfront.CacheHeaderBehavior.allow_list(*headers),
            default_ttl=Duration.seconds(0),
            min_ttl=Duration.seconds(0),
            max_ttl=Duration.seconds(1),
        )

    def _file_links(self, files: s3.Bucket, secret: str) -> dict[str, cloudfront.BehaviorOptions]:
        """What stations bring and fetch by links: the function checks each, and the bucket has no other way in."""
        code = (FUNCTIONS / "files.js").read_text("utf-8")
        check = cloudfront.Function(
            self,
            "FileLinks",
            code=cloudfront.FunctionCode.from_inline(
                code.replace("%ORIGIN_SECRET%", secret).replace("%OPERATORS%", OPERATORS)
            ),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            comment="Checks the links of files",
        )
        # CloudFront signs what it sends to the bucket, whatever credentials come with a request.
        access = cloudfront.S3OriginAccessControl(self, "FileAccess", signing=cloudfront.Signing.SIGV4_ALWAYS)
        bucket = origins.S3BucketOrigin.with_bucket_defaults(
            files, origin_access_control_id=access.origin_access_control_id
        )
        # A file that a whole campaign fetches is fetched from the bucket once: by the time CloudFront looks into its
        # cache, the function has made one path of all links to a file. Firmware never changes under its key.
        kept = cloudfront.CachePolicy.CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS
        return {
            "/u/*": _behaviour(bucket, cloudfront.ViewerProtocolPolicy.HTTPS_ONLY, check),
            "/f/*": _behaviour(bucket, cloudfront.ViewerProtocolPolicy.HTTPS_ONLY, check, cache=kept),
        }

    def _let_in(self, files: s3.Bucket) -> None:
        """The distribution may fetch firmware from the bucket and bring what is uploaded, and nothing else."""
        stack = Stack.of(self)
        arn = f"arn:{stack.partition}:cloudfront::{stack.account}:distribution/{self.distribution.distribution_id}"
        for action, folders in (("s3:GetObject", ("firmware/*",)), ("s3:PutObject", ("firmware/*", "uploads/*"))):
            files.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=[action],
                    principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                    resources=[files.arn_for_objects(folder) for folder in folders],
                    conditions={"StringEquals": {"AWS:SourceArn": arn}},
                )
            )

    def _own_name(self, settings: Settings) -> _OwnName:
        if not settings.domain_name:
            return {}
        certificate = acm.Certificate.from_certificate_arn(self, "Certificate", settings.certificate_arn)
        return {"domain_names": [settings.domain_name], "certificate": certificate}


def _api(
    api_id: str, *, id: str | None = None, path: str | None = None, headers: dict[str, str] | None = None
) -> origins.HttpOrigin:
    """An API of API Gateway behind the distribution, reached by TLS only."""
    return origins.HttpOrigin(
        f"{api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}",
        origin_id=id,
        origin_path=path,
        custom_headers=headers,
        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
    )


def _behaviour(
    origin: cloudfront.IOrigin,
    protocols: cloudfront.ViewerProtocolPolicy,
    on_request: cloudfront.Function | None = None,
    *,
    methods: cloudfront.AllowedMethods | None = None,
    cache: cloudfront.ICachePolicy | None = None,
) -> cloudfront.BehaviorOptions:
    """Pass every request on as it is, with all headers but Host: Authorization and Sec-WebSocket-* among them."""
    return cloudfront.BehaviorOptions(
        origin=origin,
        viewer_protocol_policy=protocols,
        allowed_methods=methods or cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cache or cloudfront.CachePolicy.CACHING_DISABLED,
        compress=False if cache else None,
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        function_associations=[
            cloudfront.FunctionAssociation(function=on_request, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST)
        ]
        if on_request
        else None,
    )
