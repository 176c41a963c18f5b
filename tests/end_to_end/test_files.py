"""Files that stations bring and fetch by links, over HTTP on the port of the local system."""

import datetime as dt
import http.client
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from local.identity import client
from local.system import LocalSystem
from shared.aws import files
from shared.domain import file_links
from shared.domain.firmware import Firmware
from shared.settings import settings
from shared.store import firmware as store
from tests.end_to_end.clients import WAIT_S

pytestmark = pytest.mark.usefixtures("system")

LOG = bytes(range(256)) * 500 + b"\r\n--not a boundary\r\n"
SOON = dt.timedelta(minutes=5)


def upload_link(most_mib: int = 1, within: dt.timedelta = SOON) -> tuple[str, str]:
    """A link for an upload, and the key of its object."""
    ref = uuid.uuid4().hex
    expires_at = dt.datetime.now(dt.UTC) + within
    return files.upload_link(ref, expires_at=expires_at, most_mib=most_mib), f"uploads/{ref}"


def arrived(key: str) -> bytes:
    content: bytes = client("s3").get_object(Bucket=settings().files_bucket, Key=key)["Body"].read()
    return content


def has_arrived(key: str) -> bool:
    return key in {
        one["Key"] for one in client("s3").list_objects_v2(Bucket=settings().files_bucket).get("Contents", [])
    }


def ask(method: str, url: str, **options: Any) -> requests.Response:
    return requests.request(method, url, timeout=WAIT_S, **options)


@pytest.mark.parametrize("appended", ["", "log.zip", "a/b c%20d.tar.gz", "%E4.log", "log?x=1"])
def test_a_put_brings_a_file_whatever_name_the_station_appends(appended: str) -> None:
    url, key = upload_link()
    assert ask("PUT", url + appended, data=LOG).status_code == 200
    assert arrived(key) == LOG


def test_a_name_may_be_appended_without_a_slash() -> None:
    url, key = upload_link()
    assert ask("PUT", url.rstrip("/") + "log.zip", data=LOG).status_code == 200
    assert arrived(key) == LOG


def test_a_post_brings_a_file_as_its_body() -> None:
    for kind in ("application/octet-stream", "text/plain", None):
        url, key = upload_link()
        headers = {"content-type": kind} if kind else {}
        assert ask("POST", url + "log", data=LOG, headers=headers).status_code == 201
        assert arrived(key) == LOG


def test_a_post_brings_a_file_in_a_form() -> None:
    url, key = upload_link()
    answer = ask("POST", url, data={"comment": "first"}, files={"upload": ("log.zip", LOG, "application/zip")})
    assert answer.status_code == 201, answer.text
    assert arrived(key) == LOG


def test_a_form_without_a_file_is_refused() -> None:
    url, key = upload_link()
    form = b"--b\r\ncontent-disposition: form-data; name=x\r\n\r\n1\r\n" * 2 + b"--b--\r\n"
    answer = ask("POST", url, data=form, headers={"content-type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 400
    assert not has_arrived(key)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_link_is_used_once(method: str) -> None:
    url, key = upload_link()
    assert ask(method, url, data=b"first").ok
    assert ask("PUT", url, data=b"second").status_code == 412
    assert ask("POST", url, data=b"third").status_code == 412
    assert arrived(key) == b"first"


def test_an_expired_link_is_refused() -> None:
    url, key = upload_link(within=-SOON)
    answer = ask("PUT", url, data=LOG)
    assert (answer.status_code, answer.text) == (410, "The link has expired")
    assert not has_arrived(key)


def test_a_forged_link_is_refused() -> None:
    url, key = upload_link()
    link = urlsplit(url).path
    for forged in (link.replace("/u/", "/f/"), link.replace(".1.", ".2."), f"{link[:-3]}xx/", "/u/", "/u/a.b.c.d/x"):
        assert ask("PUT", url.replace(link, forged), data=LOG).status_code == 403
    assert not has_arrived(key)


def test_what_is_larger_than_the_link_allows_is_refused_before_it_is_sent() -> None:
    url, key = upload_link(most_mib=1)
    assert ask("PUT", url, data=b"x" * file_links.MIB).ok
    url, key = upload_link(most_mib=1)
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.netloc, timeout=WAIT_S)
    connection.putrequest("PUT", where.path)
    connection.putheader("Content-Length", str(file_links.MIB + 1))
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    assert not has_arrived(key)


def test_a_post_is_smaller_than_a_put_may_be() -> None:
    url, key = upload_link(most_mib=5)
    content = b"x" * file_links.MOST_POSTED_BYTES
    assert ask("POST", url, data=content).status_code == 201
    assert arrived(key) == content
    url, key = upload_link(most_mib=5)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=WAIT_S)
    connection.putrequest("POST", urlsplit(url).path)
    connection.putheader("Content-Length", str(file_links.MOST_POSTED_BYTES + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_an_upload_says_its_length() -> None:
    def chunks() -> Iterable[bytes]:
        yield LOG

    url, _ = upload_link()
    assert ask("PUT", url, data=chunks()).status_code == 411


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS"])
def test_nothing_else_can_be_done_with_an_upload_link(method: str) -> None:
    assert ask(method, upload_link()[0]).status_code == 405


class TestDownloads:
    """Firmware is fetched whole or in parts."""

    @pytest.fixture
    def location(self, system: LocalSystem) -> str:
        firmware = store.create(Firmware(uuid.uuid4().hex, "fw_1.2+3.bin", "1.2", dt.datetime.now(dt.UTC)))
        client("s3").put_object(Bucket=settings().files_bucket, Key=f"firmware/{firmware.firmware_id}", Body=LOG)
        location = files.firmware_location(firmware, dt.datetime.now(dt.UTC) + SOON)
        assert location.startswith(f"http://127.0.0.1:{system.port}/f/")
        assert location.endswith("/fw_1.2%2B3.bin")
        return location

    def test_a_file_is_fetched_byte_for_byte(self, location: str) -> None:
        answer = ask("GET", location)
        assert (answer.status_code, answer.content) == (200, LOG)
        assert ask("HEAD", location).headers["content-length"] == str(len(LOG))

    @pytest.mark.parametrize(
        ("wanted", "part"),
        [("bytes=10-19", LOG[10:20]), ("bytes=127990-", LOG[127990:]), ("bytes=-5", LOG[-5:]), ("bytes=0-0", LOG[:1])],
    )
    def test_a_part_is_fetched_after_an_interruption(self, location: str, wanted: str, part: bytes) -> None:
        answer = ask("GET", location, headers={"range": wanted})
        assert (answer.status_code, answer.content) == (206, part)
        assert answer.headers["content-range"].endswith(f"/{len(LOG)}")

    def test_a_part_that_is_not_there_is_refused(self, location: str) -> None:
        assert ask("GET", location, headers={"range": f"bytes={len(LOG)}-"}).status_code == 416

    def test_nothing_can_be_brought_by_a_link_for_downloads(self, location: str) -> None:
        assert ask("PUT", location, data=b"x").status_code == 405

    def test_a_file_that_has_gone_is_refused_as_s3_does(self, location: str) -> None:
        for one in client("s3").list_objects_v2(Bucket=settings().files_bucket, Prefix="firmware/")["Contents"]:
            client("s3").delete_object(Bucket=settings().files_bucket, Key=one["Key"])
        assert ask("GET", location).status_code == 403
