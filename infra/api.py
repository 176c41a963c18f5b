"""The operators' HTTP API: routes and functions from the catalog, behind the tokens of the user pool."""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra import rights
from infra.acknowledged import acknowledge
from infra.action_function import Functions
from infra.certificates import Authority
from infra.gateway import Invoker, stage
from infra.part import Part
from infra.settings import Settings
from infra.users import Users
from shared.resources import API_ROOT, RESOURCES, Resource

LOGGED = (
    *("requestId", "requestTime", "identity.sourceIp", "routeKey", "status", "responseLatency"),
    *("authorizer.claims.sub", "authorizer.error", "integrationErrorMessage"),
)
"""What a line of the access log says, by names of API Gateway's context: here it is who did what."""


class OperatorApi(Part):
    """Routes, functions and stage of the HTTP API."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        api: apigatewayv2.HttpApi,
        users: Users,
        functions: Functions,
        settings: Settings,
        authority: Authority,
        redrive: Sequence[iam.PolicyStatement],
    ) -> None:
        """`redrive` are the rights that dead letters take."""
        super().__init__(scope, id)
        self._api = api
        self._authority = authority
        self._redrive = redrive
        self._functions = functions.within(self)
        self._invoker = Invoker(self, "Invoker")
        self._authorizer = apigatewayv2.CfnAuthorizer(
            self,
            "Authorizer",
            api_id=api.api_id,
            name="users",
            authorizer_type="JWT",
            identity_source=["$request.header.Authorization"],
            jwt_configuration=apigatewayv2.CfnAuthorizer.JWTConfigurationProperty(
                audience=users.client_ids,
                issuer=f"https://cognito-idp.{Aws.REGION}.amazonaws.com/{users.pool.user_pool_id}",
            ),
        )
        routes = [route for resource in RESOURCES for route in self._routes(resource)]
        self.stage = stage(
            self,
            api.api_id,
            "$default",
            requests_per_s=settings.api_requests_per_s,
            log=functions.data.log,
            logged=LOGGED,
        )
        self.stage.node.add_dependency(*routes)

    def _more(self, resource: Resource) -> list[iam.PolicyStatement]:
        """What a resource does beyond the table."""
        data = self._functions.data
        return [
            *([rights.read_log(data)] if resource.reads_log else []),
            *([rights.give_jobs(data)] if resource.starts_jobs else []),
            *(rights.read_meters(data) if resource.reads_meters else []),
            *(self._authority.signing if resource.name == "certificate_authority" else []),
            *(self._authority.payments if resource.name == "payments" else []),
            *(self._redrive if resource.name == "dead_letters" else []),
            *(rights.read_files(data.files, folder) for folder in resource.reads_files),
            *(rights.write_files(data.files, folder) for folder in resource.writes_files),
        ]

    def _routes(self, resource: Resource) -> list[apigatewayv2.CfnRoute]:
        function = self._functions.make(
            self,
            resource.name.title().replace("_", ""),
            f"functions.api.{resource.name}.handler",
            reads=resource.reads,
            writes=resource.writes,
            sends=resource.sends,
            more=self._more(resource),
            memory_mb=512,
            timeout_s=29,
            code=self._functions.package.code_with_cryptography if resource.reads_certificates else None,
        )
        integration = self._invoker.integration("Integration", self._api.api_id, function, payload_format="2.0")
        if resource.reads_meters:
            rights.acknowledge_meters(self, self._functions.data)
        if resource.anyone:
            acknowledge(function, {"AwsSolutions-APIG4": "It shows how the API is used and has no right to any data."})
        routes = []
        for route in resource.routes:
            method, path = route.split(" ")
            routes.append(
                apigatewayv2.CfnRoute(
                    function,
                    route.replace("/", "|"),
                    api_id=self._api.api_id,
                    route_key=f"{method} {API_ROOT}{path}",
                    target=f"integrations/{integration.ref}",
                    authorization_type="JWT" if resource.role(route) else "NONE",
                    authorizer_id=self._authorizer.ref if resource.role(route) else None,
                )
            )
        return routes
