"""Settings of stages, and their replacement by CDK context."""

import pytest

from infra.settings import STAGES, settings_of


def test_without_a_stage_it_is_dev() -> None:
    assert settings_of(dict[str, str]().get) == STAGES["dev"]


def test_context_replaces_settings_in_their_own_type() -> None:
    context = {"stage": "prod", "heartbeat_interval_s": "240", "plain_ws": "true", "onboarding": "quarantine"}
    settings = settings_of(context.get)
    assert (settings.stage, settings.heartbeat_interval_s, settings.plain_ws) == ("prod", 240, True)
    assert settings.onboarding == "quarantine"
    assert settings.keep_data


def test_context_can_turn_off_what_a_stage_turns_on() -> None:
    assert settings_of({"message_log": "false"}.get).message_log is False
    assert settings_of({"message_log": False}.get).message_log is False


@pytest.mark.parametrize(
    ("context", "word"),
    [
        ({"stage": "staging"}, "staging"),
        ({"domain_name": "csms.example.org"}, "certificate_arn"),
        ({"onboarding": "ajar"}, "ajar"),
        ({"machine_role": "root"}, "root"),
        ({"heartbeat_interval_s": "900"}, "600"),
        ({"expected_stations": "-1"}, "expected_stations"),
        ({"plain_ws": "perhaps"}, "perhaps"),
        ({"map_tiles_url": "http://tile.example/{z}/{x}/{y}.png", "map_tiles_attribution": "x"}, "map tiles"),
        ({"map_tiles_url": "https://tile.example/{z}/{x}/{y}.png"}, "map_tiles_attribution"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(context: dict[str, str], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        settings_of(context.get)


def test_nothing_is_open_where_the_data_is_kept() -> None:
    for settings in STAGES.values():
        assert settings.onboarding == "closed"
        assert not settings.plain_ws
