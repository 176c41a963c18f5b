"""The APIs of API Gateway as the template describes them: what the local gateways need to know."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.functions import Function


@dataclass(frozen=True)
class RequestAuthorizer:
    """A Lambda authorizer of a WebSocket API."""

    function: Function
    identity_source: tuple[str, ...] = ()
    """`route.request.header.X` and `route.request.querystring.X`: without any of them the answer is 401."""


@dataclass(frozen=True)
class SocketRoute:
    """A route of a WebSocket API."""

    function: Function
    responds: bool = False
    """Whether the function's answer goes back to the client."""
    authorizer: RequestAuthorizer | None = None


@dataclass
class SocketApi:
    """A WebSocket API with its stage."""

    id: str
    route_selection: str
    stage: str = ""
    routes: dict[str, SocketRoute] = field(default_factory=dict)
    origin_headers: Mapping[str, str] = field(default_factory=dict)
    """What CloudFront adds to the requests for it."""


@dataclass(frozen=True)
class JwtAuthorizer:
    """A JWT authorizer of an HTTP API."""

    issuer: str
    audience: tuple[str, ...]


@dataclass(frozen=True)
class HttpRoute:
    """A route of an HTTP API: a method (or ANY) and a path with `{parameters}` and at last perhaps `{greedy+}`."""

    key: str
    function: Function
    authorizer: JwtAuthorizer | None = None
    scopes: tuple[str, ...] = ()


@dataclass
class HttpApi:
    """An HTTP API with its stage."""

    id: str
    stage: str = ""
    routes: list[HttpRoute] = field(default_factory=list)


@dataclass
class Apis:
    """The APIs of a template."""

    sockets: SocketApi | None = None
    """That of stations."""
    live: SocketApi | None = None
    """That of the live feed."""
    http: HttpApi | None = None
