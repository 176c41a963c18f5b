"""A firmware update from both sides: an operator who wants it, and a station that plays its part."""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any

import boto3

from local.identity import REGION
from local.system import LocalSystem
from shared.domain import campaign_steps
from shared.domain.calls import new_call_id
from shared.domain.firmware_campaigns import Campaign
from shared.domain.firmware_updates import Terms, Update
from shared.store import firmware_campaigns, firmware_turns
from tests.end_to_end.clients import Api, Frame, Station
from tests.pki import root

OLD, NEW = "1.0.0", "2.0.0"
LOCATION = "https://files.example/firmware.bin"
QUICK = Terms(retry_after_s=0, download_within_s=20, install_within_s=20, boot_within_s=20)
SIGNED = {"signature": "c2lnbmF0dXJl", "signing_certificate": root().pem}
SMOOTH = ("Downloading", "Downloaded", "Installing", "Installed")
WAIT_S = 30
MOST_TRANSITIONS = 12


def campaign(station_id: str, **fields: Any) -> str:
    """Begin a campaign of one station."""
    now = datetime.now(UTC)
    made = Campaign(new_call_id(now), NEW, now, **{"location": LOCATION, "terms": QUICK} | fields)
    made = made._replace(chosen=1, total=1, wave=1, waves=(1,))
    firmware_campaigns.create(made)
    update = Update(new_call_id(now), station_id, made.campaign_id, NEW, now, wave=1, place="waiting")
    firmware_turns.create([update])
    return made.campaign_id


def cancel(campaign_id: str) -> None:
    found = firmware_campaigns.find(campaign_id)
    assert found is not None
    cancelled = campaign_steps.cancel(found, datetime.now(UTC), "operator")
    assert firmware_campaigns.change(found, cancelled, unless_changed=("state",))


async def is_made(api: Api, station_id: str, call_id: str) -> bool:
    """Whether a call is in the outbox."""
    made = await asyncio.to_thread(api.items, "stations", station_id, "calls")
    return call_id in {one["call_id"] for one in made}


async def update_of(api: Api, station_id: str, campaign_id: str) -> Any:
    """A station's update in a campaign, as the API shows it."""
    items = await asyncio.to_thread(api.items, "stations", station_id, "firmware-updates")
    return next(one for one in items if one["campaign_id"] == campaign_id)


async def ended(api: Api, station_id: str, campaign_id: str, within_s: float = WAIT_S) -> Any:
    """The update once it has ended."""
    deadline = time.monotonic() + within_s
    while (found := await update_of(api, station_id, campaign_id))["state"] in ("queued", "running"):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.1)
    return found


async def history_has(api: Api, station_id: str, campaign_id: str, event: str, detail: str = "") -> Any:
    """The update once something has happened in it."""
    deadline = time.monotonic() + WAIT_S
    while True:
        found = await update_of(api, station_id, campaign_id)
        if any(one["event"] == event and detail in (one["detail"] or "") for one in found["history"]):
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)


async def boot(station: Station, version: str = OLD) -> None:
    await station.call("BootNotification", chargePointVendor="Acme", chargePointModel="Duo", firmwareVersion=version)


async def tell(station: Station, *statuses: str, request_id: int | None = None) -> None:
    for status in statuses:
        if request_id is None:
            await station.call("FirmwareStatusNotification", status=status)
        else:
            await station.call("SignedFirmwareStatusNotification", status=status, requestId=request_id)


async def asked(station: Station, action: str = "UpdateFirmware", answer: Any = None) -> Frame:
    """The station is asked, and answers."""
    frame = await station.receive()
    assert frame[2] == action, frame
    await station.send([3, frame[1], answer or {}])
    return frame


def machine(system: LocalSystem) -> tuple[Any, str]:
    """A client of Step Functions, and the ARN of the state machine."""
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    client = boto3.client("stepfunctions", endpoint_url=system.aws_url, region_name=REGION, **keys)
    machines = client.list_state_machines()["stateMachines"]
    return client, next(one["stateMachineArn"] for one in machines if one["name"].endswith("-UpdateFirmware"))


def execution(system: LocalSystem, update_id: str) -> tuple[str, list[str]]:
    """How the state machine of an update ended, and the states that it went through."""
    client, arn = machine(system)
    arn = f"{arn.replace(':stateMachine:', ':execution:')}:{update_id}"
    deadline = time.monotonic() + WAIT_S
    while (status := client.describe_execution(executionArn=arn)["status"]) == "RUNNING":
        assert time.monotonic() < deadline, json.dumps(client.get_execution_history(executionArn=arn), default=str)
        time.sleep(0.05)
    events = client.get_execution_history(executionArn=arn)["events"]
    return status, [one["stateEnteredEventDetails"]["name"] for one in events if "stateEnteredEventDetails" in one]


async def refuse(station: Station, action: str, code: str) -> None:
    """The station is asked, and does not know how."""
    frame = await station.receive()
    assert frame[2] == action, frame
    await station.send([4, frame[1], code, "", {}])


async def ends(system: LocalSystem, api: Api, station_id: str, campaign_id: str) -> tuple[str, str]:
    """The state in which an update ends, and its reason; its state machine agrees."""
    update = await ended(api, station_id, campaign_id)
    status, _states = await asyncio.to_thread(execution, system, update["update_id"])
    assert status == ("SUCCEEDED" if update["state"] == "succeeded" else "FAILED")
    return update["state"], update["reason"] or ""
