"""A synthesised CloudFormation template, and what tests ask of it."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

Properties = dict[str, Any]


class Resource(NamedTuple):
    """One resource: its logical id, type and properties."""

    logical_id: str
    type: str
    properties: Properties
    whole: dict[str, Any]

    def refers_to(self, logical_id: str) -> bool:
        """Whether a property names another resource (a mere DependsOn does not count)."""
        return logical_id in references(self.properties)


class Template:
    """The template of one stage, as CDK wrote it."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body

    def __iter__(self) -> Iterator[Resource]:
        for logical_id, resource in self.body["Resources"].items():
            yield Resource(logical_id, resource["Type"], resource.get("Properties", {}), resource)

    def get(self, logical_id: str) -> Resource:
        return next(resource for resource in self if resource.logical_id == logical_id)

    def of_type(self, name: str) -> list[Resource]:
        """All resources of a type, without the leading `AWS::`."""
        return [resource for resource in self if resource.type == f"AWS::{name}"]

    def one(self, name: str) -> Resource:
        (found,) = self.of_type(name)
        return found

    def functions(self) -> dict[str, Resource]:
        """Lambda functions by their handlers, without `functions.` and `.handler`."""
        found = {resource.properties["Handler"]: resource for resource in self.of_type("Lambda::Function")}
        return {handler.removeprefix("functions.").removesuffix(".handler"): found[handler] for handler in found}

    def api(self, protocol: str) -> str:
        """The logical id of the API that speaks WEBSOCKET or HTTP."""
        apis = self.of_type("ApiGatewayV2::Api")
        return next(api.logical_id for api in apis if api.properties["ProtocolType"] == protocol)

    def routes(self, protocol: str) -> dict[str, Resource]:
        """The routes of that API by their keys."""
        api = self.api(protocol)
        routes = self.of_type("ApiGatewayV2::Route")
        return {route.properties["RouteKey"]: route for route in routes if route.refers_to(api)}

    def function_of(self, route: Resource) -> Resource:
        """The function that a route ends in."""
        integrations = self.of_type("ApiGatewayV2::Integration")
        integration = next(one for one in integrations if route.refers_to(one.logical_id))
        functions = self.of_type("Lambda::Function")
        return next(one for one in functions if integration.refers_to(one.logical_id))

    def dead_letters(self) -> Resource:
        """The queue of what no function could handle."""
        (queue,) = (one for one in self.of_type("SQS::Queue") if "RedrivePolicy" not in one.properties)
        return queue

    def files_bucket(self) -> Resource:
        """The bucket of firmware and of what stations upload; the console's hears of nothing."""
        (bucket,) = (one for one in self.of_type("S3::Bucket") if "NotificationConfiguration" in one.properties)
        return bucket

    def statements(self, function: Resource) -> list[dict[str, Any]]:
        """What the role of a function allows."""
        role = self.get(function.properties["Role"]["Fn::GetAtt"][0])
        assert set(role.properties) == {"AssumeRolePolicyDocument", "Policies"}, "rights are in the role itself"
        return [one for policy in role.properties["Policies"] for one in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def references(value: Any) -> set[str]:
    """The logical ids that Ref, Fn::GetAtt and Fn::Sub of a value name."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if not isinstance(value, dict):
        return set()
    own = {value["Ref"]} if "Ref" in value else {value["Fn::GetAtt"][0]} if "Fn::GetAtt" in value else set()
    return own.union(*map(references, value.values()))


def as_text(value: Any) -> str:
    """A value with intrinsic functions written out in a way that tests can look for parts in."""
    if isinstance(value, dict):
        if "Fn::Join" in value:
            return str(value["Fn::Join"][0].join(map(as_text, value["Fn::Join"][1])))
        if "Fn::GetAtt" in value:
            return f"<{'.'.join(value['Fn::GetAtt'])}>"
        return f"<{value['Ref']}>" if "Ref" in value else json.dumps(value)
    return value if isinstance(value, str) else json.dumps(value)
