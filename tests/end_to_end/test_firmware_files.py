"""Firmware from an operator's disk to a station: uploaded in one piece or in parts, read, and fetched."""

import datetime as dt
import hashlib
import time
from typing import Any

import requests

from shared.aws import files
from shared.domain.file_links import MIB
from shared.store import firmware
from tests.end_to_end.clients import WAIT_S, Api

IMAGE = b"\x7fELF" + bytes(range(256)) * 1000
SHA256 = hashlib.sha256(IMAGE).hexdigest()


def create(api: Api, **declared: Any) -> dict[str, Any]:
    given = {"file_name": "fw-1.2.3.bin", "version": "1.2.3", "vendor": "ACME", **declared}
    response = api.ask("POST", "firmware", json=given)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


def bring(url: str, content: bytes) -> requests.Response:
    return requests.put(url, data=content, timeout=WAIT_S)


def looked_at(api: Api, firmware_id: str) -> dict[str, Any]:
    """The firmware once its file has been read."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        found: dict[str, Any] = api.get("firmware", firmware_id)
        if found["state"] != "uploading":
            return found
    raise AssertionError("nobody has read the file")


def test_firmware_that_was_put_in_one_piece_is_ready_and_stations_fetch_it(api: Api) -> None:
    made = create(api, sha256=SHA256.upper(), size_bytes=len(IMAGE))
    assert (made["state"], made["sha256"], made["declared_sha256"]) == ("uploading", None, SHA256)
    assert bring(made["upload_url"], IMAGE).status_code == 200
    found = looked_at(api, made["firmware_id"])
    assert (found["state"], found["size_bytes"], found["sha256"]) == ("ready", len(IMAGE), SHA256)
    download = requests.get(found["download_url"], timeout=WAIT_S)
    assert download.content == IMAGE
    assert "fw-1.2.3.bin" in download.headers["content-disposition"]
    kept = firmware.find(made["firmware_id"])
    assert kept is not None
    location = files.firmware_location(kept, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    assert requests.get(location, timeout=WAIT_S).content == IMAGE
    assert made["firmware_id"] in {one["firmware_id"] for one in api.items("firmware")}


def test_firmware_that_is_not_what_was_declared_is_rejected_and_may_be_brought_again(api: Api) -> None:
    made = create(api, sha256=SHA256)
    assert bring(made["upload_url"], b"something else").ok
    rejected = looked_at(api, made["firmware_id"])
    assert rejected["state"] == "rejected"
    assert SHA256 in rejected["reason"]
    assert rejected["download_url"] is None
    again = api.ask("POST", "firmware", made["firmware_id"], "upload", json={"expires_in_s": 60}).json()
    assert (again["state"], again["reason"]) == ("uploading", None)
    assert bring(again["upload_url"], IMAGE).ok
    assert looked_at(api, made["firmware_id"])["state"] == "ready"
    assert api.ask("POST", "firmware", made["firmware_id"], "upload", json={}).status_code == 409
    assert bring(again["upload_url"], b"other").status_code == 412


def test_a_file_larger_than_declared_is_refused_at_the_door(api: Api) -> None:
    made = create(api, size_bytes=10)
    assert bring(made["upload_url"], b"x" * (MIB + 1)).status_code == 413


def test_a_large_file_comes_in_parts(api: Api) -> None:
    content = bytes(5 * MIB) + b"the rest"
    made = create(api, sha256=hashlib.sha256(content).hexdigest())
    path = ("firmware", made["firmware_id"])
    given = api.ask("POST", *path, "parts", json={"count": 2}).json()
    again = api.ask("POST", *path, "parts", json={"count": 2}).json()
    assert [part["number"] for part in given["parts"]] == [1, 2]
    first = bring(given["parts"][0]["url"], content[: 5 * MIB])
    second = bring(again["parts"][1]["url"], content[5 * MIB :])
    wrong = [{"number": 1, "etag": first.headers["etag"]}, {"number": 2, "etag": '"00"'}]
    refused = api.ask("POST", *path, "complete", json={"parts": wrong})
    assert refused.status_code == 422, refused.text
    done = [{"number": number, "etag": one.headers["etag"]} for number, one in enumerate((first, second), start=1)]
    answer = api.ask("POST", *path, "complete", json={"parts": done})
    assert answer.status_code == 202, answer.text
    found = looked_at(api, made["firmware_id"])
    assert (found["state"], found["size_bytes"]) == ("ready", len(content))
    assert api.ask("POST", *path, "complete", json={"parts": done}).status_code == 409
    assert api.ask("POST", *path, "parts", json={"count": 2}).status_code == 409


def test_parts_that_are_too_small_are_refused(api: Api) -> None:
    path = ("firmware", create(api)["firmware_id"])
    given = api.ask("POST", *path, "parts", json={"count": 2}).json()
    brought = [bring(part["url"], b"small") for part in given["parts"]]
    done = [{"number": number, "etag": one.headers["etag"]} for number, one in enumerate(brought, start=1)]
    refused = api.ask("POST", *path, "complete", json={"parts": done})
    assert refused.status_code == 422
    assert "5 MiB" in refused.json()["detail"]


def test_deleted_firmware_is_gone_with_its_file(api: Api) -> None:
    made = create(api)
    assert bring(made["upload_url"], IMAGE).ok
    url = looked_at(api, made["firmware_id"])["download_url"]
    assert api.ask("DELETE", "firmware", made["firmware_id"]).status_code == 204
    assert api.ask("GET", "firmware", made["firmware_id"]).status_code == 404
    assert requests.get(url, timeout=WAIT_S).status_code in (403, 404)
