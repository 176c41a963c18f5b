"""What both APIs of API Gateway have in common: how they call our functions, and their stages."""

import json
from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledged import acknowledge


class Invoker(Construct):
    """The role with which API Gateway calls those functions, and only those, that stand behind a route.

    One role for both APIs, instead of a permission on every function: a resource less for each.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self._policy = iam.PolicyDocument()
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            inline_policies={"Invoke": self._policy},
        )

    def uri(self, function: lambda_.Function) -> str:
        """The address of a function as an authorizer names it; from now on API Gateway may call it."""
        self._policy.add_statements(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn])
        )
        return (
            f"arn:{Aws.PARTITION}:apigateway:{Aws.REGION}:lambda:path/2015-03-31/functions/"
            f"{function.function_arn}/invocations"
        )

    def integration(
        self, id: str, api_id: str, function: lambda_.Function, payload_format: str | None = None
    ) -> apigatewayv2.CfnIntegration:
        """A function as the target of routes; `payload_format` is for HTTP APIs."""
        return apigatewayv2.CfnIntegration(
            function,
            id,
            api_id=api_id,
            integration_type="AWS_PROXY",
            integration_uri=self.uri(function),
            integration_method="POST",
            credentials_arn=self.role.role_arn,
            payload_format_version=payload_format,
        )


class SocketRoutes:
    """The routes of a WebSocket API, each with the function behind it."""

    def __init__(self, api_id: str, invoker: Invoker, *, unauthorized: str) -> None:
        """`unauthorized`: why routes without an authorizer are safe."""
        self._api_id = api_id
        self._invoker = invoker
        self._unauthorized = unauthorized
        self.parts: list[apigatewayv2.CfnRoute | apigatewayv2.CfnRouteResponse] = []
        """What the stage must wait for: its first deployment then has every route, instead of one for each."""

    def add(
        self,
        key: str,
        function: lambda_.Function,
        *,
        answered: bool = False,
        authorizer: apigatewayv2.CfnAuthorizer | None = None,
    ) -> None:
        """A route; what the function of an `answered` one returns goes back to the client."""
        integration = self._invoker.integration("Integration", self._api_id, function)
        route = apigatewayv2.CfnRoute(
            function,
            "Route",
            api_id=self._api_id,
            route_key=key,
            target=f"integrations/{integration.ref}",
            route_response_selection_expression="$default" if answered else None,
            authorization_type="CUSTOM" if authorizer else "NONE",
            authorizer_id=authorizer.ref if authorizer else None,
        )
        self.parts.append(route)
        if not authorizer:
            acknowledge(route, {"AwsSolutions-APIG4": self._unauthorized})
        if answered:
            response = apigatewayv2.CfnRouteResponse(
                function, "Response", api_id=self._api_id, route_id=route.ref, route_response_key="$default"
            )
            self.parts.append(response)


def stage(
    scope: Construct, api_id: str, name: str, *, requests_per_s: int, log: logs.LogGroup | None, logged: Sequence[str]
) -> apigatewayv2.CfnStage:
    """A stage that deploys itself, throttled; with `log`, an access log of the `logged` context variables."""
    line = json.dumps({variable: f"$context.{variable}" for variable in logged})
    return apigatewayv2.CfnStage(
        scope,
        "Stage",
        api_id=api_id,
        stage_name=name,
        auto_deploy=True,
        default_route_settings=apigatewayv2.CfnStage.RouteSettingsProperty(
            throttling_rate_limit=requests_per_s, throttling_burst_limit=requests_per_s
        ),
        access_log_settings=apigatewayv2.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=line
        )
        if log
        else None,
    )
