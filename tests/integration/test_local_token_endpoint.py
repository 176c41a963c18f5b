"""The local token endpoint: machines get tokens by client id and secret, for scopes that they are allowed."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests

from local.identity import REGION
from local.system import LocalSystem
from tests.integration import local_template

GRANT = {"grant_type": "client_credentials"}
WAIT_S = 30


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    stack = local_template.of(
        {"Message": local_template.function("message"), "Http": local_template.function("http")},
        local_template.route("$default", "Message"),
        local_template.http_route("GET /api/v1/things/{name}", "Http", guarded=True),
    )
    with LocalSystem(stack, needs_token=True) as running:
        yield running


@pytest.fixture(scope="module")
def credentials(system: LocalSystem) -> tuple[str, str]:
    """Client id and secret of the client for machines."""
    described = boto3.client("cognito-idp", region_name=REGION).describe_user_pool_client(
        UserPoolId=system.outputs["Pool"], ClientId=system.outputs["Machine"]
    )["UserPoolClient"]
    return described["ClientId"], described["ClientSecret"]


def ask(system: LocalSystem, credentials: tuple[str, str] | None, **form: str) -> requests.Response:
    return requests.post(system.token_url, data=form, auth=credentials, timeout=WAIT_S)


def claims_of(token: str) -> dict[str, Any]:
    """The claims as they are in a token, whose signature the API checks."""
    payload = token.split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return decoded


def test_a_machine_gets_a_token_that_the_api_takes(system: LocalSystem, credentials: tuple[str, str]) -> None:
    answer = ask(system, credentials, **GRANT, scope="idlewatt/operator")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    granted = answer.json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3600)
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    taken = requests.get(f"{system.api_url}/things/a", headers=headers, timeout=WAIT_S)
    assert taken.status_code == 200
    claims = taken.json()["requestContext"]["authorizer"]["jwt"]["claims"]
    assert claims["sub"] == claims["client_id"] == credentials[0]
    assert (claims["scope"], claims["token_use"]) == ("idlewatt/operator", "access")
    assert all(isinstance(value, str) for value in claims.values())


def test_whoever_asks_for_no_scope_gets_all_that_are_allowed(system: LocalSystem, credentials: tuple[str, str]) -> None:
    token = ask(system, credentials, **GRANT).json()["access_token"]
    assert claims_of(token)["scope"] == "idlewatt/viewer idlewatt/operator"


def test_the_secret_may_come_in_the_body(system: LocalSystem, credentials: tuple[str, str]) -> None:
    client_id, secret = credentials
    answer = ask(system, None, **GRANT, client_id=client_id, client_secret=secret)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({**GRANT, "scope": "idlewatt/admin"}, "invalid_scope"),
        ({**GRANT, "scope": "idlewatt/viewer openid"}, "invalid_scope"),
    ],
)
def test_what_is_not_allowed_is_refused_in_the_words_of_oauth(
    system: LocalSystem, credentials: tuple[str, str], form: dict[str, str], error: str
) -> None:
    answer = ask(system, credentials, **form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


@pytest.mark.parametrize("guess", ["", "guessed", "ä"])
def test_a_wrong_secret_gets_no_token(system: LocalSystem, credentials: tuple[str, str], guess: str) -> None:
    answer = ask(system, (credentials[0], guess), **GRANT)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


@pytest.mark.parametrize("client_id", ["", "nobody", "no such client"])
def test_an_unknown_client_gets_no_token(system: LocalSystem, credentials: tuple[str, str], client_id: str) -> None:
    answer = ask(system, None, **GRANT, client_id=client_id, client_secret=credentials[1])
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_the_client_of_people_gets_no_token_without_a_person(system: LocalSystem) -> None:
    answer = ask(system, None, **GRANT, client_id=system.outputs["Client"], client_secret="")
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_a_client_with_a_secret_but_without_this_grant_gets_no_token(system: LocalSystem) -> None:
    made = boto3.client("cognito-idp", region_name=REGION).create_user_pool_client(
        UserPoolId=system.outputs["Pool"], ClientName="other", GenerateSecret=True
    )["UserPoolClient"]
    answer = ask(system, (made["ClientId"], made["ClientSecret"]), **GRANT)
    assert (answer.status_code, answer.json()) == (400, {"error": "unauthorized_client"})


def test_credentials_that_are_not_base64_are_no_fault(system: LocalSystem) -> None:
    headers = {"Authorization": "Basic %%%"}
    answer = requests.post(system.token_url, data=GRANT, headers=headers, timeout=WAIT_S)
    assert answer.json() == {"error": "invalid_client"}


def test_where_a_token_is_needed_nobody_is_let_in_without(system: LocalSystem) -> None:
    answer = requests.get(f"{system.api_url}/things/a", timeout=WAIT_S)
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
