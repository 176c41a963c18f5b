"""Powertools' event handler for HTTP APIs, fit for several requests at once."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

Middleware = Callable[[APIGatewayHttpResolver, NextMiddleware], Response[Any]]


class Resolver(APIGatewayHttpResolver):
    """A resolver that keeps each request to its thread.

    Powertools keeps the request it is at in the class and its route's arguments in the instance, which does where an
    environment handles one event at a time. On one machine threads share the functions, and one request would get
    the arguments of another.
    """

    def __init__(self, *, prefix: str, middleware: Middleware) -> None:
        self._at = threading.local()
        super().__init__(enable_validation=True, strip_prefixes=[prefix], debug=False)
        self.use([middleware])

    @property
    def current_event(self) -> APIGatewayProxyEventV2:
        event: APIGatewayProxyEventV2 = self._at.event
        return event

    @current_event.setter
    def current_event(self, event: BaseProxyEvent) -> None:
        self._at.event = event

    @property
    def context(self) -> dict[str, Any]:
        context: dict[str, Any] = self._at.__dict__.setdefault("context", {})
        return context

    @context.setter
    def context(self, context: dict[str, Any]) -> None:
        self._at.context = context

    def resolve(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        self.current_event = APIGatewayProxyEventV2(dict(event))
        return super().resolve(event, context)

    def build(self) -> None:
        """Make the routes ready, which the first request of each would do otherwise; two at once would do it twice."""
        for route in (*self._static_routes, *self._dynamic_routes):
            if not route._middleware_stack_built:
                route._build_middleware_stack(self._router_middlewares, self)
