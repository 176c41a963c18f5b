"""One station's firmware update, from its turn to the boot with the new version, and every way in which it fails."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from local.system import LocalSystem
from shared.domain.firmware_updates import Terms
from tests.end_to_end.answering import call, receive
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.firmware import (
    MOST_TRANSITIONS,
    NEW,
    OLD,
    QUICK,
    SIGNED,
    SMOOTH,
    asked,
    boot,
    campaign,
    cancel,
    ended,
    ends,
    execution,
    history_has,
    is_made,
    machine,
    tell,
    update_of,
)

ONCE = QUICK._replace(attempts=1)


@pytest.mark.requirement("M16-099")
async def test_an_update_goes_smoothly(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP1") as station:
        await boot(station)
        campaign_id = campaign("CP1")
        frame = await asked(station)
        assert frame[3]["location"] == "https://files.example/firmware.bin"
        await tell(station, *SMOOTH)
        await history_has(api, "CP1", campaign_id, "status", "Installed")
        assert (await update_of(api, "CP1", campaign_id))["state"] == "running"
        await boot(station, NEW)
        update = await ended(api, "CP1", campaign_id)
        assert (update["state"], update["reason"]) == ("succeeded", None)
        assert (update["version_before"], update["version_reported"], update["call_id"]) == (OLD, NEW, frame[1])
        assert [one["detail"] for one in update["history"] if one["event"] == "status"] == list(SMOOTH)
        status, states = await asyncio.to_thread(execution, system, update["update_id"])
        assert status == "SUCCEEDED"
        assert len(states) <= MOST_TRANSITIONS, states


async def test_a_station_that_fails_to_download_twice_is_asked_three_times(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP3") as station:
        await boot(station)
        campaign_id, calls = campaign("CP3", **SIGNED), set()
        for _attempt in range(2):
            frame = await asked(station, "SignedUpdateFirmware", {"status": "Accepted"})
            calls.add((frame[1], frame[3]["requestId"]))
            await tell(station, "Downloading", "DownloadFailed", request_id=frame[3]["requestId"])
        frame = await asked(station, "SignedUpdateFirmware", {"status": "Accepted"})
        assert len(calls | {(frame[1], frame[3]["requestId"])}) == 3
        await tell(station, *SMOOTH, request_id=frame[3]["requestId"])
        await boot(station, NEW)
        assert await ends(system, api, "CP3", campaign_id) == ("succeeded", "")
        update = await update_of(api, "CP3", campaign_id)
        failures = [one["detail"] for one in update["history"] if one["event"] == "attempt failed"]
        assert failures == ["The station could not download the firmware (DownloadFailed)"] * 2


@pytest.mark.requirement("M16-100")
@pytest.mark.parametrize("status", ["DownloadFailed", "InstallationFailed"])
async def test_a_failure_is_the_end_when_no_attempt_is_left(system: LocalSystem, api: Api, status: str) -> None:
    async with dial(system, f"CP4-{status}") as station:
        await boot(station)
        campaign_id = campaign(station.station_id, terms=ONCE)
        await asked(station)
        await tell(station, "Downloading", status)
        state, reason = await ends(system, api, station.station_id, campaign_id)
        assert state == "failed"
        assert status in reason


async def test_a_station_that_never_answers_fails(system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(api.put, "stations", "CP5", call_timeout_s=1)
    async with dial(system, "CP5") as station:
        await boot(station)
        campaign_id = campaign("CP5", terms=ONCE._replace(download_within_s=2))
        await station.receive()
        assert await ends(system, api, "CP5", campaign_id) == (
            "failed",
            "The station did not answer, and told nothing of an update",
        )


async def test_a_station_that_does_not_answer_but_acts_is_followed(system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(api.put, "stations", "CP6", call_timeout_s=1)
    async with dial(system, "CP6") as station:
        await boot(station)
        campaign_id = campaign("CP6")
        await station.receive()
        await history_has(api, "CP6", campaign_id, "call", "timed out")
        await tell(station, *SMOOTH)
        await boot(station, NEW)
        assert await ends(system, api, "CP6", campaign_id) == ("succeeded", "")


async def test_a_station_that_falls_silent_fails_at_the_deadline_of_the_phase(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP7") as station:
        await boot(station)
        campaign_id = campaign("CP7", terms=ONCE._replace(download_within_s=1))
        await asked(station)
        await tell(station, "Downloading")
        assert await ends(system, api, "CP7", campaign_id) == (
            "failed",
            "The station did not download the firmware within 1 s; it told Downloading last",
        )


async def test_a_station_that_comes_back_with_the_old_version_fails(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP8") as station:
        await boot(station)
        campaign_id = campaign("CP8", terms=ONCE)
        await asked(station)
        await tell(station, *SMOOTH)
        await boot(station, OLD)
        state, reason = await ends(system, api, "CP8", campaign_id)
        assert state == "failed"
        assert reason.endswith(f"came back with version {OLD} instead of {NEW}")


async def test_a_station_that_is_offline_is_asked_when_it_comes_back(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP9") as station:
        await boot(station)
    assert await asyncio.to_thread(api.is_offline, "CP9")
    campaign_id = campaign("CP9")
    assert (await update_of(api, "CP9", campaign_id))["state"] == "queued"
    async with dial(system, "CP9") as station:
        await asked(station)
        await tell(station, *SMOOTH)
    async with dial(system, "CP9") as station:
        await boot(station, NEW)
        assert await ends(system, api, "CP9", campaign_id) == ("succeeded", "")


async def test_a_station_may_reboot_before_it_has_installed(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP10") as station:
        await boot(station)
        campaign_id = campaign("CP10")
        await asked(station)
        await tell(station, "Downloading", "Downloaded", "Installing")
        await boot(station, OLD)
        await history_has(api, "CP10", campaign_id, "booted", OLD)
        await tell(station, "Installed")
        await boot(station, NEW)
        assert await ends(system, api, "CP10", campaign_id) == ("succeeded", "")


async def test_a_boot_with_the_new_version_is_enough(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP11") as station:
        await boot(station)
        campaign_id = campaign("CP11")
        await asked(station)
        await tell(station, "Installing")
        await boot(station, NEW)
        state, reason = await ends(system, api, "CP11", campaign_id)
        assert state == "succeeded"
        assert "did not tell that it had installed" in reason


async def test_an_update_waits_until_the_station_is_idle(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP17") as station:
        await boot(station)
        start = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": datetime.now(UTC).isoformat()}
        number = (await station.call("StartTransaction", **start))["transactionId"]
        campaign_id = campaign("CP17", terms=QUICK._replace(when_idle=True))
        assert (await update_of(api, "CP17", campaign_id))["state"] == "queued"
        assert await station.is_alive()
        stop = {"transactionId": number, "meterStop": 1, "timestamp": datetime.now(UTC).isoformat()}
        await station.call("StopTransaction", **stop)
        await asked(station)
        await boot(station, NEW)
        assert (await ends(system, api, "CP17", campaign_id))[0] == "succeeded"


async def test_what_cannot_be_sent_is_told(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP18") as station:
        await boot(station)
        campaign_id = campaign("CP18", location="gopher://files.example/firmware.bin")
        state, reason = await ends(system, api, "CP18", campaign_id)
        assert state == "failed"
        assert "protocol" in reason
        assert await station.is_alive()


async def test_a_second_update_of_a_station_waits_for_the_first(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP19") as station:
        await boot(station)
        first = campaign("CP19", terms=ONCE)
        await asked(station)
        second = campaign("CP19")
        assert (await update_of(api, "CP19", second))["state"] == "queued"
        await tell(station, "DownloadFailed")
        assert (await ends(system, api, "CP19", first))[0] == "failed"
        await asked(station)
        await boot(station, NEW)
        assert (await ends(system, api, "CP19", second))[0] == "succeeded"


async def test_after_a_cancellation_an_attempt_is_the_last(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP21") as station:
        await boot(station)
        campaign_id = campaign("CP21")
        await asked(station)
        cancel(campaign_id)
        await tell(station, "DownloadFailed")
        state, reason = await ends(system, api, "CP21", campaign_id)
        assert (state, "DownloadFailed" in reason) == ("cancelled", True)
        assert await station.is_alive()


async def test_a_cancellation_takes_back_what_was_not_sent(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP22") as station:
        await boot(station)
        await call(api, station, "ClearCache")
        frame = await receive(station, "ClearCache")
        campaign_id = campaign("CP22")
        update = await history_has(api, "CP22", campaign_id, "asked")
        while not await is_made(api, "CP22", update["call_id"]):
            await asyncio.sleep(0.05)
        cancel(campaign_id)
        assert (await ends(system, api, "CP22", campaign_id))[0] == "cancelled"
        await station.send([3, frame[1], {"status": "Accepted"}])
        assert await station.is_alive()


@pytest.mark.parametrize(
    "statuses",
    [
        ("Downloading", "DownloadFailed", "Downloading", "Downloaded", "Installing", "Installed"),
        ("Downloading", "Downloading", "Installed", "Downloaded", "Installing"),
        ("Idle", "Installed"),
    ],
)
async def test_odd_orders_of_statuses_are_survived(system: LocalSystem, api: Api, statuses: tuple[str, ...]) -> None:
    terms: Terms = QUICK._replace(attempts=2, retry_after_s=1)
    async with dial(system, f"CP20-{len(statuses)}") as station:
        await boot(station)
        campaign_id = campaign(station.station_id, terms=terms)
        await asked(station)
        await tell(station, *statuses)
        await boot(station, NEW)
        assert (await ends(system, api, station.station_id, campaign_id))[0] == "succeeded"


def test_an_update_whose_record_is_gone_ends_its_machine(
    system: LocalSystem, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    key = {"pk": {"S": "UPDATE#CP23"}, "sk": {"S": "gone"}}
    given = {"key": key, "station_id": "CP23", "update_id": "gone", "requested_by": "test", "within_s": {"turn": 60}}
    client, arn = machine(system)
    client.start_execution(stateMachineArn=arn, name="gone", input=json.dumps(given))
    assert execution(system, "gone") == ("FAILED", ["AwaitTurn", "Conclude", "HowItEnded", "NotUpdated"])
    found = client.describe_execution(executionArn=f"{arn.replace(':stateMachine:', ':execution:')}:gone")
    assert (found["error"], found["cause"]) == ("failed", "The update's record was removed")
    assert not [one for one in caplog.records if one.name.startswith("moto")]


def test_every_update_has_ended(system: LocalSystem, api: Api) -> None:
    """Whatever was done to the stations above, and nothing of it as an error of ours."""
    stations: list[Any] = api.items("stations")
    open_ones = [
        one
        for station in stations
        for one in api.items("stations", station["station_id"], "firmware-updates")
        if one["state"] in ("queued", "running") and one["station_id"] != "CP14"
    ]
    assert open_ones == []
