"""Which system the command line speaks to, and with what token."""

import json
import stat
from pathlib import Path

import pytest

from local.cli import profiles
from local.cli.errors import USAGE, CliError, UsageError
from local.cli.profiles import Profile
from local.cli.transport import Request, Response
from tests.unit.cli_support import CLOUD, FakeApi, answer, granted, idlewatt, page


def configured(home: Path, *saved: Profile) -> dict[str, str]:
    environment = {"HOME": str(home)}
    profiles.save(profiles.config_file(environment), {one.name: one for one in saved})
    return environment


def test_the_local_system_needs_none(tmp_path: Path) -> None:
    assert profiles.chosen({"HOME": str(tmp_path)}, None).url == "http://127.0.0.1:9000/api/v1"
    assert profiles.chosen({"HOME": str(tmp_path), "IDLEWATT_PORT": "9700"}, None).url == "http://127.0.0.1:9700/api/v1"


def test_the_default_one_counts_if_none_is_named(tmp_path: Path) -> None:
    environment = configured(tmp_path, CLOUD, CLOUD._replace(name="prod"))
    assert profiles.chosen(environment, None) == CLOUD
    assert profiles.chosen(environment, "prod").name == "prod"
    assert profiles.chosen({**environment, "IDLEWATT_PROFILE": "prod"}, None).name == "prod"
    assert profiles.chosen({**environment, "IDLEWATT_PROFILE": "prod"}, "default").name == "default"


def test_a_url_in_the_environment_comes_without_anybodys_secrets(tmp_path: Path) -> None:
    environment = {**configured(tmp_path, CLOUD), "IDLEWATT_URL": "https://other.example/api/v1"}
    assert profiles.chosen(environment, None) == Profile("", "https://other.example/api/v1")
    with pytest.raises(UsageError, match="unset"):
        profiles.chosen(environment, "default")


def test_an_unknown_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there are default"):
        profiles.chosen(configured(tmp_path, CLOUD), "prod")


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    file = profiles.config_file(configured(tmp_path, CLOUD))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    "text", ["profiles = 1", "[profiles.a]\nuri = 'x'", "[profiles.a]\nurl = 1", "[", "[profiles.a]"]
)
def test_a_broken_file_is_told(text: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(CliError, match=r"config\.toml cannot be read"):
        profiles.load(file)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "a.b"},
        {"url": "cloud.example"},
        {"url": "http://cloud.example/api/v1"},
        {"token_url": "http://auth.example/oauth2/token"},
        {"client_id": ""},
    ],
)
def test_what_makes_no_sense_or_tells_secrets_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        profiles.checked(CLOUD._replace(**changes))


def test_a_token_of_the_environment_does_not_travel_in_plain_text(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "IDLEWATT_URL": "http://10.0.0.1/api/v1"}
    assert profiles.chosen(environment, None).url == "http://10.0.0.1/api/v1"
    with pytest.raises(UsageError, match="https"):
        profiles.chosen({**environment, "IDLEWATT_TOKEN": "t"}, None)


def test_a_system_is_configured_logged_in_to_and_asked(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    words = (
        "configure",
        "--url",
        CLOUD.url,
        "--token-url",
        CLOUD.token_url,
        "--client-id",
        "client",
        "--profile",
        "prod",
    )
    assert idlewatt(FakeApi(answer({})), *words, environment=home).status == 0

    api = FakeApi(granted())
    ended = idlewatt(api, "login", "--profile=prod", environment={**home, "IDLEWATT_CLIENT_SECRET": "s"})
    assert ended.status == 0
    assert ended.err.startswith("Logged in until")

    def stations(request: Request) -> Response:
        assert request.url.startswith(CLOUD.url)
        assert request.headers["Authorization"] == "Bearer fresh"
        return page([])

    listed = idlewatt(FakeApi(stations), "stations", "--json", "--profile", "prod", environment=home)
    assert listed.document["items"] == []
    assert idlewatt(api, "logout", environment={**home, "IDLEWATT_PROFILE": "prod"}).status == 0
    assert idlewatt(api, "stations", environment={**home, "IDLEWATT_PROFILE": "prod"}).status == 1


def test_what_is_configured_wrongly_is_not_saved(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    words = ("configure", "--url", "http://cloud.example", "--token-url", "https://auth.example", "--client-id", "c")
    ended = idlewatt(FakeApi(answer({})), *words, environment=home)
    assert ended.status == USAGE
    assert "it must be https" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_other_profiles_stay(tmp_path: Path) -> None:
    environment = configured(tmp_path, CLOUD)
    words = ("configure", "--url", "https://b.example/api/v1/", "--profile", "b")
    idlewatt(FakeApi(answer({})), *words, environment=environment)
    saved = profiles.load(profiles.config_file(environment))
    assert saved == {"default": CLOUD, "b": Profile("b", "https://b.example/api/v1")}
    assert json.dumps(CLOUD.url) in profiles.config_file(environment).read_text()


def test_an_address_without_a_path_is_that_of_the_system() -> None:
    for address in ("http://127.0.0.1:9300", "http://127.0.0.1:9300/"):
        assert profiles.chosen({"IDLEWATT_URL": address}, None).url == "http://127.0.0.1:9300/api/v1"
