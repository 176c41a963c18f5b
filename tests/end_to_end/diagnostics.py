"""Stations that bring their logs, each in its own way, and an operator who wants them."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import boto3
import requests

from local.system import LocalSystem
from shared.settings import settings
from tests.end_to_end.answering import made, receive, seen
from tests.end_to_end.clients import Api, Frame, Station

Upload = Callable[[str, str, bytes], requests.Response]
WAIT_S = 30


def put(url: str, name: str, content: bytes) -> requests.Response:
    """As curl -T does, which appends the name to a location that ends in a slash."""
    return requests.put(url + name, data=content, timeout=WAIT_S)


def put_as_it_is(url: str, _name: str, content: bytes) -> requests.Response:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return requests.put(url, data=content, headers=headers, timeout=WAIT_S)


def post(url: str, name: str, content: bytes) -> requests.Response:
    headers = {"Content-Type": "application/octet-stream"}
    return requests.post(url + name, data=content, headers=headers, timeout=WAIT_S)


def post_form(url: str, name: str, content: bytes) -> requests.Response:
    return requests.post(url, files={"file": (name, content, "text/plain")}, timeout=WAIT_S)


async def upload(way: Upload, url: str, name: str, content: bytes) -> None:
    response = await asyncio.to_thread(way, url, name, content)
    assert response.status_code in (200, 201, 204), response.text


async def collect(api: Api, *stations: str, **order: Any) -> Any:
    """A collection of logs, with short times."""
    usual = {"retry_after_s": 0, "online_within_s": 20, "upload_within_s": 20, "file_within_s": 2}
    return await made(api, "POST", "diagnostics", body={"stations": list(stations), **usual, **order})


async def ended(api: Api, diagnostics_id: str) -> Any:
    """The collection once it has ended."""
    for _ in range(400):
        found = await seen(api, "diagnostics", diagnostics_id)
        if found["state"] != "running":
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"still running: {found}")


async def of_station(api: Api, station_id: str) -> Any:
    """The latest log that was wanted of a station, with its history."""
    return (await seen(api, "stations", station_id, "diagnostics"))["items"][0]


async def accept(station: Station, action: str = "GetLog", **answer: Any) -> Frame:
    """Take the request for a log; returns its frame."""
    frame = await receive(station, action)
    given = answer or ({"status": "Accepted", "filename": "log.txt"} if action == "GetLog" else {"fileName": "log.txt"})
    await station.send([3, frame[1], given])
    return frame


def location(frame: Frame) -> str:
    payload = frame[3]
    return str(payload["log"]["remoteLocation"] if "log" in payload else payload["location"])


async def report_log(station: Station, frame: Frame, status: str) -> None:
    await station.call("LogStatusNotification", status=status, requestId=frame[3]["requestId"])


async def download(url: str) -> bytes:
    response = await asyncio.to_thread(requests.get, url, timeout=WAIT_S)
    assert response.status_code == 200, response.text
    return response.content


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def transitions(system: LocalSystem, retrieval_call_id: str) -> list[str]:
    """The states that the execution of a retrieval has entered, in order: what AWS charges for."""
    assert system
    client = boto3.client("stepfunctions")
    machine = settings().state_machines + "RetrieveDiagnostics"
    for execution in client.list_executions(stateMachineArn=machine)["executions"]:
        if execution["name"] == retrieval_call_id:
            arn = execution["executionArn"]
            events = client.get_execution_history(executionArn=arn, maxResults=1000)["events"]
            return [
                event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event
            ]
    raise AssertionError("there is no such execution")
