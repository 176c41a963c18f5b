"""The live feed of operators' consoles: a WebSocket API of its own, and the function that brings events to it.

docs/adr/0035-live-feed.md says why it is as it is, docs/live.md what is spoken on it.
"""

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import dead_letters, rights
from infra.acknowledged import acknowledge
from infra.action_function import Functions
from infra.gateway import Invoker, SocketRoutes, stage
from infra.settings import Settings
from shared.catalog import LIVE_MARK

REQUESTS_PER_S = 50
"""Of all consoles together: handshakes, watches and pings, not what is pushed to them."""
LOGGED = ("requestId", "requestTime", "connectionId", "eventType", "routeKey", "status")


class Live(Construct):
    """Routes, functions and stage of the consoles' WebSocket API, and the rule that feeds it."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        api: apigatewayv2.WebSocketApi,
        functions: Functions,
        invoker: Invoker,
        settings: Settings,
    ) -> None:
        super().__init__(scope, id)
        self._api = api
        self._functions = functions
        routes = SocketRoutes(
            api.api_id,
            invoker,
            unauthorized="$connect takes a ticket, for one use; API Gateway cannot ask at other routes.",
        )
        routes.add("$connect", self._function("connect"))
        routes.add("$disconnect", self._function("disconnect"))
        ends = self._connections(settings)
        routes.add("watch", self._function("watch", *ends), answered=True)
        routes.add("ping", self._function("ping", *ends), answered=True)
        routes.add("$default", self._function("default"), answered=True)
        self.stage = stage(
            self,
            api.api_id,
            settings.stage,
            requests_per_s=REQUESTS_PER_S,
            log=functions.data.log if settings.access_log else None,
            logged=LOGGED,
        )
        if not settings.access_log:
            acknowledge(self.stage, {"AwsSolutions-APIG1": "The functions log who connects, and how it ends."})
        self.stage.node.add_dependency(*routes.parts)
        self.push_live = self._pusher(settings)

    def _function(self, name: str, *more: iam.PolicyStatement) -> lambda_.Function:
        return self._functions.make(
            self, f"Live{name.title()}", f"functions.live.{name}.handler", reads=("LIVE",), writes=("LIVE",), more=more
        )

    def _connections(self, settings: Settings) -> list[iam.PolicyStatement]:
        """Rights to tell a console something, and to end its connection."""
        return [rights.manage_connections(self._api, settings.stage, one) for one in (rights.SEND, rights.CLOSE)]

    def _pusher(self, settings: Settings) -> lambda_.Function:
        """The function that takes marked events from the bus to the consoles that watch."""
        data = self._functions.data
        function = self._functions.make(
            self,
            "PushLive",
            "functions.bus.push_live.handler",
            reads=("LIVE",),
            writes=("LIVE",),
            more=[*self._connections(settings), dead_letters.leave(data)],
        )
        events.Rule(
            function,
            "Watched",
            event_bus=data.bus,
            event_pattern=events.EventPattern(source=["idlewatt"], resources=[LIVE_MARK]),
            targets=[dead_letters.attended(function, data)],
        )
        return function
