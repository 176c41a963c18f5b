"""Firmware of stations of OCPP 2.0.1 and 2.1: updated by campaigns and by calls, and published by local controllers."""

import asyncio
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import ACCEPTED, answer, ask, call, receive, seen
from tests.end_to_end.clients import Api, Frame, Station, dial, dial_2x
from tests.end_to_end.firmware import (
    LOCATION,
    NEW,
    OLD,
    QUICK,
    SIGNED,
    boot,
    campaign,
    ended,
    ends,
    history_has,
    tell,
    update_of,
)

ONCE = QUICK._replace(attempts=1)
SIGNED_SMOOTH = (
    *("DownloadScheduled", "Downloading", "DownloadPaused", "Downloading", "Downloaded", "SignatureVerified"),
    *("InstallScheduled", "Installing", "InstallRebooting"),
)
MD5 = "0123456789abcdef0123456789ABCDEF"
FIRMWARE = {"location": LOCATION, "retrieveDateTime": "2026-11-23T08:00:00Z"}


async def boot_2x(station: Station, firmware_version: str = NEW) -> None:
    booted = {"model": "Duo", "vendorName": "Acme", "firmwareVersion": firmware_version}
    await station.call("BootNotification", chargingStation=booted, reason="FirmwareUpdate")


async def asked(api: Api, station: Station, said: Any = ACCEPTED) -> Frame:
    """The station is asked to update, and answers."""
    frame = await receive(station, "UpdateFirmware")
    await answer(api, station, frame, said)
    return frame


async def report(station: Station, frame: Frame, *statuses: str) -> None:
    for status in statuses:
        await station.call("FirmwareStatusNotification", status=status, requestId=frame[3]["requestId"])


@pytest.mark.requirement("M20-121", "L01")
@pytest.mark.parametrize("version", V2X)
async def test_a_signed_update_goes_smoothly(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"L01-{version}", version) as station:
        campaign_id = campaign(station.station_id, **SIGNED)
        frame = await asked(api, station)
        firmware = frame[3]["firmware"]
        assert (firmware["location"], firmware["signature"]) == (LOCATION, SIGNED["signature"])
        assert firmware["signingCertificate"] == SIGNED["signing_certificate"]
        await station.call("FirmwareStatusNotification", status="InvalidSignature", requestId=frame[3]["requestId"] + 1)
        await report(station, frame, *SIGNED_SMOOTH)
        await boot_2x(station)
        update = await ended(api, station.station_id, campaign_id)
        assert (update["state"], update["signed"], update["version_reported"]) == ("succeeded", True, NEW)
        await report(station, frame, "Installed")
        update = await history_has(api, station.station_id, campaign_id, "status", "Installed")
        told = [one["detail"] for one in update["history"] if one["event"] == "status"]
        assert (told, update["reason"], update["state"]) == ([*SIGNED_SMOOTH, "Installed"], None, "succeeded")


@pytest.mark.requirement("M20-121", "L02")
@pytest.mark.parametrize("version", V2X)
async def test_an_update_without_a_signature_has_a_request_id_too(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"L02-{version}", version) as station:
        campaign_id = campaign(station.station_id)
        frame = await asked(api, station)
        assert set(frame[3]["firmware"]) == {"location", "retrieveDateTime"}
        await report(station, frame, "Downloading", "Downloaded", "Installing", "Installed")
        await boot_2x(station)
        update = await ended(api, station.station_id, campaign_id)
        assert (update["state"], update["signed"], update["reason"]) == ("succeeded", False, None)


@pytest.mark.requirement("M20-122", "L01")
@pytest.mark.parametrize("said", ["InvalidCertificate", "RevokedCertificate", "Rejected"])
@pytest.mark.parametrize("version", V2X)
async def test_what_a_station_rejects_is_not_sent_again(system: LocalSystem, api: Api, version: str, said: str) -> None:
    async with dial_2x(system, f"L01-{said}-{version}", version) as station:
        campaign_id = campaign(station.station_id, **SIGNED)
        await asked(api, station, {"status": said})
        state, reason = await ends(system, api, station.station_id, campaign_id)
        assert (state, said in reason) == ("failed", True)
        told = await seen(api, "stations", station.station_id, "events", type="firmware_update.ended")
        assert [one["data"]["state"] for one in told["items"]] == ["failed"]


@pytest.mark.requirement("M20-122", "M20-123", "L01")
@pytest.mark.parametrize(
    "status", ["InvalidSignature", "DownloadFailed", "InstallVerificationFailed", "InstallationFailed"]
)
@pytest.mark.parametrize("version", V2X)
async def test_a_failure_is_told_with_its_status(system: LocalSystem, api: Api, version: str, status: str) -> None:
    async with dial_2x(system, f"L01-{status}-{version}", version) as station:
        campaign_id = campaign(station.station_id, terms=ONCE, **SIGNED)
        frame = await asked(api, station)
        reason = {"statusInfo": {"reasonCode": "Broken"}} if version == "2.1" else {}
        await report(station, frame, "Downloading")
        await station.call("FirmwareStatusNotification", status=status, requestId=frame[3]["requestId"], **reason)
        state, why = await ends(system, api, station.station_id, campaign_id)
        assert (state, status in why) == ("failed", True)
        told = (await seen(api, "stations", station.station_id, "events", type="firmware.status"))["items"][0]
        assert told["data"]["request_id"] == frame[3]["requestId"]
        assert ("status_info" in told["data"]) == (version == "2.1")


@pytest.mark.requirement("M20-124", "L01")
@pytest.mark.parametrize("version", V2X)
async def test_an_update_in_the_place_of_another_ends_that_one(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"L01R-{version}", version) as station:
        campaign_id = campaign(station.station_id, **SIGNED)
        frame = await asked(api, station)
        await report(station, frame, "Downloading")
        made = await call(api, station, "UpdateFirmware", {"firmware": FIRMWARE})
        second = await asked(api, station, {"status": "Rejected"})
        assert second[3]["requestId"] != frame[3]["requestId"]
        assert (await update_of(api, station.station_id, campaign_id))["state"] == "running"
        made = await call(api, station, "UpdateFirmware", {"firmware": FIRMWARE})
        await asked(api, station, {"status": "AcceptedCanceled"})
        state, reason = await ends(system, api, station.station_id, campaign_id)
        assert (state, reason) == ("cancelled", "The station has taken another update in its place")
        shown = await seen(api, "stations", station.station_id, "calls", made["call_id"])
        assert shown["answer"] == {"status": "AcceptedCanceled"}


@pytest.mark.requirement("M20-125", "L01")
@pytest.mark.parametrize("version", V2X)
async def test_an_update_waits_for_the_transaction_at_the_station(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"L01W-{version}", version) as station:
        campaign_id = campaign(station.station_id, **SIGNED)
        frame = await asked(api, station)
        await report(station, frame, "Downloading", "Downloaded", "SignatureVerified", "InstallScheduled")
        update = await history_has(api, station.station_id, campaign_id, "status", "InstallScheduled")
        assert (update["state"], update["status"]) == ("running", "InstallScheduled")
        await report(station, frame, "Installing", "Installed")
        await boot_2x(station)
        assert (await ended(api, station.station_id, campaign_id))["state"] == "succeeded"


@pytest.mark.requirement("M20-121", "L01")
@pytest.mark.parametrize("version", V2X)
async def test_firmware_is_checked_before_it_is_ordered(system: LocalSystem, api: Api, version: str) -> None:
    longest = 2_000 if version == "2.1" else 512
    async with dial_2x(system, f"L01C-{version}", version) as station:
        for wrong, path in (
            ({"signature": "c2ln"}, "firmware.signingCertificate"),
            ({"signature": "c2ln", "signingCertificate": "none"}, "firmware.signingCertificate"),
            ({"installDateTime": "2020-01-01T00:00:00Z"}, "firmware.installDateTime"),
            ({"location": "gopher://files.example/x"}, "firmware.location"),
            ({"location": "https://files.example/".ljust(longest + 1, "x")}, "firmware.location"),
        ):
            order = {"action": "UpdateFirmware", "payload": {"firmware": FIRMWARE | wrong}}
            refused = await ask(api, "POST", "stations", station.station_id, "calls", body=order)
            assert refused.status_code == 422, refused.text
            assert refused.json()["errors"][0]["path"] == f"payload.{path}"
        location = "https://files.example/".ljust(longest, "x")
        await call(api, station, "UpdateFirmware", {"firmware": FIRMWARE | {"location": location}})
        assert (await asked(api, station))[3]["firmware"]["location"] == location


@pytest.mark.requirement("M20-121", "L01")
async def test_a_campaign_updates_stations_of_every_version(system: LocalSystem, api: Api) -> None:
    """Each in the words of its version: what counts is the boot with the new firmware."""
    order = {
        "stations": ["MIX-16", "MIX-201", "MIX-21"],
        "location": LOCATION,
        "version": NEW,
        "signature": SIGNED["signature"],
        "signing_certificate": SIGNED["signing_certificate"],
    }
    async with (
        dial(system, "MIX-16") as old,
        dial_2x(system, "MIX-201", "2.0.1") as newer,
        dial_2x(system, "MIX-21", "2.1") as newest,
    ):
        await boot(old, OLD)
        begun = await ask(api, "POST", "firmware-campaigns", body=order)
        assert begun.status_code in (201, 202), begun.text
        campaign_id = begun.json()["campaign_id"]
        frame = await receive(old, "SignedUpdateFirmware")
        await old.send([3, frame[1], ACCEPTED])
        await tell(old, "Downloaded", "Installed", request_id=frame[3]["requestId"])
        await boot(old, NEW)
        for station in (newer, newest):
            frame = await asked(api, station)
            await report(station, frame, "Downloaded", "Installed")
            await boot_2x(station)
        for _ in range(200):
            found = await seen(api, "firmware-campaigns", campaign_id)
            if found["state"] != "running":
                break
            await asyncio.sleep(0.05)
        assert found["state"] == "succeeded", found
        assert {one["state"] for one in found["stations"]} == {"succeeded"}


# ---------------------------------------------------------------------- local controllers


@pytest.mark.requirement("M20-126", "L03", "L04")
@pytest.mark.parametrize("version", V2X)
async def test_a_local_controller_publishes_firmware(system: LocalSystem, api: Api, version: str) -> None:
    locations = ["http://192.0.2.1/fw.bin", "ftp://192.0.2.1/fw.bin"]
    statuses = ("DownloadScheduled", "Downloading", "DownloadPaused", "Downloaded", "ChecksumVerified")
    async with dial_2x(system, f"L03-{version}", version) as station:
        made = await call(api, station, "PublishFirmware", {"location": LOCATION, "checksum": MD5})
        frame = await receive(station, "PublishFirmware")
        request_id = frame[3]["requestId"]
        assert frame[3] == {"location": LOCATION, "checksum": MD5, "requestId": request_id}
        assert (await answer(api, station, frame))["outcome"]["state"] == "pending"
        for status in statuses:
            await station.call("PublishFirmwareStatusNotification", status=status, requestId=request_id)
        await station.call(
            "PublishFirmwareStatusNotification", status="Published", requestId=request_id, location=locations
        )
        outcome = (await seen(api, "stations", station.station_id, "calls", made["call_id"]))["outcome"]
        assert (outcome["state"], outcome["locations"]) == ("done", locations)
        told = await seen(api, "stations", station.station_id, "events", type="firmware_publication.status")
        assert [one["data"]["status"] for one in reversed(told["items"])] == [*statuses, "Published"]
        assert told["items"][0]["data"]["locations"] == locations
        for said in ("DownloadOngoing", "NoFirmware", "Unpublished"):
            await call(api, station, "UnpublishFirmware", {"checksum": MD5})
            frame = await receive(station, "UnpublishFirmware")
            assert frame[3] == {"checksum": MD5}
            assert (await answer(api, station, frame, {"status": said}))["answer"] == {"status": said}


@pytest.mark.requirement("M20-126", "L03")
@pytest.mark.parametrize("status", ["DownloadFailed", "InvalidChecksum", "PublishFailed"])
@pytest.mark.parametrize("version", V2X)
async def test_firmware_that_is_not_published_is_shown_so(
    system: LocalSystem, api: Api, version: str, status: str
) -> None:
    async with dial_2x(system, f"L03-{status}-{version}", version) as station:
        for action in ("PublishFirmware", "UnpublishFirmware"):
            order = {"action": action, "payload": {"checksum": "x" * 32}}
            if action == "PublishFirmware":
                order["payload"] = {"checksum": "x" * 32, "location": LOCATION}
            refused = await ask(api, "POST", "stations", station.station_id, "calls", body=order)
            assert refused.json()["errors"][0]["path"] == "payload.checksum"
        made = await call(api, station, "PublishFirmware", {"location": LOCATION, "checksum": MD5})
        frame = await receive(station, "PublishFirmware")
        await answer(api, station, frame)
        await station.call("PublishFirmwareStatusNotification", status=status, requestId=frame[3]["requestId"])
        outcome = (await seen(api, "stations", station.station_id, "calls", made["call_id"]))["outcome"]
        assert (outcome["state"], outcome["status"]) == ("failed", status)
