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
        "IDLEWATT_EXPECTED_STATIONS": "5000",
        "IDLEWATT_SIGN_IN": "on",
    }
    assert read(given) == Settings(9100, 0, Path("some/file.json"), "closed", 5000, sign_in=True)


def test_empty_variables_are_no_settings() -> None:
    names = ("IDLEWATT_PORT", "IDLEWATT_STATE", "IDLEWATT_ONBOARDING", "IDLEWATT_EXPECTED_STATIONS")
    assert read(dict.fromkeys(names, "")) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDLEWATT_PORT", "many"),
        ("IDLEWATT_PORT", "-1"),
        ("IDLEWATT_AWS_PORT", "65536"),
        ("IDLEWATT_ONBOARDING", "perhaps"),
        ("IDLEWATT_EXPECTED_STATIONS", "some"),
        ("IDLEWATT_SIGN_IN", "yes"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is '{value}'"):
        read({name: value})
