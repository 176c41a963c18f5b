"""How the checks find a deployed stage and get into it, against an account of moto's."""

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from bench.smoke.around import INIT_MS
from bench.smoke.messages import _log_stream
from bench.smoke.target import Target, deployed


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def pool(account: None) -> str:
    """A user pool as the stack has it, and the stack's outputs; returns the pool's id."""
    cognito = boto3.client("cognito-idp")
    pool: str = cognito.create_user_pool(PoolName="users", UsernameAttributes=["email"])["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="client", ExplicitAuthFlows=flows)
    cognito.create_group(UserPoolId=pool, GroupName="admin")
    outputs = {
        "WebSocketUrl": "wss://d1.cloudfront.net/ocpp/",
        "ApiUrl": "https://d1.cloudfront.net/api/v1",
        "UserPoolId": pool,
        "ClientId": client["UserPoolClient"]["ClientId"],
        "TokenUrl": "https://idlewatt-dev-1.auth.eu-central-1.amazoncognito.com/oauth2/token",
        "LogGroupName": "log",
        "SocketApiEndpoint": "wss://a1.execute-api.eu-central-1.amazonaws.com/dev",
    }
    template: dict[str, Any] = {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName="Idlewatt-dev", TemplateBody=json.dumps(template))
    return pool


def users(pool: str) -> list[Any]:
    found: list[Any] = boto3.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
    return found


def test_a_deployed_stage_is_found_and_entered_by_an_operator_who_is_gone_afterwards(pool: str) -> None:
    with deployed("dev") as target:
        assert target.ws_url == "wss://d1.cloudfront.net/ocpp/"
        assert target.token.count(".") == 2
        assert not target.is_local
        assert len(users(pool)) == 1
    assert users(pool) == []


def test_the_operator_is_gone_even_if_the_checks_break(pool: str) -> None:
    with pytest.raises(RuntimeError, match="broken"), deployed("dev"):
        raise RuntimeError("broken")
    assert users(pool) == []


@pytest.mark.usefixtures("account")
async def test_a_message_is_found_in_the_log_stream_of_its_function() -> None:
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="log")
    for stream, text in [("2026/11/23/OcppHeartbeat[1]", "smoke-a"), ("2026/11/23/OcppAuthorize[1]", "smoke-b")]:
        logs.create_log_stream(logGroupName="log", logStreamName=stream)
        line = {"timestamp": int(time.time() * 1000), "message": json.dumps({"message_id": text})}
        logs.put_log_events(logGroupName="log", logStreamName=stream, logEvents=[line])
    target = Target("wss://d1.cloudfront.net/ocpp/", "https://d1.cloudfront.net/api/v1", log_group="log")
    assert "OcppHeartbeat" in await _log_stream(target, "smoke-a")


@pytest.mark.parametrize(
    "report",
    [
        "REPORT RequestId: 1\tDuration: 2.1 ms\tBilled Duration: 3 ms\tMax Memory Used: 60 MB\tInit Duration: 412.5 ms",
        '{"type":"platform.report","record":{"metrics":{"durationMs":2.1,"initDurationMs":412.5}}}',
    ],
)
def test_the_start_of_an_environment_is_read_from_either_kind_of_report(report: str) -> None:
    found = INIT_MS.search(report)
    assert found
    assert float(found[1]) == 412.5
