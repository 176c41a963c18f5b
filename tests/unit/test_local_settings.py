"""The settings of `make run`."""

from pathlib import Path

import pytest

from local.settings import Settings, SettingsError, read


def test_without_a_word_the_defaults_hold() -> None:
    assert read({}) == Settings(port=9000, aws_port=9001, state=None, onboarding="open")


def test_every_setting_has_its_variable() -> None:
    given = {
        "IDLEWATT_PORT": "9100",
        "IDLEWATT_AWS_PORT": "0",
        "IDLEWATT_STATE": "some/file.json",
        "IDLEWATT_ONBOARDING": "closed",
    }
    assert read(given) == Settings(port=9100, aws_port=0, state=Path("some/file.json"), onboarding="closed")


def test_empty_variables_are_no_settings() -> None:
    names = ("IDLEWATT_PORT", "IDLEWATT_AWS_PORT", "IDLEWATT_STATE", "IDLEWATT_ONBOARDING")
    assert read(dict.fromkeys(names, "")) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDLEWATT_PORT", "many"),
        ("IDLEWATT_PORT", "-1"),
        ("IDLEWATT_AWS_PORT", "65536"),
        ("IDLEWATT_ONBOARDING", "perhaps"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is '{value}'"):
        read({name: value})
