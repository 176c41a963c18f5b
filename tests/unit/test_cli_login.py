"""Tokens for machines: got for a secret, kept until they expire."""

import stat
from pathlib import Path

import pytest

from local.cli.errors import CliError
from local.cli.login import MARGIN_S, Login
from local.cli.profiles import Profile
from local.cli.transport import Response
from tests.unit.cli_support import CLOUD, FakeApi, answer, granted

NOW = 1_800_000_000.0


def login(home: Path, api: FakeApi, now: float = NOW, **environment: str) -> Login:
    given = {"HOME": str(home), "IDLEWATT_CLIENT_SECRET": "s:3/ü", **environment}
    return Login(CLOUD, given, api, now=lambda: now)


def test_one_is_got_by_the_client_credentials_grant(tmp_path: Path) -> None:
    api = FakeApi(granted())
    assert login(tmp_path, api).token() == "fresh"
    asked = api.requests[0]
    assert (asked.method, asked.url) == ("POST", CLOUD.token_url)
    assert asked.headers["Authorization"] == "Basic Y2xpZW50OnM6My/DvA=="
    assert asked.body == b"grant_type=client_credentials&scope=idlewatt%2Fviewer"


def test_one_is_kept_until_shortly_before_it_expires(tmp_path: Path) -> None:
    api = FakeApi(granted("first"), granted("second"))
    assert login(tmp_path, api).token() == "first"
    assert login(tmp_path, api, NOW + 3600 - MARGIN_S - 1).token() == "first"
    assert login(tmp_path, api, NOW + 3600 - MARGIN_S).token() == "second"


def test_only_the_owner_reads_what_is_kept(tmp_path: Path) -> None:
    login(tmp_path, FakeApi(granted())).token()
    (kept,) = (tmp_path / ".cache" / "idlewatt").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "s:3" not in kept.read_text()


def test_one_of_another_client_is_not_used(tmp_path: Path) -> None:
    login(tmp_path, FakeApi(granted("first"))).token()
    other = Login(
        CLOUD._replace(client_id="other"),
        {"HOME": str(tmp_path), "IDLEWATT_CLIENT_SECRET": "s"},
        FakeApi(granted("second")),
        now=lambda: NOW,
    )
    assert other.token() == "second"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"expires_at": "soon"}'])
def test_what_we_did_not_write_is_not_used(text: str, tmp_path: Path) -> None:
    file = tmp_path / ".cache" / "idlewatt" / "token-default.json"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert login(tmp_path, FakeApi(granted())).token() == "fresh"


def test_that_of_the_environment_counts_first(tmp_path: Path) -> None:
    assert login(tmp_path, FakeApi(granted()), IDLEWATT_TOKEN="given").token() == "given"


def test_a_system_without_a_token_url_is_asked_without(tmp_path: Path) -> None:
    assert (
        Login(Profile("", "http://127.0.0.1:9000/api/v1"), {"HOME": str(tmp_path)}, FakeApi(granted())).token() is None
    )


def test_the_secret_is_asked_for_once_if_somebody_is_there(tmp_path: Path) -> None:
    asked: list[str] = []

    def prompt() -> str:
        asked.append("secret?")
        return "typed"

    asking = Login(CLOUD, {"HOME": str(tmp_path)}, FakeApi(granted()), prompt, lambda: NOW)
    asking.token()
    asking.token(is_new=True)
    assert asked == ["secret?"]


def test_without_a_secret_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="IDLEWATT_CLIENT_SECRET"):
        Login(CLOUD, {"HOME": str(tmp_path)}, FakeApi(granted())).token()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer({"error": "invalid_client"}, 400), "invalid_client"),
        (answer({"error": "invalid_scope", "error_description": "too much"}, 400), "too much"),
        (answer(b"<html>"), "no token endpoint"),
        (answer([]), "no token endpoint"),
    ],
)
def test_a_refusal_says_why(given: Response, reason: str, tmp_path: Path) -> None:
    with pytest.raises(CliError, match=reason):
        login(tmp_path, FakeApi(given)).token()
