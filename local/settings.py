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
    expected_stations: int = 0
    """By which stations are told how to dial again, as in the cloud; 0: they are not."""
    faults: float = 0.0
    """With which probability each request of a function to AWS goes wrong (docs/faults.md)."""
    sign_in: bool = False
    """Whether the operator API and the console want a token, as in the cloud; there are users to try it with then."""


def read(environment: Mapping[str, str]) -> Settings:
    """The settings that IDLEWATT_PORT, IDLEWATT_AWS_PORT, IDLEWATT_STATE, IDLEWATT_ONBOARDING, IDLEWATT_FAULTS,
    IDLEWATT_EXPECTED_STATIONS and IDLEWATT_SIGN_IN make."""
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
        faults=_share(environment, "IDLEWATT_FAULTS", Settings.faults),
        expected_stations=_count(environment, "IDLEWATT_EXPECTED_STATIONS", Settings.expected_stations),
        sign_in=_switch(environment, "IDLEWATT_SIGN_IN"),
    )


def _switch(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name) or "off"
    if text not in ("on", "off"):
        raise SettingsError(f"{name} is {text!r}; it may be on, off")
    return text == "on"


def _count(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal():
        raise SettingsError(f"{name} is {text!r}; it is a number of stations")
    return int(text)


def _share(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name) or str(default)
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise SettingsError(f"{name} is {text!r}; it is a share from 0 to 1, such as 0.05")
    return share


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or int(text) > 65535:
        raise SettingsError(f"{name} is {text!r}; a port is a number from 0 to 65535")
    return int(text)
