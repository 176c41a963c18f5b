"""The system that is tried: where it is, and how to get in."""

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import boto3


class Answer(NamedTuple):
    """What the operator API answered."""

    status: int
    body: Any


@dataclass(frozen=True)
class Target:
    """A running system. `stack` and what follows is empty for one that is not known as a CloudFormation stack."""

    ws_url: str
    """Where stations dial, without their identity, ending in a slash."""
    api_url: str
    token: str = ""
    stack: str = ""
    log_group: str = ""
    socket_endpoint: str = ""
    """API Gateway's own address of the WebSocket API, past CloudFront."""
    user_pool: str = ""
    client: str = ""
    """The app client that people sign in with."""
    token_url: str = ""
    machine_client: str = ""
    """The app client of machines; empty if the stage has none."""
    made: list[str] = field(default_factory=list)
    """Paths of what was created and is to be deleted in the end."""

    @property
    def is_local(self) -> bool:
        return urlsplit(self.ws_url).hostname in ("127.0.0.1", "localhost", "::1")

    def api(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Answer:
        """One request to the operator API; `token` other than the target's own, empty for none."""
        request = urllib.request.Request(self.api_url + path, method=method)
        if bearer := self.token if token is None else token:
            request.add_header("Authorization", f"Bearer {bearer}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, _decoded(answer.read()))
        except urllib.error.HTTPError as error:
            return Answer(error.code, _decoded(error.read()))

    def create(self, path: str, body: dict[str, Any]) -> None:
        """Put something that is removed when all is done. Raises RuntimeError with the answer if it is refused."""
        answer = self.api("PUT", path, body)
        if answer.status not in (200, 201):
            raise RuntimeError(f"PUT {path} was answered {answer.status}: {answer.body}")
        self.made.append(path)

    def clean_up(self) -> None:
        for path in self.made:
            self.api("DELETE", path)
        self.made.clear()


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError:
        return body.decode(errors="replace")


def quoted(identity: str) -> str:
    """An identity as one segment of a path."""
    return quote(identity, safe="")


@contextmanager
def deployed(stage: str) -> Iterator[Target]:
    """The deployed stack of a stage, with the token of an admin who exists only meanwhile."""
    stack = f"Idlewatt-{stage}"
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    with signed_in(outputs["UserPoolId"], outputs["ClientId"], "admin") as tokens:
        yield Target(
            ws_url=outputs["WebSocketUrl"],
            api_url=outputs["ApiUrl"],
            token=tokens.access,
            stack=stack,
            log_group=outputs["LogGroupName"],
            socket_endpoint=outputs["SocketApiEndpoint"],
            user_pool=outputs["UserPoolId"],
            client=outputs["ClientId"],
            token_url=outputs["TokenUrl"],
            machine_client=outputs.get("MachineClientId", ""),
        )


class Tokens(NamedTuple):
    """What a person gets who signs in."""

    access: str
    id: str


@contextmanager
def signed_in(pool: str, client: str, *groups: str) -> Iterator[Tokens]:
    """The tokens of a person in these groups, who exists only meanwhile."""
    cognito = boto3.client("cognito-idp")
    name, password = f"smoke-{secrets.token_hex(4)}@example.org", f"Aa1!{secrets.token_urlsafe(24)}"
    user = {"UserPoolId": pool, "Username": name}
    email = [{"Name": "email", "Value": name}]
    cognito.admin_create_user(**user, UserAttributes=email, MessageAction="SUPPRESS")
    try:
        cognito.admin_set_user_password(**user, Password=password, Permanent=True)
        for group in groups:
            cognito.admin_add_user_to_group(**user, GroupName=group)
        answer = cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )["AuthenticationResult"]
        yield Tokens(answer["AccessToken"], answer["IdToken"])
    finally:
        cognito.admin_delete_user(**user)
