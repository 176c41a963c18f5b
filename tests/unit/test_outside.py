"""Requests to hosts that others name: only to the public internet."""

import socket
from collections.abc import Iterator

import pytest

from shared.aws.outside import Unreachable, fetch
from shared.settings import settings
from tests.conftest import ENVIRONMENT


@pytest.fixture
def in_the_cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (ENVIRONMENT | {"PRIVATE_HOSTS": "off"}).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("in_the_cloud")
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1:8080/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[2002:a00:1::]/",
        "http://[fd00::1]/",
        "http://224.0.0.1/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://localhost/",
    ],
)
def test_what_is_not_of_the_public_internet_is_not_reached(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    def connect(*_: object) -> socket.socket:
        raise AssertionError("it was reached")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable, match="not of the public internet"):
        fetch(url)


@pytest.mark.usefixtures("in_the_cloud")
def test_the_address_that_was_looked_at_is_the_one_that_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere the second time gets nobody further."""
    reached: list[object] = []

    def resolve(*_: object, **__: object) -> list[object]:
        private = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80))
        return [private, (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 80))]

    def connect(address: object, _timeout_s: float) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable, match="refused"):
        fetch("http://responder.example/")
    assert reached == [("93.184.215.14", 80)]


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://responder.example/", "file:///etc/passwd", "http://", "http://x:y/"]
)
def test_what_is_no_url_of_http_is_refused(url: str) -> None:
    with pytest.raises(Unreachable):
        fetch(url)
