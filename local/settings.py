"""What the program is told through its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from shared.settings import Onboarding


class SettingsError(ValueError):
    """An environment variable has a value that makes no sense."""


@dataclass(frozen=True)
class Settings:
    """The settings of `make run`."""

    port: int = 9000
    """Where stations and operators connect; 0 lets the system choose."""
    aws_port: int = 9001
    """Where the AWS API answers."""
    state: Path | None = None
    """The file in which the items of the table survive from one run to the next."""
    onboarding: str = "open"
    """What an unknown station meets; takes the place of the template's value."""


def read(environment: Mapping[str, str]) -> Settings:
    """The settings that IDLEWATT_PORT, IDLEWATT_AWS_PORT, IDLEWATT_STATE and IDLEWATT_ONBOARDING make."""
    onboarding = environment.get("IDLEWATT_ONBOARDING") or Settings.onboarding
    if onboarding not in get_args(Onboarding):
        allowed = ", ".join(get_args(Onboarding))
        raise SettingsError(f"IDLEWATT_ONBOARDING is {onboarding!r}; it may be {allowed}")
    state = environment.get("IDLEWATT_STATE")
    return Settings(
        port=_port(environment, "IDLEWATT_PORT", Settings.port),
        aws_port=_port(environment, "IDLEWATT_AWS_PORT", Settings.aws_port),
        state=Path(state) if state else None,
        onboarding=onboarding,
    )


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or int(text) > 65535:
        raise SettingsError(f"{name} is {text!r}; a port is a number from 0 to 65535")
    return int(text)
