"""The local HTTP API: routes, bodies, and who may use it."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import boto3
import pytest

from local.identity import REGION
from local.system import LocalSystem
from local.tokens import DEVELOPER
from tests.integration import local_template

USER, PASSWORD = "operator@example.org", "Correct-horse-7"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    parts = {
        "Message": local_template.function("message"),
        "Http": local_template.function("http"),
        "Failing": local_template.function("failing"),
        "Slow": local_template.function("slow", Timeout=1),
    }
    stack = local_template.of(
        parts,
        local_template.route("$default", "Message"),
        local_template.http_route("GET /api/v1/things/{name}", "Http", guarded=True),
        local_template.http_route("POST /api/v1/things", "Http", guarded=True),
        local_template.http_route("GET /api/v1/open", "Http"),
        local_template.http_route("GET /api/v1/failing", "Failing"),
        local_template.http_route("GET /api/v1/slow", "Slow"),
    )
    with LocalSystem(stack, console=tmp_path_factory.mktemp("not built")) as running:
        yield running


@pytest.fixture
async def http(system: LocalSystem) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=f"{system.api_url}/") as session:
        yield session


async def test_a_request_without_a_token_is_the_developers_who_is_an_admin(http: aiohttp.ClientSession) -> None:
    async with http.get("things/a%20b?limit=5") as answer:
        assert answer.status == 200
        event = await answer.json()
    assert event["pathParameters"] == {"name": "a b"}
    assert event["queryStringParameters"] == {"limit": "5"}
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert claims["cognito:groups"] == "[admin]"
    assert all(isinstance(value, str) for value in claims.values())


async def test_a_route_without_an_authorizer_has_no_claims(http: aiohttp.ClientSession) -> None:
    async with http.get("open") as answer:
        assert "authorizer" not in (await answer.json())["requestContext"]


async def test_a_body_reaches_the_function(http: aiohttp.ClientSession) -> None:
    async with http.post("things", json={"a": 1}) as answer:
        event = await answer.json()
    assert json.loads(event["body"]) == {"a": 1}
    async with http.post("things", data=b"x" * (10 * 1024 * 1024 + 1)) as answer:
        assert answer.status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "nothing", 404), ("DELETE", "things", 404), ("GET", "failing", 500), ("GET", "slow", 500)],
)
async def test_what_no_function_answers_the_api_answers(
    http: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with http.request(method, path) as answer:
        assert answer.status == status
        assert set(await answer.json()) == {"message"}


async def test_without_a_console_a_page_says_where_things_are(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as answer:
        assert answer.content_type == "text/html"
        assert "/api/v1/docs" in await answer.text()


async def test_a_station_must_ask_for_a_websocket(http: aiohttp.ClientSession) -> None:
    async with http.get("/ocpp/CP1") as answer:
        assert answer.status == 426


# ---------------------------------------------------------------------- tokens


@pytest.fixture(scope="module")
def tokens(system: LocalSystem) -> dict[str, Any]:
    """What an operator gets who signs in."""
    cognito = boto3.client("cognito-idp", region_name=REGION)
    pool, client = system.outputs["Pool"], system.outputs["Client"]
    cognito.admin_create_user(UserPoolId=pool, Username=USER, UserAttributes=[{"Name": "email", "Value": USER}])
    cognito.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=USER, GroupName="operator")
    answer: dict[str, Any] = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    return answer


@pytest.mark.parametrize("kind", ["IdToken", "AccessToken"])
async def test_an_operator_shows_a_token_of_the_user_pool(
    http: aiohttp.ClientSession, tokens: dict[str, Any], kind: str
) -> None:
    async with http.get("things/a", headers={"Authorization": f"Bearer {tokens[kind]}"}) as answer:
        assert answer.status == 200
        claims = (await answer.json())["requestContext"]["authorizer"]["jwt"]["claims"]
    assert claims["cognito:groups"] == "[operator]"
    assert claims["token_use"] == {"IdToken": "id", "AccessToken": "access"}[kind]
    assert claims["sub"] != DEVELOPER


def _forged(token: str, **claims: Any) -> str:
    """A token with other claims and the old signature."""
    header, payload, signature = token.split(".")
    decoded = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**decoded, **claims}).encode()).decode().rstrip("=")
    return f"{header}.{changed}.{signature}"


@pytest.mark.parametrize("scheme", ["Bearer ", ""])
@pytest.mark.parametrize("damage", ["nonsense", "a.b.c", "", "forged", "none"])
async def test_a_token_that_is_shown_must_be_good(
    http: aiohttp.ClientSession, tokens: dict[str, Any], scheme: str, damage: str
) -> None:
    good = tokens["AccessToken"]
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=") + "." + good.split(".")[1] + "."
    token = {"forged": _forged(good, sub="somebody else"), "none": unsigned}.get(damage, damage)
    async with http.get("things/a", headers={"Authorization": scheme + token}) as answer:
        assert answer.status == 401
        assert await answer.json() == {"message": "Unauthorized"}
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 401),
        ({"Origin": "null"}, 401),
        ({"Host": "elsewhere.example:9000"}, 401),
        ({"Host": "localhost:9000", "Origin": "http://localhost:9000"}, 200),
    ],
)
async def test_pages_of_other_sites_are_not_let_in_without_a_token(
    http: aiohttp.ClientSession, headers: dict[str, str], status: int
) -> None:
    async with http.get("things/a", headers=headers) as answer:
        assert answer.status == status


async def test_other_schemes_are_refused(http: aiohttp.ClientSession) -> None:
    async with http.get("things/a", headers={"Authorization": "Basic eDp5"}) as answer:
        assert answer.status == 401


async def test_a_token_of_another_client_or_pool_is_refused(system: LocalSystem, http: aiohttp.ClientSession) -> None:
    cognito = boto3.client("cognito-idp", region_name=REGION)
    pool = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    for name, of in (("one@example.org", pool), ("two@example.org", system.outputs["Pool"])):
        client = cognito.create_user_pool_client(UserPoolId=of, ClientName="other", ExplicitAuthFlows=flows)
        cognito.admin_create_user(UserPoolId=of, Username=name, UserAttributes=[{"Name": "email", "Value": name}])
        cognito.admin_set_user_password(UserPoolId=of, Username=name, Password=PASSWORD, Permanent=True)
        token = cognito.admin_initiate_auth(
            UserPoolId=of,
            ClientId=client["UserPoolClient"]["ClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]["AccessToken"]
        async with http.get("things/a", headers={"Authorization": f"Bearer {token}"}) as answer:
            assert answer.status == 401


async def test_requests_are_answered_side_by_side(http: aiohttp.ClientSession) -> None:
    async def get(number: int) -> str:
        async with http.get(f"things/{number}") as answer:
            return str((await answer.json())["pathParameters"]["name"])

    assert await asyncio.gather(*(get(number) for number in range(40))) == [f"{number}" for number in range(40)]
