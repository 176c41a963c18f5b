"""The WebSocket API that stations speak to: a route and a function for every OCPP action, from the catalog."""

from collections.abc import Callable, Iterator

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from constructs import Construct

from infra.acknowledged import acknowledge
from infra.action_function import Functions
from infra.certificates import Authority
from infra.gateway import Invoker, SocketRoutes, stage
from infra.settings import Settings
from shared.catalog import COMMANDS_READ, COMMANDS_WRITE, FROM_STATION, Action

STATION_HEADER = "x-idlewatt-station"
"""The identity of a station. The front door sets it always, so a connection without it did not come that way."""

EVERY_ACTION_READS = ("STATION",)
EVERY_ACTION_WRITES = ("FINDING",)
READS_CERTIFICATES = ("Authorize", "GetCertificateChainStatus", "GetCertificateStatus", "SignCertificate")
LOGGED = ("requestId", "requestTime", "connectionId", "eventType", "routeKey", "status", "authorizer.principalId")
"""What a line of the access log says, by names of API Gateway's context."""


class Ocpp(Construct):
    """Routes, functions and stage of the WebSocket API."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        api: apigatewayv2.WebSocketApi,
        functions: Functions,
        invoker: Invoker,
        settings: Settings,
        authority: Authority,
    ) -> None:
        super().__init__(scope, id)
        self._api = api
        self._authority = authority
        self._functions = functions
        self._invoker = invoker
        self._routes = SocketRoutes(
            api.api_id,
            invoker,
            unauthorized="API Gateway authorizes a connection at $connect, once for all its messages.",
        )
        self._route_connections()
        for action in FROM_STATION:
            self._route_action(action)
        self.stage = stage(
            self,
            api.api_id,
            settings.stage,
            requests_per_s=settings.messages_per_s,
            log=functions.data.log if settings.access_log else None,
            logged=LOGGED,
        )
        if not settings.access_log:
            acknowledge(
                self.stage,
                {"AwsSolutions-APIG1": "The functions log a line per message, with its outcome (docs/adr/0013)."},
            )
        self.stage.node.add_dependency(*self._routes.parts)

    def _route_connections(self) -> None:
        connect = self._functions.make(
            self,
            "Connect",
            "functions.connection.connect.handler",
            reads=("STATION", "CONNECTION"),
            writes=("STATION", "CONNECTION", "CLOSING"),
        )
        disconnect = self._functions.make(
            self, "Disconnect", "functions.connection.disconnect.handler", writes=("CONNECTION",)
        )
        # It takes the answers to our calls and sends the next. Should API Gateway not find the action in a frame, it
        # does the work of all the others too.
        default = self._functions.make(
            self,
            "DefaultMessage",
            "functions.connection.default.handler",
            reads=(
                *EVERY_ACTION_READS,
                *COMMANDS_READ,
                *(entity for action in FROM_STATION for entity in action.reads),
            ),
            writes=(
                *EVERY_ACTION_WRITES,
                *COMMANDS_WRITE,
                *(entity for action in FROM_STATION for entity in action.writes),
            ),
            sends=True,
            more=[*self._authority.signing, *self._authority.contracts, *self._authority.payments],
            code=self._functions.package.code_with_cryptography,
        )
        self._routes.add("$connect", connect, authorizer=self._authorizer())
        self._routes.add("$disconnect", disconnect)
        self._routes.add("$default", default, answered=True)

    def _authorizer(self) -> apigatewayv2.CfnAuthorizer:
        function = self._functions.make(
            self,
            "Authorizer",
            "functions.connection.authorizer.handler",
            reads=("STATION",),
            writes=("EVENT",),
            memory_mb=512,  # hashing a password with scrypt takes 16 MB and processor time
        )
        return apigatewayv2.CfnAuthorizer(
            function,
            "Authorizer",
            api_id=self._api.api_id,
            name="station",
            authorizer_type="REQUEST",
            authorizer_uri=self._invoker.uri(function),
            authorizer_credentials_arn=self._invoker.role.role_arn,
            identity_source=[f"route.request.header.{STATION_HEADER}"],
        )

    def _route_action(self, action: Action) -> None:
        function = self._functions.make(
            self,
            action.name,
            f"functions.actions.{action.module}.handler",
            reads=(*EVERY_ACTION_READS, *action.reads),
            writes=(*EVERY_ACTION_WRITES, *action.writes),
            more=self._authority.rights_of(action.name),
            code=self._functions.package.code_with_cryptography if action.name in READS_CERTIFICATES else None,
        )
        self._routes.add(action.name, function, answered=True)


def _of_all(entities: Callable[[Action], tuple[str, ...]]) -> Iterator[str]:
    """What the functions of all actions together may touch."""
    return (entity for action in FROM_STATION for entity in entities(action))
