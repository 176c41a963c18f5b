"""Logs of stations of OCPP 2.0.1 and 2.1, which they really upload; and of a fleet that speaks every version."""

import asyncio
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import ACCEPTED, answer, ask, call, receive, seen
from tests.end_to_end.clients import Api, dial, dial_2x
from tests.end_to_end.diagnostics import (
    accept,
    collect,
    download,
    ended,
    location,
    of_station,
    put,
    report_log,
    upload,
)

NAMED = {"status": "Accepted", "filename": "log.txt"}


@pytest.mark.requirement("M20-132", "N01")
@pytest.mark.parametrize("log_type", ["DiagnosticsLog", "SecurityLog"])
@pytest.mark.parametrize("version", V2X)
async def test_a_log_is_retrieved(system: LocalSystem, api: Api, version: str, log_type: str) -> None:
    async with dial_2x(system, f"N01-{version}-{log_type}", version) as station:
        span = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
        collection = await collect(api, station.station_id, log_type=log_type, **span)
        frame = await accept(station, **NAMED)
        assert frame[3]["logType"] == log_type
        assert frame[3]["log"]["oldestTimestamp"][:10] == "2026-11-01"
        assert len(location(frame)) <= 512
        await report_log(station, frame, "Uploading")
        await upload(put, location(frame), "log.txt", b"a log")
        await report_log(station, frame, "Uploaded")
        done = await ended(api, collection["diagnostics_id"])
        (row,) = done["stations"]
        assert (done["state"], row["file_name"], row["status"]) == ("succeeded", "log.txt", "Uploaded")
        assert await download(row["download_url"]) == b"a log"


@pytest.mark.requirement("M21-038", "N01")
@pytest.mark.parametrize("version", V2X)
async def test_what_a_data_collector_has_is_of_2_1(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"N01D-{version}", version) as station:
        collection = await collect(api, station.station_id, log_type="DataCollectorLog")
        if version == "2.1":
            frame = await accept(station, **NAMED)
            assert frame[3]["logType"] == "DataCollectorLog"
            await upload(put, location(frame), "log.txt", b"collected")
        done = await ended(api, collection["diagnostics_id"])
        assert done["state"] == ("succeeded" if version == "2.1" else "failed")


@pytest.mark.requirement("M21-038", "N01")
async def test_a_location_may_carry_credentials_which_are_not_shown(system: LocalSystem, api: Api) -> None:
    """HTTP Basic in the location (N01.FR.26 of 2.1): the station gets it whole."""
    where = "https://operator:hush-hush@logs.example/upload"
    async with dial_2x(system, "N01B", "2.1") as station:
        made = await call(api, station, "GetLog", {"logType": "DataCollectorLog", "log": {"remoteLocation": where}})
        frame = await receive(station, "GetLog")
        assert location(frame) == where
        await answer(api, station, frame, NAMED)
        shown = await seen(api, "stations", "N01B", "calls", made["call_id"])
        assert "hush-hush" not in str(shown)


@pytest.mark.requirement("M20-132", "N01")
@pytest.mark.parametrize("version", V2X)
async def test_a_log_that_is_refused_is_not_retrieved(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"N01R-{version}", version) as station:
        collection = await collect(api, station.station_id, attempts=1)
        await accept(station, status="Rejected")
        done = await ended(api, collection["diagnostics_id"])
        assert (done["state"], done["stations"][0]["reason"]) == ("failed", "The station rejected the request")
        assert await station.is_alive()


@pytest.mark.requirement("M20-132", "N01")
@pytest.mark.parametrize("status", ["BadMessage", "NotSupportedOperation", "PermissionDenied", "UploadFailure"])
@pytest.mark.parametrize("version", V2X)
async def test_an_upload_that_fails_is_told_with_its_status(
    system: LocalSystem, api: Api, version: str, status: str
) -> None:
    async with dial_2x(system, f"N01-{version}-{status}", version) as station:
        collection = await collect(api, station.station_id, attempts=1)
        frame = await accept(station, **NAMED)
        reason = {"statusInfo": {"reasonCode": "Full"}} if version == "2.1" else {}
        request_id = frame[3]["requestId"]
        await station.call("LogStatusNotification", status="UploadFailure", requestId=request_id + 1)
        await station.call("LogStatusNotification", status=status, requestId=request_id, **reason)
        done = await ended(api, collection["diagnostics_id"])
        assert (done["state"], status in done["stations"][0]["reason"]) == ("failed", True)
        await station.call("LogStatusNotification", status="Idle")
        told = (await seen(api, "stations", station.station_id, "events", type="log.status"))["items"]
        assert [("status_info" in one["data"]) for one in told] == [False, version == "2.1", False]


@pytest.mark.requirement("M20-132", "N01")
@pytest.mark.parametrize("version", V2X)
async def test_a_second_request_takes_the_place_of_the_first(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"N01S-{version}", version) as station:
        first = await collect(api, station.station_id)
        frame = await accept(station, **NAMED)
        await report_log(station, frame, "Uploading")
        for _ in range(100):
            if (await of_station(api, station.station_id))["status"] == "Uploading":
                break
            await asyncio.sleep(0.05)
        second = await collect(api, station.station_id, log_type="SecurityLog")
        newer = await accept(station, status="AcceptedCanceled", filename="new.txt")
        await report_log(station, frame, "AcceptedCanceled")
        await upload(put, location(newer), "new.txt", b"newer")
        done = await ended(api, second["diagnostics_id"])
        assert (done["state"], done["stations"][0]["file_name"]) == ("succeeded", "new.txt")
        assert (await ended(api, first["diagnostics_id"]))["state"] == "cancelled"


@pytest.mark.requirement("M20-132", "N01")
@pytest.mark.parametrize("version", V2X)
async def test_a_silent_station_is_not_asked_in_the_words_of_1_6(system: LocalSystem, api: Api, version: str) -> None:
    station_id = f"N01Q-{version}"
    await ask(api, "PUT", "stations", station_id, body={"call_timeout_s": 1})
    async with dial_2x(system, station_id, version) as station:
        collection = await collect(api, station_id)
        silent = await receive(station, "GetLog")
        frame = await accept(station, **NAMED)
        assert frame[3]["requestId"] != silent[3]["requestId"]
        await upload(put, location(frame), "log.txt", b"at last")
        assert (await ended(api, collection["diagnostics_id"]))["state"] == "succeeded"


@pytest.mark.requirement("M20-132", "N01")
async def test_stations_of_every_version_bring_their_logs(system: LocalSystem, api: Api) -> None:
    names = {"FLEET-16": "diagnostics.zip", "FLEET-201": "201.log", "FLEET-21": "21.log"}
    async with (
        dial(system, "FLEET-16") as old,
        dial_2x(system, "FLEET-201", "2.0.1") as newer,
        dial_2x(system, "FLEET-21", "2.1") as newest,
    ):
        collection = await collect(api, *names)
        frame = await receive(old, "GetLog")
        await old.send([4, frame[1], "NotImplemented", "", {}])
        frame = await accept(old, "GetDiagnostics", fileName="diagnostics.zip")
        await upload(put, location(frame), "diagnostics.zip", b"of FLEET-16")
        for station in (newer, newest):
            name = names[station.station_id]
            frame = await accept(station, **ACCEPTED, filename=name)
            await upload(put, location(frame), name, f"of {station.station_id}".encode())
        done = await ended(api, collection["diagnostics_id"])
        assert done["state"] == "succeeded"
        found: dict[str, Any] = {one["station_id"]: one for one in done["stations"]}
        assert {station_id: one["file_name"] for station_id, one in found.items()} == names
        for station_id, one in found.items():
            assert await download(one["download_url"]) == f"of {station_id}".encode()
