"""A CloudFormation template: its resources, and the values of the intrinsic functions in them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.identity import ACCOUNT_ID, REGION

_DYNAMIC = re.compile(r"\{\{resolve:(?P<service>[^:}]+):(?P<reference>[^}]+)\}\}")


class TemplateError(Exception):
    """The template says something that this machine cannot follow."""


@dataclass(frozen=True)
class Physical:
    """A resource that exists: what `Ref` gives for it, and its attributes for `Fn::GetAtt`."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Resource:
    """A resource of a template, its properties not yet resolved."""

    logical_id: str
    type: str
    properties: dict[str, Any]
    condition: str | None = None


@dataclass(frozen=True)
class Stack:
    """One stack: a template of the assembly."""

    name: str
    resources: dict[str, Resource]
    parameters: dict[str, Any]
    conditions: dict[str, Any]
    mappings: dict[str, Any]
    outputs: dict[str, Any]


def stack(name: str, template: Mapping[str, Any]) -> Stack:
    """A stack from the JSON of its template."""
    resources = {
        logical_id: Resource(logical_id, body["Type"], body.get("Properties", {}), body.get("Condition"))
        for logical_id, body in template.get("Resources", {}).items()
    }
    return Stack(
        name=name,
        resources=resources,
        parameters=template.get("Parameters", {}),
        conditions=template.get("Conditions", {}),
        mappings=template.get("Mappings", {}),
        outputs=template.get("Outputs", {}),
    )


Create = Callable[[Resource, dict[str, Any]], Physical]
"""Makes a resource from its resolved properties."""
Lookup = Callable[[str, str], str]
"""The value of a dynamic reference: service (`secretsmanager`, `ssm`) and reference."""

_NO_VALUE = object()


class Builder:
    """Creates the resources of a stack, each after those it refers to."""

    def __init__(self, stack: Stack, create: Create, lookup: Lookup) -> None:
        self._stack = stack
        self._create = create
        self._lookup = lookup
        self._made: dict[str, Physical] = {}
        self._under_way: list[str] = []
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._attribute,
            "Fn::Join": lambda v: v[0].join(str(part) for part in self.resolve(v[1])),
            "Fn::Sub": self._substitute,
            "Fn::Select": lambda v: self.resolve(v[1])[int(self.resolve(v[0]))],
            "Fn::Split": lambda v: self.resolve(v[1]).split(v[0]),
            "Fn::Base64": lambda v: base64.b64encode(self.resolve(v).encode()).decode(),
            "Fn::FindInMap": self._find_in_map,
            "Fn::If": lambda v: self.resolve(v[1] if self._condition(v[0]) else v[2]),
            "Fn::Equals": lambda v: self.resolve(v[0]) == self.resolve(v[1]),
            "Fn::And": lambda v: all(self.resolve(part) for part in v),
            "Fn::Or": lambda v: any(self.resolve(part) for part in v),
            "Fn::Not": lambda v: not self.resolve(v[0]),
            "Condition": self._condition,
        }

    def build(self) -> dict[str, Physical]:
        """Create everything that the conditions let through."""
        for logical_id, resource in self._stack.resources.items():
            if resource.condition is None or self._condition(resource.condition):
                self.physical(logical_id)
        return self._made

    def outputs(self) -> dict[str, str]:
        """The outputs of the stack, after `build`."""
        return {name: str(self.resolve(output["Value"])) for name, output in self._stack.outputs.items()}

    def physical(self, logical_id: str) -> Physical:
        """A resource, created if it is not there yet."""
        if logical_id in self._made:
            return self._made[logical_id]
        if logical_id in self._under_way:
            raise TemplateError(
                f"resources refer to each other in a circle: {' → '.join([*self._under_way, logical_id])}"
            )
        resource = self._stack.resources[logical_id]
        self._under_way.append(logical_id)
        try:
            made = self._create(resource, self.resolve(resource.properties))
        finally:
            self._under_way.pop()
        self._made[logical_id] = made
        return made

    # ------------------------------------------------------------------ values

    def resolve(self, value: Any) -> Any:
        """A value with its intrinsic functions and dynamic references worked out."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in self._functions and (name != "Condition" or isinstance(argument, str)):
                return self._dynamic(self._functions[name](argument))
            if name.startswith("Fn::"):
                raise TemplateError(f"the intrinsic function {name} is not known here")
        resolved = {name: self.resolve(inner) for name, inner in value.items()}
        return {name: inner for name, inner in resolved.items() if inner is not _NO_VALUE}

    def _dynamic(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return _DYNAMIC.sub(lambda match: self._lookup(match["service"], match["reference"]), value)

    def _ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": ACCOUNT_ID,
            "AWS::NoValue": _NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT_ID}:stack/{self._stack.name}/local",
            "AWS::StackName": self._stack.name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if name in self._stack.parameters:
            parameter = self._stack.parameters[name]
            if "Default" not in parameter:
                raise TemplateError(f"parameter {name} has no default")
            return parameter["Default"]
        if name not in self._stack.resources:
            raise TemplateError(f"Ref to {name}, which the template does not have")
        return self.physical(name).ref

    def _attribute(self, argument: list[str] | str) -> str:
        logical_id, _, name = argument.partition(".") if isinstance(argument, str) else (argument[0], "", argument[1])
        attributes = self.physical(logical_id).attributes
        if name not in attributes:
            kind = self._stack.resources[logical_id].type
            raise TemplateError(f"{kind} ({logical_id}) has no attribute {name} on this machine")
        return attributes[name]

    def _substitute(self, argument: str | list[Any]) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in variables:
                return str(self.resolve(variables[name]))
            return str(self._attribute(name) if "." in name else self._ref(name))

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def _find_in_map(self, argument: list[Any]) -> Any:
        name, first, second = (self.resolve(part) for part in argument)
        return self._stack.mappings[name][first][second]

    def _condition(self, name: str) -> bool:
        return bool(self.resolve(self._stack.conditions[name]))
