"""Commands called without the operator API: by whoever may invoke their functions, and by rules on the bus."""

import asyncio
import json
from typing import Any

import boto3
import pytest

from local.identity import REGION
from local.system import LocalSystem
from shared.catalog import FROM_CSMS
from tests.end_to_end.clients import Api, dial


def aws(system: LocalSystem, service: str) -> Any:
    """A client of the AWS API, as a script would make it with `--endpoint-url`."""
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client(service, endpoint_url=system.aws_url, region_name=REGION, **keys)


def function_of(system: LocalSystem, action: str) -> str:
    """The name of a command's function, by the stack's output."""
    return system.outputs["CommandFunctions"].replace("ACTION", action)


async def invoke(system: LocalSystem, action: str, event: Any) -> Any:
    name = function_of(system, action)
    answer = await asyncio.to_thread(
        aws(system, "lambda").invoke, FunctionName=name, Payload=json.dumps(event).encode()
    )
    assert "FunctionError" not in answer
    return json.loads(answer["Payload"].read())


def test_every_command_has_a_function_that_is_found_by_its_name(system: LocalSystem) -> None:
    names = {one.name for one in system.functions.by_name.values()}
    assert {function_of(system, action.name) for action in FROM_CSMS} <= names


async def test_a_command_that_is_invoked_calls_the_station(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP1") as station:
        event = {"station_id": "CP1", "payload": {"type": "Soft"}, "expires_in_s": 60, "requested_by": "nightly"}
        made = await invoke(system, "Reset", event)
        assert (made["state"], made["requested_by"]) == ("sent", "nightly")
        frame = await station.receive()
        assert frame == [2, made["call_id"], "Reset", {"type": "Soft"}]
        await station.send([3, frame[1], {"status": "Accepted"}])
        assert await station.is_alive()
        call = await asyncio.to_thread(api.get, "stations", "CP1", "calls", made["call_id"])
        assert (call["state"], call["answer"]) == ("answered", {"status": "Accepted"})


@pytest.mark.parametrize(
    ("event", "kind", "paths"),
    [
        ({"station_id": "NOBODY", "payload": {"type": "Soft"}}, "NotFound", []),
        ({"station_id": "CP1", "payload": {"type": "Firm"}}, "Invalid", ["payload.type"]),
        ({"payload": {"type": "Soft"}}, "Invalid", ["station_id"]),
    ],
)
async def test_what_is_wrong_comes_back_as_an_error(
    system: LocalSystem, api: Api, event: dict[str, Any], kind: str, paths: list[str]
) -> None:
    await asyncio.to_thread(api.put, "stations", "CP1")
    error = (await invoke(system, "Reset", event))["error"]
    assert (error["kind"], [one["path"] for one in error["errors"]]) == (kind, paths)
    assert error["reason"]


async def test_a_rule_on_the_bus_calls_the_station_that_its_event_is_of(system: LocalSystem, api: Api) -> None:
    """A connector that does not let go of its cable is unlocked: the fault is the event, and says which it is."""
    events = aws(system, "events")
    lambda_ = aws(system, "lambda")
    function = await asyncio.to_thread(
        lambda_.get_function_configuration, FunctionName=function_of(system, "UnlockConnector")
    )
    pattern = {
        "source": ["idlewatt"],
        "detail-type": ["fault.raised"],
        "detail": {"data": {"error_code": ["ConnectorLockFailure"]}},
    }
    template = '{"station_id": "<station>", "payload": {"connectorId": <connector>}, "requested_by": "rule unlock"}'
    target = {
        "Id": "unlock",
        "Arn": function["FunctionArn"],
        "InputTransformer": {
            "InputPathsMap": {"station": "$.detail.station_id", "connector": "$.detail.data.evse_id"},
            "InputTemplate": template,
        },
    }
    bus = (await asyncio.to_thread(events.list_event_buses))["EventBuses"]
    name = next(one["Name"] for one in bus if one["Name"] != "default")
    await asyncio.to_thread(events.put_rule, Name="unlock", EventBusName=name, EventPattern=json.dumps(pattern))
    await asyncio.to_thread(events.put_targets, Rule="unlock", EventBusName=name, Targets=[target])

    async with dial(system, "CP2") as station:
        await station.call("StatusNotification", connectorId=2, status="Faulted", errorCode="ConnectorLockFailure")
        frame = await station.receive()
        assert frame[2:] == ["UnlockConnector", {"connectorId": 2}]
        await station.send([3, frame[1], {"status": "Unlocked"}])
        call = await asyncio.to_thread(api.get, "stations", "CP2", "calls", frame[1])
        assert call["requested_by"] == "rule unlock"
