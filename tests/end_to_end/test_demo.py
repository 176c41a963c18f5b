"""`make demo`: a network of simulated stations and its operator on the local system, shown by what the API says."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests

from local.demo.acts import NEW_VERSION
from local.system import LocalSystem
from tests.architecture.sources import ROOT
from tests.end_to_end.clients import Api

DEADLINE_S = 180
SPEED = 40
"""In a demo of this speed a minute is a second and a half, and what is told lies in the past."""
STATIONS_SPEAK = {
    "DEMO-01": "2.0.1",
    "DEMO-02": "2.1",
    "DEMO-03": "1.6",
    "DEMO-04": "1.6",
    "DEMO-05": "2.0.1",
}
STATIONS = list(STATIONS_SPEAK)
ODD, FAULTED, CUT_OFF = "DEMO-03", "DEMO-05", "DEMO-03"


def demo(port: int, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "local.demo", "--no-browser", *arguments],
        cwd=ROOT,
        env={**os.environ, "IDLEWATT_PORT": str(port), "IDLEWATT_AWS_PORT": "0", "COLUMNS": "200", "LINES": "50"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(what: str, is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline, f"not within {DEADLINE_S} s: {what}"
        time.sleep(0.2)


def wait_for_sessions(api: Api, count: int) -> None:
    """Wait until so many transactions have ended, and one runs."""

    def has_come() -> bool:
        states = [one["state"] for one in api.get("transactions", limit=200)["items"]]
        return states.count("ended") >= count and "active" in states

    wait_for(f"{count} transactions", has_come)


def events(api: Api, station_id: str, kind: str) -> list[Any]:
    return api.items("stations", station_id, "events", type=kind)


def ended(api: Api, *path: str) -> Any:
    """The newest of a list once it has ended."""
    wait_for(f"the end of {path}", lambda: any(one["state"] != "running" for one in api.get(*path)["items"]))
    return api.get(*path)["items"][0]


def energy_of_meter_values_wh(api: Api, transaction: dict[str, Any]) -> int:
    """What the last register reading says was delivered since the start."""
    whose = ("transactions", transaction["transaction_id"], "meter-values")
    readings = api.items(*whose, measurand="Energy.Active.Import.Register")
    last = round(float(readings[-1]["sampled_values"][0]["value"])) if readings else transaction["meter_start_wh"]
    return int(last - transaction["meter_start_wh"])


def sees_what_befalls(api: Api) -> None:
    """A fault and its end, an outage, connections that are refused."""
    wait_for("a fault", lambda: events(api, FAULTED, "fault.raised"))
    wait_for("its end", lambda: events(api, FAULTED, "fault.cleared"))
    wait_for("an outage", lambda: events(api, CUT_OFF, "station.offline"))
    refused = {one["station_id"]: one["code"] for one in api.items("refused-connections")}
    assert refused == {"DEMO-MISTYPED": "wrong_password", "DEMO-OUTDATED": "no_common_version"}


def sees_the_update(api: Api) -> None:
    """Of all stations in two waves; the odd ones cannot install it."""
    found = ended(api, "firmware-campaigns")
    campaign = api.get("firmware-campaigns", found["campaign_id"])
    states = {one["station_id"]: one["state"] for one in campaign["stations"]}
    assert states == {one: "failed" if one == ODD else "succeeded" for one in STATIONS}
    assert campaign["state"] == "succeeded"
    assert campaign["wave_bounds"] == [2, 5]
    versions = {one: api.get("stations", one)["firmware_version"] for one in STATIONS}
    assert versions == {one: "beta 3" if one == ODD else NEW_VERSION for one in STATIONS}


def sees_the_logs(api: Api) -> None:
    found = api.get("diagnostics", ended(api, "diagnostics")["diagnostics_id"])
    assert found["state"] == "succeeded"
    for one in found["stations"]:
        assert "BootNotification" in requests.get(one["download_url"], timeout=60).text


def test_a_network_lives_on_a_running_system_until_ctrl_c(system: LocalSystem, api: Api) -> None:
    arguments = ("--stations", str(len(STATIONS)), "--speed", str(SPEED), "--update-after", "120")
    process = demo(system.port, *arguments)
    busy = Api(system, at_once=True)
    try:
        wait_for_sessions(busy, 5)
        sees_the_update(busy)
        sees_the_logs(busy)
        sees_what_befalls(busy)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=DEADLINE_S)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert f"http://127.0.0.1:{system.port}/" in output
    assert "DEMO-03" in output
    assert "0 charging" in output
    assert "OCPP 1.6 (2), 2.0.1 (2), 2.1 (1)" in output

    stations = {one["station_id"]: one for one in api.items("stations")}
    assert {one: stations[one]["ocpp_version"] for one in STATIONS} == STATIONS_SPEAK
    assert all(one["name"] and one["latitude"] and one["longitude"] for one in stations.values())
    assert len(stations["DEMO-01"]["evses"]) == 2
    assert {one["status"] for one in api.items("id-tokens")} == {"Accepted", "Blocked"}
    assert {one["state"] for one in api.items("stations", "DEMO-01", "charging-profiles")} == {"accepted"}
    assert api.items("stations", "DEMO-01", "variables")
    assert api.items("stations", "DEMO-04", "configuration")

    sessions = api.items("transactions")
    assert {one["state"] for one in sessions} == {"ended"}
    for one in sessions:
        assert one["started_at"] <= one["ended_at"]
        assert datetime.fromisoformat(one["ended_at"]) <= datetime.now(UTC)
        assert one["energy_wh"] == one["meter_stop_wh"] - one["meter_start_wh"]
        assert 0 <= energy_of_meter_values_wh(api, one) <= one["energy_wh"] < 20_000
        assert not one["flags"]
        assert one["currency"] == "EUR"
        assert one["total_cost"] is not None
    assert sum(one["energy_wh"] for one in sessions) > 1000

    findings = {one: api.items("stations", one, "findings") for one in STATIONS}
    assert {one["code"] for one in findings[ODD]} >= {"Q-01", "Q-12", "Q-15", "Q-16", "Q-44", "Q-52"}
    assert not findings["DEMO-01"]
    assert not findings["DEMO-02"]


def test_it_brings_its_own_system_and_is_lively_within_seconds() -> None:
    output, errors = demo(0, "--seconds", "12").communicate(timeout=3 * DEADLINE_S)
    assert errors == ""
    assert "20 of 22 stations online" in output
    assert sum("DEMO-" in line for line in output.splitlines()) == 22
    ended = re.search(r"(\d+) transactions ended", output)
    assert ended
    assert int(ended[1]) >= 3


def test_a_port_that_is_taken_by_something_else_is_said_so(system: LocalSystem) -> None:
    aws_port = int(system.aws_url.rpartition(":")[2])
    process = demo(aws_port, "--stations", "1", "--seconds", "1")
    _output, errors = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 1
    assert "taken by something else" in errors
