"""The operators' HTTP API: routes and functions from the catalog, and the user pool that lets operators in."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.action_function import Functions
from infra.gateway import Invoker, stage
from infra.settings import Settings
from shared.catalog import API_ROOT, RESOURCES, Resource

OPERATORS = "operators"
LOGGED = (
    *("requestId", "requestTime", "identity.sourceIp", "routeKey", "status", "responseLatency"),
    *("authorizer.claims.sub", "authorizer.error", "integrationErrorMessage"),
)
"""What a line of the access log says, by names of API Gateway's context: here it is who did what."""


class Users(Construct):
    """The people who may use the operator API: a user pool without sign-up, and the client they sign in with."""

    def __init__(self, scope: Construct, id: str, *, console_url: str, settings: Settings) -> None:
        super().__init__(scope, id)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=12, require_digits=True, require_lowercase=True, require_uppercase=True, require_symbols=True
            ),
            deletion_protection=settings.keep_data,
            removal_policy=RemovalPolicy.RETAIN if settings.keep_data else RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.pool,
            {
                "AwsSolutions-COG2": "Every user can turn on a second factor; operators' scripts sign in here as well.",
                "AwsSolutions-COG8": "The plus plan costs per user and month; nobody can sign up for an account here.",
            },
        )
        self.client = self.pool.add_client(
            "Client",
            # The console and scripts prove a password by SRP; with AWS credentials of the account, directly.
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=[console_url],
                logout_urls=[console_url],
            ),
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(7),
            prevent_user_existence_errors=True,
        )
        cognito.CfnUserPoolGroup(
            self,
            "Operators",
            user_pool_id=self.pool.user_pool_id,
            group_name=OPERATORS,
            description="May use the operator API",
        )


class OperatorApi(Construct):
    """Routes, functions and stage of the HTTP API."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        api: apigatewayv2.HttpApi,
        users: Users,
        functions: Functions,
        invoker: Invoker,
        settings: Settings,
    ) -> None:
        super().__init__(scope, id)
        self._api = api
        self._functions = functions
        self._invoker = invoker
        self._authorizer = apigatewayv2.CfnAuthorizer(
            self,
            "Authorizer",
            api_id=api.api_id,
            name=OPERATORS,
            authorizer_type="JWT",
            identity_source=["$request.header.Authorization"],
            jwt_configuration=apigatewayv2.CfnAuthorizer.JWTConfigurationProperty(
                audience=[users.client.user_pool_client_id],
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

    def _routes(self, resource: Resource) -> list[apigatewayv2.CfnRoute]:
        function = self._functions.make(
            self,
            resource.name.title().replace("_", ""),
            f"functions.api.{resource.name}.handler",
            reads=resource.reads,
            writes=resource.writes,
            memory_mb=512,
            timeout_s=29,
        )
        integration = self._invoker.integration("Integration", self._api.api_id, function, payload_format="2.0")
        # What touches no data is the description of the API, which may be read by anybody.
        is_open = not resource.reads and not resource.writes
        if is_open:
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
                    authorization_type="NONE" if is_open else "JWT",
                    authorizer_id=None if is_open else self._authorizer.ref,
                )
            )
        return routes
