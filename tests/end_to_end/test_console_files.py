"""The console's files, as the local system serves them, on the one port of everything."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bench.smoke import console
from bench.smoke.check import CHECKS, run_all
from bench.smoke.target import Target
from local.system import LocalSystem

WAIT_S = 30
SCRIPT = "export const kilowatts = 11;\n" * 100


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A console as `make console` would build it, with something beside it that nobody may have."""
    root = tmp_path_factory.mktemp("web")
    (root / "secret.txt").write_text("nobody's business")
    console = root / "dist"
    (console / "assets").mkdir(parents=True)
    (console / "index.html").write_text("<!doctype html><title>console</title>")
    (console / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (console / "assets" / "main-1a2b.js").write_text(SCRIPT)
    (console / "assets" / "out").symlink_to(root / "secret.txt")
    return console


@pytest.fixture(scope="module")
def system(built: Path) -> Iterator[LocalSystem]:
    with LocalSystem.of_project(console=built) as running:
        yield running


def get(system: LocalSystem, path: str, method: str = "GET", **headers: str) -> requests.Response:
    url = f"http://127.0.0.1:{system.port}{path}"
    return requests.request(method, url, headers=headers, timeout=WAIT_S, allow_redirects=False)


@pytest.mark.parametrize(
    "path", ["/", "/stations", "/stations/CP.1", "/stations/a%2Fb.json", "/index.html", "/?code=a.b"]
)
def test_whatever_is_no_file_is_the_page(system: LocalSystem, path: str) -> None:
    answer = get(system, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<title>console" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


def test_files_whose_names_change_with_their_content_are_kept_for_ever(system: LocalSystem) -> None:
    answer = get(system, "/assets/main-1a2b.js")
    assert answer.text == SCRIPT
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] in ("gzip", "deflate")


def test_other_files_are_asked_for_again_and_not_sent_twice(system: LocalSystem) -> None:
    first = get(system, "/icon.svg")
    assert (first.headers["Content-Type"], first.headers["Cache-Control"]) == ("image/svg+xml", "no-cache")
    again = get(system, "/icon.svg", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_head_is_a_get_without_its_body(system: LocalSystem) -> None:
    answer = get(system, "/stations", "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["/assets/main-0000.js", "/robots.txt", "/assets/a.b/c"])
def test_a_file_that_is_missing_is_not_the_page(system: LocalSystem, path: str) -> None:
    assert get(system, path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_files_can_be_read_and_nothing_else(system: LocalSystem, method: str) -> None:
    assert get(system, "/stations", method).status_code == 403


@pytest.mark.parametrize("path", ["/", "/config.json", "/assets/main-1a2b.js", "/robots.txt"])
def test_browsers_are_told_to_be_strict(system: LocalSystem, path: str) -> None:
    headers = get(system, path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "upgrade-insecure-requests" not in policy, "this machine has no TLS"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(
    "path",
    [
        *("/assets/../../secret.txt", "/../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt"),
        *("/assets/..%2f..%2fsecret.txt", "/assets//../../secret.txt", "/assets/out", "//secret.txt"),
        *("/assets/%00.js", "/assets/%ff.js", "/assets/..%5c..%5csecret.txt"),
    ],
)
def test_no_path_leads_out_of_the_consoles_directory(system: LocalSystem, path: str) -> None:
    with socket.create_connection(("127.0.0.1", system.port), timeout=WAIT_S) as connection:
        # A client of any comfort would tidy the path up.
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split(b" ")[1] in (b"200", b"400", b"404")
    assert b"nobody's business" not in answer


def test_the_console_is_told_where_it_is(system: LocalSystem) -> None:
    answer = get(system, "/config.json")
    assert answer.headers["Cache-Control"] == "no-cache"
    told = answer.json()
    assert (told["stage"], told["sign_in"], told["map_tiles"]) == ("dev", None, None)
    assert told["version"].count(".") == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/stations", 200), ("/api/v1/nothing", 404), ("/ocpp/CP1", 426), ("/live", 426), ("/f/none", 403)],
)
def test_the_console_takes_no_others_path(system: LocalSystem, path: str, status: int) -> None:
    answer = get(system, path)
    assert answer.status_code == status
    assert "<title>console" not in answer.text


async def test_what_make_smoke_assumes_of_files_holds_here(
    system: LocalSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = [one for one in CHECKS if one.run is console.served]
    assert await run_all(Target(system.ws_url, system.api_url), checks, long=False) == 0
    assert capsys.readouterr().out.count("  ok ") == 1


def test_without_a_built_console_a_page_says_how_to_build_it(tmp_path: Path, built: Path, system: LocalSystem) -> None:
    page = built / "index.html"
    kept = page.rename(tmp_path / "index.html")
    try:
        answer = get(system, "/")
    finally:
        kept.rename(page)
    assert answer.status_code == 200
    assert "make console" in answer.text
