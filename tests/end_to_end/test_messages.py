"""The message log of stations on real WebSockets, as operators and the AWS API see it."""

import asyncio
import json
from typing import Any

import boto3
import pytest

from local.identity import REGION
from local.system import LocalSystem
from shared.aws.masking import MASK
from tests.end_to_end.clients import WAIT_S, Api, Station, dial

Item = dict[str, Any]


async def messages(api: Api, station_id: str, **query: Any) -> list[Item]:
    """All of them, newest first, over as many pages as there are."""
    return await asyncio.to_thread(lambda: api.items("stations", station_id, "messages", **query))


async def session(station: Station) -> None:
    await station.frame("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}, "m1")
    await station.frame("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"}, "m2")
    await station.frame("Heartbeat", {}, "m3")


async def test_each_frame_of_a_session_is_shown_in_order(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP1") as station:
        await session(station)
    items = await messages(api, "CP1")
    assert [(item["message_id"], item["direction"], item["frame"][0]) for item in items] == [
        ("m3", "out", 3),
        ("m3", "in", 2),
        ("m2", "out", 3),
        ("m2", "in", 2),
        ("m1", "out", 3),
        ("m1", "in", 2),
    ]
    assert items[0]["frame"][2].keys() == {"currentTime"}
    assert items[3]["frame"][3] == {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
    assert all(isinstance(item["answered_in_ms"], int) == (item["direction"] == "in") for item in items)
    times = [item["at"] for item in items]
    assert times == sorted(times, reverse=True)


async def test_messages_are_picked_out_by_action_and_time_and_come_in_pages(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP2") as station:
        await session(station)
    newest_first = await messages(api, "CP2")
    assert await messages(api, "CP2", limit=1) == newest_first
    assert await messages(api, "CP2", action="StatusNotification") == newest_first[2:4]
    assert await messages(api, "CP2", to=newest_first[-1]["at"]) == []
    assert await messages(api, "CP2", **{"from": newest_first[0]["at"]}) == [
        item for item in newest_first if item["at"] == newest_first[0]["at"]
    ]


async def test_broken_frames_and_answers_that_nobody_asked_for_are_shown(system: LocalSystem, api: Api) -> None:
    broken = ['[2,"m1","Heartbeat"', '[3,"nobody",{}]', '{"action":"Heartbeat"}']
    async with dial(system, "CP3") as station:
        for text in broken:
            await station.send(text)
        assert await station.is_alive()
        async with asyncio.timeout(WAIT_S):  # what is not answered may be handled after what is
            while len(items := await messages(api, "CP3")) < 5:
                await asyncio.sleep(0.02)
    ignored = [item for item in items if item["outcome"] == "ignored"]
    assert {json.dumps(item["frame"]) for item in ignored} == {
        json.dumps(broken[0]),
        json.dumps([3, "nobody", {}]),
        json.dumps(broken[2]),
    }


async def test_findings_stand_with_the_message_that_has_them(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP4") as station:
        await station.frame("StatusNotification", {"connectorId": "1", "errorCode": "NoError", "status": "Available"})
    answer, status = await messages(api, "CP4")
    assert [finding["path"] for finding in status["findings"]] == ["connectorId"]
    assert answer["findings"] == []


async def test_the_log_is_switched_off_and_on_per_station(system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(lambda: api.put("stations", "CP5", message_log="off"))
    async with dial(system, "CP5") as station:
        await session(station)
        await station.send("no JSON")
        assert await station.is_alive()
        assert await messages(api, "CP5") == []
        await asyncio.to_thread(lambda: api.patch("stations", "CP5", message_log="on"))
        await station.closed()
    async with dial(system, "CP5") as station:
        assert await station.is_alive()
    assert [item["action"] for item in await messages(api, "CP5")] == ["Heartbeat", "Heartbeat"]


async def test_secrets_do_not_come_into_the_log(system: LocalSystem, api: Api) -> None:
    configuration = {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": "hunter2"}]}
    async with dial(system, "CP6") as station:
        await station.frame("DataTransfer", {"vendorId": "V", "data": json.dumps(configuration)})
        await station.frame("DataTransfer", {"vendorId": "V", "data": "ftp://me:hunter2@example.org/"})
        await station.frame("ChangeConfiguration", {"key": "AuthorizationKey", "value": "hunter2"})
    items = await messages(api, "CP6")
    assert len(items) == 6
    assert json.dumps(items).count(MASK) == 3
    lines, _ = system.log.find(None, None, "")
    assert not any("hunter2" in line.text for line in lines)


async def test_calls_of_ours_and_their_answers_are_shown_without_secrets(system: LocalSystem, api: Api) -> None:
    change = {"key": "AuthorizationKey", "value": "00112233445566778899aabbccddeeff"}
    body = {"action": "ChangeConfiguration", "payload": change, "wait_s": 20}
    async with dial(system, "CP8") as station:
        await session(station)
        made = asyncio.create_task(asyncio.to_thread(lambda: api.ask("POST", "stations", "CP8", "calls", json=body)))
        _, message_id, action, payload = await station.receive()
        assert (action, payload) == ("ChangeConfiguration", change)
        await asyncio.sleep(0.05)  # what a station takes, so that the order is beyond doubt
        await station.send([3, message_id, {"status": "Accepted"}])
        assert (await made).json()["state"] == "answered"
        items = await messages(api, "CP8", action="ChangeConfiguration")
    answer, call = items
    assert (call["direction"], call["outcome"], call["answered_in_ms"]) == ("out", "sent", None)
    assert call["frame"] == [2, message_id, "ChangeConfiguration", change | {"value": MASK}]
    assert (answer["direction"], answer["outcome"]) == ("in", "taken")
    assert answer["frame"] == [3, message_id, {"status": "Accepted"}]
    assert 50 <= answer["answered_in_ms"] < 1000 * WAIT_S
    lines, _ = system.log.find(None, None, "")
    assert not any(change["value"] in line.text for line in lines)


async def test_the_aws_api_finds_the_same_lines(system: LocalSystem) -> None:
    async with dial(system, "CP7") as station:
        await station.is_alive()
    logs = boto3.client(
        "logs", endpoint_url=system.aws_url, region_name=REGION, aws_access_key_id="any", aws_secret_access_key="any"
    )
    group = system.outputs["LogGroupName"]
    find = logs.filter_log_events
    pattern = '{ ($.station_id = "CP7") && ($.action = "Heartbeat") }'
    (event,) = find(logGroupName=group, filterPattern=pattern)["events"]
    assert json.loads(event["message"])["received"][2] == "Heartbeat"
    assert find(logGroupName=group, filterPattern="CP7", startTime=event["timestamp"] + 60_000)["events"] == []
    for refused in ({"filterPattern": "[a, b]"}, {"nextToken": "none"}):
        with pytest.raises(logs.exceptions.InvalidParameterException):
            find(logGroupName=group, **refused)
    logs.create_log_group(logGroupName="other")
    assert find(logGroupName="other", filterPattern="{ anything }")["events"] == []
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        find(logGroupName="none")
