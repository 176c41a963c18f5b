"""Logs are retrieved from stations that really upload them."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from local.system import LocalSystem
from shared.domain.calls import follow_up_id
from tests.end_to_end.answering import ask, receive, seen
from tests.end_to_end.clients import Api, Station, dial
from tests.end_to_end.command_line import Idlewatt
from tests.end_to_end.diagnostics import (
    Upload,
    accept,
    collect,
    download,
    ended,
    location,
    of_station,
    post,
    post_form,
    put,
    put_as_it_is,
    report_log,
    sha256,
    transitions,
    upload,
)

WAYS = (put, put_as_it_is, post, post_form)
MOST_TRANSITIONS = 8


@pytest.mark.requirement("M16-101")
@pytest.mark.requirement("M16-111")
async def test_a_log_is_retrieved_in_few_steps(system: LocalSystem, api: Api) -> None:
    async with dial(system, "ONE") as station:
        collection = await collect(api, "ONE", log_type="SecurityLog")
        frame = await accept(station, filename="../var/log/security.log", status="Accepted")
        assert frame[3]["logType"] == "SecurityLog"
        assert len(location(frame)) <= 512
        await report_log(station, frame, "Uploading")
        await upload(put, location(frame), "x.log", b"a\r\nlog\x00")
        await report_log(station, frame, "Uploaded")
        done = await ended(api, collection["diagnostics_id"])
        assert done["state"] == "succeeded"
        (row,) = done["stations"]
        assert (row["file_name"], row["size_bytes"]) == ("security.log", 7)
        assert row["sha256"] == sha256(b"a\r\nlog\x00")
        assert await download(row["download_url"]) == b"a\r\nlog\x00"
    entered = transitions(system, follow_up_id(collection["diagnostics_id"], "ONE"))
    assert entered[:5] == ["AwaitStation", "HasTurn", "GetLog", "WasAnswered", "AwaitUpload"]
    assert len(entered) <= MOST_TRANSITIONS, entered


@pytest.mark.requirement("M16-101")
async def test_thirty_stations_bring_thirty_files_byte_for_byte(system: LocalSystem, api: Api) -> None:
    station_ids = [f"MANY-{number:02}" for number in range(30)]
    async with AsyncExitStack() as stack:
        stations = [await stack.enter_async_context(dial(system, station_id)) for station_id in station_ids]
        collection = await collect(api, *station_ids)
        await asyncio.gather(*(_bring(station, number) for number, station in enumerate(stations)))
        done = await ended(api, collection["diagnostics_id"])
        assert (done["state"], done["by_state"]["succeeded"]) == ("succeeded", 30)
        for number, row in enumerate(done["stations"]):
            content = _content(number)
            assert await download(row["download_url"]) == content
            assert (row["station_id"], row["size_bytes"], row["sha256"]) == (
                station_ids[number],
                len(content),
                sha256(content),
            )


def _content(number: int) -> bytes:
    return bytes(range(256)) * (1 + number * 7) + b"\r\n--of station %d\r\n" % number


async def _bring(station: Station, number: int) -> None:
    """Some stations know GetLog, some only GetDiagnostics; each uploads in its own way."""
    way: Upload = WAYS[number % len(WAYS)]
    frame = await receive(station, "GetLog")
    if number % 3:
        await station.send([3, frame[1], {"status": "Accepted", "filename": f"{number}.log"}])
    else:
        await station.send([4, frame[1], "NotImplemented", "", {}])
        frame = await accept(station, "GetDiagnostics", fileName=f"{number}.log")
    await upload(way, location(frame), f"{number}.log", _content(number))
    if "log" in frame[3]:
        await report_log(station, frame, "Uploaded")
    else:
        await station.call("DiagnosticsStatusNotification", status="Uploaded")


@pytest.mark.requirement("M16-101")
@pytest.mark.requirement("M16-116")
async def test_a_station_without_get_log_is_asked_by_get_diagnostics(system: LocalSystem, api: Api) -> None:
    async with dial(system, "PLAIN") as station:
        span = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
        collection = await collect(api, "PLAIN", **span)
        frame = await receive(station, "GetLog")
        await station.send([4, frame[1], "NotSupported", "", {}])
        frame = await accept(station, "GetDiagnostics", fileName="diag.zip")
        assert (frame[3]["startTime"][:10], frame[3]["stopTime"][:10]) == ("2026-11-01", "2026-11-02")
        await station.call("DiagnosticsStatusNotification", status="Uploading")
        assert (await of_station(api, "PLAIN"))["status"] == "Uploading"
        await upload(put, location(frame), "diag.zip", b"zip")
        await station.call("DiagnosticsStatusNotification", status="Uploaded")
        done = await ended(api, collection["diagnostics_id"])
        assert (done["state"], done["stations"][0]["file_name"]) == ("succeeded", "diag.zip")
        shown = await of_station(api, "PLAIN")
        events = [entry["event"] for entry in shown["history"]]
        assert (events[:2], events[-1]) == (["created", "asked"], "succeeded")
        assert {"answered", "reported", "arrived"} <= set(events)


@pytest.mark.requirement("M16-111")
async def test_a_station_without_the_extension_has_no_security_log(system: LocalSystem, api: Api) -> None:
    async with dial(system, "CORE") as station:
        collection = await collect(api, "CORE", log_type="SecurityLog")
        frame = await receive(station, "GetLog")
        await station.send([4, frame[1], "NotImplemented", "", {}])
        done = await ended(api, collection["diagnostics_id"])
        assert done["state"] == "failed"
        assert "GetLog" in done["stations"][0]["reason"]


@pytest.mark.requirement("M16-111")
async def test_reports_of_another_request_say_nothing_of_this_one(system: LocalSystem, api: Api) -> None:
    async with dial(system, "FOREIGN") as station:
        collection = await collect(api, "FOREIGN")
        frame = await accept(station)
        await station.call("LogStatusNotification", status="UploadFailure", requestId=frame[3]["requestId"] ^ 1)
        await station.call("LogStatusNotification", status="Idle")
        assert (await of_station(api, "FOREIGN"))["status"] is None
        await upload(post, location(frame), "a.log", b"log")
        assert (await ended(api, collection["diagnostics_id"]))["state"] == "succeeded"


@pytest.mark.requirement("M16-101")
async def test_a_station_that_names_no_file_has_nothing_and_what_comes_all_the_same_is_kept(
    system: LocalSystem, api: Api
) -> None:
    async with dial(system, "EMPTY") as station:
        collection = await collect(api, "EMPTY")
        frame = await receive(station, "GetLog")
        await station.send([3, frame[1], {"status": "Accepted"}])
        done = await ended(api, collection["diagnostics_id"])
        (row,) = done["stations"]
        assert (done["state"], row["file_name"], row["download_url"]) == ("succeeded", None, None)
        assert "no file" in row["reason"]
        await upload(put, location(frame), "late.log", b"late")
        for _ in range(200):
            (row,) = (await seen(api, "diagnostics", collection["diagnostics_id"]))["stations"]
            if row["download_url"]:
                break
            await asyncio.sleep(0.05)
        assert await download(row["download_url"]) == b"late"


@pytest.mark.requirement("M16-101")
async def test_an_upload_that_failed_is_tried_again_with_a_new_link(system: LocalSystem, api: Api) -> None:
    async with dial(system, "AGAIN") as station:
        collection = await collect(api, "AGAIN")
        first = await accept(station)
        await report_log(station, first, "Uploading")
        await report_log(station, first, "UploadFailure")
        second = await accept(station)
        assert location(first) != location(second)
        await upload(post_form, location(second), "log.txt", b"second")
        await report_log(station, second, "Uploaded")
        done = await ended(api, collection["diagnostics_id"])
        (row,) = done["stations"]
        assert (done["state"], row["attempt"]) == ("succeeded", 2)
        assert await download(row["download_url"]) == b"second"
        told = [(entry["event"], entry["detail"]) for entry in (await of_station(api, "AGAIN"))["history"]]
        assert ("attempt failed", "The station reported UploadFailure") in told


@pytest.mark.requirement("M16-101")
async def test_a_file_that_was_only_reported_has_not_come(system: LocalSystem, api: Api) -> None:
    async with dial(system, "LIAR") as station:
        collection = await collect(api, "LIAR", attempts=1, file_within_s=1)
        frame = await accept(station)
        await report_log(station, frame, "Uploaded")
        done = await ended(api, collection["diagnostics_id"])
        assert done["state"] == "failed"
        assert "nothing came" in done["stations"][0]["reason"]


async def test_a_station_that_comes_back_is_asked_then(system: LocalSystem, api: Api) -> None:
    async with dial(system, "AWAY"):
        pass
    assert await asyncio.to_thread(api.is_offline, "AWAY")
    collection = await collect(api, "AWAY")
    assert (await of_station(api, "AWAY"))["awaits"] in (None, "station")
    async with dial(system, "AWAY") as station:
        frame = await accept(station)
        await upload(put, location(frame), "log.txt", b"back")
        assert (await ended(api, collection["diagnostics_id"]))["state"] == "succeeded"


async def test_a_station_that_stays_away_fails_in_time_and_an_unknown_one_at_once(
    system: LocalSystem, api: Api
) -> None:
    async with dial(system, "GONE"):
        pass
    assert await asyncio.to_thread(api.is_offline, "GONE")
    done = await ended(api, (await collect(api, "GONE", "NOBODY", online_within_s=1))["diagnostics_id"])
    reasons = {row["station_id"]: (row["state"], row["reason"]) for row in done["stations"]}
    assert reasons == {
        "GONE": ("failed", "The station was not online within 1 s"),
        "NOBODY": ("failed", "There is no station NOBODY"),
    }


async def test_a_station_that_never_answers_is_asked_by_get_diagnostics_and_then_fails(
    system: LocalSystem, api: Api
) -> None:
    async with dial(system, "SILENT") as station:
        await asyncio.to_thread(api.patch, "stations", "SILENT", call_timeout_s=1)
        collection = await collect(api, "SILENT", attempts=1)
        await receive(station, "GetLog")
        await receive(station, "GetDiagnostics")
        done = await ended(api, collection["diagnostics_id"])
        assert (done["state"], done["stations"][0]["reason"]) == ("failed", "The station did not answer")


async def test_what_is_cancelled_is_not_sent(system: LocalSystem, api: Api) -> None:
    async with dial(system, "LATER"):
        pass
    assert await asyncio.to_thread(api.is_offline, "LATER")
    collection = await collect(api, "LATER")
    response = await ask(api, "DELETE", "diagnostics", collection["diagnostics_id"])
    assert response.status_code == 202
    done = await ended(api, collection["diagnostics_id"])
    assert (done["state"], done["stations"][0]["state"]) == ("cancelled", "cancelled")
    async with dial(system, "LATER") as station:
        assert await station.is_alive()
    assert (await ask(api, "DELETE", "diagnostics", collection["diagnostics_id"])).status_code == 409


async def test_a_request_that_waits_behind_another_is_taken_back(system: LocalSystem, api: Api) -> None:
    async with dial(system, "BUSY") as station:
        await ask(api, "POST", "stations", "BUSY", "calls", body={"action": "ClearCache", "payload": {}})
        first = await receive(station, "ClearCache")
        collection = await collect(api, "BUSY")
        for _ in range(200):
            if (await of_station(api, "BUSY"))["call_id"]:
                break
            await asyncio.sleep(0.05)
        await ask(api, "DELETE", "diagnostics", collection["diagnostics_id"])
        done = await ended(api, collection["diagnostics_id"])
        assert done["state"] == "cancelled"
        await station.send([3, first[1], {"status": "Accepted"}])
        assert await station.is_alive()


async def test_a_newer_request_takes_the_place_of_one_under_way(system: LocalSystem, api: Api) -> None:
    async with dial(system, "NEWER") as station:
        older = await collect(api, "NEWER")
        await accept(station)
        newer = await collect(api, "NEWER")
        frame = await accept(station, status="AcceptedCanceled", filename="new.log")
        await upload(put, location(frame), "new.log", b"new")
        assert (await ended(api, newer["diagnostics_id"]))["state"] == "succeeded"
        done = await ended(api, older["diagnostics_id"])
        assert (done["state"], done["stations"][0]["state"]) == ("cancelled", "cancelled")
        assert "newer" in done["stations"][0]["reason"]


async def test_the_command_line_saves_the_files_of_a_collection(system: LocalSystem, api: Api, tmp_path: Path) -> None:
    idlewatt = Idlewatt(tmp_path, {"IDLEWATT_URL": system.api_url, "NO_COLOR": "1"})
    async with dial(system, "CLI/1") as station:
        collecting = asyncio.create_task(idlewatt.run("diagnostics", "collect", "CLI/1", "--json"))
        frame = await accept(station, filename="log.txt", status="Accepted")
        await upload(put, location(frame), "log.txt", b"saved")
        collection_id = (await collecting).document["diagnostics_id"]
        assert (await ended(api, collection_id))["state"] == "succeeded"
        shown = await idlewatt.run("diagnostics", collection_id)
        assert "log.txt" in shown.out
        saved = await idlewatt.run("diagnostics", "download", collection_id, str(tmp_path / "logs"), "--json")
        assert (saved.status, saved.document["missing"]) == (0, []), saved.err
        assert (tmp_path / "logs" / "CLI_1-log.txt").read_bytes() == b"saved"
