"""Signed firmware: a station that checks a signature, and one that does not know how to."""

import asyncio

import pytest

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.firmware import (
    MOST_TRANSITIONS,
    NEW,
    QUICK,
    SIGNED,
    SMOOTH,
    asked,
    boot,
    campaign,
    ended,
    ends,
    execution,
    history_has,
    refuse,
    tell,
)

SIGNED_SMOOTH = (
    *("DownloadScheduled", "Downloading", "DownloadPaused", "Downloading", "Downloaded", "SignatureVerified"),
    *("InstallScheduled", "Installing", "InstallRebooting", "Installed"),
)


@pytest.mark.requirement("M16-112")
async def test_a_signed_update_goes_smoothly(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP2") as station:
        await boot(station)
        campaign_id = campaign("CP2", **SIGNED)
        frame = await asked(station, "SignedUpdateFirmware", {"status": "Accepted"})
        firmware, request_id = frame[3]["firmware"], frame[3]["requestId"]
        assert (firmware["signature"], firmware["signingCertificate"]) == tuple(SIGNED.values())
        await tell(station, "InvalidSignature", request_id=request_id + 1)
        await tell(station, *SIGNED_SMOOTH, request_id=request_id)
        await boot(station, NEW)
        update = await ended(api, "CP2", campaign_id)
        assert (update["state"], update["signed"]) == ("succeeded", True)
        assert [one["detail"] for one in update["history"] if one["event"] == "status"] == list(SIGNED_SMOOTH)
        _status, states = await asyncio.to_thread(execution, system, update["update_id"])
        assert len(states) <= MOST_TRANSITIONS, states


@pytest.mark.requirement("M16-113")
@pytest.mark.parametrize("status", ["Rejected", "InvalidCertificate", "RevokedCertificate"])
async def test_what_a_station_rejects_is_not_sent_again(system: LocalSystem, api: Api, status: str) -> None:
    async with dial(system, f"CP12-{status}") as station:
        await boot(station)
        campaign_id = campaign(station.station_id, **SIGNED)
        await asked(station, "SignedUpdateFirmware", {"status": status})
        state, reason = await ends(system, api, station.station_id, campaign_id)
        assert state == "failed"
        assert status in reason
        assert await station.is_alive()


@pytest.mark.requirement("M16-113")
async def test_a_signature_that_does_not_fit_ends_an_update(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP13") as station:
        await boot(station)
        campaign_id = campaign("CP13", **SIGNED)
        frame = await asked(station, "SignedUpdateFirmware", {"status": "AcceptedCanceled"})
        await tell(station, "Downloading", "Downloaded", "InvalidSignature", request_id=frame[3]["requestId"])
        state, reason = await ends(system, api, "CP13", campaign_id)
        assert (state, "InvalidSignature" in reason) == ("failed", True)
        assert await station.is_alive()
        (event,) = await asyncio.to_thread(api.items, "stations", "CP13", "events", type="firmware_update.ended")
        assert (event["data"]["state"], event["data"]["reason"]) == (state, reason)


@pytest.mark.requirement("M16-114")
async def test_a_station_that_wants_signed_firmware_gets_it(system: LocalSystem, api: Api) -> None:
    terms = QUICK._replace(signing="never")
    async with dial(system, "CP14") as station:
        await boot(station)
        campaign_id = campaign("CP14", terms=terms, **SIGNED)
        await refuse(station, "UpdateFirmware", "NotSupported")
        frame = await asked(station, "SignedUpdateFirmware", {"status": "Accepted"})
        assert (await history_has(api, "CP14", campaign_id, "asked", "SignedUpdateFirmware"))["attempt"] == 1
        await tell(station, "InvalidSignature", request_id=frame[3]["requestId"])
        assert (await ends(system, api, "CP14", campaign_id))[0] == "failed"
        campaign("CP14", terms=terms, **SIGNED)  # what it does not know is remembered
        await asked(station, "SignedUpdateFirmware", {"status": "Rejected"})


@pytest.mark.parametrize("code", ["NotImplemented", "NotSupported"])
async def test_a_station_that_does_not_know_signed_firmware_gets_the_plain_request(
    system: LocalSystem, api: Api, code: str
) -> None:
    async with dial(system, f"CP15-{code}") as station:
        await boot(station)
        campaign_id = campaign(station.station_id, **SIGNED)
        await refuse(station, "SignedUpdateFirmware", code)
        await asked(station)
        await tell(station, *SMOOTH)
        await boot(station, NEW)
        assert await ends(system, api, station.station_id, campaign_id) == ("succeeded", "")


async def test_a_signature_that_must_be_checked_is_not_given_up(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CP16") as station:
        await boot(station)
        campaign_id = campaign("CP16", terms=QUICK._replace(signing="required"), **SIGNED)
        await refuse(station, "SignedUpdateFirmware", "NotImplemented")
        state, reason = await ends(system, api, "CP16", campaign_id)
        assert state == "failed"
        assert reason.startswith("The signature must be checked")
        assert await station.is_alive()
