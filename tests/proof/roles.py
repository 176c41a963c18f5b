"""The roles of a synthesised template: who acts in them, what they grant, and where they find what they act on."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from local import assembly
from local.accesses import API_GATEWAY, NAMED, SOCKET_APIS, Access
from local.functions import Functions
from local.identity import ACCOUNT_ID, REGION, arn
from local.resources.loading import Loading
from local.template import Builder, Physical, Resource, Stack
from shared.catalog import leading_key
from tests.policies import Request, Statement

LEADING_KEYS = "dynamodb:LeadingKeys"
SERVICES = {
    "AWS::DynamoDB::Table": ("dynamodb", "table/{}"),
    "AWS::Events::EventBus": ("events", "event-bus/{}"),
    "AWS::IAM::Role": ("iam", "role/{}"),
    "AWS::KMS::Key": ("kms", "key/{}"),
    "AWS::Lambda::Function": ("lambda", "function:{}"),
    "AWS::Logs::LogGroup": ("logs", "log-group:{}:*"),
    "AWS::SQS::Queue": ("sqs", "{}"),
    "AWS::StepFunctions::StateMachine": ("states", "stateMachine:{}"),
}
"""The ARNs of resources, by their names."""
STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
QUEUE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
"""What Lambda does in the role of a function that it feeds, as AWS documents it: nobody sees it on this machine.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb.html, services-sqs-configure.html"""


class Role(NamedTuple):
    """One role: who acts in it, by the names that accesses have, and its statements."""

    logical_id: str
    holders: frozenset[str]
    statements: tuple[Statement, ...]


class Roles:
    """All roles of a stack, with everything in them named as it would be."""

    def __init__(self, stack: Stack) -> None:
        self._names = Loading(stack.name, Functions())
        builder = Builder(stack, self._make, lambda service, reference: f"{service}:{reference}")
        self._made = builder.build()
        self._resources = {name: builder.resolve(one.properties) for name, one in stack.resources.items()}
        self._types = {name: one.type for name, one in stack.resources.items()}

    @classmethod
    def of_assembly(cls, directory: Path) -> "Roles":
        """Those of the stack of a synthesised application."""
        return cls(assembly.read(directory))

    def _make(self, resource: Resource, properties: Mapping[str, Any]) -> Physical:
        """A resource of which everything has a name, though it does not exist."""
        given = (properties.get(key) for key in ("FunctionName", "StateMachineName", "Name", "TableName"))
        name = next((str(one) for one in given if one), self._names.physical_name(resource))
        attributes = _Attributes(resource.logical_id, {"QueueName": name, "Name": name})
        if resource.type in SERVICES:
            service, pattern = SERVICES[resource.type]
            attributes["Arn"] = arn(service, pattern.format(name), region="" if service == "iam" else REGION)
        elif resource.type == "AWS::S3::Bucket":
            attributes["Arn"] = f"arn:aws:s3:::{name}"
        if resource.type == "AWS::DynamoDB::Table":
            attributes["StreamArn"] = attributes["Arn"] + "/stream/1"
        is_named_by_arn = resource.type == "AWS::StepFunctions::StateMachine"
        return Physical(attributes["Arn"] if is_named_by_arn else name, attributes)

    # ------------------------------------------------------------------ who acts in which role

    @cached_property
    def all(self) -> tuple[Role, ...]:
        """Every role. Raises LookupError for one that nobody known here acts in."""
        roles = []
        for logical_id in self._of_type("AWS::IAM::Role"):
            holders = frozenset(name for name, role in self._role_of.items() if role == logical_id)
            if not holders:
                raise LookupError(f"nobody acts in the role {logical_id}")
            policies = self._resources[logical_id].get("Policies", [])
            statements = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
            roles.append(Role(logical_id, holders, tuple(statements)))
        return tuple(roles)

    def of(self, access: Access) -> Role | None:
        """The role in which somebody makes a call; None for whom the template does not know."""
        by = f"{API_GATEWAY}:{access.resource}" if access.by == API_GATEWAY else access.by
        return next((role for role in self.all if by in role.holders), None)

    @cached_property
    def functions(self) -> dict[str, str]:
        """The logical ids of functions by their names: `actions.heartbeat`."""
        handlers = {name: str(self._resources[name]["Handler"]) for name in self._of_type("AWS::Lambda::Function")}
        return {one.removeprefix("functions.").removesuffix(".handler"): name for name, one in handlers.items()}

    @cached_property
    def _role_of(self) -> dict[str, str]:
        """Who acts in which role; API Gateway once for each function that it invokes."""
        by_arn = {self._made[name].attributes["Arn"]: name for name in self._of_type("AWS::IAM::Role")}
        found = {name: by_arn[self._resources[logical_id]["Role"]] for name, logical_id in self.functions.items()}
        for logical_id in self._of_type("AWS::StepFunctions::StateMachine"):
            machine = self._resources[logical_id]
            found[f"machine:{machine['StateMachineName'].rpartition('-')[2]}"] = by_arn[machine["RoleArn"]]
        for uri, role in self._invocations():
            handler = next(one for one in self.functions if f"/{self.function_arn(one)}/" in uri)
            found[f"{API_GATEWAY}:functions.{handler}.handler"] = by_arn[role]
        return found

    def _invocations(self) -> Iterator[tuple[str, str]]:
        """What API Gateway invokes, and in which role."""
        for logical_id in self._of_type("AWS::ApiGatewayV2::Integration"):
            yield self._resources[logical_id]["IntegrationUri"], self._resources[logical_id]["CredentialsArn"]
        for logical_id in self._of_type("AWS::ApiGatewayV2::Authorizer"):
            authorizer = self._resources[logical_id]
            if authorizer["AuthorizerType"] == "REQUEST":
                yield authorizer["AuthorizerUri"], authorizer["AuthorizerCredentialsArn"]

    def function_arn(self, name: str) -> str:
        return self._made[self.functions[name]].attributes["Arn"]

    def _of_type(self, name: str) -> list[str]:
        return [logical_id for logical_id, one in self._types.items() if one == name]

    # ------------------------------------------------------------------ what IAM is asked

    def requests(self, access: Access) -> list[Request]:
        """The requests that a kind of call is, by the names of this stack: several where it stands for several, none
        where the stage has not got what is called."""
        keys = [leading_key(entity).replace("*", "1") for entity in access.entities]
        context = {LEADING_KEYS: keys} if keys else {}
        return [Request(access.action, resource, context) for resource in self._arns(access.resource)]

    def _arns(self, named: str) -> Iterator[str]:
        if named.startswith("functions."):
            yield self.function_arn(named.removeprefix("functions.").removesuffix(".handler"))
            return
        variable, brace, rest = named.removeprefix("{").partition("}")
        if not (named.startswith("{") and brace):
            yield named
            return
        if variable == "STACK":
            yield arn("lambda", f"function:{self._names.stack_name}-{rest}")
            return
        value = str(self._environment.get(variable, ""))
        if variable == "STATE_MACHINES":
            machines = [self._made[name].ref for name in self._of_type("AWS::StepFunctions::StateMachine")]
            yield from (
                one for one in machines if one in (value + rest, value + one.removeprefix(value) * (rest == "*"))
            )
        elif variable in SOCKET_APIS:
            api, stage = value.removeprefix("https://").partition(".")[0], value.rpartition("/")[2]
            yield f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:{api}/{stage}{rest}/@connections/1"
        else:
            made = next((one for one in self._made.values() if one.ref == value), None)
            if made or value.startswith("arn:"):
                yield (made.attributes["Arn"] if made else value) + rest.replace("*", "1")

    def name_of(self, resource: str) -> str:
        """What functions know a resource by: the variable of their environment, and a part such as a folder. Functions
        by their own names, the last part of its ARN for what else they are not told of; nothing for `*`."""
        if resource == "*":
            return ""
        if function := next((name for name in self.functions if self.function_arn(name) == resource), None):
            return function
        for variable in (*NAMED, *SOCKET_APIS, "FILES_BUCKET"):
            for known in self._arns(f"{{{variable}}}"):
                begins = known.removesuffix("/@connections/1")
                if resource.startswith(begins):
                    return variable + resource.removeprefix(begins)
        return resource.rpartition(":")[2]

    @cached_property
    def _environment(self) -> Mapping[str, Any]:
        """The environment of every function."""
        environment: Mapping[str, Any] = self._resources[next(iter(self.functions.values()))]["Environment"][
            "Variables"
        ]
        return environment

    # ------------------------------------------------------------------ what AWS does by itself

    @cached_property
    def by_lambda(self) -> dict[str, list[Request]]:
        """What Lambda does in the roles of functions: writes their logs, and fetches what it feeds them with."""
        group = next(self._arns("{LOG_GROUP_NAME}"))
        logs = [Request(action, group) for action in ("logs:CreateLogStream", "logs:PutLogEvents")]
        found = {name: list(logs) for name in self.functions}
        by_ref = {self._made[logical_id].ref: name for name, logical_id in self.functions.items()}
        for logical_id in self._of_type("AWS::Lambda::EventSourceMapping"):
            mapping = self._resources[logical_id]
            done = found[by_ref[mapping["FunctionName"]]]
            source = str(mapping["EventSourceArn"])
            done += [Request(action, source) for action in (STREAM if ":dynamodb:" in source else QUEUE)]
            if ":dynamodb:" in source:
                done.append(Request("dynamodb:ListStreams", "*"))
            done += _left(mapping)
        for logical_id in self._of_type("AWS::Lambda::EventInvokeConfig"):
            config = self._resources[logical_id]
            found[by_ref[config["FunctionName"]]] += _left(config)
        return found


def _left(config: Mapping[str, Any]) -> list[Request]:
    """What Lambda does to leave what a function has failed at."""
    destination = str(config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""))
    if ":s3:" in destination:
        return [Request("s3:PutObject", f"{destination}/aws/lambda/1"), Request("s3:ListBucket", destination)]
    return [Request("sqs:SendMessage", destination)] if destination else []


class _Attributes(dict[str, str]):
    """The attributes of a resource; those that no right is about are made up."""

    def __init__(self, logical_id: str, known: Mapping[str, str]) -> None:
        super().__init__(known)
        self._logical_id = logical_id

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return f"{self._logical_id}.{name}"
