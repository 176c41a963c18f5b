"""`idlewatt firmware`: what is uploaded where, and what is said of it."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from local.cli.commands import firmware
from local.cli.errors import FAILED
from tests.unit.cli_support import AT, FakeApi, answer, idlewatt, page

IMAGE = b"0123456789"
FIRMWARE: dict[str, Any] = {
    "firmware_id": "f1",
    "state": "uploading",
    "file_name": "fw.bin",
    "version": "1.2",
    "declared_size_bytes": len(IMAGE),
    "created_at": AT,
    **dict.fromkeys(("reason", "vendor", "model", "size_bytes", "sha256", "signature", "ready_at")),
}
READY = {**FIRMWARE, "state": "ready", "size_bytes": len(IMAGE), "ready_at": AT}
UPLOAD = {**FIRMWARE, "upload_url": "https://files.example/f/link/"}


@pytest.fixture
def image(tmp_path: Path) -> str:
    path = tmp_path / "fw.bin"
    path.write_bytes(IMAGE)
    return str(path)


def test_a_file_goes_up_in_one_piece_and_is_waited_for(image: str) -> None:
    api = FakeApi(answer(UPLOAD, 201), answer({}), answer(FIRMWARE), answer(READY))
    ended = idlewatt(api, "firmware", "upload", image, "--version", "1.2")
    assert (ended.status, "ready" in ended.out) == (0, True)
    assert [request.method for request in api.requests] == ["POST", "PUT", "GET", "GET"]
    created, put = api.requests[:2]
    assert api.body(0) == {
        "file_name": "fw.bin",
        "version": "1.2",
        "size_bytes": len(IMAGE),
        "sha256": hashlib.sha256(IMAGE).hexdigest(),
    }
    assert created.url.endswith("/firmware")
    assert (put.url, put.body) == (UPLOAD["upload_url"], IMAGE)
    assert "Authorization" not in put.headers


def test_a_large_file_goes_up_in_parts(image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firmware, "PART_BYTES", 4)
    parts = {"parts": [{"number": number, "url": f"https://s3.example/{number}"} for number in (1, 2, 3)]}
    brought = [answer({}, etag=f'"{number}"') for number in (1, 2, 3)]
    api = FakeApi(answer(UPLOAD, 201), answer(parts), *brought, answer(FIRMWARE, 202), answer(READY))
    assert idlewatt(api, "firmware", "upload", image, "--version", "1.2").status == 0
    assert api.body(1) == {"count": 3}
    assert [request.body for request in api.requests[2:5]] == [b"0123", b"4567", b"89"]
    assert api.body(5) == {"parts": [{"number": number, "etag": f'"{number}"'} for number in (1, 2, 3)]}


def test_a_file_that_is_rejected_fails_the_command(image: str) -> None:
    rejected = {**FIRMWARE, "state": "rejected", "reason": "The file has 3 bytes"}
    api = FakeApi(answer(UPLOAD, 201), answer({}), answer(rejected))
    ended = idlewatt(api, "firmware", "upload", image, "--version", "1.2")
    assert (ended.status, "The file has 3 bytes" in ended.out) == (FAILED, True)


def test_an_upload_that_is_refused_says_why(image: str) -> None:
    api = FakeApi(answer(UPLOAD, 201), answer({"detail": "expired"}, 410))
    ended = idlewatt(api, "firmware", "upload", image, "--version", "1.2")
    assert ended.status == FAILED
    assert "410" in ended.err


def test_a_signature_goes_along_in_base64(image: str, tmp_path: Path) -> None:
    (tmp_path / "sig").write_bytes(b"\x00\xff")
    (tmp_path / "pem").write_text("PEM")
    api = FakeApi(answer(UPLOAD, 201), answer({}), answer(READY))
    files = ("--signature", str(tmp_path / "sig"), "--certificate", str(tmp_path / "pem"))
    idlewatt(api, "firmware", "upload", image, "--version", "1.2", *files)
    assert (api.body(0)["signature"], api.body(0)["signing_certificate"]) == ("AP8=", "PEM")


def test_firmware_is_listed_shown_and_deleted() -> None:
    assert "fw.bin" in idlewatt(FakeApi(page([READY])), "firmware", "list").out
    assert "fw.bin" in idlewatt(FakeApi(answer(READY)), "firmware", "f1").out
    api = FakeApi(answer({}, 204))
    assert idlewatt(api, "firmware", "delete", "f1", "--yes").status == 0
    assert api.asked == ["DELETE /firmware/f1"]
