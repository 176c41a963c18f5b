"""Assumptions about who may do what: groups of people, scopes of machines, tokens for others."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request

import boto3

from bench.smoke.check import Skipped, check, expect
from bench.smoke.target import Answer, Target, signed_in

LOOK = ("GET", "/id-tokens")
ACT = ("DELETE", "/id-tokens/smoke-nobody")
"""What takes the role operator and changes nothing: there is no such token."""


@check("U-60", "a person has the role of the highest group, by access tokens and id tokens alike")
async def groups(target: Target) -> None:
    _require_users(target)
    for names, looks, acts in (
        ((), 403, 403),
        (("viewer",), 200, 403),
        (("operator",), 200, 404),
        (("operator", "viewer"), 200, 404),
    ):
        with signed_in(target.user_pool, target.client, *names) as tokens:
            for token in tokens:
                seen = [target.api(*LOOK, token=token).status, target.api(*ACT, token=token).status]
                expect(seen == [looks, acts], f"{', '.join(names) or 'no group'}: {seen}")


@check("U-61", "a machine gets a token with its secret, and has the role of the scope it asked for")
async def machine(target: Target) -> None:
    if not target.machine_client:
        raise Skipped("the stage has no client for machines; -c machine_role=operator makes one")
    described = boto3.client("cognito-idp").describe_user_pool_client(
        UserPoolId=target.user_pool, ClientId=target.machine_client
    )["UserPoolClient"]
    answer = _token(target, described["ClientSecret"], "idlewatt/viewer")
    expect(answer.status == 200, f"{target.token_url} answered {answer.status}: {answer.body}")
    token = answer.body["access_token"]
    seen = [target.api(*LOOK, token=token).status, target.api(*ACT, token=token).status]
    expect(seen == [200, 403], seen)
    wrong = _token(target, "x" * 51, "idlewatt/viewer")
    expect(400 <= wrong.status < 500, f"a wrong secret was answered {wrong.status}: {wrong.body}")


@check("U-62", "the API takes no token that the user pool made for another client")
async def other_client(target: Target) -> None:
    _require_users(target)
    cognito = boto3.client("cognito-idp")
    made = cognito.create_user_pool_client(
        UserPoolId=target.user_pool,
        ClientName="smoke",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    try:
        with signed_in(target.user_pool, made, "admin") as tokens:
            for token in tokens:
                seen = target.api(*LOOK, token=token).status
                expect(seen == 401, f"it was answered {seen}")
    finally:
        cognito.delete_user_pool_client(UserPoolId=target.user_pool, ClientId=made)


def _require_users(target: Target) -> None:
    if not target.user_pool:
        raise Skipped("needs the user pool")


def _token(target: Target, secret: str, scope: str) -> Answer:
    """What the token endpoint answers to the machine client with a secret."""
    body = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": scope})
    basic = base64.b64encode(f"{target.machine_client}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    request = urllib.request.Request(target.token_url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read().decode(errors="replace"))
