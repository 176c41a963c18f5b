"""The command line on a system that lets in nobody without a token, as in the cloud."""

from pathlib import Path

import boto3
import pytest

from local.system import LocalSystem
from tests.end_to_end.command_line import Idlewatt

SYSTEM = {"needs_token": True}


@pytest.fixture
def secret(system: LocalSystem) -> str:
    pool, client = system.outputs["UserPoolId"], system.outputs["MachineClientId"]
    described = boto3.client("cognito-idp").describe_user_pool_client(UserPoolId=pool, ClientId=client)
    found: str = described["UserPoolClient"]["ClientSecret"]
    return found


@pytest.fixture
def idlewatt(tmp_path: Path) -> Idlewatt:
    return Idlewatt(tmp_path, {})


async def configure(idlewatt: Idlewatt, system: LocalSystem, *more: str) -> None:
    place = ("--url", system.api_url, "--token-url", system.token_url)
    ended = await idlewatt.run("configure", *place, "--client-id", system.outputs["MachineClientId"], *more)
    assert ended.status == 0, ended.err


async def test_without_a_token_it_says_what_to_do(system: LocalSystem, idlewatt: Idlewatt) -> None:
    ended = await idlewatt.run("stations", IDLEWATT_URL=system.api_url)
    assert ended.status == 1
    assert ended.err.startswith("error: Unauthorized (401)\n`idlewatt login`")
    await configure(idlewatt, system)
    assert "IDLEWATT_CLIENT_SECRET" in (await idlewatt.run("stations")).err


async def test_a_secret_gives_a_token_that_is_kept(system: LocalSystem, idlewatt: Idlewatt, secret: str) -> None:
    await configure(idlewatt, system)
    assert (await idlewatt.run("login", IDLEWATT_CLIENT_SECRET=secret)).status == 0
    assert (await idlewatt.run("station", "add", "CP1")).status == 0
    assert (await idlewatt.run("logout")).status == 0
    assert (await idlewatt.run("stations")).status == 1


async def test_a_wrong_secret_is_told(system: LocalSystem, idlewatt: Idlewatt) -> None:
    await configure(idlewatt, system)
    ended = await idlewatt.run("stations", IDLEWATT_CLIENT_SECRET="wrong")
    assert (ended.status, "invalid_client" in ended.err) == (1, True)


async def test_a_role_that_is_too_low_is_told(system: LocalSystem, idlewatt: Idlewatt, secret: str) -> None:
    await configure(idlewatt, system, "--scope", "idlewatt/viewer", "--profile", "looking")
    environment = {"IDLEWATT_CLIENT_SECRET": secret, "IDLEWATT_PROFILE": "looking"}
    assert (await idlewatt.run("stations", **environment)).status == 0
    ended = await idlewatt.run("station", "add", "CP2", **environment)
    assert (ended.status, "(403)" in ended.err) == (1, True)
