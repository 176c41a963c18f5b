"""`make demo`: simulated stations that charge on the local system, shown by what the API says."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests

from local.system import LocalSystem
from tests.architecture.sources import ROOT
from tests.end_to_end.clients import Api
from tests.end_to_end.test_firmware_files import bring, create

DEADLINE_S = 60
STATIONS_SPEAK = {"DEMO-01": "2.0.1", "DEMO-02": "2.1", "DEMO-03": "1.6"}
STATIONS = list(STATIONS_SPEAK)
NEW = "9.0.0"


def demo(port: int, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "local.demo", *arguments],
        cwd=ROOT,
        env={**os.environ, "IDLEWATT_PORT": str(port), "IDLEWATT_AWS_PORT": "0", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(what: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline, f"not within {DEADLINE_S} s: {what}"
        time.sleep(0.2)


def wait_for_sessions(api: Api, count: int) -> None:
    """Wait until so many transactions have ended, some of them at each station, and one runs."""

    def has_come() -> bool:
        listed = api.get("transactions")["items"]
        ended = [one["station_id"] for one in listed if one["state"] == "ended"]
        return len(ended) >= count and set(ended) == set(STATIONS) and len(ended) < len(listed)

    wait_for(f"{count} transactions", has_come)


def update(api: Api) -> None:
    """A firmware campaign over the fleet."""
    made = create(api, version=NEW, file_name="simulated.txt")
    assert bring(made["upload_url"], f"version {NEW}\n".encode()).ok
    wait_for("the file is read", lambda: bool(api.get("firmware", made["firmware_id"])["state"] == "ready"))
    body = {"stations": STATIONS, "firmware_id": made["firmware_id"], "waves": [1]}
    begun = api.ask("POST", "firmware-campaigns", json=body).json()
    wait_for("the campaign", lambda: ended(api, "firmware-campaigns", begun["campaign_id"]))
    assert api.get("firmware-campaigns", begun["campaign_id"])["state"] == "succeeded"


def fetch_logs(api: Api) -> None:
    """The logs of the fleet."""
    begun = api.ask("POST", "diagnostics", json={"stations": STATIONS}).json()
    wait_for("the logs", lambda: ended(api, "diagnostics", begun["diagnostics_id"]))
    found = api.get("diagnostics", begun["diagnostics_id"])
    assert found["state"] == "succeeded"
    for one in found["stations"]:
        assert "BootNotification" in requests.get(one["download_url"], timeout=10).text


def ended(api: Api, *path: str) -> bool:
    return bool(api.get(*path)["state"] != "running")


def start_remotely(api: Api) -> None:
    """A remote start in 2.1, again until somebody has a place free."""
    token = {"idToken": "DEMO-02-CARD1", "type": "ISO14443"}
    body = {"action": "RequestStartTransaction", "payload": {"idToken": token}, "wait_s": 10}
    asked: list[str] = []

    def is_taken() -> bool:
        made = api.ask("POST", "stations", "DEMO-02", "calls", json=body).json()
        asked.append(made["call_id"])
        return bool((made["answer"] or {}).get("status") == "Accepted")

    def has_begun() -> bool:
        return any(one["remote_call_id"] == asked[-1] for one in api.get("transactions")["items"])

    wait_for("a free place", is_taken)
    wait_for("the transaction", has_begun)


def energy_of_meter_values_wh(api: Api, transaction: dict[str, Any]) -> int:
    """What the last register reading says was delivered since the start."""
    whose = ("transactions", transaction["transaction_id"], "meter-values")
    readings = api.items(*whose, measurand="Energy.Active.Import.Register")
    last = round(float(readings[-1]["sampled_values"][0]["value"])) if readings else transaction["meter_start_wh"]
    return int(last - transaction["meter_start_wh"])


def test_it_charges_on_a_running_system_until_ctrl_c(system: LocalSystem, api: Api) -> None:
    process = demo(system.port, "--stations", "3", "--speed", "600")
    busy = Api(system, at_once=True)
    try:
        wait_for_sessions(busy, 5)
        update(busy)
        fetch_logs(busy)
        start_remotely(busy)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=DEADLINE_S)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert "DEMO-03" in output
    assert "0 charging" in output
    assert "OCPP 1.6 (1), 2.0.1 (1), 2.1 (1)" in output

    stations = {one["station_id"]: one for one in api.items("stations")}
    assert {one: found["ocpp_version"] for one, found in stations.items()} == STATIONS_SPEAK
    assert {one["firmware_version"] for one in stations.values()} == {NEW}
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
    assert not findings["DEMO-02"]


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
