"""Making the resources of a stack: which maker makes which type, and what they note down for the system."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from local.apis import HttpApi, HttpRoute, JwtAuthorizer, RequestAuthorizer, SocketApi
from local.functions import Function, Functions
from local.identity import client
from local.mappings import EventSourceMapping
from local.patterns import PatternError
from local.queues import QueueMapping
from local.schedules import ScheduleError
from local.template import Physical, Resource, TemplateError

Properties = dict[str, Any]


class UnsupportedResourceError(TemplateError):
    """A resource of the template that this machine cannot run."""


class EnvironmentDisagreementError(TemplateError):
    """Functions want different values of one variable; they share a process here and so its environment."""


@dataclass(frozen=True)
class DeclaredRoute:
    """A route of a WebSocket API before it is known whether a response belongs to it."""

    api_id: str
    key: str
    function: Function
    authorizer: RequestAuthorizer | None
    wants_response: bool


@dataclass
class Loading:
    """What the makers of one stack leave behind, besides what is in moto."""

    stack_name: str
    functions: Functions
    environment: dict[str, str] = field(default_factory=dict)
    mappings: list[EventSourceMapping] = field(default_factory=list)
    queue_mappings: list[QueueMapping] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)
    """Table name by logical id."""
    buckets: dict[str, str] = field(default_factory=dict)
    """Bucket name by logical id."""
    socket_apis: dict[str, SocketApi] = field(default_factory=dict)
    http_apis: dict[str, HttpApi] = field(default_factory=dict)
    integrations: dict[str, Function] = field(default_factory=dict)
    authorizers: dict[str, RequestAuthorizer | JwtAuthorizer] = field(default_factory=dict)
    socket_routes: dict[str, DeclaredRoute] = field(default_factory=dict)
    http_routes: list[tuple[str, HttpRoute]] = field(default_factory=list)
    responding: set[str] = field(default_factory=set)
    """The ids of routes that have a route response."""
    front_door: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    """The origin behind a path of the front door: its host, and the headers that CloudFront adds for it."""
    role_arn: str = ""
    """The role that moto is told functions and state machines have, once there is one."""
    _variable_of: dict[str, str] = field(default_factory=dict)

    def physical_name(self, resource: Resource, longest: int = 64) -> str:
        """The name that a resource without one gets: the stack's and its own, cut to what its service allows."""
        name = f"{self.stack_name}-{resource.logical_id}"
        if len(name) <= longest:
            return name
        return f"{name[: longest - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"

    def add_environment(self, resource: Resource, variables: Mapping[str, str]) -> None:
        """Note a function's variables; all functions of a stack must agree on each."""
        for name, value in variables.items():
            if self.environment.setdefault(name, value) != value:
                raise EnvironmentDisagreementError(
                    f"{resource.logical_id} wants {name}={value!r}, but {self._variable_of[name]} wants "
                    f"{self.environment[name]!r}; on one machine all functions share one environment"
                )
            self._variable_of.setdefault(name, resource.logical_id)

    def function_at(self, uri: str) -> Function:
        """The function that an integration or an authorizer names by its address or ARN."""
        match = re.search(r"function:([^:/]+)", uri)
        if match is None:
            raise TemplateError(f"{uri!r} names no function")
        return self.functions.find(match[1])


Maker = Callable[[Loading, Resource, Properties], Physical]
_makers: dict[str, Maker] = {}


def makes(*types: str) -> Callable[[Maker], Maker]:
    """Mark the maker of resources of these types."""

    def register(maker: Maker) -> Maker:
        _makers.update(dict.fromkeys(types, maker))
        return maker

    return register


def make(loading: Loading, resource: Resource, properties: Properties) -> Physical:
    """Create a resource; a type without a maker is an error that names it."""
    maker = _makers.get(resource.type)
    if maker is None:
        raise UnsupportedResourceError(
            f"{resource.type} ({resource.logical_id}) cannot run on this machine; give it a maker in local/resources/, "
            "or say in local/resources/nothing.py why it means nothing here"
        )
    try:
        return maker(loading, resource, properties)
    except (ClientError, ParamValidationError, PatternError, ScheduleError, KeyError, ValueError) as error:
        raise TemplateError(f"{resource.type} ({resource.logical_id}): {error!r}") from error


def accepted(service: str, operation: str, properties: Properties) -> Properties:
    """Those properties that an API operation takes under the same name; CloudFormation has more."""
    shape = client(service).meta.service_model.operation_model(operation).input_shape
    return {name: value for name, value in properties.items() if name in shape.members}
