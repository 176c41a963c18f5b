"""Who may do what: every operation of the OpenAPI document, asked as in the cloud, where nobody is let in unknown."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import boto3
import pytest
import requests

from bench.smoke import roles
from bench.smoke.check import CHECKS, run_all
from bench.smoke.target import Target, signed_in
from local import openapi
from local import tokens as local_tokens
from local.system import LocalSystem
from shared.resources import ROLES, scope
from tests.end_to_end.clients import WAIT_S

SYSTEM = {"needs_token": True}

FOREIGN = ("nonsense", "forged", "expired", "of another issuer", "of another pool", "of another client")
KINDS = ("access token", "id token", "machine")


class Operation(NamedTuple):
    """A method of a path, and the least role that its security requirement names; None if it has none."""

    method: str
    path: str
    role: str | None
    takes_body: bool

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def ask(self, system: LocalSystem, token: str | None) -> requests.Response:
        """A request that is good enough to reach the function; what it names need not exist."""
        return requests.request(
            self.method,
            system.api_url + re.sub(r"{\w+}", "1", self.path),
            headers={"Authorization": f"Bearer {token}"} if token is not None else {},
            json={} if self.takes_body else None,
            timeout=WAIT_S,
        )


def _operations() -> Iterator[Operation]:
    for path, methods in openapi.written()["paths"].items():
        for method, operation in methods.items():
            required = [role for one in operation.get("security", []) for names in one.values() for role in names]
            assert len(required) == ("security" in operation), f"{method} {path} needs one role, not {required}"
            yield Operation(method, path, required[0] if required else None, "requestBody" in operation)


OPERATIONS = list(_operations())
guarded = pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.role], ids=str)


@pytest.fixture(scope="module")
def tokens(system: LocalSystem) -> Iterator[dict[tuple[str, str | None], str]]:
    """Good tokens by kind and role; without a role, for people only."""
    made: dict[tuple[str, str | None], str] = {}
    with ExitStack() as stack:
        for role in (None, *ROLES):
            groups = [role] if role else []
            person = stack.enter_context(signed_in(system.outputs["UserPoolId"], system.outputs["ClientId"], *groups))
            made["access token", role], made["id token", role] = person
        for role in ROLES:
            made["machine", role] = machine_token(system, scope(role))
        yield made


def machine_token(system: LocalSystem, wanted: str) -> str:
    pool, machine = system.outputs["UserPoolId"], system.outputs["MachineClientId"]
    described = boto3.client("cognito-idp").describe_user_pool_client(UserPoolId=pool, ClientId=machine)
    answer = requests.post(
        system.token_url,
        data={"grant_type": "client_credentials", "scope": wanted},
        auth=(machine, described["UserPoolClient"]["ClientSecret"]),
        timeout=WAIT_S,
    )
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


@pytest.fixture(scope="module")
def foreign(system: LocalSystem) -> Iterator[dict[str, str]]:
    """Tokens of admins that are not good here."""
    cognito = boto3.client("cognito-idp")
    pool, people = system.outputs["UserPoolId"], system.outputs["ClientId"]
    now = int(time.time())
    claims: dict[str, Any] = {
        "sub": "somebody",
        "client_id": people,
        "cognito:groups": ["admin"],
        "token_use": "access",
        "iss": f"https://cognito-idp.{cognito.meta.region_name}.amazonaws.com/{pool}",
        "iat": now - 60,
        "exp": now + 3600,
    }
    good = local_tokens.signed(claims)
    other_pool = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    cognito.create_group(UserPoolId=other_pool, GroupName="admin")
    with ExitStack() as stack:

        def of_another_client(of: str) -> str:
            flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
            made = cognito.create_user_pool_client(UserPoolId=of, ClientName="other", ExplicitAuthFlows=flows)
            other = made["UserPoolClient"]["ClientId"]
            return stack.enter_context(signed_in(of, other, "admin")).access

        yield {
            "nonsense": "e30.e30.e30",
            "forged": good[:-8] + "A" * 8,
            "expired": local_tokens.signed(claims | {"exp": now - 1}),
            "of another issuer": local_tokens.signed(claims | {"iss": "https://elsewhere.example"}),
            "of another pool": of_another_client(other_pool),
            "of another client": of_another_client(pool),
        }


@guarded
def test_without_a_token_nobody_is_let_in(system: LocalSystem, operation: Operation) -> None:
    assert operation.ask(system, None).status_code == 401


@guarded
@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_token_lets_nobody_in(
    system: LocalSystem, foreign: dict[str, str], operation: Operation, kind: str
) -> None:
    answer = operation.ask(system, foreign[kind])
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@guarded
@pytest.mark.parametrize("kind", KINDS)
def test_too_low_a_role_is_refused_with_the_one_that_is_needed(
    system: LocalSystem, tokens: dict[tuple[str, str | None], str], operation: Operation, kind: str
) -> None:
    assert operation.role in ROLES
    too_low = ROLES[: ROLES.index(operation.role)]
    for role in (None, *too_low):
        if (kind, role) not in tokens:
            continue
        answer = operation.ask(system, tokens[kind, role])
        assert answer.status_code == 403, role
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert f"needs the role {operation.role}" in answer.json()["detail"]
        assert (role or "none") in answer.json()["detail"]


@guarded
@pytest.mark.parametrize("kind", KINDS)
def test_the_role_that_is_named_and_higher_ones_are_enough(
    system: LocalSystem, tokens: dict[tuple[str, str | None], str], operation: Operation, kind: str
) -> None:
    assert operation.role in ROLES
    for role in ROLES[ROLES.index(operation.role) :]:
        answer = operation.ask(system, tokens[kind, role])
        assert answer.status_code not in (401, 403), (role, answer.text)
        assert answer.status_code < 500, (role, answer.text)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if not one.role], ids=str)
def test_what_names_no_role_is_open_to_everybody(system: LocalSystem, operation: Operation) -> None:
    assert operation.ask(system, None).status_code == 200


def test_each_role_has_something_of_its_own() -> None:
    assert {one.role for one in OPERATIONS} == {None, *ROLES}


async def test_what_make_smoke_assumes_of_roles_holds_here(
    system: LocalSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    target = Target(
        system.ws_url,
        system.api_url,
        user_pool=system.outputs["UserPoolId"],
        client=system.outputs["ClientId"],
        token_url=system.token_url,
        machine_client=system.outputs["MachineClientId"],
    )
    checks = [one for one in CHECKS if one.run.__module__ == roles.__name__]
    assert await run_all(target, checks, long=False) == 0, capsys.readouterr().out
    assert capsys.readouterr().out.count("  ok ") == len(checks)
