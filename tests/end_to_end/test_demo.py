"""`make demo`: simulated stations that charge on the local system, shown by what the API says."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import requests

from local.system import LocalSystem
from tests.architecture.sources import ROOT
from tests.end_to_end.clients import Api

DEADLINE_S = 60


def demo(port: int, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "local.demo", *arguments],
        cwd=ROOT,
        env={**os.environ, "IDLEWATT_PORT": str(port), "IDLEWATT_AWS_PORT": "0", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_sessions(system: LocalSystem, count: int) -> None:
    """Wait until so many transactions have ended, and one runs."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        states = [one["state"] for one in requests.get(f"{system.api_url}/transactions", timeout=10).json()["items"]]
        if states.count("ended") >= count and "active" in states:
            return
        time.sleep(0.2)
    raise AssertionError(f"no {count} transactions ended within {DEADLINE_S} s")


def energy_of_meter_values_wh(api: Api, transaction: dict[str, Any]) -> int:
    """What the last register reading says was delivered since the start."""
    whose = ("transactions", transaction["transaction_id"], "meter-values")
    readings = api.items(*whose, measurand="Energy.Active.Import.Register")
    last = round(float(readings[-1]["sampled_values"][0]["value"])) if readings else transaction["meter_start_wh"]
    return int(last - transaction["meter_start_wh"])


def test_it_charges_on_a_running_system_until_ctrl_c(system: LocalSystem, api: Api) -> None:
    process = demo(system.port, "--stations", "3", "--speed", "600")
    try:
        wait_for_sessions(system, 5)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=DEADLINE_S)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert "DEMO-03" in output
    assert "0 charging" in output

    stations = {one["station_id"]: one for one in api.items("stations")}
    assert list(stations) == ["DEMO-01", "DEMO-02", "DEMO-03"]
    assert len(stations["DEMO-01"]["evses"]) == 2
    assert {one["status"] for one in api.items("id-tokens")} == {"Accepted", "Blocked"}

    sessions = api.items("transactions")
    assert {one["state"] for one in sessions} == {"ended"}
    for one in sessions:
        assert one["started_at"] <= one["ended_at"]
        assert datetime.fromisoformat(one["ended_at"]) <= datetime.now(UTC)
        assert one["energy_wh"] == one["meter_stop_wh"] - one["meter_start_wh"]
        assert 0 <= energy_of_meter_values_wh(api, one) <= one["energy_wh"] < 100_000
        assert not one["flags"]
    assert sum(one["energy_wh"] for one in sessions) > 5000

    findings = {station_id: api.items("stations", station_id, "findings") for station_id in stations}
    assert {one["code"] for one in findings["DEMO-03"]} >= {"Q-01", "Q-12", "Q-15", "Q-16", "Q-44", "Q-52"}
    assert not findings["DEMO-01"]


def test_it_brings_its_own_system_and_ends_by_itself() -> None:
    output, errors = demo(0, "--stations", "1", "--speed", "60", "--seconds", "2").communicate(timeout=3 * DEADLINE_S)
    assert errors == ""
    assert "1 of 1 stations online" in output


def test_a_port_that_is_taken_by_something_else_is_said_so(system: LocalSystem) -> None:
    aws_port = int(system.aws_url.rpartition(":")[2])
    process = demo(aws_port, "--stations", "1", "--seconds", "1")
    _output, errors = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 1
    assert "taken by something else" in errors
