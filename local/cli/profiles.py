"""Which system is spoken to: profiles in ~/.config/idlewatt/config.toml, and what the environment says instead.

    [profiles.prod]
    url = "https://d111111abcdef8.cloudfront.net/api/v1"
    token_url = "https://idlewatt-prod-….auth.eu-central-1.amazoncognito.com/oauth2/token"
    client_id = "…"
    scope = "idlewatt/operator"

Secrets are in none of them.
"""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from local.cli.errors import CliError, UsageError

DEFAULT = "default"
"""The profile that counts if none is named."""
NAME = re.compile(r"[A-Za-z0-9_-]+")
LOCAL_PORT = "9000"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""This machine."""


class Profile(NamedTuple):
    """A system and how to get a token for it; without `token_url` none is got."""

    name: str
    url: str
    token_url: str = ""
    client_id: str = ""
    scope: str = ""
    """What is asked for, `idlewatt/viewer`; empty: all that the client may have."""


def config_file(environment: Mapping[str, str]) -> Path:
    return _folder(environment, "XDG_CONFIG_HOME", ".config") / "config.toml"


def cache_folder(environment: Mapping[str, str]) -> Path:
    return _folder(environment, "XDG_CACHE_HOME", ".cache")


def _folder(environment: Mapping[str, str], variable: str, usual: str) -> Path:
    home = Path(environment.get("HOME") or Path.home())
    return Path(environment.get(variable) or home / usual) / "idlewatt"


def chosen(environment: Mapping[str, str], name: str | None) -> Profile:
    """The profile `name`, or that of IDLEWATT_URL, of IDLEWATT_PROFILE, the default one, or the local system's.

    IDLEWATT_URL brings no profile's secrets with it: they are meant for another host.
    """
    url = environment.get("IDLEWATT_URL")
    if url and name:
        raise UsageError("IDLEWATT_URL is set and names another system than --profile: unset one of them")
    if url:
        bare = not urlsplit(url).path.strip("/")
        return _reachable(Profile("", url.rstrip("/") + "/api/v1" if bare else url), environment)
    wanted = name or environment.get("IDLEWATT_PROFILE")
    known = load(config_file(environment))
    if wanted and wanted not in known:
        have = f"there are {', '.join(sorted(known))}" if known else "there is none yet"
        raise UsageError(f"There is no profile {wanted!r}: {have}; `idlewatt configure --profile {wanted}` makes it")
    port = environment.get("IDLEWATT_PORT") or LOCAL_PORT
    return _reachable(known.get(wanted or DEFAULT) or Profile("", f"http://127.0.0.1:{port}/api/v1"), environment)


def _reachable(profile: Profile, environment: Mapping[str, str]) -> Profile:
    if environment.get("IDLEWATT_TOKEN"):
        check_secret(profile.url)
    return checked(profile)


def load(file: Path) -> dict[str, Profile]:
    """The profiles in a file by their names; none if there is no file."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
        tables = document.get("profiles", {})
        return {name: checked(Profile(name, **table)) for name, table in tables.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError, UsageError) as error:
        raise CliError(f"{file} cannot be read: {error}") from error


def save(file: Path, profiles: Mapping[str, Profile]) -> None:
    """Write profiles; only their owner may read them."""
    parts = ["# `idlewatt configure` writes this file."]
    for name, profile in sorted(profiles.items()):
        values = profile._asdict()
        # A string of JSON is one of TOML, and names have nothing to quote.
        lines = [f"{key} = {json.dumps(values[key])}" for key in Profile._fields if key != "name" and values[key]]
        parts.append("\n".join([f"[profiles.{name}]", *lines]))
    write_privately(file, "\n\n".join(parts) + "\n")


def write_privately(file: Path, text: str) -> None:
    """Replace a file by one that only its owner may read; whoever reads at the same time sees one or the other."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    new.replace(file)


def checked(profile: Profile) -> Profile:
    """The profile if it makes sense. Raises UsageError."""
    if profile.name and not NAME.fullmatch(profile.name):
        raise UsageError(f"A profile's name has letters, digits, - and _ only, not {profile.name!r}")
    if not all(isinstance(value, str) for value in profile):
        raise UsageError("The values of a profile are texts")
    if urlsplit(profile.url).scheme not in ("http", "https") or not urlsplit(profile.url).hostname:
        raise UsageError(f"The url of an operator API is https://…/api/v1, not {profile.url!r}")
    if bool(profile.token_url) != bool(profile.client_id):
        raise UsageError("A profile has both a token_url and a client_id, or neither")
    for url in filter(None, (profile.token_url, profile.token_url and profile.url)):
        check_secret(url)
    return profile


def check_secret(url: str) -> None:
    """Raise UsageError if a token or a secret would travel to this place for everybody to read."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise UsageError(f"{url!r} would be told a secret in plain text: it must be https")
