"""Firmware in the operator API, on S3 as moto answers."""

import base64
import datetime as dt
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.files import note_upload, receive_upload
from shared.aws import files
from shared.settings import settings
from shared.store import firmware, uploads
from tests.conftest import ENVIRONMENT
from tests.integration.api import call, get, pages, wrong_fields
from tests.pki import root

NEW: dict[str, Any] = {"file_name": "fw.bin", "version": "1.2"}
SOON = dt.timedelta(minutes=5)


@pytest.fixture(autouse=True)
def bucket(table: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The bucket of files, empty."""
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    files.client.cache_clear()
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=ENVIRONMENT["FILES_BUCKET"])
        yield s3
    files.client.cache_clear()


def arrive(key: str) -> None:
    """What S3 tells of an object that has come."""
    event = {"detail-type": "Object Created", "time": "2026-11-23T08:00:00Z", "detail": {"object": {"key": key}}}
    note_upload.handler(event, None)


def keys(s3: Any) -> set[str]:
    return {one["Key"] for one in s3.list_objects_v2(Bucket=ENVIRONMENT["FILES_BUCKET"]).get("Contents", [])}


def test_firmware_is_listed_newest_first() -> None:
    made = [call("POST", "/firmware", body={**NEW, "version": str(number)}).json for number in range(3)]
    listed = [one["version"] for page in pages("/firmware", limit=2) for one in page]
    assert sorted(listed) == ["0", "1", "2"]
    assert "upload_url" not in get(f"/firmware/{made[0]['firmware_id']}")


def test_the_same_request_again_makes_nothing_new() -> None:
    headers = {"Idempotency-Key": "k"}
    first, again = (call("POST", "/firmware", body=NEW, headers=headers) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.json["firmware_id"] == again.json["firmware_id"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("file_name", "a b.bin"),
        ("file_name", "../x"),
        ("file_name", "a" * 101),
        ("version", ""),
        ("size_bytes", 0),
        ("sha256", "ab"),
        ("signature", "no base64!"),
        ("signature", "a" * 801),
        ("signing_certificate", "no certificate"),
        ("signing_certificate", "x" * 5501),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(field: str, value: Any) -> None:
    assert wrong_fields(call("POST", "/firmware", body={**NEW, field: value})) == [f"body {field}"]


def test_a_signature_can_be_added_and_taken_away() -> None:
    pem = root("Maker").pem
    path = f"/firmware/{call('POST', '/firmware', body={**NEW, 'vendor': 'ACME'}).json['firmware_id']}"
    signed = call("PATCH", path, body={"signature": base64.b64encode(b"s").decode(), "signing_certificate": pem})
    assert (signed.status, signed.json["vendor"], signed.json["signing_certificate"]) == (200, "ACME", pem)
    kept = call("PATCH", path, body={"signature": None}).json
    assert (kept["signature"], kept["signing_certificate"], kept["vendor"]) == (None, pem, "ACME")


def test_what_is_not_there_is_not_found() -> None:
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {}),
        ("DELETE", "", None),
        ("POST", "/upload", {}),
        ("POST", "/parts", {"count": 1}),
        ("POST", "/complete", {"parts": [{"number": 1, "etag": "x"}]}),
    ):
        assert call(method, f"/firmware/none{path}", body=body).status == 404


def test_a_file_whose_firmware_was_deleted_meanwhile_is_removed(bucket: Any) -> None:
    files.put("firmware/gone", b"x")
    arrive("firmware/gone")
    assert keys(bucket) == set()


def test_an_event_that_comes_twice_changes_nothing_and_one_that_comes_too_late_neither() -> None:
    firmware_id = call("POST", "/firmware", body=NEW).json["firmware_id"]
    files.put(f"firmware/{firmware_id}", b"x")
    arrive(f"firmware/{firmware_id}")
    ready = firmware.find(firmware_id)
    arrive(f"firmware/{firmware_id}")
    assert firmware.find(firmware_id) == ready
    assert ready is not None
    assert (ready.state, ready.size_bytes) == ("ready", 1)
    files.delete(f"firmware/{firmware_id}")
    arrive(f"firmware/{firmware_id}")
    assert firmware.find(firmware_id) == ready


def test_an_upload_that_is_larger_than_its_link_allowed_is_removed(bucket: Any) -> None:
    uploads.keep("ref", uploads.Purpose("CP1", "r1", 0), dt.datetime.now(dt.UTC))
    files.put("uploads/ref", b"x")
    arrive("uploads/ref")
    assert keys(bucket) == set()


def test_an_upload_that_belongs_to_nothing_is_left_to_its_time(bucket: Any) -> None:
    files.put("uploads/ref", b"x")
    arrive("uploads/ref")
    assert keys(bucket) == {"uploads/ref"}


def test_what_a_station_posts_is_kept_once(bucket: Any) -> None:
    url = files.upload_link("ref", expires_at=dt.datetime.now(dt.UTC) + SOON, most_mib=1)
    event = {
        "rawPath": url.removeprefix(settings().files_url) + "log.zip",
        "requestContext": {"http": {"method": "POST"}},
        "headers": {"content-type": "application/octet-stream"},
        "body": base64.b64encode(b"\x00\xff").decode(),
        "isBase64Encoded": True,
    }
    assert receive_upload.handler(event, None)["statusCode"] == 201
    assert receive_upload.handler(event, None)["statusCode"] == 412
    assert receive_upload.handler({**event, "rawPath": "/u/x"}, None)["statusCode"] == 403
    (key,) = keys(bucket)
    assert bucket.get_object(Bucket=ENVIRONMENT["FILES_BUCKET"], Key=key)["Body"].read() == b"\x00\xff"
