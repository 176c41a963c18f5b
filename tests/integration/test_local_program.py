"""`python -m local`: ready when it says so, calm on its output, and gone when it is told to go."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import boto3
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from local.identity import REGION
from local.synth import ROOT, assembly
from tests.integration.local_program import running

OCPP = Subprotocol("ocpp1.6")
BOOT = json.dumps([2, "1", "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}])


async def boot(url: str) -> str:
    """What registration a station gets."""
    async with connect(url, subprotocols=[OCPP]) as station:
        await station.send(BOOT)
        return str(json.loads(await station.recv())[2]["status"])


async def test_stations_and_operators_are_answered_until_it_is_told_to_stop() -> None:
    with running() as program:
        assert program.ready.startswith("ready")
        async with connect(program.ws_url + "CP1", subprotocols=[OCPP]) as station:
            await station.send(BOOT)
            assert json.loads(await station.recv())[2]["status"] == "Accepted"
            async with aiohttp.ClientSession() as http, http.get(f"{program.api_url}/stations/CP1") as answer:
                assert answer.status == 200
                assert (await answer.json())["registration"] == "Accepted"
            dynamodb = boto3.client(
                "dynamodb",
                region_name=REGION,
                endpoint_url=program.aws_url,
                aws_access_key_id="any",
                aws_secret_access_key="any",
            )
            (table,) = dynamodb.list_tables()["TableNames"]
            assert dynamodb.scan(TableName=table)["Count"] > 0
            program.process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed) as closed:
                await station.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001
        assert program.process.wait(30) == 0


async def test_what_a_station_was_is_found_again_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with running(IDLEWATT_STATE=str(state)) as program:
        assert await boot(program.ws_url + "CP1") == "Accepted"
        assert program.stop(signal.SIGINT) == 0
    with running(IDLEWATT_STATE=str(state), IDLEWATT_ONBOARDING="closed") as program:
        async with aiohttp.ClientSession() as http, http.get(f"{program.api_url}/stations/CP1") as answer:
            assert (await answer.json())["vendor"] == "V"
        with pytest.raises(InvalidStatus) as refused:
            await boot(program.ws_url + "unknown")
        assert refused.value.response.status_code == 404


def failing(**environment: str) -> tuple[int, str]:
    """Exit status and complaint of a program that does not start."""
    assembly()
    done = subprocess.run(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env={**os.environ, "IDLEWATT_PORT": "0", "IDLEWATT_AWS_PORT": "0", **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert "ready" not in done.stdout
    return done.returncode, done.stderr


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, complaint = failing(IDLEWATT_PORT=str(port))
    assert status == 1
    assert f"Idlewatt cannot start: port {port} of 127.0.0.1 cannot be used" in complaint
    assert "Traceback" not in complaint


def test_a_state_file_that_is_damaged_is_named_and_kept(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text("half a fi")
    status, complaint = failing(IDLEWATT_STATE=str(state))
    assert status == 1
    assert f"Idlewatt cannot start: {state} is not a state file" in complaint
    assert state.read_text() == "half a fi"


def test_a_setting_that_makes_no_sense_is_named() -> None:
    status, complaint = failing(IDLEWATT_ONBOARDING="perhaps")
    assert status == 1
    assert "IDLEWATT_ONBOARDING is 'perhaps'" in complaint
