"""The front door: one CloudFront distribution for stations, operators and, later, files and the console."""

from pathlib import Path
from typing import TypedDict

from aws_cdk import Aws, Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.settings import Settings

ORIGIN_HEADER = "x-idlewatt-origin"
"""Carries the secret by which the authorizer knows that a connection came through the front door."""
KEPT_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""Errors that CloudFront keeps for ten seconds unless told not to, whatever the cache policy says: a station made known
or an item created would be missing for so long, and one caller's error would be everybody's."""
STATION_IDENTITY = Path(__file__).parent / "edge" / "station_identity.js"


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
    """The distribution, and the function that turns the path of a station's URL into a header."""

    def __init__(
        self, scope: Construct, id: str, *, socket_api_id: str, http_api_id: str, secret: str, settings: Settings
    ) -> None:
        super().__init__(scope, id)
        https_only = cloudfront.ViewerProtocolPolicy.HTTPS_ONLY
        operators = _api(http_api_id)
        stations = _api(socket_api_id, path=f"/{settings.stage}", headers={ORIGIN_HEADER: secret})
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Idlewatt {settings.stage}",
            # Whatever is nowhere else is the operator API's to refuse.
            default_behavior=_behaviour(operators, https_only),
            additional_behaviors={
                "/ocpp/*": _behaviour(
                    stations,
                    cloudfront.ViewerProtocolPolicy.ALLOW_ALL if settings.plain_ws else https_only,
                    self._station_identity(),
                ),
                "/api/*": _behaviour(operators, https_only),
            },
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0)) for status in KEPT_ERRORS
            ],
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            **self._own_name(settings),
        )
        self._acknowledge(settings)
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
            code=cloudfront.FunctionCode.from_file(file_path=str(STATION_IDENTITY)),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            comment="Moves the station identity from the path into a header",
        )

    def _own_name(self, settings: Settings) -> _OwnName:
        if not settings.domain_name:
            return {}
        certificate = acm.Certificate.from_certificate_arn(self, "Certificate", settings.certificate_arn)
        return {"domain_names": [settings.domain_name], "certificate": certificate}


def _api(api_id: str, *, path: str | None = None, headers: dict[str, str] | None = None) -> origins.HttpOrigin:
    """An API of API Gateway behind the distribution, reached by TLS only."""
    return origins.HttpOrigin(
        f"{api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}",
        origin_path=path,
        custom_headers=headers,
        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
    )


def _behaviour(
    origin: origins.HttpOrigin,
    protocols: cloudfront.ViewerProtocolPolicy,
    on_request: cloudfront.Function | None = None,
) -> cloudfront.BehaviorOptions:
    """Pass every request on as it is, with all headers but Host: Authorization and Sec-WebSocket-* among them."""
    return cloudfront.BehaviorOptions(
        origin=origin,
        viewer_protocol_policy=protocols,
        allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD if on_request else cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        function_associations=[
            cloudfront.FunctionAssociation(function=on_request, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST)
        ]
        if on_request
        else None,
    )
